"""The store of a generated spec is what its plan says."""

import keras
import numpy as np
from hypothesis import HealthCheck, Phase, given, settings

import flowspec
from flowspec.plan import plan
from flowspec.spec import load_spec
from tests.strategies.specs import specs

# Every sample builds Keras models; a failing one is told as it was found.
few = settings(
    max_examples=6,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def count(variables):
    return sum(int(np.prod(variable.shape)) for variable in variables)


@few
@given(specs())
def test_the_plan_counts_the_parameters_that_are_built(node):
    keras.backend.clear_session()
    # No variable depends on the outputs; without them the usual five are built.
    node.pop("outputs", None)
    planned = plan(load_spec(node))
    flow = flowspec.compile(node)
    weights = flow.store.weights
    assert count(weights) == sum(variable.size for variable in planned.variables)
    assert {path: tuple(variable.shape) for path, variable in flow.variables.items()} == {
        variable.path: variable.shape for variable in planned.variables
    }
    assert count(flow.store.trainable_weights) == sum(
        variable.size for variable in planned.variables if variable.trainable
    )

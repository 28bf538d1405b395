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


@few
@given(specs())
def test_a_generated_flow_answers_every_output(node):
    keras.backend.clear_session()
    flow = flowspec.compile(node)
    size = flow.plan.event.size
    given_context = {
        context.name: np.zeros((2, *context.shape[1:]), "int32" if context.count else None)
        for context in flow.plan.contexts
    }
    inside = flow.sample(**given_context) if given_context else flow.sample(2)
    values = {flow.plan.event.name: inside, "latent": np.zeros((2, size)), "seed": np.arange(2)}
    for output in flow.plan.outputs:
        inputs = {
            record.name: given_context.get(record.name, values.get(record.name))
            for record in output.inputs
        }
        answer = flow.ask(output.name, **inputs)
        for record in output.returns:
            assert answer[record.name].shape == (2, *record.shape[1:])

"""The methods for arrays refuse to be part of a graph, and say what may be."""

import keras
import pytest
import tensorflow as tf

from flowspec.diagnostics import UsageError
from tests.models.policy import ACTIONS, STATES


def calls(flow, action, state):
    """Each way to ask a flow with arrays."""
    return [
        lambda: flow.log_prob(action, state=state), lambda: flow.sample(state=state),
        lambda: flow.sample(2, state=state, seed=3), lambda: flow.forward(action, state=state),
        lambda: flow.inverse(action, state=state), lambda: flow.ask("sample", state=state),
        lambda: flow.ask("log_prob", state=state, action=action),
    ]  # fmt: skip


def test_a_call_inside_a_graph_is_refused(fixed):
    for place in range(7):
        for autograph in (True, False):

            def run(action, state, place=place):
                return calls(fixed, action, state)[place]()

            graph = tf.function(run, autograph=autograph)
            with pytest.raises(UsageError, match=r"flow\.models\[…\].*flow\.distribution"):
                graph(tf.constant(ACTIONS), tf.constant(STATES))


def test_symbolic_inputs_are_refused(fixed):
    for call in calls(fixed, keras.Input((3,)), keras.Input((4,))):
        with pytest.raises(UsageError, match=r"flow\.models\[…\].*flow\.distribution"):
            call()
    with pytest.raises(UsageError, match=r"keras\.Input"):
        fixed.sample(state=STATES, seed=keras.Input((), dtype="int64"))


def test_eager_tensors_are_arrays(fixed):
    for call in calls(fixed, tf.constant(ACTIONS), tf.constant(STATES)):
        call()

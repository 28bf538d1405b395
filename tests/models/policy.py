"""The flow that most tests of models are about, its rows, and what is asked of its variables."""

import contextlib

import keras
import numpy as np

import flowspec
from flowspec.models import FlowModel

COUPLING = {
    "kind": "coupling",
    "transform": {"kind": "affine"},
    "conditioner": {"kind": "mlp", "hidden": [8]},
}
SPEC = {
    "flowspec": 1,
    "name": "policy",
    "event": {
        "name": "action",
        "shape": [3],
        "support": {"kind": "interval", "low": -1, "high": 1},
    },
    "context": {"state": {"kind": "vector", "size": 4}},
    "layers": [COUPLING, COUPLING],
}
RANDOM = np.random.default_rng(0)
ROWS = 12
STATES = RANDOM.normal(size=(ROWS, 4)).astype("float32")
ACTIONS = RANDOM.uniform(-0.9, 0.9, size=(ROWS, 3)).astype("float32")
WEIGHTS = np.arange(float(ROWS))
GIVEN = {"state": STATES, "action": ACTIONS}
FROM_LATENT = {"state": STATES, "latent": ACTIONS}
SEEDED = {"state": STATES, "seed": np.arange(ROWS)}


def perturbed(spec, seed=5):
    """A compiled flow away from the identity."""
    flow = flowspec.compile(spec)
    random = np.random.default_rng(seed)
    for path, variable in flow.variables.items():
        noise = random.normal(0, 0.4, variable.shape)
        variable.assign(np.exp(noise) if path.endswith("scale") else noise)
    return flow


def weights(flow):
    """A copy of every variable, in the order of the plan."""
    return [variable.numpy().copy() for variable in flow.variables.values()]


def moved(flow, before):
    """Whether each variable differs from what it was."""
    return [(new != old).any() for new, old in zip(weights(flow), before, strict=True)]


def nll(flow, rows=slice(None), weight=1.0):
    """The mean negative log-likelihood of rows, computed from `flow.log_prob`."""
    return -(flow.log_prob(ACTIONS[rows], state=STATES[rows]) * weight).mean()


def identities(variables):
    """Which objects they are."""
    return {id(variable) for variable in variables}


@contextlib.contextmanager
def counted_calls(monkeypatch):
    """Counts how often Python runs a model: once a trace, and once an eager call."""
    calls, run = [], FlowModel.__call__

    def counted(self, *words, **named):
        calls.append(self.name)
        return run(self, *words, **named)

    with monkeypatch.context() as patch:
        patch.setattr(FlowModel, "__call__", counted)
        yield calls


class Batches(keras.utils.PyDataset):
    """Rows in batches of five, the last of two, as Keras' own kind of dataset."""

    def __init__(self, *parts):
        super().__init__()
        self.parts = parts

    def __len__(self):
        return -(-ROWS // 5)

    def __getitem__(self, index):
        rows = slice(5 * index, 5 * index + 5)
        return keras.tree.map_structure(lambda array: array[rows], self.parts)

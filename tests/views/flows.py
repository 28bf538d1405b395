"""Flows with perturbed variables, and the contexts and events that the tests give them."""

import functools

import numpy as np

import flowspec
from tests.laws.flows import perturb

COUPLING = {
    "kind": "coupling",
    "transform": {"kind": "affine"},
    "conditioner": {"kind": "mlp", "hidden": [8], "activation": "tanh"},
}
SPLINE = {**COUPLING, "transform": {"kind": "rational_quadratic_spline", "bins": 4}}
AFFINE = {"kind": "elementwise", "transform": {"kind": "affine"}}

PLAIN = {
    "flowspec": 1,
    "name": "plain",
    "event": {"shape": [2]},
    "base": {"kind": "normal", "learned": True},
    "layers": [COUPLING, SPLINE, {"kind": "permutation", "order": "reverse"}, AFFINE],
}
"""Without context."""

SQUASHED = {
    "flowspec": 1,
    "name": "squashed",
    "event": {
        "name": "action",
        "shape": [2],
        "support": {"kind": "interval", "low": [-1, 0], "high": [1, 4]},
        "standardize": True,
    },
    "context": {
        "state": {
            "kind": "vector",
            "size": 3,
            "standardize": True,
            "encoder": {"kind": "mlp", "hidden": [4], "size": 4},
        },
        "arm": {"kind": "category", "count": 3, "encoder": {"kind": "embedding", "size": 2}},
    },
    "base": {"kind": "normal", "conditioner": {"kind": "mlp", "hidden": [4]}},
    "layers": [COUPLING, COUPLING],
}
"""Given a vector and a category, in an interval; every part has variables."""

GAUSSIAN = {
    "flowspec": 1,
    "name": "gaussian",
    "event": {"shape": [2]},
    "context": {"state": {"kind": "vector", "size": 3}},
    "layers": [{**AFFINE, "conditioner": {"kind": "mlp", "hidden": [4]}}],
}
"""Exactly normal given the context: its closed forms are known."""

NORMAL = {
    "flowspec": 1,
    "name": "normal",
    "event": {"shape": [2]},
    "base": {"kind": "normal", "learned": True},
    "layers": [AFFINE],
}
"""Exactly normal, without context."""


def make(spec, dtype="float64"):
    """A flow of the test's own, with perturbed variables."""
    return perturb(flowspec.compile(spec, [f"dtype={dtype}"]))


@functools.cache
def plain(dtype="float64"):
    return make(PLAIN, dtype)


@functools.cache
def squashed(dtype="float64"):
    return make(SQUASHED, dtype)


@functools.cache
def gaussian():
    return make(GAUSSIAN)


@functools.cache
def normal():
    return make(NORMAL)


def states(*lead, key=0):
    return np.random.default_rng(key).normal(size=(*lead, 3))


def context(*lead):
    """Context for `squashed`, with these leading axes."""
    arms = np.arange(int(np.prod(lead))).reshape(lead) % 3
    return {"state": states(*lead), "arm": arms.astype(np.int32)}


def actions(*lead):
    """Events inside the support of `squashed`."""
    numbers = np.random.default_rng(1).uniform(0.05, 0.95, size=(*lead, 2))
    return np.array([-1.0, 0.0]) + np.array([2.0, 4.0]) * numbers


def points(*lead):
    """Events for a flow on all reals."""
    return np.random.default_rng(2).normal(size=(*lead, 2))


def of_models(flow, event, **given):
    """The log_prob that the flow's own models tell, row by row, for any leading axes."""
    inner = {"state": 1, "arm": 0}
    leads = [event.shape[:-1]] + [v.shape[: v.ndim - inner[name]] for name, v in given.items()]
    lead = np.broadcast_shapes(*leads)

    def rows(value, axes):
        own = value.shape[value.ndim - axes :]
        return np.broadcast_to(value, lead + own).reshape(-1, *own)

    given = {name: rows(value, inner[name]) for name, value in given.items()}
    return flow.log_prob(rows(event, 1), **given).reshape(lead)


def moments(flow, given):
    """Mean and standard deviation of the exactly normal `gaussian`, `(…, 2)` each."""
    mean = flow.forward(np.zeros((len(given), 2)), state=given)
    return mean, flow.forward(np.ones((len(given), 2)), state=given) - mean

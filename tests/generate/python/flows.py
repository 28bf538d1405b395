"""Named flows that have every kind and every feature of the language between them."""

from __future__ import annotations

import json

from tests.laws.cases import Case, Node

MLP = {"kind": "mlp", "hidden": [6]}
EVERYTHING = ["latent", "log_prob", "base_log_prob", "ldj"]

POLICY: Node = {
    "flowspec": 1,
    "name": "policy",
    "description": 'Says "quoted", a \\ and three quotes: """',
    "event": {
        "name": "action", "shape": [3], "fields": ["x", "y", "z"], "standardize": True,
        "support": {"kind": "interval", "low": [-1, 0, 2], "high": 10},
    },
    "context": {
        "state": {
            "kind": "vector", "size": 2, "standardize": True,
            "encoder": {"kind": "mlp", "hidden": [4], "size": 3, "activation": "tanh"},
        },
        "goal": {"kind": "vector", "size": 2},
        "arm": {"kind": "category", "labels": ["left", "right"]},
        "task": {"kind": "category", "count": 4, "encoder": {"kind": "embedding", "size": 2}},
    },
    "base": {"kind": "normal", "conditioner": {**MLP, "context": ["arm"]}},
    "layers": [
        {"repeat": 3, "layers": [
            {"kind": "coupling", "transform": {"kind": "affine"},
             "conditioner": {**MLP, "name": "brain"}},
        ]},
        {"kind": "elementwise", "transform": {"kind": "affine", "log_scale_bound": 1.5},
         "conditioner": {**MLP, "context": ["state", "task"]}},
    ],
    "outputs": {
        "sample": {"returns": ["action"]},
        "candidates": {"returns": ["action", *EVERYTHING], "draws": 3, "temperature": 0.5},
        "fit": {"inputs": ["action"], "returns": EVERYTHING},
        "forward": {"inputs": ["latent"], "returns": ["action", "ldj"]},
        "base_only": {"inputs": ["latent"], "returns": ["base_log_prob"]},
        "act": {"returns": ["action", "log_prob"], "deterministic": True},
    },
}  # fmt: skip

DENSITY: Node = {
    "flowspec": 1,
    "name": "density",
    "event": {"name": "size", "shape": [4], "support": {"kind": "positive"}, "standardize": True},
    "base": {"kind": "normal", "learned": True},
    "layers": [
        {"repeat": 2, "layers": [
            {"repeat": 2, "layers": [
                {"kind": "permutation", "order": "random"},
                {"kind": "coupling", "mask": "random", "conditioner": MLP,
                 "transform": {"kind": "affine"}},
            ]},
            {"kind": "coupling", "mask": [1, 0, 0, 1], "conditioner": MLP,
             "transform": {"kind": "rational_quadratic_spline", "bins": 4}},
        ]},
        {"kind": "permutation", "order": "roll"},
        {"kind": "elementwise", "transform": {"kind": "additive"}},
    ],
    "outputs": {
        "sample": {"returns": ["size", *EVERYTHING]},
        "three": {"returns": ["size", "log_prob"], "draws": 3},
        "log_prob": {"inputs": ["size"], "returns": ["log_prob", "latent"], "temperature": 2.0},
        "drawn_latent": {"returns": ["latent", "base_log_prob"]},
    },
}  # fmt: skip

FROZEN: Node = {
    "flowspec": 1,
    "name": "frozen",
    "event": {"name": "event", "shape": [3]},
    "context": {"features": {"kind": "vector", "size": 2}},
    "layers": [
        {"kind": "coupling", "transform": {"kind": "affine"},
         "conditioner": {**MLP, "dropout": 0.3, "l2": 0.01}},
        {"kind": "coupling", "transform": {"kind": "additive"},
         "conditioner": {**MLP, "trainable": False}},
        {"name": "still", "trainable": False, "repeat": 2, "layers": [
            {"kind": "coupling", "transform": {"kind": "affine"}, "conditioner": MLP},
            {"kind": "elementwise", "transform": {"kind": "affine"}},
        ]},
        {"kind": "permutation"},
        {"kind": "coupling", "mask": "halves", "transform": {"kind": "affine"},
         "conditioner": {"kind": "mlp", "hidden": []}},
    ],
}  # fmt: skip

LINE: Node = {
    "flowspec": 1,
    "name": "line",
    "event": {"name": "y", "shape": [1], "support": {"kind": "interval", "low": 0, "high": 1}},
    "context": {"x": {"kind": "vector", "size": 1, "standardize": True}},
    "layers": [
        {"kind": "elementwise", "conditioner": MLP,
         "transform": {"kind": "rational_quadratic_spline", "bins": 4}},
    ],
}  # fmt: skip

FLOWS = {
    name: Case(name, "flows", name, json.dumps({**node, "dtype": "float64"}))
    for name, node in (
        ("policy", POLICY), ("density", DENSITY), ("frozen", FROZEN), ("line", LINE),
    )
}  # fmt: skip

"""A language with a past: its version 3 says what flowspec's does, 1 and 2 say it otherwise."""

from __future__ import annotations

import copy
from typing import Any, Literal

from flowspec.spec import Spec
from flowspec.spec.migrations import Language, find_steps


class Spec3(Spec):
    """A spec in version 3."""

    flowspec: Literal[3]  # pyright: ignore[reportIncompatibleVariableOverride]


LANGUAGE_3 = Language(3, find_steps("tests.migrations.steps"), Spec3)

OLD = """\
# A policy.
flowspec: 1  # the language
name: tiny
author: nobody   # for now
event: {name: y, shape: [2], support: positive}
layers:
  - repeat: 2
    layers:
      - kind: realnvp        # moves half of it
        mask: alternating
        transform:
          kind: affine
          # not too much
          clip: 1.5
  - {kind: elementwise, transform: {kind: affine, clip: 2}}   # and all of it
training:
  epochs: 3
  # whatever
  seed: 7   # lucky
"""

NEW = """\
# A policy.
flowspec: 3  # the language
name: tiny
# for now
event: {name: y, shape: [2], support: {kind: positive}, standardize: true}
layers:
  - repeat: 2
    layers:
      - kind: coupling        # moves half of it
        mask: alternating
        transform:
          kind: affine
          # not too much
          log_scale_bound: 1.5
  - {kind: elementwise, transform: {kind: affine, log_scale_bound: 2}}   # and all of it
training:
  epochs: 3
# whatever
seed: 7   # lucky
"""


def aged(spec: dict[str, Any]) -> dict[str, Any]:
    """A spec of today in the words of version 1; both mean the same."""
    old = copy.deepcopy(spec)
    old["flowspec"] = 1
    _age_layers(old["layers"])
    event = old["event"]
    if event.get("support") == {"kind": "positive"}:
        event["support"] = "positive"
    if not event.setdefault("standardize", False):
        pass
    elif event["standardize"] is True:
        del event["standardize"]
    if "seed" in old and "training" in old:
        old["training"]["seed"] = old.pop("seed")
    return old


def _age_layers(layers: list[dict[str, Any]]) -> None:
    for layer in layers:
        _age_layers(layer.get("layers", []))
        if layer.get("kind") == "coupling":
            layer["kind"] = "realnvp"
        transform = layer.get("transform", {})
        if transform.get("kind") == "affine" and "log_scale_bound" in transform:
            transform["clip"] = transform.pop("log_scale_bound")

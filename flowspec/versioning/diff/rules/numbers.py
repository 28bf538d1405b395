"""Rules of what is computed from the same variables: the weights load, the answers differ."""

from __future__ import annotations

from flowspec.versioning.diff.rules.rule import DiffRule

RULES = (
    DiffRule(
        "layer-added", "numbers", "error",
        "There is another layer.",
        "Every answer passes through it. One without variables is the treacherous case: all old "
        "weights load, and every answer is another.",
    ),
    DiffRule(
        "layer-removed", "numbers", "error",
        "There is a layer less.",
        "The layers around it were trained with it in between.",
    ),
    DiffRule(
        "layer-moved", "numbers", "error",
        "A layer stands at another place of the chain.",
        "Its weights are what they were, but it is given what other layers yield.",
    ),
    DiffRule(
        "layers-shifted", "numbers", "error",
        "Layers took over the paths of their neighbours, so they load the weights of other layers.",
        "The path of a layer without a name counts the layers before it. Where one is put in or "
        "taken out before others, these get the paths, and so the weights, of their neighbours: "
        "no shape need differ, and the answers are wrong. Give layers a `name:`, or say in "
        "`renames:` where the old ones went.",
    ),
    DiffRule(
        "kind-replaced", "numbers", "error",
        "A layer, a network, a transform or a support is of another kind.",
        "Where the shapes of variables happen to agree, the old weights load into another map.",
    ),
    DiffRule(
        "revision-changed", "numbers", "error",
        "A kind has another revision: its mathematics are not the same.",
        "Weights that were trained under one revision give other answers under the other.",
    ),
    DiffRule(
        "mask-changed", "numbers", "error",
        "A layer has another mask: other features pass unchanged.",
        "The shapes of variables are often the same, so the old weights load, for other features.",
    ),
    DiffRule(
        "order-changed", "numbers", "error",
        "A permutation has another order.",
        "It has no variables, so all old weights load, and every answer is another.",
    ),
    DiffRule(
        "option-changed", "numbers", "error",
        "An option has another value that decides what is computed from the same variables.",
        "The old weights load, and the answers are others.",
    ),
    DiffRule(
        "context-read-changed", "numbers", "error",
        "A layer reads other context inputs, or the same in another order.",
        "What it reads stands in one row of numbers: the old weights are applied to other inputs.",
    ),
    DiffRule(
        "context-reordered", "numbers", "warning",
        "The context inputs stand in another order.",
        "Layers that read several read them in this order, and then have a finding of their own.",
    ),
    DiffRule(
        "output-temperature-changed", "numbers", "error",
        "An output has another temperature.",
        "It answers for a wider or narrower distribution.",
    ),
    DiffRule(
        "output-origin-changed", "numbers", "error",
        "An output starts elsewhere: from a draw, the base's centre, the latent or the event.",
        "It answers another question.",
    ),
)  # fmt: skip

"""Rules of how the weights come about."""

from __future__ import annotations

from flowspec.versioning.diff.rules.rule import DiffRule

RULES = (
    DiffRule(
        "optimizer-changed", "training", "error",
        "The optimizer is another, or has other options.",
        "Trained weights answer as before; a new training ends elsewhere.",
    ),
    DiffRule(
        "training-option-changed", "training", "error",
        "An option that only matters while training has another value.",
        "Trained weights answer as before; a new training ends elsewhere.",
    ),
    DiffRule(
        "seed-changed", "training", "error",
        "The seed is another.",
        "Variables start elsewhere, and other rows are held out. Random masks and orders follow "
        "from the seed too; where there are any, they have findings of their own.",
    ),
    DiffRule(
        "initializer-changed", "training", "error",
        "Variables start in another way.",
        "Trained weights answer as before; a new training starts elsewhere.",
    ),
    DiffRule(
        "trainable-changed", "training", "error",
        "Variables are moved by training that were not, or the other way round.",
        "Trained weights answer as before; what a further training moves is not the same.",
    ),
)  # fmt: skip

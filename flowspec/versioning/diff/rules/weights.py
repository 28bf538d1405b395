"""Rules of the variables: whether trained weights load."""

from __future__ import annotations

from flowspec.versioning.diff.rules.rule import DiffRule

RULES = (
    DiffRule(
        "variables-added", "weights", "error",
        "There are variables for which there are no old weights.",
        "The old weights do not load as they are; `flowspec transfer` keeps those that fit and "
        "initialises the others.",
    ),
    DiffRule(
        "variables-removed", "weights", "error",
        "There are old weights that no variable takes.",
        "The old weights do not load as they are; `flowspec transfer` leaves out what is gone.",
    ),
    DiffRule(
        "variables-reshaped", "weights", "error",
        "Variables have another shape.",
        "The old weights do not fit; `flowspec transfer` shows which can be cut or filled up.",
    ),
    DiffRule(
        "variables-retyped", "weights", "error",
        "Variables have another dtype.",
        "The old weights do not load as they are.",
    ),
    DiffRule(
        "variables-renamed", "weights", "warning",
        "Variables have other paths, and `renames:` says which they had.",
        "Nothing is lost, but the old weights load only through `flowspec transfer`.",
    ),
    DiffRule(
        "undeclared-rename", "weights", "error",
        "Equal variables have other paths, and nothing says that they are the same.",
        "For flowspec these are new variables, and the old weights are lost. If they are the old "
        "ones, `renames:` in the new spec says so.",
    ),
)  # fmt: skip

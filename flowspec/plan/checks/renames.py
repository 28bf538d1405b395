"""Renames lead to variables of the flow, and no two to the same ones."""

from __future__ import annotations

from flowspec.diagnostics import nearest
from flowspec.plan.chain import Chain
from flowspec.plan.problems import Problems


def check_renames(chain: Chain, problems: Problems) -> None:
    """File the renames that lead nowhere, or where another one leads."""
    paths = {
        start
        for part in chain.parts
        for variable in part.variables
        for start in starts(variable.path)
    }
    led: dict[str, str] = {}
    for old, new in (chain.spec.renames or {}).items():
        if new not in paths:
            problems.report(
                "unknown-rename", f"no variable of this flow has a path that starts with `{new}`",
                ("renames", old), got=new, nearest=nearest(new, paths),
                help="`flowspec plan` lists the variables",
            )  # fmt: skip
        elif new in led:
            problems.report(
                "repeated-name", f"`{led[new]}` and `{old}` are both renamed to `{new}`",
                ("renames", old), help="remove one of them",
            )  # fmt: skip
        led[new] = old


def starts(path: str) -> list[str]:
    """The starts of a path, from its first name to all of it."""
    names = path.split(".")
    return [".".join(names[:count]) for count in range(1, len(names) + 1)]

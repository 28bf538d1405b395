"""Renames lead to something in the flow, and no two to the same."""

from __future__ import annotations

from collections.abc import Iterator

from flowspec.diagnostics import nearest
from flowspec.plan.chain import Chain
from flowspec.plan.problems import Problems


def check_renames(chain: Chain, problems: Problems) -> None:
    """File the renames that lead nowhere, or where another one leads."""
    renames = chain.spec.renames or {}
    paths = {start for path in _paths(chain) for start in starts(path)} if renames else set[str]()
    led: dict[str, str] = {}
    for old, new in renames.items():
        if new not in paths:
            problems.report(
                "unknown-rename",
                f"nothing in this flow has a path that starts with `{new}`",
                ("renames", old), got=new, nearest=nearest(new, paths),
                help="`flowspec plan` lists the variables",
            )  # fmt: skip
        elif new in led:
            problems.report(
                "repeated-name", f"`{led[new]}` and `{old}` are both renamed to `{new}`",
                ("renames", old), help="remove one of them",
            )  # fmt: skip
        led[new] = old


def _paths(chain: Chain) -> Iterator[str]:
    """The paths of parts, of variables, and of fields and labels."""
    for part in chain.parts:
        yield part.path
        yield from (variable.path for variable in part.variables)
    yield from (f"event.fields.{name}" for name in chain.spec.event.fields or ())
    for context in chain.contexts:
        yield from (f"{context.layer.path}.fields.{name}" for name in context.fields or ())
        yield from (f"{context.layer.path}.labels.{name}" for name in context.labels or ())


def starts(path: str) -> list[str]:
    """The starts of a path, from its first name to all of it."""
    names = path.split(".")
    return [".".join(names[:count]) for count in range(1, len(names) + 1)]

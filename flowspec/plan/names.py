"""Names that callers of a flow use must be distinct, and must not be words of the language."""

from __future__ import annotations

from flowspec.plan.problems import Problems
from flowspec.spec import Spec
from flowspec.spec.output import RESERVED, RESERVED_OUTPUTS

_RENAME = "choose another name"


def check_names(spec: Spec, problems: Problems) -> bool:
    """Report reserved names, and a context input that is named like the event.

    Returns:
        Whether event and context inputs have names of their own.
    """
    event = spec.event.name
    for name in spec.outputs or ():
        if name in RESERVED_OUTPUTS:
            problems.report(
                "reserved-name", _reserved(name), ("outputs", name), key=True, help=_RENAME
            )
    if event in RESERVED:
        problems.report("reserved-name", _reserved(event), ("event", "name"), help=_RENAME)
    for name in spec.context:
        if name in RESERVED:
            problems.report(
                "reserved-name", _reserved(name), ("context", name), key=True, help=_RENAME
            )
        if name == event:
            problems.report(
                "repeated-name", f"`{name}` is the name of the event and of a context input",
                ("context", name), key=True, help=_RENAME,
            )  # fmt: skip
    names = (event, *spec.context)
    return len(set(names)) == len(names) and not RESERVED & set(names)


def _reserved(name: str) -> str:
    return f"`{name}` is a word of the language and cannot be used as a name here"

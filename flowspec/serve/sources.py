"""Which bundles are served, under which revisions and labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from flowspec.catalog.kind import NAME
from flowspec.diagnostics import Diagnostic, UsageError

_REVISION = re.compile(r"([1-9][0-9]{0,17})=(.+)", re.DOTALL)
_LABEL = re.compile(rf"({NAME.pattern})@([A-Za-z][A-Za-z0-9_.-]{{0,99}})=([1-9][0-9]{{0,17}})")


@dataclass(frozen=True, slots=True)
class Source:
    """A bundle's folder, and the revision of its flow that it is."""

    folder: Path
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Label:
    """A name for a revision of a flow."""

    flow: str
    name: str
    revision: int


def parse_source(text: str) -> Source:
    """A bundle on the command line: `policy.bundle`, or `2=policy.bundle` for revision 2."""
    match = _REVISION.fullmatch(text)
    return Source(Path(match[2]), int(match[1])) if match else Source(Path(text))


def parse_label(text: str) -> Label:
    """A label on the command line: `latent_policy@stable=2`.

    Raises:
        UsageError: If it has another form.
    """
    match = _LABEL.fullmatch(text)
    if match is None:
        raise UsageError(
            Diagnostic(
                slug="wrong-label",
                message=f"`{text}` is no label of a revision",
                expected="FLOW@LABEL=REVISION, as in latent_policy@stable=2",
            )
        )
    return Label(match[1], match[2], int(match[3]))

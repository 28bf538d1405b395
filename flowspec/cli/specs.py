"""How commands read the spec they are given: a file, or standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.source import MAX_BYTES
from flowspec.spec import Spec, load_bytes, load_spec

STANDARD = "-"
"""Standard input, or standard output, in the place of a file."""


def read_spec(spec: str, overrides: Sequence[str]) -> Spec:
    """The validated spec in a file, or in standard input where the file is `-`.

    Raises:
        SpecError: If it cannot be read or is not valid.
    """
    if spec == STANDARD:
        return load_bytes(read_standard_input(), shown_name(spec), overrides)
    return load_spec(spec, overrides)


def read_standard_input() -> bytes:
    """What standard input gives, up to what is too much.

    Raises:
        UsageError: It is closed.
    """
    if sys.stdin is None:
        message = "standard input cannot be read: it is closed"
        raise UsageError(Diagnostic(slug="unreadable-file", message=message))
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def shown_name(spec: str) -> str:
    """What messages call a spec."""
    return "<stdin>" if spec == STANDARD else spec

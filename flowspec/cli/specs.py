"""How commands read the spec they are given: a file, or standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from flowspec.source import MAX_BYTES
from flowspec.spec import Spec, load_bytes, load_spec

STANDARD_INPUT = "-"


def read_spec(spec: str, overrides: Sequence[str]) -> Spec:
    """The validated spec in a file, or in standard input where the file is `-`.

    Raises:
        SpecError: If it cannot be read or is not valid.
    """
    if spec == STANDARD_INPUT:
        return load_bytes(sys.stdin.buffer.read(MAX_BYTES + 1), shown_name(spec), overrides)
    return load_spec(spec, overrides)


def shown_name(spec: str) -> str:
    """What messages call a spec."""
    return "<stdin>" if spec == STANDARD_INPUT else spec

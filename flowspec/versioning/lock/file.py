"""A lock as a text: YAML in one fixed form, so that the same lock has the same bytes."""

from __future__ import annotations

from typing import Any, Final

from flowspec.source import to_yaml
from flowspec.source.reader import read_text

SUFFIX: Final = ".lock"
"""What the name of a lock adds to the name of its spec."""


def lock_text(lock: dict[str, Any], spec: str) -> str:
    """The text of a lock.

    Args:
        lock: What it says.
        spec: The name of the spec's file, without its folders.

    Raises:
        SpecError: If the text is longer than a file that is read may be.
    """
    head = f"# What `{spec}` means. Written by `flowspec lock`; read by `validate --locked`.\n"
    text = head + to_yaml(lock)
    read_text(text, spec + SUFFIX)
    return text

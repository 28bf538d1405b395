"""A value of a spec as messages show it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from flowspec.diagnostics import SpecError
from flowspec.source import read_text

_SHOWN = 20
_LONGEST = 80


def shown(value: Any) -> str:
    """A value in few words; a text that would be read as something else stands in quotes."""
    if isinstance(value, Mapping):
        return "a map" if value else "an empty map"
    if isinstance(value, list):
        elements = cast("list[Any]", value)
        text = "[" + ", ".join(map(shown, elements[:_SHOWN])) + "]"
        whole = len(elements) <= _SHOWN and len(text) <= _LONGEST
        return text if whole else f"a list of {len(elements)}"
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    if isinstance(value, str) and len(value) <= _LONGEST and _reads_otherwise(value):
        return json.dumps(value, ensure_ascii=False)
    return shortened(str(value))


def shortened(text: str) -> str:
    """The beginning of a long text."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _reads_otherwise(text: str) -> bool:
    """Whether a text, written without quotes, would be a number, a list and so on."""
    try:
        return not isinstance(read_text(text, "", any_top=True).value, str)
    except SpecError:
        return False

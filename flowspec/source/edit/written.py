"""How a value is written into a text that holds others already."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from flowspec.source.scalars import ScalarError, plain_scalar

_PLAIN = re.compile(r"[A-Za-z0-9_./+-]+(?: [A-Za-z0-9_./+-]+)*")


def written(value: Any, quotes: str = "") -> str:
    """A value on one line, fit for any place in a text.

    Args:
        value: Maps, lists and scalars.
        quotes: Those of a string, where it is to have some.

    Example:
        >>> written({"kind": "affine", "low": [-1.0, 1e-7], "name": "no: 1", "x": "12"})
        '{kind: affine, low: [-1.0, 1e-07], name: "no: 1", x: "12"}'
    """
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, Any]", value)
        pairs = (f"{written(key)}: {written(child)}" for key, child in entries.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, cast('Sequence[Any]', value)))}]"
    if isinstance(value, str):
        return _text(value, quotes)
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else f"{'-' if value < 0 else ''}.inf"
    return repr(value) if type(value) in (int, float) else json.dumps(value)


def is_plain(text: str) -> bool:
    """Whether a text without quotes is the same in every place, between braces too."""
    return _PLAIN.fullmatch(text) is not None and not text.startswith(("-", ".", "?"))


def _text(value: str, quotes: str) -> str:
    if quotes == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if quotes == '"' or not is_plain(value) or _means_more(value):
        return _in_quotes(value)
    return value


def _in_quotes(text: str) -> str:
    """A text in double quotes, with nothing in it that cannot be printed."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'


def _means_more(text: str) -> bool:
    """Whether a plain text would be read as a number, a boolean or null."""
    try:
        return plain_scalar(text) != text
    except ScalarError:
        return True

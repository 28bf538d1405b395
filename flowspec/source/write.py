"""Plain data to a YAML text of one fixed form: the same data, the same text."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from flowspec.source.scalars import scalar

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_YAML_1_1 = frozenset({"y", "n", "yes", "no", "on", "off"})
"""Words that other tools would read as true or false."""


def to_yaml(data: Mapping[str, Any]) -> str:
    """The YAML text of a map: keys in their order, lists of scalars on one line.

    What is read from it is the same data, by YAML 1.2 and by 1.1.

    Args:
        data: Maps, lists, and scalars that JSON knows.

    Example:
        >>> print(to_yaml({"shape": [2], "support": {"kind": "real"}, "on": "no"}), end="")
        shape: [2]
        support:
          kind: real
        "on": "no"
    """
    return "".join(f"{line}\n" for line in _map(data))


def _map(data: Mapping[str, Any]) -> Iterator[str]:
    for key, value in data.items():
        name = _scalar(key)
        inline = _inline(value)
        if inline is not None:
            yield f"{name}: {inline}"
        else:
            yield f"{name}:"
            yield from (f"  {line}" for line in _block(value))


def _block(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from _map(cast("Mapping[str, Any]", value))
        return
    for element in cast("Sequence[Any]", value):
        inline = _inline(element)
        lines = iter([inline] if inline is not None else _block(element))
        yield f"- {next(lines)}"
        yield from (f"  {line}" for line in lines)


def _inline(value: Any) -> str | None:
    """A value on one line: a scalar, something empty, a list of scalars; None for all else."""
    if isinstance(value, Mapping):
        return None if value else "{}"
    if isinstance(value, list | tuple):
        elements = cast("Sequence[Any]", value)
        nested = any(isinstance(element, Mapping | list | tuple) for element in elements)
        return None if nested else f"[{', '.join(map(_scalar, elements))}]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, float):
        return _number(value)
    if not isinstance(value, str):
        return json.dumps(value)
    safe = _PLAIN.fullmatch(value) and value.lower() not in _YAML_1_1
    if safe and isinstance(scalar(value, None, quoted=False), str):
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in quoted)


def _number(value: float) -> str:
    """A number that YAML 1.1 reads as one too: with a point before its exponent."""
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    mantissa, exponent, power = repr(value).partition("e")
    return f"{mantissa}.0e{power}" if exponent and "." not in mantissa else repr(value)

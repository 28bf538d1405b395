"""From bytes to messages, their fields counted first.

A field without content takes two bytes, and a hundred once it is an object; a packed integer takes
one, and eight as a number: a message of the largest size that is allowed would fill the memory many
times over.
"""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError

from flowspec.diagnostics import Diagnostic
from flowspec.serve.request_error import MALFORMED, TOO_LARGE, RequestError

MOST_FIELDS = 10_000
"""The most fields of a message, those of messages inside it included.

Packed numbers are one field; integers, which may take less room than in memory, one more for every
`INTEGERS` bytes.
"""

INTEGERS = 128
"""The bytes of packed integers that count as a field: there is room for 128,000 of any size."""

_SMALL = 16 * 1024
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_INTEGERS = frozenset(
    {
        FieldDescriptor.TYPE_BOOL, FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_INT64,
        FieldDescriptor.TYPE_UINT32, FieldDescriptor.TYPE_UINT64,
    }
)  # fmt: skip
_FIXED = {_FIXED64: 8, _FIXED32: 4}


def parse(kind: Any, data: bytes) -> Any:
    """The message that some bytes are.

    Args:
        kind: The class of the message.
        data: The bytes.

    Raises:
        RequestError: If they are none, or one with too many fields.
    """
    try:
        if len(data) > _SMALL and not _is_modest(kind.DESCRIPTOR, data):
            raise RequestError(TOO_LARGE, _too_many_fields())
        return kind.FromString(data)
    except (DecodeError, IndexError):
        fault = Diagnostic(
            slug="malformed-request", message="the body is no message of this method", path="body",
            expected=kind.DESCRIPTOR.full_name,
        )  # fmt: skip
        raise RequestError(MALFORMED, fault) from None


def _is_modest(descriptor: Any, data: bytes) -> bool:
    """Whether a message has no more fields than are allowed; it looks at no more than those."""
    left = MOST_FIELDS
    parts = [(descriptor, 0, len(data))]
    while parts:
        kind, at, end = parts.pop()
        while at < end:
            left -= 1
            if left < 0:
                return False
            tag, at = _varint(data, at)
            at, size = _value(data, at, tag & 7)
            inner = kind.fields_by_number.get(tag >> 3)
            if tag & 7 == _BYTES and inner is not None:
                if inner.message_type is not None:
                    parts.append((inner.message_type, at, at + size))
                elif inner.type in _INTEGERS:
                    left -= size // INTEGERS
            at += size
    return left >= 0


def _value(data: bytes, at: int, wire: int) -> tuple[int, int]:
    """Where the value of a field begins, and how many bytes it has."""
    if wire == _BYTES:
        size, at = _varint(data, at)
        return at, size
    if wire == _VARINT:
        return at, _varint(data, at)[1] - at
    if wire not in _FIXED:
        raise DecodeError("groups are no part of the protocol")
    return at, _FIXED[wire]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The integer that begins at a place, and the place behind it."""
    value = 0
    for shift in range(0, 70, 7):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise DecodeError("an integer has too many bytes")


def _too_many_fields() -> Diagnostic:
    return Diagnostic(
        slug="body-too-large", message="the message has more fields than are read", path="body",
        expected=f"at most {MOST_FIELDS}", help="send numbers packed, or as raw_input_contents",
    )  # fmt: skip

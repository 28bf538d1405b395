"""Names of the features of an event or of the entries of a vector."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from pydantic import Field
from pydantic_core import PydanticCustomError

FieldName = Annotated[str, Field(min_length=1, max_length=200)]
Fields = Annotated[
    tuple[FieldName, ...], Field(max_length=65_536, json_schema_extra={"uniqueItems": True})
]


def check_fields(fields: tuple[str, ...] | None, size: int) -> None:
    """Refuse names that are not one per feature, or not distinct."""
    if fields is None:
        return
    if len(fields) != size:
        raise PydanticCustomError(
            "wrong-length",
            "`fields` has {got} names for {size} features",
            {"key": "fields", "got": str(len(fields)), "size": size, "expected": f"{size} names"},
        )
    if len(set(fields)) < size:
        twice = Counter(fields).most_common(1)[0][0]
        raise PydanticCustomError(
            "repeated-name",
            "two fields have the same name",
            {"key": "fields", "got": twice, "expected": "another name for each"},
        )

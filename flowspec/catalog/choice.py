"""A value that may be written in one of two forms, told apart by whether it is a list."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import Discriminator, Tag

T = TypeVar("T")


def _form(value: Any) -> str:
    return "list" if isinstance(value, list | tuple) else "one"


ByForm = Discriminator(_form)

ScalarOrList = Annotated[
    Annotated[T, Tag("one")] | Annotated[tuple[T, ...], Tag("list")],
    ByForm,
]
"""One value for every feature, or a list with one for each."""

"""A union over a fixed list of maps that are told apart by the key `kind`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Choice:
    """The metadata of an annotation: one of the given classes, named by its literal `kind`."""

    def __init__(self, *classes: type[BaseModel]) -> None:
        self._classes = {str(kind.model_fields["kind"].default): kind for kind in classes}

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """A union tagged by `kind`."""
        choices = {name: handler.generate_schema(kind) for name, kind in self._classes.items()}
        return core_schema.tagged_union_schema(choices, discriminator="kind")

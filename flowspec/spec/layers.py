"""The list of layers: kinds of the catalogue, and repeats of such lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, cast

from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from flowspec.catalog.kind import Name, Node
from flowspec.catalog.layer import Layer
from flowspec.catalog.layers import LAYERS

REPEAT = "repeat"


class _LayerOrRepeat:
    """A union over the catalogue's layers and `Repeat`, told apart by the keys they have."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        choices = {name: handler.generate_schema(kind) for name, kind in LAYERS.kinds.items()}
        choices[REPEAT] = handler.generate_schema(Repeat)
        return core_schema.tagged_union_schema(choices, discriminator=_which)


def _which(value: Any) -> str | None:
    if isinstance(value, Repeat):
        return REPEAT
    if isinstance(value, Mapping):
        node = cast("Mapping[str, Any]", value)
        kind = node.get("kind", REPEAT if REPEAT in node else None)
        return kind if isinstance(kind, str) else None
    return getattr(value, "kind", None)


class Repeat(Node):
    """The same list of layers several times over, each time with its own variables."""

    repeat: Annotated[int, Field(ge=1, le=1024)]
    """How many times."""
    name: Name | None = None
    """Stands in the paths of its variables, in place of the index."""
    trainable: bool = True
    """Whether training moves the variables of its layers."""
    layers: LayerList
    """The layers to repeat."""


LayerList = Annotated[
    tuple[Annotated[Layer | Repeat, _LayerOrRepeat()], ...],
    Field(min_length=1, max_length=1024),
]
"""Layers in forward order."""

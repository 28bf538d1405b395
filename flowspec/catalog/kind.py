"""A kind: one choice of one node of the language, with its options and its mathematics."""

from __future__ import annotations

import keyword
import re
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from flowspec.catalog.axes import Axes, Group
from flowspec.catalog.facet import SEEN
from flowspec.records import LayerRecord

NAME = re.compile(r"[a-z][a-z0-9_]*")


def check_name(name: str) -> str:
    """Refuse a name that SavedModel signatures, Python callers or variable paths cannot hold."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise PydanticCustomError(
            "invalid-name",
            "this name cannot be used",
            {
                "expected": "a lower-case letter followed by lower-case letters, digits and "
                "underscores, and no Python keyword"
            },
        )
    return name


Name = Annotated[
    str,
    AfterValidator(check_name),
    Field(json_schema_extra={"pattern": f"^(?!({'|'.join(keyword.kwlist)})$){NAME.pattern}$"}),
]


class Node(BaseModel):
    """A map of the language: frozen, unknown keys refused, defaults filled."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, defer_build=True
    )

    def as_node(self) -> dict[str, Any]:
        """The map as plain data with every default filled in; absent choices are left out."""
        return self.model_dump(mode="json", exclude_none=True)


class Kind(Node):
    """A node with variants. A subclass sets `kind` to its own literal name.

    `revision` is raised whenever the mathematics of the kind changes, so that weights trained
    under the old mathematics are told apart.
    """

    revision: ClassVar[int] = 1

    kind: str

    def own_axes(self, part: LayerRecord, entries: Group) -> dict[str, Axes]:
        """What the axes of a part's own variables mean, by the variable's name; none by default.

        Args:
            part: A part of this kind.
            entries: The features of the event there, or the entries of a context input.
        """
        return {}

    def inner_revisions(self) -> dict[str, int]:
        """The revisions above 1 of the kinds in its options, by the option's dotted key."""
        found: dict[str, int] = {}
        for key in type(self).model_fields:
            value = getattr(self, key)
            if isinstance(value, Kind):
                own = {"": value.revision} if value.revision > 1 else {}
                below = {**own, **value.inner_revisions()}
                found |= {f"{key}.{inner}".rstrip("."): number for inner, number in below.items()}
        return found


class Trainable(Node):
    """What anything with variables may say."""

    trainable: Annotated[bool, SEEN] = True
    """Whether training moves its variables."""


class Named(Trainable):
    """What any layer or network may say."""

    name: Annotated[Name | None, SEEN] = None
    """Stands in the paths of its variables, in place of the index or the role."""

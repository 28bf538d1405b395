"""The whole spec, validated: every default filled in, frozen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PrivateAttr
from pydantic_core import PydanticCustomError

from flowspec.catalog.base import Base
from flowspec.catalog.bases import BASES
from flowspec.catalog.bases.normal import Normal
from flowspec.catalog.context import Context
from flowspec.catalog.contexts import CONTEXTS
from flowspec.catalog.kind import Name, Node
from flowspec.diagnostics import Diagnostic, Span
from flowspec.records import Dtype
from flowspec.source import Node as SourceNode
from flowspec.spec.event import Event
from flowspec.spec.layers import LayerList
from flowspec.spec.output import Output
from flowspec.spec.training import Training

LANGUAGE = 1
"""The version of the language."""

_SEMANTIC = r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$"


Path = Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$", max_length=1000)]


def _no_boolean(value: Any) -> Any:
    """Refuse true, which Python takes for 1."""
    if isinstance(value, bool):
        message = "this value has the wrong type"
        raise PydanticCustomError("wrong-type", message, {"expected": "an integer"})
    return value


class Spec(Node):
    """A conditional normalizing flow, its outputs and its training."""

    flowspec: Annotated[Literal[1], BeforeValidator(_no_boolean)]
    """The version of the language this file is written in."""
    name: Name
    """The name of the flow."""
    version: Annotated[str, Field(pattern=_SEMANTIC)] = "0.1.0"
    """The semantic version of this architecture."""
    description: str = ""
    """What it is for, in words."""
    dtype: Dtype = "float32"
    """The dtype of the flow and of its networks."""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    """Decides initial variables, random masks and orders, and the rows held out."""
    event: Event
    """The random value."""
    context: Annotated[
        dict[Name, Annotated[Context, CONTEXTS]],
        Field(max_length=256, default_factory=dict, json_schema_extra={"default": {}}),
    ]
    """The inputs on which it is conditioned, by name."""
    base: Annotated[Base, BASES] = Normal(kind="normal")
    """The distribution of the latent."""
    layers: LayerList
    """The layers in forward order, latent to event."""
    outputs: Annotated[dict[Name, Output], Field(min_length=1, max_length=256)] | None = None
    """One Keras model and one endpoint each; the usual five where absent."""
    training: Training = Training()
    """How `flow.fit` trains it."""
    renames: Annotated[dict[Path, Path], Field(min_length=1, max_length=1024)] | None = None
    """Where variables went: the start of their paths in an earlier version, and in this one."""

    _source: SourceNode | None = PrivateAttr(default=None)
    _warnings: tuple[Diagnostic, ...] = PrivateAttr(default=())

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What was found while it was read: files in an older version of the language."""
        return self._warnings

    def __eq__(self, other: object) -> bool:
        """Whether both say the same, wherever they were read from."""
        return isinstance(other, Spec) and self.as_node() == other.as_node()

    def __hash__(self) -> int:
        """Follows from the name and version."""
        return hash((self.name, self.version))

    @property
    def source(self) -> SourceNode | None:
        """The document that it was read from; None where it was made in Python."""
        return self._source

    def span(
        self, path: Sequence[str | int], *, key: bool = False, exact: bool = False
    ) -> Span | None:
        """Where the node at `path` stands in the file it came from.

        Args:
            path: Keys and indices.
            key: Whether the place of its key is meant.
            exact: Whether there is no place where the file does not say it; else it is that of the
                nearest node around it.
        """
        if self._source is None:
            return None
        node = self._source.get(path) if exact else self._source.find(path)
        if node is None:
            return None
        return (node.key_span or node.span) if key else node.span

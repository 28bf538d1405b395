"""A family: all kinds of one node, found by looking into the family's folder."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from flowspec.catalog.kind import Kind

K = TypeVar("K", bound=Kind)


class Family(Generic[K]):
    """The kinds defined in the modules of one package, by name.

    As the metadata of an annotation, `Annotated[Transform, TRANSFORMS]`, it makes the field a
    union over its kinds that is told apart by the key `kind`.
    """

    def __init__(self, package: str, base: type[K]) -> None:
        self.package = package
        self.name = package.rpartition(".")[2]
        self.base = base

    @functools.cached_property
    def modules(self) -> Mapping[str, Any]:
        """The module of each kind, by the kind's name, in alphabetic order."""
        package = importlib.import_module(self.package)
        names = sorted(info.name for info in pkgutil.iter_modules(package.__path__))
        return {name: importlib.import_module(f"{self.package}.{name}") for name in names}

    @functools.cached_property
    def kinds(self) -> Mapping[str, type[K]]:
        """The class of each kind, by its name."""
        return {name: self._kind_of(name, module) for name, module in self.modules.items()}

    def examples(self, name: str) -> Any:
        """The YAML text of a kind's examples: a list of nodes."""
        return self.modules[name].EXAMPLES

    def make(self, node: Mapping[str, Any]) -> K:
        """The kind that a resolved node of the spec describes."""
        return self.kinds[str(node["kind"])].model_validate(node)

    def accepting(self, context: str) -> Family[K]:
        """The part of the family whose kinds accept inputs of the context kind `context`."""
        return _Part(self, context)

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """A union tagged by `kind`."""
        choices = {name: handler.generate_schema(kind) for name, kind in self.kinds.items()}
        return core_schema.tagged_union_schema(choices, discriminator="kind")

    def _kind_of(self, name: str, module: Any) -> type[K]:
        wanted = "".join(word.capitalize() for word in name.split("_"))
        return getattr(module, wanted)


class _Part(Family[K]):
    """The kinds of a family that accept one kind of context input."""

    def __init__(self, family: Family[K], context: str) -> None:
        super().__init__(family.package, family.base)
        self._context = context

    @functools.cached_property
    def kinds(self) -> Mapping[str, type[K]]:
        """The class of each accepted kind, by its name."""
        everything = super().kinds
        return {
            name: kind
            for name, kind in everything.items()
            if self._context in getattr(kind, "accepts", ())
        }

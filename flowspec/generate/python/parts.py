"""The parts of a flow as Keras layers: one class for all parts whose code is the same."""

from __future__ import annotations

import ast
from typing import Any

from flowspec.catalog.kind import Kind
from flowspec.catalog.network import NetworkKind
from flowspec.generate.identifiers import camel
from flowspec.generate.python.base import base_values
from flowspec.generate.python.block import Block
from flowspec.generate.python.call import Call
from flowspec.generate.python.code import code
from flowspec.generate.python.docs import docstring, of_kind
from flowspec.generate.python.module import Class, Module
from flowspec.generate.python.networks import Networks
from flowspec.generate.python.sequences import Row, mask_row, order_row
from flowspec.generate.python.views import PartView, kind_of, likeness, role_of
from flowspec.generate.render import render
from flowspec.records import ContextRecord, LayerRecord, Plan, VariableRecord

_TYPES = {"mask": "tuple[bool, ...]", "order": "tuple[int, ...]"}


class Parts:
    """Writes the classes of a flow's parts into a module.

    Args:
        plan: The flow.
        module: The module.
        networks: The classes of its networks.
    """

    def __init__(self, plan: Plan, module: Module, networks: Networks) -> None:
        self._plan = plan
        self._module = module
        self._networks = networks
        self._names: dict[str, str] = {}
        self._layers: dict[str, tuple[str, set[str]]] = {}

    def layer(self, record: LayerRecord) -> Call:
        """One step of the chain: a class with `forward` and `inverse`."""
        like = likeness(record)
        if like not in self._layers:
            self._layers[like] = self._layer_class(record)
        name, seen = self._layers[like]
        return Call(name, {**_given(record, seen), **self._made(record)})

    def context(self, context: ContextRecord) -> Call:
        """A context input: a class that encodes it."""
        record = context.layer
        kind, block = kind_of(record), Block(self._module, ["value"], ["known"])
        view = PartView(record, block, self._networks)
        known = Block(self._module, ["value"]).run(kind.is_known, code("value"))
        features = block.let("features", block.run(kind.encode, code("value"), view, last=True))
        sizes = tuple(axis for axis in context.shape if isinstance(axis, int))
        values = {
            "body": block.lines(), "features": features, "known": known, "count": context.count,
            "dtype": "DTYPE" if context.dtype == self._plan.dtype else repr(context.dtype),
        }  # fmt: skip
        name = self._class_of("python/context.py.j2", record, values, sizes)
        return Call(name, {"shape": repr(sizes), **self._made(record)})

    def base(self) -> Call:
        """The base: a class that draws latents and gives their log-density."""
        values = base_values(self._plan, self._module, self._networks)
        name = self._class_of("python/base.py.j2", self._plan.base, values)
        return Call(name, self._made(self._plan.base))

    def _layer_class(self, record: LayerRecord) -> tuple[str, set[str]]:
        """The name of a layer's class, and which of mask and order it is made with."""
        kind, methods, seen = kind_of(record), dict[str, list[str]](), set[str]()
        features = ["features"] if self._plan.conditional else []
        for name in ("forward", "inverse"):
            block = Block(self._module, ["value"], features)
            view = PartView(record, block, self._networks)
            result = block.run(getattr(kind, name), code("value"), view, last=True)
            methods[name] = block.lines(result)
            seen |= view.record.seen
        given = [(name, text) for name, text in _TYPES.items() if name in seen]
        values = {"methods": methods, "given": given, "features": features}
        return self._class_of("python/layer.py.j2", record, values), seen

    def _class_of(
        self, template: str, record: LayerRecord, values: dict[str, Any], row: tuple[int, ...] = ()
    ) -> str:
        """The name of the class with this code, which the module now has."""
        kind = kind_of(record)
        values = {
            **values,
            "text": docstring(of_kind(kind), 4),
            "own": [(one, self._shape(one, row)) for one in record.own],
            "networks": [
                (role_of(one, record), name)
                for one in record.networks
                if (name := self._networks.class_of(one, record)) is not None
            ],
        }
        key = render(template, name="", **values)
        if key not in self._names:
            name = self._names[key] = self._module.names.of(("part", key), _wanted(kind))
            text = render(template, name=name, **values)
            self._module.imports.backend("keras")
            self._module.imports.backend("tf")
            self._module.classes.append(Class(text, type(kind).__module__))
        return self._names[key]

    def _made(self, record: LayerRecord) -> dict[str, str | Row | Call]:
        """The arguments that every part has: its networks, and its name."""
        networks = {
            role_of(one, record): Call(name, {"outputs": str(one.outputs), "name": repr(one.name)})
            for one in record.networks
            if (name := self._networks.class_of(one, record)) is not None
        }
        return {**networks, "name": repr(record.path)}

    def _shape(self, variable: VariableRecord, row: tuple[int, ...]) -> str:
        """The shape of a variable: of the context's rows, or with SIZE for the features."""
        if row and variable.shape == row:
            return "self.shape"
        first, *rest = variable.shape or (0,)
        if row or first != self._plan.event.size:
            return repr(variable.shape)
        return ast.unparse(ast.parse(f"(SIZE, {', '.join(map(str, rest))})"))


def _wanted(kind: Kind) -> str:
    """A name that tells a kind from others by the kinds it is made of: an affine coupling."""
    inner = [one for one in dict(kind).values() if isinstance(one, Kind)]
    words = [camel(one.kind) for one in inner if not isinstance(one, NetworkKind)]
    return "".join([*words, camel(kind.kind)])


def _given(record: LayerRecord, seen: set[str]) -> dict[str, Row]:
    """The mask or the order of a layer, where its code has one."""
    rows = {"mask": mask_row(record.mask or ()), "order": order_row(record.order or ())}
    return {name: row for name, row in rows.items() if name in seen}

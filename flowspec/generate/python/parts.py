"""The parts of a flow as Keras layers: one class for all parts whose code is the same."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from flowspec.catalog.kind import Kind
from flowspec.catalog.network import NetworkKind
from flowspec.generate.identifiers import camel
from flowspec.generate.python.block import Block
from flowspec.generate.python.code import Code, code
from flowspec.generate.python.docs import docstring, of_kind
from flowspec.generate.python.module import Class, Module
from flowspec.generate.python.networks import Networks
from flowspec.generate.python.sequences import Row, mask_row, order_row
from flowspec.generate.python.views import PartView, kind_of, role_of
from flowspec.generate.render import render
from flowspec.records import ContextRecord, LayerRecord, Plan, VariableRecord

_TYPES = {"mask": "tuple[bool, ...]", "order": "tuple[int, ...]"}


@dataclass(frozen=True)
class Call:
    """How an object of a class is made: arguments are expressions, sequences, or objects."""

    name: str
    arguments: dict[str, str | Row | Call] = field(default_factory=dict[str, Any])

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{k}={v}' for k, v in self.arguments.items())})"


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
        self._features = ["features"] if plan.conditional else []

    def layer(self, record: LayerRecord) -> Call:
        """One step of the chain: a class with `forward` and `inverse`."""
        kind, methods, seen = kind_of(record), {}, set[str]()
        for name in ("forward", "inverse"):
            block = Block(self._module, ["value"], self._features)
            view = PartView(record, block, self._networks)
            methods[name] = block.lines(
                block.run(getattr(kind, name), code("value"), view, last=True)
            )
            seen |= view.record.seen
        given = self._given(record, seen)
        types = [(one, _TYPES[one]) for one in given]
        values = {"methods": methods, "given": types, "features": self._features}
        name = self._class_of("python/layer.py.j2", record, kind, values)
        return Call(name, {**given, **self._made(record)})

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
        name = self._class_of("python/context.py.j2", record, kind, values, sizes)
        return Call(name, {"shape": repr(sizes), **self._made(record)})

    def base(self, record: LayerRecord) -> Call:
        """The base: a class that draws latents and gives their log-density."""
        kind = kind_of(record)
        origins = {output.origin for output in self._plan.outputs}
        values = {
            "features": bool(record.reads),
            "log_prob": self._log_prob(record, kind),
            "place": self._place(record, kind),
            "distribution": self._distribution(record, kind),
            "noise": self._noise(kind) if "draw" in origins else None,
            "count": kind.uniforms(self._plan.event.size),
            "centre": "centre" in origins,
        }
        return Call(self._class_of("python/base.py.j2", record, kind, values), self._made(record))

    def _log_prob(self, record: LayerRecord, kind: Any) -> list[str]:
        block = Block(self._module, ["latent", "temperature"], ["features"])
        raw = self._raw(record, kind, block)
        return block.lines(
            block.run(kind.log_prob, code("latent"), raw, code("temperature"), last=True)
        )

    def _place(self, record: LayerRecord, kind: Any) -> list[str]:
        block = Block(self._module, ["noise", "temperature"], ["features"])
        raw, temperature = self._raw(record, kind, block), code("temperature")
        if record.reads:
            raw = block.let("raw", code(f"{raw}[:, tf.newaxis]"))
        latent = block.let("latent", block.run(kind.place, code("noise"), raw, temperature))
        log_prob = block.let("log_prob", block.run(kind.log_prob, latent, raw, temperature))
        flat = (f"tf.reshape({latent}, (-1, SIZE))", f"tf.reshape({log_prob}, (-1,))")
        return block.lines(*map(code, flat))

    def _noise(self, kind: Any) -> str:
        self._module.excerpts.name_of("flowspec.build.uniforms", "uniforms")
        return str(Block(self._module).run(kind.draw, code("source"), None, code("SIZE")))

    def _distribution(self, record: LayerRecord, kind: Any) -> list[str]:
        block = Block(self._module, ["shape"], ["features"])
        raw = self._raw(record, kind, block)
        return block.lines(
            block.run(kind.distribution, raw, code("shape"), code("DTYPE"), last=True)
        )

    def _raw(self, record: LayerRecord, kind: Any, block: Block) -> Code | None:
        view = PartView(record, block, self._networks)
        return block.let("raw", block.run(kind.raw, view))

    def _class_of(
        self, template: str, record: LayerRecord, kind: Any, values: dict[str, Any],
        row: tuple[int, ...] = (),
    ) -> str:  # fmt: skip
        """The name of the class with this code, which the module now has."""
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
            # The kinds that a kind is made of tell it from others: an affine coupling.
            inner = [one for one in dict(kind).values() if isinstance(one, Kind)]
            words = [camel(one.kind) for one in inner if not isinstance(one, NetworkKind)]
            wanted = "".join([*words, camel(record.kind)])
            name = self._names[key] = self._module.names.of(("part", key), wanted)
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

    def _given(self, record: LayerRecord, seen: set[str]) -> dict[str, str | Row | Call]:
        """The mask or the order of a layer, where its code has one."""
        given: dict[str, str | Row | Call] = {}
        if "mask" in seen:
            given["mask"] = mask_row(record.mask or ())
        if "order" in seen:
            given["order"] = order_row(record.order or ())
        return given

    def _shape(self, variable: VariableRecord, row: tuple[int, ...]) -> str:
        """The shape of a variable: of the context's rows, or with SIZE for the features."""
        if row and variable.shape == row:
            return "self.shape"
        first, *rest = variable.shape or (0,)
        if row or first != self._plan.event.size:
            return repr(variable.shape)
        return ast.unparse(ast.parse(f"(SIZE, {', '.join(map(str, rest))})"))

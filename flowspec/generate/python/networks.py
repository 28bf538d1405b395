"""Networks as Keras layers, one class for all that have the same Keras layers and inputs."""

from __future__ import annotations

from typing import Any

from flowspec.generate.identifiers import camel
from flowspec.generate.python.block import Block
from flowspec.generate.python.code import Code, code
from flowspec.generate.python.docs import docstring, of_kind
from flowspec.generate.python.module import Class, Module
from flowspec.generate.python.views import BuilderView, NetworkView, kind_of, likeness
from flowspec.generate.render import render
from flowspec.records import LayerRecord, NetworkRecord


class Networks:
    """Writes the classes of networks into a module.

    Args:
        module: The module.
        layer_dtype: The constant with the dtype, or policy, of Keras layers in networks.
    """

    def __init__(self, module: Module, layer_dtype: str) -> None:
        self._module = module
        self._dtype = layer_dtype
        self._names: dict[tuple[str, ...], str] = {}
        self._classes: dict[str, str | None] = {}

    def class_of(self, record: NetworkRecord, owner: LayerRecord) -> str | None:
        """The class of a network, which the module now has; None where it has no Keras layers."""
        like = f"{owner.kind} {likeness(record)}"
        if like not in self._classes:
            self._classes[like] = self._class_of(record, owner)
        return self._classes[like]

    def _class_of(self, record: NetworkRecord, owner: LayerRecord) -> str | None:
        layers = self._layers(record)
        if not layers:
            return None
        inputs = [*(["value"] if record.value else []), *(["context"] if record.context else [])]
        given: dict[str, Any] = {name: code(f"self.{name}") for name in layers}
        block = Block(self._module, inputs)
        body = block.lines(self._cast(self._run(record, given, [*map(code, inputs)], block)))
        key = (record.family, record.kind, *map(str, layers.values()), *inputs, *body)
        if key not in self._names:
            kind = kind_of(record)
            name = self._names[key] = self._named(record, owner)
            text = render(
                "python/network.py.j2", name=name, text=docstring(of_kind(kind), 4),
                layers={one: str(layer) for one, layer in layers.items()},
                inputs=inputs, body=body,
            )  # fmt: skip
            self._module.imports.backend("keras")
            self._module.imports.backend("tf")
            self._module.classes.append(Class(text, type(kind).__module__))
        return self._names[key]

    def inline(self, record: NetworkRecord, inputs: list[Any], block: Block) -> Any:
        """What a network without Keras layers computes."""
        result = self._run(record, {}, inputs, block)
        return result if result.is_atom else self._in_flow_dtype(result)

    def _layers(self, record: NetworkRecord) -> dict[str, Code]:
        block = Block(self._module)
        view = NetworkView(record), BuilderView(record, self._dtype)
        return block.run(kind_of(record).layers, *view)

    def _run(
        self, record: NetworkRecord, layers: dict[str, Any], inputs: list[Any], block: Block
    ) -> Any:
        """What it makes of its inputs: of the value, then of the context."""
        kind, last = kind_of(record), bool(layers)
        if record.family == "encoders":
            return block.run(kind.encode, layers, inputs[0], record.value, last=last)
        value = inputs[0] if record.value else None
        context = inputs[-1] if record.context else None
        return block.run(kind.condition, layers, value, context, last=last)

    def _cast(self, result: Code) -> Code:
        """In the flow's dtype, where the Keras layers compute in another."""
        return result if self._dtype == "DTYPE" else self._in_flow_dtype(result)

    def _in_flow_dtype(self, result: Code) -> Code:
        self._module.imports.backend("tf")
        return Code(self._module.library_call(code("tf.cast"), [result, code("DTYPE")], {}))

    def _named(self, record: NetworkRecord, owner: LayerRecord) -> str:
        kind, part = camel(record.kind), camel(owner.kind)
        if record.family == "encoders":
            return self._module.names.of((record.family, len(self._names)), f"{kind}Encoder")
        return self._module.names.of((record.family, len(self._names)), kind, f"{part}{kind}")

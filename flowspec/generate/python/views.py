"""What a kind is given while code is written: records, networks and variables as code.

They stand in for `catalog.parts.Parts` and `catalog.network.Builder`: what a kind asks them for
comes back as an attribute of the class that is written, or a call of it.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from flowspec.catalog import FAMILIES
from flowspec.catalog.network import NetworkKind
from flowspec.generate.python.code import Code, Symbolic, code, plain
from flowspec.records import LayerRecord, NetworkRecord

if TYPE_CHECKING:
    from flowspec.generate.python.block import Block
    from flowspec.generate.python.networks import Networks

GIVEN = ("mask", "order")
"""Fields of a layer's record in which the iterations of a repeat differ: arguments of its class."""


class RecordView(Symbolic):
    """A part's record; mask and order are attributes of the part's class.

    Attributes:
        seen: Those of them that were asked for.
    """

    def __init__(self, record: LayerRecord) -> None:
        self._record = record
        self.seen: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._record, name)
        if name not in GIVEN or found is None:
            return found
        self.seen.add(name)
        return code(f"self.{name}")


class PartView(Symbolic):
    """The networks and variables of a part, as attributes of its class.

    Args:
        record: The part's record.
        block: The function that is written.
        networks: The classes of networks.
    """

    def __init__(self, record: LayerRecord, block: Block, networks: Networks) -> None:
        self.record = RecordView(record)
        self._part = record
        self._block = block
        self._networks = networks

    def network(self, name: Any, value: Code | None = None) -> Any:
        """A call of the network on the value and the features the part reads."""
        record = next(one for one in self._part.networks if one.name == plain(name))
        inputs = [value] if record.value else []
        inputs += [self._context()] if record.context else []
        if self._networks.class_of(record, self._part) is not None:
            return self._block.call(code(f"self.{role_of(record, self._part)}"), inputs, {})
        return self._networks.inline(record, inputs, self._block)

    def variable(self, name: Any) -> Code:
        """The variable."""
        return code(f"self.{plain(name)}")

    def _context(self) -> Code:
        """The features of the context inputs that the part reads, side by side."""
        read = [code(f"features[{name!r}]") for name in self._part.reads]
        if len(read) == 1:
            return read[0]
        self._block.module.imports.backend("tf")
        return self._block.call(code("tf.concat"), [read, -1], {})


class NetworkView(Symbolic):
    """A network's record; the number of its outputs is an argument of its class."""

    def __init__(self, record: NetworkRecord) -> None:
        self._record = record

    def __getattr__(self, name: str) -> Any:
        return code("outputs") if name == "outputs" else getattr(self._record, name)


class BuilderView(Symbolic):
    """What a network's Keras layers are made with.

    Args:
        record: The network's record.
        dtype: The constant with the dtype, or policy, of its layers.
    """

    def __init__(self, record: NetworkRecord, dtype: str) -> None:
        marker = f".{record.name}."
        self._initializers = {
            variable.path.rpartition(marker)[2]: variable.initializer
            for variable in record.variables
        }
        self.dtype = code(dtype)

    def initializer(self, variable: Any) -> str:
        """The name of a variable's initializer; generated code does not seed it."""
        return self._initializers[plain(variable)]


@functools.cache
def _kind(family: str, node: str) -> Any:
    return FAMILIES[family].make(json.loads(node))


def likeness(record: LayerRecord | NetworkRecord) -> str:
    """A text that is the same for all records whose code is the same, wherever they are."""
    apart = {"path", "source", "mask", "order", "moved", "outputs", "variables"}
    networks = {"networks": {"__all__": {"source", "outputs", "variables"}}}
    own = {"own": {"__all__": {"path", "seed"}}}
    data = record.model_dump(mode="json", exclude={**dict.fromkeys(apart, True), **networks, **own})
    return json.dumps(data, sort_keys=True)


def role_of(record: NetworkRecord, part: LayerRecord) -> str:
    """The option that a network is: the attribute it has in the class of its part."""
    options = dict(kind_of(part)).items()
    networks = {name: one for name, one in options if isinstance(one, NetworkKind)}
    return next(name for name, one in networks.items() if record.name == (one.name or name))


def kind_of(record: LayerRecord | NetworkRecord) -> Any:
    """The kind that a record was planned by."""
    return _kind(record.family, json.dumps(record.node))

"""The Keras layer behind every part of the flow: it owns the part's networks and variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flowspec.backend import Tensor, keras, tf
from flowspec.build.initializers import make_initializer
from flowspec.build.network import Network
from flowspec.catalog import FAMILIES
from flowspec.records import LayerRecord, NetworkRecord


class Part(keras.layers.Layer):
    """A part of the flow, made from its record; subclasses say what calling it does.

    Its name is the record's path, so a variable's plan path is the name and the path inside; a
    path of one word gets a prefix in the name, since an input may be called the same.
    """

    def __init__(
        self, record: LayerRecord | Mapping[str, Any], flow_dtype: str, **options: Any
    ) -> None:
        record = LayerRecord.model_validate(record)
        name = record.path if "." in record.path else f"flow.{record.path}"
        options = {"name": name, "dtype": flow_dtype, **options}
        super().__init__(autocast=False, **options)
        self.record = record
        self.flow_dtype = flow_dtype
        self.kind = FAMILIES[record.family].make(record.node)
        self.networks = {network.name: Network(network, flow_dtype) for network in record.networks}
        self.own: dict[str, Any] = {}

    def build(self, *_: Any) -> None:
        """Create the part's variables: its own, then those of its networks by a run on zeros."""
        for variable in self.record.own:
            name = variable.path.removeprefix(f"{self.record.path}.")
            self.own[name] = self.add_weight(
                shape=variable.shape,
                dtype=variable.dtype,
                initializer=make_initializer(variable),
                trainable=variable.trainable,
                name=name,
            )
        for network in self.record.networks:
            self.networks[network.name](*self.example(network))
        self.built = True

    def plan_variables(self) -> dict[str, Any]:
        """The part's Keras variables by their path in the plan."""
        marker = f"/{self.name}/"
        found: dict[str, Any] = {}
        for variable in self.weights:
            inside = f"/{variable.path}".partition(marker)[2]
            found[f"{self.record.path}.{inside.replace('/', '.')}"] = variable
        return found

    def bind(self, features: Sequence[Tensor] = ()) -> Call:
        """What the kind's arithmetic is given: networks that read `features`, and variables."""
        return Call(self, features)

    def get_config(self) -> dict[str, Any]:
        """The record, from which the layer is made again."""
        return {
            **super().get_config(),
            "record": self.record.model_dump(mode="json"),
            "flow_dtype": self.flow_dtype,
        }

    def example(self, network: NetworkRecord) -> list[Tensor | None]:
        """One row of zeros of what a network reads: features of the value, and context."""
        sizes = (network.value, network.context)
        return [tf.zeros((1, size), self.flow_dtype) if size else None for size in sizes]


class Call:
    """The parameters of one part during one call; implements `catalog.parts.Parts`."""

    def __init__(self, part: Part, features: Sequence[Tensor]) -> None:
        self._part = part
        self._context = tf.concat(list(features), -1) if len(features) > 0 else None

    @property
    def record(self) -> LayerRecord:
        """The part's record in the plan."""
        return self._part.record

    def network(self, name: str, value: Tensor | None = None) -> Tensor:
        """The outputs of a network on the value and the features that the part reads."""
        return self._part.networks[name](value, self._context)

    def variable(self, name: str) -> Tensor:
        """The value of one of the part's own variables."""
        return tf.convert_to_tensor(self._part.own[name])

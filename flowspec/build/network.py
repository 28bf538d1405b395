"""The Keras layer of a network: it owns the kind's Keras layers and runs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec.backend import Tensor, keras, tf
from flowspec.build.freezing import is_trainable
from flowspec.build.initializers import make_initializer
from flowspec.build.registry import registered
from flowspec.catalog import FAMILIES
from flowspec.records import NetworkRecord


class LayerBuilder:
    """Dtype and seeded initializers for a network's Keras layers."""

    def __init__(self, record: NetworkRecord, policy: str) -> None:
        self._prefix = f".{record.name}."
        self._variables = {
            variable.path.rpartition(self._prefix)[2]: variable for variable in record.variables
        }
        self.dtype = policy

    def initializer(self, variable: str) -> Any:
        """The initializer of a variable, named relative to the network."""
        return make_initializer(self._variables[variable])


@registered
class Network(keras.layers.Layer):
    """A network of the plan as a Keras layer.

    Shapes: value `(N, V)` or category indices `(N,)`, context `(N, C)`; returns `(N, outputs)`.
    """

    def __init__(
        self,
        record: NetworkRecord | Mapping[str, Any],
        flow_dtype: str,
        policy: str,
        **options: Any,
    ) -> None:
        record = NetworkRecord.model_validate(record)
        options = {"name": record.name, "dtype": flow_dtype, **options}
        super().__init__(autocast=False, **options)
        self.record = record
        self.flow_dtype = flow_dtype
        self.policy = policy
        self._kind = FAMILIES[record.family].make(record.node)
        self.inner = self._kind.layers(record, LayerBuilder(record, policy))
        if not record.trainable:
            self.trainable = False

    @property
    def trainable(self) -> bool:
        """Whether training moves any of its variables."""
        return is_trainable(self)

    @trainable.setter
    def trainable(self, value: bool) -> None:
        keras.layers.Layer.trainable.fset(self, value)

    def call(self, value: Tensor | None = None, context: Tensor | None = None) -> Tensor:
        """Run the kind's Keras layers; the result has the flow's dtype."""
        if self.record.family == "encoders":
            result = self._kind.encode(self.inner, value, self.record.value)
        else:
            result = self._kind.condition(self.inner, value, context)
        return tf.cast(result, self.flow_dtype)

    def get_config(self) -> dict[str, Any]:
        """The record and the dtype policy, from which the layer is made again."""
        return {
            **super().get_config(),
            "record": self.record.model_dump(mode="json"),
            "flow_dtype": self.flow_dtype,
            "policy": self.policy,
        }

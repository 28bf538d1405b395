"""The Keras layer behind every part of the flow: it owns the part's networks and variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from flowspec.backend import Tensor, keras, tf
from flowspec.build.freezing import fix, freeze, frozen_paths, is_trainable
from flowspec.build.initializers import make_initializer
from flowspec.build.network import Network
from flowspec.catalog import FAMILIES
from flowspec.records import LayerRecord, NetworkRecord


class Part(keras.layers.Layer):
    """A part of the flow, made from its record; subclasses say what calling it does.

    Its name is the record's path, so a variable's plan path is the name and the path inside; a
    path of one word gets a prefix in the name, since an input may be called the same.
    """

    # Behind a function, or Keras would take the owner for a layer inside this one.
    _owner: Callable[[], Part] | None = None

    def __init__(
        self,
        record: LayerRecord | Mapping[str, Any],
        flow_dtype: str,
        policy: str,
        frozen: Sequence[str] = (),
        owner: Part | None = None,
        **options: Any,
    ) -> None:
        record = LayerRecord.model_validate(record)
        name = record.path if "." in record.path else f"flow.{record.path}"
        options = {"name": name, "dtype": flow_dtype, **options}
        super().__init__(autocast=False, **options)
        self.record = record
        self.flow_dtype = flow_dtype
        self.policy = policy
        self.kind = FAMILIES[record.family].make(record.node)
        self._frozen = tuple(frozen)
        if owner is None:
            self.networks = {one.name: Network(one, flow_dtype, policy) for one in record.networks}
            self.own: dict[str, Any] = {}
        else:
            self._owner = lambda: owner
            self.networks, self.own = owner.networks, owner.own
            self.built = True

    def shared(self) -> Self:
        """The part as a layer of one model, over the same networks and variables.

        With a layer of its own in each model, `model.get_layer(name).output` is the tensor of that
        model, though several models run the part.
        """
        return type(self)(self.record, self.flow_dtype, self.policy, owner=self)

    @property
    def trainable(self) -> bool:
        """Whether training moves any of its variables; the same for all layers that share it."""
        return is_trainable(self)

    @trainable.setter
    def trainable(self, value: bool) -> None:
        if self._owner is not None:
            self._owner().trainable = value
            return
        keras.layers.Layer.trainable.fset(self, value)

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
        fix(self)
        freeze(self, self._frozen)

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
        """What it is made of: its owner, or record, dtype policy and what was frozen since."""
        if self._owner is not None:
            owner = keras.saving.serialize_keras_object(self._owner())
            # Keras makes an object of one id once. It gives ids itself, but forgets that of the
            # first of two models inside another.
            shared = {**owner, "shared_object_id": id(self._owner())}
            return {**super().get_config(), "owner": shared}
        return {
            **super().get_config(),
            "record": self.record.model_dump(mode="json"),
            "flow_dtype": self.flow_dtype,
            "policy": self.policy,
            "frozen": frozen_paths(self),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The layer again; layers that shared an owner do so again."""
        if "owner" not in config:
            return cls(**config)
        owner = keras.saving.deserialize_keras_object(config["owner"])
        if not owner.built:
            owner.build()
        return owner.shared()

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

"""The store: one Keras layer that owns every variable of a flow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flowspec.backend import keras
from flowspec.build.base_layer import BaseLayer
from flowspec.build.context_layer import ContextLayer
from flowspec.build.flow_layer import FlowLayer
from flowspec.build.freezing import freeze, frozen_paths, is_trainable
from flowspec.build.initializers import network_policy
from flowspec.build.part import Part
from flowspec.build.registry import registered
from flowspec.build.row_seeds import RowSeeds
from flowspec.records import Plan


@dataclass(frozen=True)
class ModelParts:
    """The parts of one model: layers of its own over the networks and variables of a store."""

    plan: Plan
    base: BaseLayer
    contexts: Mapping[str, ContextLayer]
    chain: Mapping[str, FlowLayer]


@registered
class Store(keras.layers.Layer):
    """The flow's Keras layers, built once, before any model.

    Its weights are exactly the variables of the plan.

    Attributes:
        plan: The plan it was built from.
        policy: The name of the dtype policy of its networks, such as `mixed_bfloat16`.
    """

    def __init__(
        self,
        plan: Plan | Mapping[str, Any],
        frozen: Collection[str] = (),
        policy: str | None = None,
        **options: Any,
    ) -> None:
        """`policy` is the one that Keras has now where none is given."""
        plan = Plan.model_validate(plan)
        super().__init__(**{"name": plan.name, "dtype": plan.dtype, **options})
        self.plan = plan
        self.policy = policy or network_policy(plan.dtype)
        dtypes = plan.dtype, self.policy
        self.base = BaseLayer(plan.base, *dtypes)
        self.contexts = {
            context.name: ContextLayer(context.layer, *dtypes) for context in plan.contexts
        }
        self.chain = {layer.path: FlowLayer(layer, *dtypes) for layer in plan.layers}
        self.row_seeds = RowSeeds()
        self.build()
        self.freeze(frozen)

    @property
    def trainable(self) -> bool:
        """Whether training moves any of its variables."""
        return is_trainable(self)

    @trainable.setter
    def trainable(self, value: bool) -> None:
        keras.layers.Layer.trainable.fset(self, value)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every part, in the order of the plan."""
        return (*self.contexts.values(), self.base, *self.chain.values())

    def shared(self) -> ModelParts:
        """The parts for one more model."""
        return ModelParts(
            plan=self.plan,
            base=self.base.shared(),
            contexts={name: part.shared() for name, part in self.contexts.items()},
            chain={path: part.shared() for path, part in self.chain.items()},
        )

    def build(self, *_: Any) -> None:
        """Create every variable."""
        if self.built:
            return
        for part in self.parts:
            part.build()
        self.built = True

    def by_path(self) -> Mapping[str, Any]:
        """Every Keras variable by its path in the plan, in the order of the plan."""
        found: dict[str, Any] = {}
        for part in self.parts:
            found.update(part.plan_variables())
        ordered = {variable.path: found[variable.path] for variable in self.plan.variables}
        return MappingProxyType(ordered)

    @property
    def frozen(self) -> tuple[str, ...]:
        """The plan paths of variables that were frozen in Python."""
        return tuple(path for part in self.parts for path in frozen_paths(part))

    def freeze(self, paths: Collection[str]) -> None:
        """Freeze variables by their plan paths."""
        for part in self.parts:
            freeze(part, paths)

    def get_config(self) -> dict[str, Any]:
        """The plan and the dtype policy, from which it is made again, and what was frozen since."""
        return {
            **super().get_config(),
            "plan": self.plan.model_dump(mode="json"),
            "frozen": list(self.frozen),
            "policy": self.policy,
        }

"""What a kind is told, and what it may ask for, while its part of the plan is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flowspec.diagnostics import nearest
from flowspec.hashing import hash_bits
from flowspec.records import Dtype, LayerRecord, NetworkRecord, SpecPath, VariableRecord

if TYPE_CHECKING:
    from flowspec.catalog.kind import Kind
    from flowspec.catalog.network import Conditioner, NetworkKind

Report = Callable[..., None]
"""`report(slug, message, source, **details)` files a problem at a place of the spec."""

RANDOM = frozenset({"glorot_normal", "glorot_uniform", "he_normal", "he_uniform",
                    "lecun_normal", "lecun_uniform", "orthogonal", "random_normal"})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Scope:
    """A place in the flow: its path, the features there, and the context inputs there are.

    `contexts` gives the encoded size of every context input. `ordinal` counts the layers of the
    same kind before this one in the expanded flow.
    """

    path: str
    source: SpecPath
    features: int
    dtype: Dtype
    seed: int
    contexts: Mapping[str, int]
    report: Report
    ordinal: int = 0
    trainable: bool = True

    def problem(self, slug: str, message: str, *keys: str | int, **details: Any) -> None:
        """File a problem of this node, or of what stands under `keys` in it."""
        self.report(slug, message, (*self.source, *keys), **details)

    def at(self, *keys: str | int, trainable: bool = True) -> Scope:
        """The same place, seen from a node below it in the spec."""
        return replace(self, source=(*self.source, *keys), trainable=self.trainable and trainable)

    def record(self, family: str, kind: Kind, **details: Any) -> LayerRecord:
        """The record of a part of the flow at this place; `details` are what its kind decides."""
        details.setdefault("features", self.features)
        return LayerRecord(
            path=self.path,
            family=family,
            kind=kind.kind,
            revision=kind.revision,
            revisions=kind.inner_revisions(),
            node=kind.as_node(),
            source=self.source,
            trainable=self.trainable,
            **details,
        )

    def statistics(self, size: int) -> tuple[VariableRecord, VariableRecord]:
        """The mean and scale that `standardize: true` fits, shape `(size,)` each."""
        return (
            self.variable("mean", (size,), "zeros", trainable=False),
            self.variable("scale", (size,), "ones", trainable=False),
        )

    def variable(
        self, name: str, shape: tuple[int, ...], initializer: str = "zeros", *,
        trainable: bool = True,
    ) -> VariableRecord:  # fmt: skip
        """A variable of this place; random initializers are seeded from the flow's seed."""
        path = f"{self.path}.{name}"
        seed = hash_bits(self.seed, path, bits=31) if initializer in RANDOM else None
        return VariableRecord(
            path=path,
            shape=shape,
            dtype=self.dtype,
            initializer=initializer,
            seed=seed,
            trainable=trainable and self.trainable,
        )

    def reads(self, chosen: tuple[str, ...] | None, *keys: str | int) -> tuple[str, ...]:
        """The context inputs that a network reads: those it chose, or all."""
        if chosen is None:
            return tuple(self.contexts)
        unknown = [name for name in chosen if name not in self.contexts]
        for name in unknown:
            self.problem(
                "unknown-context", f"there is no context input named `{name}`",
                *keys, "context", chosen.index(name), got=name, expected=_choices(self.contexts),
                nearest=nearest(name, self.contexts),
            )  # fmt: skip
        for index, name in enumerate(chosen):
            if name in chosen[:index] and name not in unknown:
                self.problem(
                    "repeated-name", f"`{name}` is listed twice", *keys, "context", index,
                    help="list it once",
                )  # fmt: skip
        # A slip is told once, and not again as what then is not read.
        return tuple(name for name in self.contexts if unknown or name in chosen)

    def conditioner(
        self, role: str, kind: Conditioner, *, value: int, outputs: int
    ) -> tuple[tuple[str, ...], NetworkRecord]:
        """The context inputs a conditioner reads, and its network."""
        reads = self.reads(kind.context, role)
        context = sum(self.contexts[name] for name in reads)
        if value + context == 0 and not kind.context:
            self.problem(
                "nothing-to-read",
                "this conditioner has nothing to read: no feature and no context input",
                role, help="let it read context, or remove it: parameters are then variables",
            )  # fmt: skip
        network = self.network(
            role, "conditioners", kind, value=value, context=context, outputs=outputs
        )
        return reads, network

    def network(
        self, role: str, family: str, kind: NetworkKind, *, value: int, context: int, outputs: int
    ) -> NetworkRecord:
        """The record of a network of this place; its name, or else its role, is in the paths."""
        name = kind.name or role
        inner = replace(
            self, path=f"{self.path}.{name}", trainable=self.trainable and kind.trainable
        )
        return NetworkRecord(
            name=name,
            family=family,
            kind=kind.kind,
            node=kind.as_node(),
            value=value,
            context=context,
            outputs=outputs,
            variables=kind.variables(inner, value + context, outputs),
            trainable=inner.trainable,
            source=(*self.source, role),
        )


def _choices(names: Mapping[str, int]) -> str:
    return ", ".join(names) or "none: the flow has no context"

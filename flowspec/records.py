"""The records a plan is made of: plain data, frozen, printable, stored with the weights."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from flowspec import shapes

Dtype = Literal["float32", "float64"]
Origin = Literal["draw", "centre", "latent", "event"]
Operation = Literal["encode", "draw", "centre", "base_log_prob", "repeat", "forward", "inverse"]
SpecPath = tuple[str | int, ...]
Category = Literal["callers", "weights", "numbers", "training"]
CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
"""What a change can touch, what matters most first."""

FINGERPRINT_DIGITS: Final = 12
"""Hexadecimal digits of a fingerprint's short form."""


class Record(BaseModel):
    """Plain frozen data; unknown keys are refused, also when a stored plan is read."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Fingerprints(Record):
    """What tells one architecture from another: a SHA-256, in hexadecimal, of each category.

    Together they decide what callers see and every answer. `rule` is the number of the rule by
    which they were made; those of different rules cannot be compared.
    """

    rule: int = 1
    callers: Sha256
    weights: Sha256
    numbers: Sha256
    training: Sha256

    def of(self, category: Category) -> str:
        """The fingerprint of a category, in full."""
        return getattr(self, category)

    @property
    def whole(self) -> str:
        """The SHA-256 over all four, in full."""
        lines = "".join(f"{category} {self.of(category)}\n" for category in CATEGORIES)
        return hashlib.sha256(lines.encode()).hexdigest()

    @property
    def short(self) -> dict[Category, str]:
        """The first digits of each, for people."""
        return {category: self.of(category)[:FINGERPRINT_DIGITS] for category in CATEGORIES}


class VariableRecord(Record):
    """One variable of the store.

    `initializer` is a Keras initializer's name; `seed` is present for the random ones.
    """

    path: str
    shape: tuple[int, ...]
    dtype: str
    initializer: str
    seed: int | None = None
    trainable: bool = True

    @property
    def size(self) -> int:
        """The number of its elements."""
        return shapes.count(self.shape)


class NetworkRecord(Record):
    """A network inside a layer: what it reads, how many values it yields, its variables.

    `family` is the catalogue's (`conditioners`, `encoders`), `node` the resolved spec of the kind.
    `value` and `context` count the features it reads from the layer's input and from the context.
    """

    name: str
    family: str
    kind: str
    node: dict[str, Any]
    value: int
    context: int
    outputs: int
    variables: tuple[VariableRecord, ...]
    trainable: bool = True
    source: SpecPath


class Cost(Record):
    """What one direction of a layer, or one output, takes: passes through networks, and how."""

    passes: int = 0
    exact: bool = True

    def __add__(self, other: Cost) -> Cost:
        """The cost of both, one after the other."""
        return Cost(passes=self.passes + other.passes, exact=self.exact and other.exact)


class LayerRecord(Record):
    """One part of the flow: a layer, the base, a context input, or a map at the event's end.

    `source` is its place in the spec, `path` the prefix of its variables. `revisions` are those
    above 1 of the kinds inside `node`, by dotted key. `mask` marks the
    features that pass unchanged; feature j of a permutation's result is feature `order[j]` of
    its argument; `moved` marks the features that the layer changes. `parameters` counts the raw
    parameters per feature, P. `reads` names the context inputs whose features it is given.
    """

    path: str
    family: str
    kind: str
    revision: int
    revisions: dict[str, int] = {}
    node: dict[str, Any]
    source: SpecPath
    features: int
    mask: tuple[bool, ...] | None = None
    order: tuple[int, ...] | None = None
    moved: tuple[bool, ...] | None = None
    parameters: int = 0
    reads: tuple[str, ...] = ()
    networks: tuple[NetworkRecord, ...] = ()
    own: tuple[VariableRecord, ...] = ()
    trainable: bool = True
    identity_at_start: bool = False
    forward: Cost = Cost()
    inverse: Cost = Cost()

    @property
    def variables(self) -> tuple[VariableRecord, ...]:
        """Its own variables, then those of its networks."""
        return self.own + tuple(v for network in self.networks for v in network.variables)


class InputRecord(Record):
    """A named input or return of a model; shape `(B, …)`.

    `count` is present for categories, whose indices lie in [0, count).
    """

    name: str
    shape: shapes.Shape
    dtype: str
    count: int | None = None


class EventRecord(Record):
    """The event: its size, names of its features, and the range of its support."""

    name: str
    size: int
    dtype: Dtype
    support: dict[str, Any]
    fields: tuple[str, ...] | None = None


class ContextRecord(Record):
    """A context input and the part of the store that encodes it to `features` numbers."""

    name: str
    kind: str
    shape: shapes.Shape
    dtype: str
    features: int
    fields: tuple[str, ...] | None = None
    labels: tuple[str, ...] | None = None
    count: int | None = None
    layer: LayerRecord

    @property
    def input(self) -> InputRecord:
        """The input of every model that it is."""
        return InputRecord(name=self.name, shape=self.shape, dtype=self.dtype, count=self.count)


class Step(Record):
    """One step of an answer: an operation on one part of the flow, named by its path."""

    operation: Operation
    layer: str = ""


class OutputRecord(Record):
    """A question and the steps that answer it.

    `origin` says where the value starts: drawn from the base, the base's centre, or given.
    """

    name: str
    inputs: tuple[InputRecord, ...]
    returns: tuple[InputRecord, ...]
    origin: Origin
    steps: tuple[Step, ...]
    draws: int | None = None
    temperature: float = 1.0
    cost: Cost = Cost()


class Plan(Record):
    """Everything that building needs, decided: layers, variables, outputs.

    `layers` is the whole chain in forward order, latent to event, the event's own maps included.
    `spec` is the resolved spec, defaults filled.
    """

    name: str
    version: str
    description: str
    dtype: Dtype
    event: EventRecord
    contexts: tuple[ContextRecord, ...]
    base: LayerRecord
    layers: tuple[LayerRecord, ...]
    outputs: tuple[OutputRecord, ...]
    spec: dict[str, Any]

    @property
    def parts(self) -> tuple[LayerRecord, ...]:
        """Every part that may hold variables: context inputs, base, layers."""
        return (*(context.layer for context in self.contexts), self.base, *self.layers)

    @property
    def variables(self) -> tuple[VariableRecord, ...]:
        """Every variable of the store, in the order in which it is built."""
        return tuple(variable for part in self.parts for variable in part.variables)

    @property
    def conditional(self) -> bool:
        """Whether the flow has context inputs."""
        return bool(self.contexts)

    @property
    def identity_at_start(self) -> bool:
        """Whether the chain is the identity before training, up to the support's map."""
        return all(layer.identity_at_start for layer in self.layers if layer.family == "layers")

"""An input of an output as callers give it: its shape, its dtype, and what its values may be."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from flowspec import shapes
from flowspec.catalog.supports import SUPPORTS
from flowspec.data.support import Limits
from flowspec.plan.solver import SEED
from flowspec.records import InputRecord, OutputRecord, Plan


@dataclass(frozen=True)
class Field:
    """An input of an output.

    Attributes:
        name: Its name in requests.
        shape: The shape of one row's value: `()`, `(D,)`.
        dtype: The dtype of its array.
        optional: Whether it may be left out; `seed` may.
        count: How many values a category has.
        labels: A text for each of them, where the spec has some.
        fields: The names of its features, where the spec has some.
        bounds: The open interval of each feature, for the event.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    optional: bool = False
    count: int | None = None
    labels: tuple[str, ...] | None = None
    fields: tuple[str, ...] | None = None
    bounds: tuple[tuple[float | None, float | None], ...] | None = None
    limits: Limits | None = None

    @property
    def size(self) -> int:
        """How many numbers a row has."""
        return math.prod(self.shape)

    @property
    def is_integer(self) -> bool:
        """Whether its values are whole numbers."""
        return self.dtype.startswith("int")

    @cached_property
    def indices(self) -> dict[str, int]:
        """The index of each label."""
        return {label: index for index, label in enumerate(self.labels or ())}

    @property
    def text(self) -> str:
        """Shape and dtype, as `(B, 6) float32`."""
        return f"{shapes.text((shapes.BATCH, *self.shape))} {self.dtype}"

    def feature(self, index: int) -> str:
        """What messages call a feature."""
        return f"{self.name}.{self.fields[index] if self.fields else index}"


def fields_of(plan: Plan, output: OutputRecord) -> dict[str, Field]:
    """The inputs of an output by name."""
    return {record.name: _field(plan, record) for record in output.inputs}


def _field(plan: Plan, record: InputRecord) -> Field:
    shape = tuple(axis for axis in record.shape if isinstance(axis, int))
    if record.name == SEED:
        return Field(record.name, shape, record.dtype, optional=True)
    if record.name == plan.event.name:
        bounds = SUPPORTS.make(plan.event.support).limits(plan.event.size)
        return Field(
            record.name, shape, record.dtype, fields=plan.event.fields,
            bounds=tuple(zip(*bounds, strict=True)) if bounds else None,
            limits=Limits(plan.event),
        )  # fmt: skip
    context = next((one for one in plan.contexts if one.name == record.name), None)
    if context is None:
        return Field(record.name, shape, record.dtype)
    return Field(
        record.name, shape, record.dtype,
        count=context.count, labels=context.labels, fields=context.fields,
    )  # fmt: skip


def values_per_row(records: Iterable[InputRecord]) -> int:
    """How many numbers one row has in all of some inputs or returns."""
    return sum(shapes.count(a for a in one.shape if isinstance(a, int)) for one in records)

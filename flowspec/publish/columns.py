"""The columns of a published model: those that its inputs are read from, and those of its answers.

They are named as in files of data: the features of an input have columns of their own, and all of
them may stand in one column of lists under the input's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from flowspec.data.inputs import Input, inputs_of
from flowspec.data.table import Table
from flowspec.plan.solver import SEED
from flowspec.records import OutputRecord, Plan

Type = Literal["any", "double", "float", "long"]
"""MLflow's words; `any` is a label or an index, or a list of numbers."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type, and whether it must be there."""

    name: str
    type: Type
    required: bool = True


def input_columns(plan: Plan) -> list[Column]:
    """The columns that the outputs of a flow are asked with, the context first.

    Required are those that every output reads, and that can be written in one way only.
    """
    known = model_inputs(plan)
    context = [known[record.name] for record in plan.contexts]
    others = [one for one in known.values() if one not in context]
    return [
        *(column for one in context for column in _columns(one, required=True)),
        *(column for one in others for column in _columns(one, required=False)),
    ]


def output_columns(plan: Plan, output: OutputRecord) -> list[Column]:
    """The columns of the answers of an output."""
    returns = [record.name for record in output.returns]
    table = Table(plan, returns, draws=output.draws, splits=True)
    number: Type = "float" if plan.dtype == "float32" else "double"
    marks = 2 if (output.draws or 1) > 1 else 0  # the columns that tell draws apart come first
    return [
        Column(name, "long" if index < marks else number)
        for index, name in enumerate(table.columns)
    ]


def model_inputs(plan: Plan) -> dict[str, Input]:
    """Every input that some output reads, by name."""
    read = {record.name for output in plan.outputs for record in output.inputs}
    return {name: one for name, one in inputs_of(plan, read).items() if name in read}


def feature_columns(one: Input) -> tuple[str, ...]:
    """The columns of the features of an input, one each."""
    return one.spellings[-1] if one.size > 1 else (one.name,)


def _columns(one: Input, *, required: bool) -> Iterator[Column]:
    if one.name == SEED:
        yield Column(SEED, "long", required=False)
    elif one.is_category:
        yield Column(one.name, "any" if one.labels else "long", required=required)
    elif one.size == 1:
        yield Column(one.name, "double", required=required)
    else:
        for name in feature_columns(one):
            yield Column(name, "double", required=False)
        yield Column(one.name, "any", required=False)

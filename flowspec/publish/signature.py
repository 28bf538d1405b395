"""The signature of a published model, in MLflow's types.

It has one for all outputs: the inputs of any of them, and the answers of the one that is asked
where no parameter names another.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from flowspec.plan.solver import SEED
from flowspec.publish.columns import Column, input_columns, output_columns
from flowspec.publish.packages import package
from flowspec.records import OutputRecord, Plan

OUTPUT: Final = "output"
"""The parameter that names the output to ask."""

DRAWS: Final = "draws"
"""The parameter that says how often each row draws."""


def signature_of(plan: Plan, output: OutputRecord) -> Any:
    """The `ModelSignature` of a flow.

    Args:
        plan: Its plan.
        output: What is asked where a prediction does not say.

    Raises:
        MissingDependencyError: If MLflow is not installed.
    """
    types = package("mlflow.types.schema")
    params = [types.ParamSpec(OUTPUT, "string", output.name)]
    if any(record.origin == "draw" for record in plan.outputs):
        params += [types.ParamSpec(name, "long", None) for name in (SEED, DRAWS)]
    return package("mlflow.models").ModelSignature(
        inputs=_schema(input_columns(plan)),
        outputs=_schema(output_columns(plan, output)),
        params=types.ParamSchema(params),
    )


def _schema(columns: Iterable[Column]) -> Any:
    types = package("mlflow.types.schema")
    return types.Schema(
        [
            types.ColSpec(
                types.AnyType() if column.type == "any" else column.type,
                column.name,
                required=column.required,
            )
            for column in columns
        ]
    )

"""Spec and plan back from JSON, of which nothing but its bytes is known."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import from_json

from flowspec.bundle.limits import ITEM_BYTES
from flowspec.bundle.problems import plan_damaged, validation_reason
from flowspec.records import Plan


def decode_spec(data: bytes, file: Path) -> dict[str, Any]:
    """The resolved spec; whether it is a valid one is not checked.

    Args:
        data: The content of the file.
        file: How messages call it.

    Raises:
        BundleError: It is not JSON, or no map.
    """
    try:
        spec = from_json(data)
    except ValueError as error:
        raise plan_damaged(file, "it is not JSON", got=str(error)) from None
    if not isinstance(spec, dict):
        raise plan_damaged(file, "it is not a map")
    return cast("dict[str, Any]", spec)


def decode_plan(data: bytes, file: Path) -> Plan:
    """The plan.

    Args:
        data: The content of the file.
        file: How messages call it.

    Raises:
        BundleError: It is not JSON, or no plan, or one whose variables no bundle can hold.
    """
    try:
        plan = Plan.model_validate_json(data)
    except ValidationError as error:
        raise plan_damaged(file, "it is no plan", got=validation_reason(error)) from None
    for variable in plan.variables:
        if variable.dtype not in ITEM_BYTES:
            what = f"the variable `{variable.path}` has a dtype that no bundle can hold"
            right = f"one of {', '.join(ITEM_BYTES)}"
            raise plan_damaged(file, what, expected=right, got=variable.dtype)
    for path, times in Counter(variable.path for variable in plan.variables).items():
        if times > 1:
            raise plan_damaged(file, f"it lists the variable `{path}` {times} times")
    return plan

"""What `fit` is told beside its data."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.spec.training import EarlyStopping, Training


def changed(options: Training, **changes: Any) -> Training:
    """The spec's training options with those replaced that are given."""
    given = {key: value for key, value in changes.items() if value is not None}
    if isinstance(given.get("early_stopping"), int):
        given["early_stopping"] = EarlyStopping(patience=given["early_stopping"])
    try:
        return Training.model_validate({**dict(options), **given})
    except ValidationError as error:
        raise UsageError(*map(_wrong_option, error.errors())) from None


def _wrong_option(details: Any) -> Diagnostic:
    name = ".".join(map(str, details["loc"]))
    return Diagnostic(
        slug="wrong-option", message=f"the option `{name}` does not fit", expected=details["msg"],
        got=str(details["input"]),
    )  # fmt: skip

"""What `fit` is told beside its data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from flowspec.backend import keras, np
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.spec.training import EarlyStopping, Training


def changed(options: Training, **changes: Any) -> Training:
    """The spec's training options with those replaced that are given.

    Raises:
        UsageError: If one of them does not fit.
    """
    given = {key: _plain(value) for key, value in changes.items() if value is not None}
    stopping = given.get("early_stopping")
    if stopping is not None and not isinstance(stopping, EarlyStopping | Mapping):
        given["early_stopping"] = {"patience": stopping}
    try:
        return Training.model_validate({**dict(options), **given}, strict=True)
    except ValidationError as error:
        raise UsageError(*map(_wrong_option, error.errors())) from None


def listed(callbacks: Any) -> list[Any]:
    """Callbacks as a list: of several, of one, or of None.

    Raises:
        UsageError: If one is no Keras callback.
    """
    if callbacks is None:
        return []
    found = list(callbacks) if isinstance(callbacks, Iterable) else [callbacks]
    wrong = [one for one in found if not isinstance(one, keras.callbacks.Callback)]
    if wrong:
        raise UsageError(*map(_wrong_callback, wrong))
    return found


def _plain(value: Any) -> Any:
    """A number of NumPy as one of Python."""
    return value.item() if isinstance(value, np.generic) else value


def _wrong_option(details: Any) -> Diagnostic:
    name = ".".join(map(str, details["loc"]))
    return Diagnostic(
        slug="wrong-option", message=f"the option `{name}` does not fit", expected=details["msg"],
        got=str(details["input"]),
    )  # fmt: skip


def _wrong_callback(value: Any) -> Diagnostic:
    return Diagnostic(
        slug="wrong-option", message="the option `callbacks` does not fit",
        expected="Keras callbacks", got=f"a value of type {type(value).__name__}",
    )  # fmt: skip

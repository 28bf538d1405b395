"""Whose variables a file holds: Keras itself goes by the order of layers alone.

Two models of one flow may have equal layers in another order, so a file of one would be read by
the other in silence, into the wrong layers.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flowspec.backend import np
from flowspec.build.part import Part
from flowspec.diagnostics import Diagnostic, UsageError

KEY = "variables"
"""Where a list of the model's variables stands beside them."""


def write_list(model: Any, store: MutableMapping[str, Any]) -> None:
    """Store the paths and shapes of the model's variables, in order."""
    store[KEY] = np.frombuffer("\n".join(_lines(model)).encode(), np.uint8)


def check_list(model: Any, store: MutableMapping[str, Any]) -> None:
    """Compare what is stored with the model.

    Raises:
        UsageError: If the file is that of another model.
    """
    found = bytes(np.asarray(store[KEY])).decode().splitlines() if KEY in store else []
    wanted = _lines(model)
    if found == wanted:
        return
    if sorted(found) == sorted(wanted):
        expected, got = "the order of the layers of this model", "another order"
    else:
        expected = ", ".join(line for line in wanted if line not in found) or "nothing more"
        got = ", ".join(line for line in found if line not in wanted) or "none of it"
    raise UsageError(
        Diagnostic(
            slug="other-model",
            message=f"these are not the weights of a model like `{model.name}`",
            expected=expected,
            got=got,
            help="each output has files of its own; `flow.save` keeps a whole flow, "
            "`flow.assign` sets its variables by path",
        )
    )


def _lines(model: Any) -> list[str]:
    return [
        f"{path} {tuple(variable.shape)}"
        for layer in model.layers
        if isinstance(layer, Part)
        for path, variable in layer.plan_variables().items()
    ]

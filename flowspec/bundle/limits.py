"""How large the parts of a bundle may be. A file over a limit is refused before it is read."""

from __future__ import annotations

from typing import Final

from flowspec import shapes
from flowspec.records import Plan

MAX_MANIFEST: Final = 1024 * 1024
"""Bytes of the manifest."""

MAX_JSON: Final = 32 * 1024 * 1024
"""Bytes of the spec, and of the plan."""

MAX_LISTED: Final = 10
"""Variables listed of one kind of mismatch."""

ITEM_BYTES: Final = {
    "bool": 1,
    "float16": 2,
    "float32": 4,
    "float64": 8,
    "int32": 4,
    "int64": 8,
    "uint8": 1,
}
"""Bytes of one number of the dtypes that a bundle can hold."""


def optimizer_limit(plan: Plan) -> int:
    """The most bytes that an optimizer's state can have: four arrays for each variable."""
    return 4 * weights_range(plan).stop


def weights_range(plan: Plan) -> range:
    """The sizes in bytes that a file with exactly the plan's variables can have.

    A safetensors file is its numbers, eight bytes, and a header that names every variable; the
    header has some room here. The dtypes must be those of `ITEM_BYTES`.
    """
    numbers, header = 8, 4096
    for variable in plan.variables:
        numbers += ITEM_BYTES[variable.dtype] * shapes.count(variable.shape)
        header += 512 + 6 * len(variable.path) + 24 * len(variable.shape)
    return range(numbers, numbers + header)

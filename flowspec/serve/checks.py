"""Arrays that were given for inputs: of the right shape and dtype, finite, in range."""

from __future__ import annotations

from typing import Any

from flowspec import shapes
from flowspec.backend import np
from flowspec.diagnostics import Diagnostic
from flowspec.serve.columns import place
from flowspec.serve.field import Field
from flowspec.serve.request_error import unfit


def check_shape(field: Field, shape: tuple[int, ...]) -> None:
    """Refuse a shape that is not that of some rows.

    Raises:
        RequestError: If it is not `(B, …)` with the axes of the input, B ≥ 1.
    """
    if len(shape) != 1 + len(field.shape) or shape[1:] != field.shape:
        raise unfit(
            Diagnostic(
                slug="wrong-shape", message=f"the input `{field.name}` has the wrong shape",
                path=field.name, expected=shapes.text((shapes.BATCH, *field.shape)),
                got=shapes.text(shape),
            )
        )  # fmt: skip
    if shape[0] < 1:
        raise unfit(
            Diagnostic(slug="no-rows", message=f"`{field.name}` has no rows", path=field.name)
        )


def checked(field: Field, array: Any) -> Any:
    """The array in the dtype of its input, every value of it in range.

    Args:
        field: The input.
        array: Numbers of any dtype as good as the input's, in any shape.

    Raises:
        RequestError: Of the first value that is not finite, or not one the input can have.
    """
    check_shape(field, array.shape)
    if field.is_integer:
        return _integers(field, array)
    with np.errstate(over="ignore"):
        cast = array.astype(field.dtype, order="C", copy=False)
    finite = np.isfinite(cast)
    if not finite.all():
        _refuse(field, array, ~np.isfinite(array), "not-finite", "is not finite", "a finite number")
        _refuse(
            field, array, ~finite, "number-too-large", f"is too large for {field.dtype}",
            f"at most {np.finfo(field.dtype).max:.4g} in size",
        )  # fmt: skip
    if field.limits is None:
        return cast
    _refuse(
        field, array, field.limits.outside(array), "outside-support",
        f"lies outside the support of `{field.name}`", None,
    )  # fmt: skip
    return np.ascontiguousarray(field.limits.nudged(cast))


def _integers(field: Field, array: Any) -> Any:
    if field.count is not None:
        _refuse(
            field, array, (array < 0) | (array >= field.count), "unknown-category",
            "is no such value", f"0 to {field.count - 1}",
        )  # fmt: skip
    return np.ascontiguousarray(array, field.dtype)


def _refuse(
    field: Field, array: Any, wrong: Any, slug: str, says: str, expected: str | None
) -> None:
    if not wrong.any():
        return
    at = int(np.flatnonzero(wrong)[0])
    if expected is None and field.limits is not None:
        expected = field.limits.text(at % field.size)
    raise unfit(
        Diagnostic(
            slug=slug, message=f"{place(field, at)} {says}", path=field.name,
            expected=expected, got=f"{array.flat[at]}",
        )
    )  # fmt: skip

"""Checks the inputs of a model by name before Keras sees them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flowspec import shapes
from flowspec.backend import Tensor, np, tf
from flowspec.diagnostics import Diagnostic, UsageError, nearest
from flowspec.records import InputRecord


def named_inputs(
    inputs: Any,
    records: Sequence[InputRecord],
    *,
    optional: Collection[str] = (),
    any_batch: bool = False,
) -> dict[str, Any]:
    """The inputs by name, in the order of the records.

    Args:
        inputs: A mapping; or the input itself where only one is needed.
        records: The inputs that are known.
        optional: Names that may be missing.
        any_batch: Whether any number of leading axes may stand for the batch.

    Raises:
        UsageError: If a name is unknown or missing, a shape, dtype or number of rows does not
            fit, or a category whose values can be looked at is out of range; it tells every
            problem found.
    """
    known = {record.name: record for record in records}
    needed = [name for name in known if name not in optional]
    if not isinstance(inputs, Mapping):
        if len(needed) != 1:
            raise UsageError(_not_named(known))
        inputs = {needed[0]: inputs}
    arrays, problems = _arrays(inputs)
    problems += [_unknown(name, known) for name in arrays if name not in known]
    problems += [_missing(known[name]) for name in needed if name not in inputs]
    for name, record in known.items():
        if name in arrays:
            problems += _misfit(record, arrays[name], any_batch=any_batch)
    if not problems and not any_batch:
        problems += _uneven({name: _rows(array) for name, array in arrays.items()})
    if problems:
        raise UsageError(*problems)
    return {name: arrays[name] for name in known if name in arrays}


def count_rows(arrays: Mapping[str, Any]) -> int:
    """The number of rows, which all arrays must have.

    Raises:
        UsageError: If they have different numbers of rows.
    """
    counts = {name: len(array) for name, array in arrays.items()}
    problems = _uneven(counts)
    if problems:
        raise UsageError(*problems)
    return next(iter(counts.values()))


def same_rows(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors, which in a graph are refused when it runs if their rows differ in number.

    TensorFlow would broadcast a single row over the others.
    """
    first, *others = tensors
    if not others or None not in {_rows(tensor) for tensor in tensors.values()}:
        return dict(tensors)
    rows = tf.shape(tensors[first])[0]
    checks = [
        tf.debugging.assert_equal(
            tf.shape(tensors[name])[0],
            rows,
            message=f"the inputs `{name}` and `{first}` have different numbers of rows",
        )
        for name in others
    ]
    with tf.control_dependencies(checks):
        # XLA drops assertions, but not the shape that a tensor is given.
        return {
            name: tf.reshape(tensor, (rows, *tensor.shape[1:])) for name, tensor in tensors.items()
        }


def _rows(array: Any) -> int | None:
    """The number of rows, as far as it is known before a graph runs."""
    return None if getattr(array.shape, "rank", 0) is None else array.shape[0]


def _uneven(counts: Mapping[str, int | None]) -> list[Diagnostic]:
    known = {name: count for name, count in counts.items() if count is not None}
    if len(set(known.values())) < 2:
        return []
    return [
        Diagnostic(
            slug="rows-differ",
            message="the inputs have different numbers of rows",
            got=", ".join(f"{name} {count}" for name, count in known.items()),
        )
    ]


def _arrays(inputs: Mapping[str, Any]) -> tuple[dict[str, Any], list[Diagnostic]]:
    """What has no shape of its own becomes a NumPy array."""
    arrays: dict[str, Any] = {}
    problems: list[Diagnostic] = []
    for name, value in inputs.items():
        try:
            has_shape = hasattr(value, "shape") and hasattr(value, "dtype")
            arrays[name] = value if has_shape else np.asarray(value)
        except ValueError:
            problems.append(_not_an_array(name))
    return arrays, problems


def _misfit(record: InputRecord, value: Any, *, any_batch: bool) -> list[Diagnostic]:
    if getattr(value.shape, "rank", 0) is None:
        return []
    shape, wanted = tuple(value.shape), shapes.open_batch(record.shape)
    if any_batch:
        wanted = (None,) * max(0, len(shape) - len(wanted) + 1) + wanted[1:]
    fits = len(shape) == len(wanted) and all(
        want is None or have is None or want == have
        for have, want in zip(shape, wanted, strict=True)
    )
    if not fits:
        return [
            Diagnostic(
                slug="wrong-shape",
                message=f"the input `{record.name}` has the wrong shape",
                expected=shapes.text(record.shape),
                got=str(shape),
            )
        ]
    integer = not record.dtype.startswith("float")
    if _is_number(value.dtype, integer=integer):
        return _unknown_category(record, value)
    return [
        Diagnostic(
            slug="wrong-dtype",
            message=f"the input `{record.name}` has the wrong dtype",
            expected="integers" if integer else "numbers",
            got=str(getattr(value.dtype, "name", value.dtype)),
        )
    ]


def _is_number(dtype: Any, *, integer: bool) -> bool:
    if getattr(dtype, "kind", "f") in "OSUMmV":
        return False
    known = tf.as_dtype(dtype)
    return known.is_integer or (known.is_floating and not integer)


def _unknown_category(record: InputRecord, value: Any) -> list[Diagnostic]:
    looked_at = isinstance(value, np.ndarray) or (tf.is_tensor(value) and hasattr(value, "numpy"))
    if record.count is None or not looked_at:
        return []
    rows = np.asarray(value).ravel()
    wrong = np.flatnonzero((rows < 0) | (rows >= record.count))
    return [
        Diagnostic(
            slug="unknown-category",
            message=f"row {row} of the input `{record.name}` is no such value",
            expected=f"0 to {record.count - 1}",
            got=str(rows[row]),
        )
        for row in wrong[:1]
    ]


def _not_an_array(name: str) -> Diagnostic:
    return Diagnostic(
        slug="not-an-array",
        message=f"the input `{name}` is no array: its rows have different lengths",
    )


def _unknown(name: str, known: Mapping[str, InputRecord]) -> Diagnostic:
    return Diagnostic(
        slug="unknown-input",
        message=f"there is no input named `{name}`",
        expected=", ".join(known),
        nearest=nearest(str(name), known),
    )


def _missing(record: InputRecord) -> Diagnostic:
    return Diagnostic(
        slug="missing-input",
        message=f"the input `{record.name}` is missing",
        expected=f"{shapes.text(record.shape)} {record.dtype}",
    )


def _not_named(known: Mapping[str, InputRecord]) -> Diagnostic:
    return Diagnostic(
        slug="unnamed-inputs",
        message="several inputs are needed, so each must be named",
        expected=f"a dict with {', '.join(known)}",
    )

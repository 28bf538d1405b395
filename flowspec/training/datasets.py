"""What is asked of a `tf.data.Dataset` before its batches are gone through."""

from __future__ import annotations

from typing import Any

from flowspec.backend import tf
from flowspec.diagnostics import DataError, Diagnostic, UsageError


def check_dataset(data: Any) -> None:
    """Refuse a dataset that tells that it has no end, or no rows.

    Raises:
        DataError: If it has no rows.
        UsageError: If it has no end.
    """
    size = int(data.cardinality())
    if size == tf.data.INFINITE_CARDINALITY:
        raise UsageError(
            Diagnostic(
                slug="endless-data",
                message="the tf.data.Dataset has no end, so that an epoch would have none",
                help="pass `dataset.take(n)`, with the number of batches of an epoch",
            )
        )
    if size == 0:
        raise DataError(no_rows())


def no_rows() -> Diagnostic:
    """What is said of a dataset whose batches hold nothing."""
    return Diagnostic(slug="no-rows", message="the data have no rows")

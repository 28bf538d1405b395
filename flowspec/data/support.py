"""Whether events lie in their support, before and after they are cast to the flow's dtype."""

from __future__ import annotations

from typing import Any

from flowspec.backend import np
from flowspec.catalog.supports import SUPPORTS
from flowspec.records import EventRecord


class Limits:
    """The open intervals in which the features of an event lie."""

    def __init__(self, event: EventRecord) -> None:
        limits = SUPPORTS.make(event.support).limits(event.size)
        lows, highs = limits or ([None] * event.size, [None] * event.size)
        self._lows = np.asarray([-np.inf if low is None else low for low in lows], np.float64)
        self._highs = np.asarray([np.inf if high is None else high for high in highs], np.float64)
        self._dtype = event.dtype
        self._open = limits is None

    def outside(self, values: Any) -> Any:
        """Which values are outside; NaN is. Shapes: values `(B, D)`; returns `(B, D)`, booleans."""
        if self._open:
            return np.zeros(values.shape, bool)
        return ~((values > self._lows) & (values < self._highs))

    def nudged(self, values: Any) -> Any:
        """Values that a cast has rounded to a bound, moved to the nearest number inside.

        Args:
            values: `(B, D)`, in the flow's dtype, inside before they were rounded.

        Returns:
            `(B, D)`, the same array where no feature has a bound.
        """
        return values if self._open else np.clip(values, *self._ends())

    def text(self, feature: int) -> str:
        """Where a feature lies, in words."""
        low, high = self._lows[feature], self._highs[feature]
        if np.isinf(high):
            return f"a number above {low:g}"
        if np.isinf(low):
            return f"a number below {high:g}"
        return f"a number strictly between {low:g} and {high:g}"

    def _ends(self) -> tuple[Any, Any]:
        """The outermost numbers inside, `(D,)` each, in the flow's dtype.

        Next to a bound of zero the nearest number is subnormal, which TensorFlow flushes to zero;
        so no number is nearer to a bound than the least normal one, in units of the interval.
        """
        dtype, info = np.dtype(self._dtype).type, np.finfo(self._dtype)
        lows = np.clip(self._lows, info.min, info.max).astype(dtype)
        highs = np.clip(self._highs, info.min, info.max).astype(dtype)
        half = np.clip(self._highs / 2 - self._lows / 2, 1, info.max)
        half = np.where(np.isfinite(self._lows) & np.isfinite(self._highs), half, 1)
        room = (info.tiny * half).astype(dtype)
        first = np.maximum(np.nextafter(lows, highs), lows + room)
        last = np.minimum(np.nextafter(highs, lows), highs - room)
        return (
            np.where(np.isfinite(self._lows), first, info.min).astype(dtype),
            np.where(np.isfinite(self._highs), last, info.max).astype(dtype),
        )


def inside(low: float | None, high: float | None) -> float:
    """A number strictly between two bounds, of which either may be missing."""
    if low is not None and high is not None:
        return low / 2 + high / 2
    if low is not None:
        return low + 1.0
    return 0.0 if high is None else high - 1.0

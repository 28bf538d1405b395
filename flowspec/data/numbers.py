"""Single values of data: which are numbers, and what is wrong with one that is not."""

from __future__ import annotations

import math
from decimal import Decimal
from numbers import Real
from typing import Any, Literal

from flowspec.backend import np

NOT_A_NUMBER = math.nan

Flaw = Literal["missing-value", "not-a-number", "not-finite", "number-too-large"]

_DIGITS_OF_INT64 = 19
_MISSING = {"NAType", "NaTType", "NoneType"}


def as_number(value: Any) -> float:
    """A value as a float: NaN where it is no number, infinite where it is too large for one.

    Texts are no numbers, also those that read as one, and neither are booleans.
    """
    if is_boolean(value) or not isinstance(value, Real | Decimal):
        return NOT_A_NUMBER
    try:
        return float(value)
    except OverflowError:
        return math.inf
    except (TypeError, ValueError, ArithmeticError):
        return NOT_A_NUMBER


def parse_number(text: str) -> float:
    """The number that a text spells; NaN where it spells none.

    Spaces around it do not count. Digits grouped by `_` are for programs, not for data.
    """
    try:
        number = float(text)
    except ValueError:
        return NOT_A_NUMBER
    return NOT_A_NUMBER if "_" in text else number


def parse_exact(text: str) -> float:
    """The number that a text spells, as an integer where it spells one with at most 19 digits."""
    digits = text.strip()
    if digits.isdecimal() and digits.isascii() and len(digits) <= _DIGITS_OF_INT64:
        return int(digits)
    return parse_number(text)


def decoded(value: Any) -> Any:
    """The value; bytes as the text they spell in UTF-8."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def is_boolean(value: Any) -> bool:
    """Whether a value is true or false."""
    return isinstance(value, bool | np.bool_)


def is_missing(value: Any) -> bool:
    """Whether a value says that there is none: None, a blank text, NaN, pandas' NA and NaT."""
    if isinstance(value, str):
        return not value.strip()
    return type(value).__name__ in _MISSING or (isinstance(value, Real) and value != value)


def flaw(value: Any) -> Flaw:
    """Why a value is no finite number of float64."""
    if isinstance(value, str):
        return _flaw_of_text(value.strip())
    if type(value).__name__ in _MISSING:
        return "missing-value"
    if is_boolean(value) or not isinstance(value, Real | Decimal):
        return "not-a-number"
    if isinstance(value, Decimal):
        return "number-too-large" if value.is_finite() else "not-finite"
    return "not-finite" if isinstance(value, float | np.floating) else "number-too-large"


def _flaw_of_text(text: str) -> Flaw:
    if not text:
        return "missing-value"
    number = parse_number(text)
    if math.isinf(number):
        return "number-too-large" if any(map(str.isdigit, text)) else "not-finite"
    return "not-finite" if text.strip("+-").casefold() == "nan" else "not-a-number"

"""Whether arrays are exactly those that are wanted; if not, every difference by path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from flowspec import shapes
from flowspec.bundle.limits import MAX_LISTED
from flowspec.diagnostics import BundleError, Diagnostic, nearest
from flowspec.records import Plan

if TYPE_CHECKING:
    import numpy as np


class Form(NamedTuple):
    """Shape and dtype of an array or a variable, `(2, 8) float32`."""

    shape: tuple[int, ...]
    dtype: str

    def __str__(self) -> str:
        """As messages write it."""
        return f"{shapes.text(self.shape)} {self.dtype}"


Forms = Mapping[str, Form]


def forms_of(arrays: Mapping[str, np.ndarray[Any, Any]]) -> dict[str, Form]:
    """The form of each array."""
    return {path: Form(array.shape, array.dtype.name) for path, array in arrays.items()}


@dataclass(frozen=True)
class Wanted:
    """The forms that arrays must have, by path, and whose they are, for messages."""

    forms: Forms
    owner: str = "the plan"


def wanted_by(plan: Plan) -> Wanted:
    """What the variables of a plan must be."""
    return Wanted({v.path: Form(v.shape, v.dtype) for v in plan.variables})


def check_forms(wanted: Wanted, found: Forms, where: str) -> None:
    """Accept arrays with the paths, shapes and dtypes that are wanted, and no others.

    Args:
        wanted: What the arrays must be.
        found: Shape and dtype of each array, by path.
        where: What holds them, for messages.

    Raises:
        BundleError: Every difference, up to a limit for each kind of it.
    """
    kinds = (_missing, _unknown, _shapes, _dtypes)
    differences = [d for kind in kinds for d in _limited(kind(wanted, found, where))]
    if differences:
        raise BundleError(*differences)


def _missing(wanted: Wanted, found: Forms, where: str) -> Iterator[Diagnostic]:
    spare = list(islice((path for path in found if path not in wanted.forms), MAX_LISTED))
    for path, form in wanted.forms.items():
        if path not in found:
            message = f"`{path}`, a variable of {wanted.owner}, is missing from {where}"
            yield _mismatch(path, message, expected=str(form), near=nearest(path, spare))


def _unknown(wanted: Wanted, found: Forms, where: str) -> Iterator[Diagnostic]:
    for path, form in found.items():
        if path not in wanted.forms:
            message = f"`{path}` in {where} is no variable of {wanted.owner}"
            yield _mismatch(path, message, got=str(form))


def _shapes(wanted: Wanted, found: Forms, where: str) -> Iterator[Diagnostic]:
    for path, (right, got) in _shared(wanted.forms, found):
        if got.shape != right.shape:
            message = f"`{path}` in {where} has another shape than in {wanted.owner}"
            yield _mismatch(path, message, expected=str(right), got=str(got))


def _dtypes(wanted: Wanted, found: Forms, where: str) -> Iterator[Diagnostic]:
    for path, (right, got) in _shared(wanted.forms, found):
        if got.shape == right.shape and got.dtype != right.dtype:
            message = f"`{path}` in {where} has another dtype than in {wanted.owner}"
            yield _mismatch(path, message, expected=str(right), got=str(got))


def _shared(wanted: Forms, found: Forms) -> Iterator[tuple[str, tuple[Form, Form]]]:
    for path, form in wanted.items():
        if path in found:
            yield path, (form, found[path])


def _limited(differences: Iterator[Diagnostic]) -> Iterator[Diagnostic]:
    """The first few; the last of them says how many more there are."""
    listed = list(islice(differences, MAX_LISTED))
    more = sum(1 for _ in differences)
    yield from listed[:-1]
    for last in listed[-1:]:
        yield replace(last, help=f"{more} more of this kind are not listed" if more else None)


def _mismatch(
    path: str,
    message: str,
    *,
    expected: str | None = None,
    got: str | None = None,
    near: str | None = None,
) -> Diagnostic:
    return Diagnostic(
        slug="weights-mismatch",
        message=message,
        path=path,
        expected=expected,
        got=got,
        nearest=near,
    )

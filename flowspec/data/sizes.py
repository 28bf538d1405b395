"""Whether columns have the axes that an input needs, and as many rows as each other."""

from __future__ import annotations

from collections.abc import Mapping

from flowspec import shapes
from flowspec.data.faults import Faults
from flowspec.data.inputs import Input, Spelling
from flowspec.data.source import Shape, Source
from flowspec.diagnostics import Diagnostic

_MOST_COUNTS = 8


def all_fit(
    one: Input, spelling: Spelling, found: Mapping[str, Shape], source: Source, faults: Faults
) -> bool:
    """Whether every column of an input is sound; of those that are not each is filed."""
    fits = [c in found and _fits(one, spelling, c, found[c], source, faults) for c in spelling]
    return all(fits)


def _fits(
    one: Input, spelling: Spelling, column: str, found: Shape, source: Source, faults: Faults
) -> bool:
    """Whether a column has the axes that it should; if not, that is filed."""
    shape = shapes.rows() if one.is_category or len(spelling) == one.size else shapes.rows(one.size)
    fits = _agree(found, shape)
    if not one.is_category and one.size == 1:
        shape = shapes.rows(1)
        fits = fits or _agree(found, shape)
    if not fits:
        # Only columns of lists have an axis that is not known; values of them have words.
        is_list = None in found[1:]
        fault = Diagnostic(
            slug="wrong-shape",
            message=f"row 1 of `{column}` is a list" if is_list
            else f"the input `{column}` has the wrong shape",
            span=source.place(column),
            expected=_words(one) if is_list else shapes.text(shape),
            got="a list" if is_list else _text(found),
        )  # fmt: skip
        faults.add(fault)
    return fits


def _words(one: Input) -> str:
    return "one label or index" if one.is_category else "one number"


def _agree(found: Shape, shape: shapes.Shape) -> bool:
    """Whether a shape has these axes after the rows, as far as is known."""
    return len(found) == len(shape) and all(
        have is None or have == want for have, want in zip(found[1:], shape[1:], strict=True)
    )


def has_rows(name: str, found: Mapping[str, Shape], faults: Faults) -> bool:
    """Whether an array has rows; if not, that is filed."""
    if found[name]:
        return True
    fault = Diagnostic(
        slug="wrong-shape",
        message=f"the array `{name}` has no rows to keep",
        expected="(B, …)",
        got="()",
    )
    faults.add(fault)
    return False


def _text(found: Shape) -> str:
    sizes = ["…" if size is None else str(size) for size in found]
    return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"


def check_counts(found: Mapping[str, Shape], source: Source, faults: Faults) -> None:
    """File that columns have different numbers of rows."""
    first: dict[int, str] = {}
    for name, shape in found.items():
        if shape[0] is not None:
            first.setdefault(shape[0], name)
    if len(first) > 1:
        some = list(first.items())[:_MOST_COUNTS]
        fault = Diagnostic(
            slug="rows-differ",
            message="the inputs have different numbers of rows",
            span=source.span,
            got=", ".join(f"{name} {count}" for count, name in some),
        )
        faults.add(fault)

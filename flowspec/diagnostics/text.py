"""Diagnostics as plain text, in the manner of rustc and ruff.

error[unknown-kind]: no transform is called `afine`
   --> specs/latent_policy.yaml:16:27
    |
 16 |         transform: {kind: afine}
    |                           ^^^^^
    = nearest: did you mean `affine`?
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowspec.diagnostics.cells import shown, width
from flowspec.diagnostics.diagnostic import Diagnostic
from flowspec.diagnostics.paint import Paint, Role, plain
from flowspec.diagnostics.span import Span

SOURCE_WIDTH = 100
"""A source line with more characters is shortened around its span."""

FIELD_WIDTH = 1000
"""No other line of a rendering is longer."""

_LEAD = 40
_ELLIPSIS = "…"


def render_all(diagnostics: Iterable[Diagnostic], paint: Paint = plain) -> str:
    """Several diagnostics as text, with an empty line between them.

    Args:
        diagnostics: What is wrong.
        paint: Gives words a colour.

    Returns:
        The text, without a line break at its end.
    """
    return "\n\n".join(render(diagnostic, paint) for diagnostic in diagnostics)


def render(diagnostic: Diagnostic, paint: Paint = plain) -> str:
    """A diagnostic as text.

    Args:
        diagnostic: What is wrong.
        paint: Gives words a colour.

    Returns:
        Several lines, without a line break at the end. Nothing in them controls a terminal, but
        what `paint` adds.
    """
    gutter = " " * (len(str(diagnostic.span.line)) if diagnostic.span else 1)
    name = paint(diagnostic.severity, f"{diagnostic.severity}[{diagnostic.slug}]")
    head = f"{name}: {paint('message', field(diagnostic.message))}"
    return "\n".join([head, *_place(diagnostic, gutter, paint), *_notes(diagnostic, gutter, paint)])


def place(span: Span, gutter: str, role: Role, paint: Paint) -> Iterator[str]:
    """A place as text: `file:line:column`, the line, and carets below what is meant.

    Args:
        span: The place.
        gutter: Spaces for the number of the line.
        role: The colour of the carets.
        paint: Gives words a colour.

    Yields:
        Lines.
    """
    yield f"{gutter} {paint('frame', '-->')} {field(span.file)}:{span.line}:{span.column}"
    if span.text.strip():
        source, before, carets = _underlined(span)
        yield f"{gutter}  {paint('frame', '|')}"
        yield f" {paint('frame', f'{str(span.line).rjust(len(gutter))} |')} {source}"
        yield f"{gutter}  {paint('frame', '|')} {' ' * before}{paint(role, '^' * carets)}"


def field(text: str) -> str:
    """A text as part of a line: not too long, and safe to print."""
    short = text if len(text) <= FIELD_WIDTH else text[: FIELD_WIDTH - 1] + _ELLIPSIS
    return shown(short)


def note(label: str, text: str, gutter: str, paint: Paint) -> str:
    """A text with a label; its further lines stand below its first."""
    indent = f"\n{' ' * len(f'{gutter}  = {label}: ')}"
    lead = f"{gutter}  {paint('frame', '=')} {paint('message', f'{label}:')} "
    return lead + indent.join(map(field, text.split("\n")))


def _place(diagnostic: Diagnostic, gutter: str, paint: Paint) -> Iterator[str]:
    if diagnostic.span is not None:
        yield from place(diagnostic.span, gutter, diagnostic.severity, paint)
    elif diagnostic.path:
        yield f"{gutter} {paint('frame', '-->')} {field(diagnostic.path)}"


def _underlined(span: Span) -> tuple[str, int, int]:
    """The source line as shown, the columns before the carets, and the number of carets."""
    start = min(max(span.column - 1, 0), len(span.text))
    first, last = _window(len(span.text), start)
    end = min(start + max(span.length, 1), last)
    left = _ELLIPSIS if first > 0 else ""
    right = _ELLIPSIS if last < len(span.text) else ""
    source = left + shown(span.text[first:last].rstrip("\r\n")) + right
    before = len(left) + width(span.text[first:start])
    return source, before, max(width(span.text[start:end]), 1)


def _window(size: int, start: int) -> tuple[int, int]:
    """Which part of a line of `size` characters is shown, so that `start` is in it."""
    if size <= SOURCE_WIDTH:
        return 0, size
    first = max(0, min(start - _LEAD, size - SOURCE_WIDTH))
    return first, first + SOURCE_WIDTH


def _notes(diagnostic: Diagnostic, gutter: str, paint: Paint) -> Iterator[str]:
    nearest = None if diagnostic.nearest is None else f"did you mean `{diagnostic.nearest}`?"
    notes = {
        "expected": diagnostic.expected,
        "got": diagnostic.got,
        "nearest": nearest,
        "help": diagnostic.help,
    }
    for label, text in notes.items():
        if text is not None:
            yield note(label, text, gutter, paint)

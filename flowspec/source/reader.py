"""Text or file to a tree of nodes.

YAML is read as 1.2, whatever PyYAML would make of it: only its events are used.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import Any

import yaml

from flowspec.diagnostics import Diagnostic, Span, SpecError
from flowspec.source.files import read_source
from flowspec.source.limits import MAX_BYTES, SMALLER
from flowspec.source.lines import Lines
from flowspec.source.node import Node
from flowspec.source.tree import TreeBuilder

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BYTE_ORDER_MARK = "\ufeff"

# Besides what YAML forbids, this refuses U+0085, U+2028 and U+2029, which are ordinary characters
# in YAML 1.2 but end a line for the parser.
_UNACCEPTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)

# The parser is quadratic in the number of these, and no core tag needs one.
_TAG_DIRECTIVE = re.compile("^%TAG(?![^ \t])")

_HINTS = {
    "cannot start any token": "put the value in quotes; indent with spaces, not with tabs",
    "could not find expected ':'": "a key is followed by a colon and a space",
    "found unexpected ':'": "a key is followed by a colon and a space",
    "did not find expected key": "check the indentation and the quotes",
}

# Two keys on one line: the parser stops at the second colon.
_KEY_AND_PAIR = re.compile(r"^[ -]*[^\s:]+: +(?P<pair>[^\s:]+: +[^\s#].*?) *(?: #.*)?$")

_LONGEST_LINE = 200

_LOOK = "look for an open bracket or quote, and at the indentation, here and before"


def read_text(text: str, file: str, *, any_top: bool = False) -> Node:
    """The tree of a YAML text.

    Args:
        text: One YAML document.
        file: The file as the user would name it; it goes into every span.
        any_top: Whether the top may be something else than a map; then an empty text is null.

    Returns:
        The top node.

    Raises:
        SpecError: Everything that is wrong with the text, up to the first syntax error.

    Example:
        >>> read_text("event: {name: action, shape: [6]}", "policy.yaml").plain()
        {'event': {'name': 'action', 'shape': [6]}}
    """
    text = text.removeprefix(_BYTE_ORDER_MARK)
    return read_lines(text, Lines(text, file), any_top=any_top)


def read_lines(text: str, lines: Lines, *, any_top: bool) -> Node:
    """The tree of a YAML text whose spans are made by somebody else.

    Args:
        text: One YAML document.
        lines: What makes the spans.
        any_top: Whether the top may be something else than a map.

    Returns:
        The top node.

    Raises:
        SpecError: Everything that is wrong with the text, up to the first syntax error.
    """
    if len(text) > MAX_BYTES:
        message = f"the text has more than {MAX_BYTES} characters"
        raise _error("too-large", message, Span(lines.file, 1, 1), help=SMALLER)
    _check_characters(lines)
    top = build_tree(parse(text), lines)
    if any_top:
        return top or Node(None, lines.end())
    if top is None or top.value is None:
        help_ = "`flowspec new` writes a spec to begin with"
        raise _error("empty-document", "the file holds nothing", lines.end(), help=help_)
    if not isinstance(top.value, dict):
        message = "the top of the file is not a map"
        raise _error("top-not-a-map", message, top.span, expected="lines of `key: value`")
    return top


def read_file(
    path: str | os.PathLike[str], *, name: str | None = None, asked_at: Span | None = None
) -> Node:
    """The tree of a YAML file.

    Args:
        path: The file.
        name: The file as the user would name it, if not by `path`.
        asked_at: What asked for the file; a file that cannot be read is reported there.

    Returns:
        The top node, a map.

    Raises:
        SpecError: The file cannot be read, or everything that is wrong with its text.
    """
    file = name or os.fspath(path)
    return read_text(read_source(path, file, asked_at or Span(file, 1, 1)), file)


def build_tree(events: Iterable[yaml.Event], lines: Lines) -> Node | None:
    """The tree that a parser's events describe.

    Args:
        events: The events of one text.
        lines: What makes the spans.

    Returns:
        The top node; None when there is no document.

    Raises:
        SpecError: Everything that is wrong with the text, up to the first syntax error.
    """
    builder = TreeBuilder(lines)
    try:
        for event in events:
            builder.feed(event)
    except yaml.MarkedYAMLError as error:
        raise SpecError(*builder.problems, _syntax(error, lines)) from None
    if builder.problems:
        raise SpecError(*builder.problems)
    return builder.top


def parse(text: str, loader: type[Any] = _LOADER) -> Iterator[yaml.Event]:
    """The events of a YAML text.

    Args:
        text: The text.
        loader: A loader class of PyYAML; the C one where there is one.

    Yields:
        Events of PyYAML.

    Raises:
        yaml.YAMLError: The text is no YAML.
    """
    parser = loader(text)
    try:
        while parser.check_event():
            yield parser.get_event()
    finally:
        parser.dispose()


def _check_characters(lines: Lines) -> None:
    if span := lines.search(_UNACCEPTABLE):
        character = span.text[span.column - 1]
        message = f"the character U+{ord(character):04X} cannot stand in a YAML text"
        raise _error("unacceptable-character", message, span, help=_escape_hint(character))
    if span := lines.search(_TAG_DIRECTIVE):
        message = "a %TAG directive stands here, but only YAML's core tags are known"
        raise _error("unknown-tag", message, span, help="remove the line")


def _escape_hint(character: str) -> str | None:
    if "\ud800" <= character <= "\udfff":
        return None
    escape = character.encode("unicode_escape").decode("ascii")
    return f"in double quotes it can be written as `{escape}`"


def _syntax(error: yaml.MarkedYAMLError, lines: Lines) -> Diagnostic:
    problem, mark = error.problem or "the text is no YAML", error.problem_mark
    if "could not find expected ':'" in problem:
        # The parser notices on the next line.
        mark = error.context_mark or mark
    span = lines.span(mark) if mark else lines.end()
    hints = [hint for part, hint in _HINTS.items() if part in problem]
    if "mapping values are not allowed" in problem:
        hints.append(_colon_hint(span))
    if error.context_mark and error.context_mark.line + 1 != span.line:
        hints.append(f"what is being parsed began on line {error.context_mark.line + 1}")
    return Diagnostic(
        slug="yaml-syntax",
        message=f"{problem}, {error.context}" if error.context else problem,
        span=span,
        help="\n".join(hints) or _LOOK,
    )


def _colon_hint(span: Span) -> str:
    """What helps where a colon stands that the parser did not expect."""
    if ": " not in span.text[: span.column - 1]:
        return "look at the lines above: a key is followed by a colon and a space"
    pair = _KEY_AND_PAIR.match(span.text) if len(span.text) <= _LONGEST_LINE else None
    braces = f"a map on one line stands in braces: `{{{pair['pair']}}}`\n" if pair else ""
    return f"{braces}put a text that contains `: ` in quotes"


def _error(slug: str, message: str, span: Span | None, **texts: str | None) -> SpecError:
    return SpecError(
        Diagnostic(
            slug=slug,
            message=message,
            span=span,
            expected=texts.get("expected"),
            help=texts.get("help"),
        )
    )

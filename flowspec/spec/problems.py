"""What pydantic found wrong, told as diagnostics that point into the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from flowspec.diagnostics import Diagnostic, in_order, nearest
from flowspec.diagnostics.order import MOST
from flowspec.source import Node
from flowspec.spec.place import Place, locate
from flowspec.spec.schema import describe, keys_at, kinds_at

_TYPES = {
    "bool": "true or false",
    "dict": "a map",
    "finite_number": "a finite number",
    "float": "a number",
    "int": "an integer",
    "list": "a list",
    "model": "a map",
    "model_attributes": "a map",
    "string": "a text",
    "tuple": "a list",
}
_RANGES = {
    "greater_than": ("gt", "a number above {}"),
    "greater_than_equal": ("ge", "a number of at least {}"),
    "less_than": ("lt", "a number below {}"),
    "less_than_equal": ("le", "a number of at most {}"),
}
_LENGTHS = {
    "too_short": ("min_length", "at least {} entries"),
    "too_long": ("max_length", "at most {} entries"),
    "string_too_short": ("min_length", "at least {} characters"),
    "string_too_long": ("max_length", "at most {} characters"),
}
_BOUNDS = (
    ("out-of-range", "this number is out of range", _RANGES),
    ("wrong-length", "this has the wrong length", _LENGTHS),
)

_SHOWN = 20
_LONGEST = 80


def diagnose(error: ValidationError, root: Node) -> list[Diagnostic]:
    """One diagnostic for every error, in the order of the file; of very many the first."""
    details = error.errors(include_url=False)
    own = [one for one in details if not _follows_from_others(one)]
    found = [_diagnostic(one, root) for one in own[:MOST]]
    # What stands behind several aliases is wrong once.
    told = {(one.slug, one.message, one.span or one.path): one for one in reversed(found)}
    more = [Diagnostic(slug="more-faults", message=f"and {len(own) - MOST} more")]
    return [*in_order(reversed(told.values())), *(more if len(own) > MOST else [])]


def _follows_from_others(details: ErrorDetails) -> bool:
    """Whether a list is only short of elements because some of them have errors of their own."""
    if details["type"] != "too_short":
        return False
    elements: list[Any] = details["input"]
    return len(elements) >= details.get("ctx", {})["min_length"]


def _diagnostic(details: ErrorDetails, root: Node) -> Diagnostic:
    place = locate((*details["loc"], *_below_model(details)), root)
    words = _words(details, place)
    path = ".".join(map(str, place.path))
    return Diagnostic(span=place.blamed(details["type"]), path=path, **words)


def _below_model(details: ErrorDetails) -> tuple[str, ...]:
    """The key to blame, where a map as a whole is refused and says which of its keys it is."""
    key = details.get("ctx", {}).get("key")
    return (str(key),) if key is not None and "-" in details["type"] else ()


def _words(details: ErrorDetails, place: Place) -> dict[str, Any]:
    """Slug, message, expected and got, nearest and help for one error of pydantic's."""
    kind, context = details["type"], details.get("ctx", {})
    got = _short(details["input"])
    if kind == "extra_forbidden":
        return _unknown_key(place)
    if kind == "missing":
        return {"slug": "missing-key", "message": f"the key `{place.absent}` is missing here",
                "help": describe(place.path, place.tags, place.absent)}  # fmt: skip
    if kind == "union_tag_invalid":
        choices = _quoted(str(context["expected_tags"]))
        return _unknown_choice("unknown-kind", "there is no such kind here", choices,
                               _short(context["tag"]))  # fmt: skip
    if kind == "union_tag_not_found":
        choices = kinds_at(place.path, place.tags)
        return {"slug": "missing-kind", "message": "this map needs the key `kind`",
                "expected": ", ".join(choices), "got": got}  # fmt: skip
    if kind == "literal_error":
        choices = _quoted(str(context["expected"]))
        return _unknown_choice("unknown-choice", "this value is not one of the choices",
                               choices, got)  # fmt: skip
    for slug, message, bounds in _BOUNDS:
        if kind in bounds:
            key, template = bounds[kind]
            return {"slug": slug, "message": message,
                    "expected": template.format(context[key]), "got": got}  # fmt: skip
    return _custom(details) if "-" in kind else _wrong_type(details, got)


def _custom(details: ErrorDetails) -> dict[str, Any]:
    """What a model of the language refuses by itself: its error's type is the slug."""
    context = details.get("ctx", {})
    told = {name: context[name] for name in ("expected", "got", "help") if name in context}
    if "key" not in context:
        told.setdefault("got", _short(details["input"]))
    return {"slug": details["type"], "message": details["msg"], **told}


def _wrong_type(details: ErrorDetails, got: str) -> dict[str, Any]:
    kind = details["type"]
    if kind == "string_pattern_mismatch":
        return {"slug": "invalid-version", "message": "this is not a semantic version",
                "expected": "three numbers, such as 1.0.0", "got": got}  # fmt: skip
    expected = _TYPES.get(re.sub(r"_(type|from_float|parsing.*)$", "", kind), details["msg"])
    return {"slug": "wrong-type", "message": "this value has the wrong type",
            "expected": expected, "got": got}  # fmt: skip


def _unknown_key(place: Place) -> dict[str, Any]:
    key = str(place.path[-1])
    choices = keys_at(place.path[:-1], place.tags)
    return {
        "slug": "unknown-key",
        "message": f"`{_short(key)}` is not a key that can stand here",
        "expected": ", ".join(choices) or None,
        "nearest": nearest(key, choices),
    }


def _unknown_choice(slug: str, message: str, choices: list[str], got: str) -> dict[str, Any]:
    return {"slug": slug, "message": message, "expected": ", ".join(choices), "got": got,
            "nearest": nearest(got, choices)}  # fmt: skip


def _quoted(text: str) -> list[str]:
    """The choices in a list of pydantic's; `repeat` is a form of its own, not a kind."""
    return [word for word in re.findall(r"'([^']*)'", text) if word != "repeat"] or [text]


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a map" if value else "an empty map"
    if isinstance(value, list):
        elements = cast("list[Any]", value)
        text = "[" + ", ".join(map(_short, elements[:_SHOWN])) + "]"
        whole = len(elements) <= _SHOWN and len(text) <= _LONGEST
        return text if whole else f"a list of {len(elements)}"
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

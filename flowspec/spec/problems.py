"""What pydantic found wrong, told as diagnostics that point into the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from flowspec.diagnostics import Diagnostic, in_order, nearest
from flowspec.diagnostics.order import MOST
from flowspec.source import Node
from flowspec.spec.layers import REPEAT
from flowspec.spec.meant import meant
from flowspec.spec.place import Place, locate
from flowspec.spec.schema import describe, keys_at, kinds_at
from flowspec.spec.shown import shortened, shown

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
    "union_tag_not_found": "a map",
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


def diagnose(error: ValidationError, root: Node) -> list[Diagnostic]:
    """One diagnostic for every error, in the order of the file; of very many the first."""
    details = error.errors(include_url=False)
    own = [one for one in details if not _follows_from_others(one)]
    found = _without_misspelt([_diagnostic(one, root) for one in own[:MOST]], own)
    # What stands behind several aliases is wrong once.
    told = {(one.slug, one.message, one.span or one.path): one for one in reversed(found)}
    more = [Diagnostic(slug="more-faults", message=f"and {len(own) - MOST} more")]
    return [*in_order(reversed(told.values())), *(more if len(own) > MOST else [])]


def _without_misspelt(found: list[Diagnostic], own: list[ErrorDetails]) -> list[Diagnostic]:
    """All but the missing keys that stand there, misspelt, as unknown ones."""
    misspelt = {(one.path.rpartition(".")[0], one.nearest)
                for one in found if one.slug == "unknown-key" and one.path}  # fmt: skip
    return [
        one
        for one, details in zip(found, own, strict=False)
        if one.slug != "missing-key" or (one.path, details["loc"][-1]) not in misspelt
    ]


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
    got = shown(details["input"])
    if kind == "extra_forbidden":
        return _unknown_key(place)
    if kind == "missing":
        return {"slug": "missing-key", "message": f"the key `{place.absent}` is missing here",
                "help": describe(place.path, place.tags, place.absent)}  # fmt: skip
    if kind == "union_tag_invalid":
        choices = _quoted(str(context["expected_tags"]))
        return _unknown_choice("unknown-kind", "there is no such kind here", choices,
                               details["input"]["kind"])  # fmt: skip
    if kind == "union_tag_not_found" and isinstance(details["input"], Mapping):
        return _missing_kind(place, got)
    if kind == "literal_error":
        choices = _quoted(str(context["expected"]))
        return _unknown_choice("unknown-choice", "this value is not one of the choices",
                               choices, details["input"])  # fmt: skip
    for slug, message, bounds in _BOUNDS:
        if kind in bounds:
            key, template = bounds[kind]
            return {"slug": slug, "message": message,
                    "expected": _counted(template, context[key]), "got": got,
                    "help": _meaning(place) if slug == "wrong-length" else None}  # fmt: skip
    return _custom(details) if "-" in kind else _wrong_type(details, place, got)


def _counted(template: str, bound: Any) -> str:
    text = template.format(bound)
    return (
        text.replace("entries", "entry").replace("characters", "character") if bound == 1 else text
    )


def _meaning(place: Place) -> str | None:
    """What the key means whose value is blamed."""
    return describe(place.path[:-1], place.tags, str(place.path[-1])) if place.path else None


def _missing_kind(place: Place, got: str) -> dict[str, Any]:
    choices = kinds_at(place.path, place.tags)
    kinds = ", ".join(choice for choice in choices if choice != REPEAT)
    instead = f"or a map with `{REPEAT}` and `layers`" if REPEAT in choices else None
    return {"slug": "missing-kind", "message": "this map needs the key `kind`",
            "expected": kinds, "got": got, "help": instead}  # fmt: skip


def _custom(details: ErrorDetails) -> dict[str, Any]:
    """What a model of the language refuses by itself: its error's type is the slug."""
    context = details.get("ctx", {})
    told = {name: context[name] for name in ("expected", "got", "help") if name in context}
    if "key" not in context:
        told.setdefault("got", shown(details["input"]))
    return {"slug": details["type"], "message": details["msg"], **told}


def _wrong_type(details: ErrorDetails, place: Place, got: str) -> dict[str, Any]:
    kind = details["type"]
    if kind == "string_pattern_mismatch" or place.path == ("version",):
        return {"slug": "invalid-version", "message": "this is not a semantic version",
                "expected": "three numbers, such as 1.0.0", "got": got}  # fmt: skip
    expected = _TYPES.get(re.sub(r"_(type|from_float|parsing.*)$", "", kind), details["msg"])
    return {"slug": "wrong-type", "message": "this value has the wrong type",
            "expected": expected, "got": got,
            "nearest": meant(details["input"], place)}  # fmt: skip


def _unknown_key(place: Place) -> dict[str, Any]:
    key = str(place.path[-1])
    choices = keys_at(place.path[:-1], place.tags)
    return {
        "slug": "unknown-key",
        "message": f"`{shortened(key)}` is not a key that can stand here",
        "expected": ", ".join(choices) or None,
        "nearest": nearest(key, choices),
    }


def _unknown_choice(slug: str, message: str, choices: list[str], got: Any) -> dict[str, Any]:
    near = nearest(str(got), choices)
    return {"slug": slug, "message": message, "expected": ", ".join(choices), "got": shown(got),
            "nearest": near if near != got else None}  # fmt: skip


def _quoted(text: str) -> list[str]:
    """The choices in a list of pydantic's; `repeat` is a form of its own, not a kind."""
    return [word for word in re.findall(r"'([^']*)'", text) if word != REPEAT] or [text]

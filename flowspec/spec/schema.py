"""The JSON Schema of the language, for editors and for messages that name the valid keys."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flowspec.spec.spec import Spec

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a spec file.

    A file that says `extends` may leave out anything and set anything to null, so only its
    top-level keys are checked.
    """
    whole = dict(_whole())
    definitions = whole.pop("$defs")
    keys: dict[str, Any] = dict.fromkeys(whole["properties"], True)
    derived = {"properties": {**keys, **_EXTENDS}, "additionalProperties": False}
    return {
        "$schema": DIALECT,
        "title": "flowspec",
        "$defs": definitions,
        "if": {"required": ["extends"]},
        "then": derived,
        "else": whole,
    }


_EXTENDS = {
    "extends": {
        "type": "string",
        "description": "A spec file, relative to this one, that this one changes.",
    }
}


@functools.cache
def _whole() -> dict[str, Any]:
    """The JSON Schema of a spec that stands for itself."""
    return Spec.model_json_schema()


def schema_text() -> str:
    """The JSON Schema as text, as it is shipped."""
    return json.dumps(json_schema(), indent=2) + "\n"


def keys_at(path: Sequence[str | int], tags: Iterable[str] = ()) -> tuple[str, ...]:
    """The keys that are valid in the map at `path`; `tags` are the kinds met on the way."""
    return tuple(_walk(path, tags).get("properties", {}))


def _walk(path: Sequence[str | int], tags: Iterable[str]) -> dict[str, Any]:
    remaining = iter(tags)
    here = _chosen(_whole(), remaining)
    for key in path:
        if isinstance(key, int):
            below = here.get("items")
        else:
            below = here.get("properties", {}).get(key) or _any_value(here)
        here = _chosen(below or {}, remaining)
    return here


def _chosen(schema: dict[str, Any], tags: Iterator[str]) -> dict[str, Any]:
    """The schema itself behind references; of a union by kind the member that is tagged next."""
    schema = _resolved(schema)
    options = [_resolved(option) for option in schema.get("oneOf") or schema.get("anyOf") or ()]
    if not options:
        return schema
    kinds = [option for option in options if _kind(option)]
    if kinds:
        tag = next(tags, None)
        chosen = [option for option in kinds if _kind(option) == tag]
        return chosen[0] if chosen else {}
    for option in options:
        if option.get("type") != "null":
            return _chosen(option, tags)
    return schema


def _any_value(schema: dict[str, Any]) -> Any:
    """The schema of the values of a map with free keys."""
    patterns = schema.get("patternProperties") or {"": schema.get("additionalProperties")}
    return next(iter(patterns.values())) or {}


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = _whole()["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema


def _kind(schema: dict[str, Any]) -> str | None:
    """The kind that a member of a union stands for."""
    properties = schema.get("properties", {})
    if "repeat" in properties:
        return "repeat"
    return properties.get("kind", {}).get("const")

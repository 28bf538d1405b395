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
    """The JSON Schema of a spec that stands for itself.

    Pydantic's is completed: `kind` says what its kind is and must be given, and a map of names
    has no other keys.
    """
    schema = Spec.model_json_schema()
    for definition in (schema, *schema["$defs"].values()):
        kind = definition["properties"].get("kind")
        if kind is not None:
            kind["description"] = definition["description"]
            kind.pop("default", None)
            required = definition.get("required", ())
            definition["required"] = ["kind", *(key for key in required if key != "kind")]
        for option in definition["properties"].values():
            for part in (option, *option.get("anyOf", ())):
                if "patternProperties" in part:
                    part["additionalProperties"] = False
    return schema


def schema_text() -> str:
    """The JSON Schema as text, as it is shipped."""
    return json.dumps(json_schema(), indent=2) + "\n"


def keys_at(path: Sequence[str | int], tags: Iterable[str] = ()) -> tuple[str, ...]:
    """The keys that are valid in the map at `path`; `tags` are the kinds met on the way."""
    return tuple(_walk(path, tags).get("properties", {}))


def kinds_at(path: Sequence[str | int], tags: Iterable[str] = ()) -> tuple[str, ...]:
    """The kinds that the map at `path` can be; of a layer also `repeat`, which is none."""
    remaining = iter(tags)
    union = _below(_walk(path[:-1], remaining), path[-1]) if path else {}
    return tuple(kind for option in _options(union) if (kind := _kind(option)))


def element_at(path: Sequence[str | int], tags: Iterable[str] = ()) -> str | None:
    """The JSON type of the elements of the list at `path`; None where no list of scalars is."""
    return _walk(path, tags).get("items", {}).get("type")


def describe(path: Sequence[str | int], tags: Iterable[str], key: str) -> str | None:
    """What a key of the map at `path` means, as `key: meaning`."""
    option = _walk(path, tags).get("properties", {}).get(key, {})
    described = option.get("description")
    return described and f"`{key}` is: {described}"


def _walk(path: Sequence[str | int], tags: Iterable[str]) -> dict[str, Any]:
    remaining = iter(tags)
    here = _chosen(_whole(), remaining)
    for key in path:
        here = _chosen(_below(here, key), remaining)
    return here


def _below(here: dict[str, Any], key: str | int) -> dict[str, Any]:
    if isinstance(key, int):
        return here.get("items") or {}
    return here.get("properties", {}).get(key) or _any_value(here)


def _chosen(schema: dict[str, Any], tags: Iterator[str]) -> dict[str, Any]:
    """The schema itself behind references; of a union by kind the member that is tagged next."""
    options = _options(schema)
    if not options:
        return _resolved(schema)
    kinds = [option for option in options if _kind(option)]
    if kinds:
        tag = next(tags, None)
        chosen = [option for option in kinds if _kind(option) == tag]
        return chosen[0] if chosen else {}
    for option in options:
        if option.get("type") != "null":
            return _chosen(option, tags)
    return _resolved(schema)


def _options(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The members of a union."""
    schema = _resolved(schema)
    members = schema.get("oneOf") or schema.get("anyOf") or ()
    resolved = [_resolved(member) for member in members]
    # Where a union may be absent, it is itself a member.
    inner = [_options(member) for member in resolved if member.get("type") != "null"]
    return inner[0] if len(inner) == 1 and inner[0] else resolved


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

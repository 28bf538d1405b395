"""Pages of the keys that stand in nodes without variants: `event.support`, `outputs.draws`."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flowspec.reference.words import Schema, default_words, type_words
from flowspec.spec import json_schema


@dataclass(frozen=True)
class KeyPage:
    """What there is to say of a key, in Markdown.

    `path` leaves out indices of lists and names of outputs and context inputs. `kinds` are those
    of its value, `keys` the keys of its value, where it has any. A default of nothing means that
    the key must be given.
    """

    path: str
    meaning: str
    type: str
    default: str
    kinds: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@functools.cache
def key_pages() -> Mapping[str, KeyPage]:
    """Every page by its path, in the order in which a spec is written."""
    whole = json_schema()
    top = {**whole["else"], "properties": {**whole["else"]["properties"], **_extends(whole)}}
    return {page.path: page for page in _pages(top, "", whole["$defs"], ())}


def _extends(whole: Schema) -> dict[str, Any]:
    return {"extends": {**whole["then"]["properties"]["extends"], "default": None}}


def _pages(
    node: Schema, prefix: str, definitions: Schema, around: tuple[str, ...]
) -> Iterator[KeyPage]:
    """The pages of a node's keys and of those below; no node is entered inside itself."""
    for key, option in node["properties"].items():
        path = f"{prefix}{key}"
        below, kind = _value(option, definitions)
        members = [resolved for _, resolved in below]
        kinds = tuple(word for member in members if (word := _kind(member)))
        plain = [(name, member) for name, member in below if not _kind(member)]
        keys = tuple(key for _, member in plain for key in member["properties"])
        yield KeyPage(
            path=path,
            meaning=option["description"],
            type=kind if below else type_words(option),
            default=default_words(option, definitions),
            kinds=kinds,
            keys=keys,
        )
        for name, member in plain:
            if name not in around:
                yield from _pages(member, f"{path}.", definitions, (*around, name))


def _value(option: Schema, definitions: Schema) -> tuple[list[tuple[str, Schema]], str]:
    """The nodes that the value of a key consists of, by name, and what it is in words."""
    options = [part for part in option.get("anyOf", [option]) if part.get("type") != "null"]
    schema = options[0]
    if schema.get("type") == "array" and "$ref" not in str(schema["items"]):
        return [], ""
    inner, words = schema, "map"
    if schema.get("type") == "array":
        inner, words = schema["items"], "list of maps"
    elif schema.get("type") == "object":
        values = schema.get("patternProperties") or {"": schema["additionalProperties"]}
        inner, words = next(iter(values.values())), "map of names to maps"
    references = [part["$ref"] for part in inner.get("oneOf", [inner]) if "$ref" in part]
    names = [reference.rpartition("/")[2] for reference in references]
    return [(name, definitions[name]) for name in names], words


def _kind(schema: Schema) -> str | None:
    return schema["properties"].get("kind", {}).get("const")

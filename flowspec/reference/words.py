"""A JSON Schema in words: which values fit, and which is the default. The words are Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

Schema = Mapping[str, Any]

_PLURALS = {"integer": "integers", "number": "numbers", "text": "texts", "[name]": "[names]"}
_SIGNS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def type_words(schema: Schema) -> str:
    """Which values fit a schema that holds no other node."""
    union = schema.get("anyOf", schema.get("oneOf", ()))
    options = [option for option in union if option != {"type": "null"}]
    if options:
        return ", or ".join(map(type_words, options))
    if "const" in schema:
        return listed([schema["const"]])
    if "enum" in schema:
        return listed(schema["enum"])
    if schema["type"] == "array":
        one = type_words(schema["items"])
        if schema.get("maxItems") == 1:
            return f"list of one {one}"
        return f"list of {_count(schema)}{_plural(one)}"
    if schema["type"] == "string":
        named = "[a-z][a-z0-9_]*" in schema.get("pattern", "")
        return "[name](language.md#names-and-variable-paths)" if named else "text"
    if schema["type"] == "boolean":
        return "`true` or `false`"
    return schema["type"] + _range(schema)


def default_words(option: Schema, definitions: Schema) -> str:
    """The default as it would be written in a spec; nothing where the key must be given."""
    if "default" not in option:
        return ""
    value = option["default"]
    if value is None:
        return "absent"
    if value == "":
        return "empty"
    if isinstance(value, dict):
        value = _said(cast("dict[str, Any]", value), option, definitions)
    return f"`{_yaml(value)}`"


def _said(value: dict[str, Any], option: Schema, definitions: Schema) -> dict[str, Any]:
    """What a spec would say of a node: its kind, and what is not the default of a key itself."""
    if "kind" not in value:
        return {}
    reference: str = option["discriminator"]["mapping"][value["kind"]]
    known: Schema = definitions[reference.rpartition("/")[2]]["properties"]
    said = {k: v for k, v in value.items() if v != known[k].get("default")}
    return {"kind": value["kind"], **said}


def listed(words: Sequence[Any]) -> str:
    """Words as code, with commas between them."""
    return ", ".join(f"`{word}`" for word in words)


def _count(schema: Schema) -> str:
    least, most = schema.get("minItems"), schema.get("maxItems")
    words = [f"at least {least}"] if least else []
    words += [f"at most {most}"] if most else []
    return f"{' and '.join(words)} " if words else ""


def _plural(words: str) -> str:
    """Several of what a type describes."""
    for one, many in _PLURALS.items():
        if words.startswith(one):
            return many + words[len(one) :]
    raise ValueError(f"no plural is known of {words!r}")


def _range(schema: Schema) -> str:
    """Which numbers fit: ` 1 to 8`, ` > 0 and < 1`, or nothing."""
    if "minimum" in schema and "maximum" in schema:
        return f" {_number(schema['minimum'])} to {_number(schema['maximum'])}"
    bounds = [f"{sign} {_number(schema[key])}" for key, sign in _SIGNS.items() if key in schema]
    return f" {' and '.join(bounds)}" if bounds else ""


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.9g}"


def _yaml(value: Any) -> str:
    """A value in YAML's flow style."""
    if isinstance(value, dict):
        node = cast("dict[str, Any]", value)
        return "{" + ", ".join(f"{key}: {_yaml(item)}" for key, item in node.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_yaml, cast("list[Any]", value))) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)

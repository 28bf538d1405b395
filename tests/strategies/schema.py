"""Small values of a JSON Schema, as far as the language uses it.

What lies between two keys no schema says: strategies of whole nodes take care of that.
"""

import keyword
import math

from hypothesis import strategies as st

from flowspec.spec.output import RESERVED

LEAST, MOST = 1e-2, 8.0
"""Numbers without a bound of their own lie between these."""

WORDS = ["a", "b2", "some_name", "x", "base", "event_", "layers", "kind"]

names = (st.sampled_from(WORDS) | st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)).filter(
    lambda name: not keyword.iskeyword(name) and name not in RESERVED
)
"""Names of the language."""


def values(schema, definitions):
    """Values that fit a schema."""
    if "$ref" in schema:
        return nodes(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    for union in ("anyOf", "oneOf"):
        if union in schema:
            options = [part for part in schema[union] if part.get("type") != "null"]
            return st.one_of([values(part, definitions) for part in options])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return {
        "array": lambda: lists(schema, definitions),
        "boolean": st.booleans,
        "integer": lambda: integers(schema),
        "number": lambda: numbers(schema),
        "string": lambda: texts(schema),
    }[schema["type"]]()


def nodes(schema, definitions, **own):
    """Maps that fit a schema.

    `own` are strategies of keys that replace the schema's; None leaves the key out.
    """
    known = {
        key: own[key] if key in own else values(option, definitions)
        for key, option in schema["properties"].items()
    }
    drawn = {key: strategy for key, strategy in known.items() if strategy is not None}
    needed = {key: drawn[key] for key in schema.get("required", ())}
    rest = {key: strategy for key, strategy in drawn.items() if key not in needed}
    return st.fixed_dictionaries(needed, optional=rest)


def integers(schema):
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    return st.integers(low, min(low + 5, schema.get("maximum", math.inf)))


def numbers(schema):
    low = schema.get("minimum", schema.get("exclusiveMinimum", -MOST))
    high = schema.get("maximum", schema.get("exclusiveMaximum", max(MOST, low + MOST)))
    return st.floats(
        low + LEAST * min(1.0, high - low) * ("exclusiveMinimum" in schema),
        min(high - LEAST * ("exclusiveMaximum" in schema), low + MOST),
    )


def texts(schema):
    if "[a-z][a-z0-9_]*" in schema.get("pattern", ""):
        return names
    return st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


def lists(schema, definitions):
    least = schema.get("minItems", 0)
    return st.lists(
        values(schema["items"], definitions),
        min_size=least,
        max_size=min(least + 2, schema.get("maxItems", least + 2)),
        unique=schema.get("uniqueItems", False),
    )

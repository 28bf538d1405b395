"""Writes the reference of every kind, `docs/kinds.md`, from the catalogue, and the JSON Schema.

    python docs/kinds.py

The text of a kind is the docstring of its module; its options come from the JSON Schema of its
class, its examples from `EXAMPLES`. TensorFlow is not needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from flowspec.catalog import FAMILIES, Family
from flowspec.catalog.kind import Kind
from flowspec.spec import json_schema, schema_text

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "kinds.md"
SCHEMA = ROOT / "flowspec" / "spec" / "flowspec.schema.json"

PLACES = {
    "layers": "An item of `layers:`, or of the `layers:` of a `repeat:`.",
    "transforms": "The `transform:` of a layer.",
    "conditioners": "The `conditioner:` of a layer or of the base.",
    "bases": "The value of `base:`.",
    "supports": "The `support:` of the event.",
    "contexts": "A value of the map `context:`.",
    "encoders": "The `encoder:` of a context input.",
}
"""Where each family stands in a spec, in the order of the page."""

TRAINING = {
    "loss": "The `loss:` of `training:`.",
    "optimizer": "The `optimizer:` of `training:`. The names and meanings are those of Keras.",
}
"""Where the kinds that only training knows stand."""

LAST = ("context", "name", "trainable")
"""Options that many kinds share; they follow a kind's own."""

HEAD = """\
# Kinds

<!-- Written by docs/kinds.py from the catalogue; `make docs` writes it anew. -->

A node of a spec that has variants says which by `kind:`. These are all kinds there are, with all
their options; an option without a default must be given. [The language](language.md) tells what
stands around them.

Letters in shapes: B batch, S draws, D event features, C context features, H hidden units, K bins,
P raw parameters per feature, N rows (B, or B·S where there are several draws a row). The revision
of a kind is raised when its mathematics change.
"""

Schema = Mapping[str, Any]


def page() -> str:
    """The reference as Markdown."""
    sections = [_head()]
    for name in PLACES:
        sections += _family(FAMILIES[name])
    for role in TRAINING:
        sections += _training(role)
    unplaced = FAMILIES.keys() - PLACES.keys()
    if unplaced:
        raise SystemExit(f"docs/kinds.py does not say where these stand: {sorted(unplaced)}")
    return "\n\n".join(sections) + "\n"


def _head() -> str:
    lines = [HEAD]
    for name in PLACES:
        family = FAMILIES[name]
        lines.append(f"- [{name}](#{name}): {_links(family, list(family.kinds))}")
    for role in TRAINING:
        kinds = ", ".join(f"[`{kind}`]({_anchor(role, kind)})" for kind in _choices(role))
        lines.append(f"- [training: {role}](#training-{role}): {kinds}")
    return "\n".join(lines)


def _family(family: Family[Any]) -> Iterator[str]:
    yield f"## {family.name.capitalize()}"
    about = (family.base.__doc__ or "").partition("\n")[0].partition(". ")[0].rstrip(".")
    yield f"{about}. {PLACES[family.name]}"
    for name, kind in family.kinds.items():
        yield f"### {_singular(family)} `{name}`"
        yield (family.modules[name].__doc__ or "").strip()
        yield _facts(kind)
        yield _options(kind.model_json_schema(), _families(kind))
        yield f"<!-- fragment of: {family.name} -->\n```yaml\n{family.examples(name).strip()}\n```"


def _training(role: str) -> Iterator[str]:
    yield f"## Training: {role}"
    yield TRAINING[role]
    for name, schema in _choices(role).items():
        yield f"### {role.capitalize()} `{name}`"
        yield schema["description"]
        yield _options(schema, {})
        yield f"<!-- fragment of: {role} -->\n```yaml\n- {{kind: {name}}}\n```"


def _choices(role: str) -> dict[str, Schema]:
    """The schema of every kind that `training` can name at one key."""
    definitions = json_schema()["$defs"]
    mapping = definitions["Training"]["properties"][role]["discriminator"]["mapping"]
    return {name: definitions[ref.rpartition("/")[2]] for name, ref in mapping.items()}


def _facts(kind: type[Kind]) -> str:
    """What the class says besides its options."""
    facts = [f"Revision {kind.revision}."]
    accepts = getattr(kind, "accepts", None)
    if accepts is not None:
        facts.append(f"For context inputs of kind {_listed(sorted(accepts))}.")
    for fact, meaning in (
        ("has_centre", "a centre, so outputs may be `deterministic`"),
        ("has_scale", "a scale, so outputs may have a `temperature`"),
    ):
        if hasattr(kind, fact):
            facts.append(f"It has {meaning if getattr(kind, fact) else f'no {meaning[2:]}'}.")
    return " ".join(facts)


def _options(schema: Schema, families: Mapping[str, Family[Any]]) -> str:
    """The table of options; a sentence where there are none."""
    options = {key: value for key, value in schema["properties"].items() if key != "kind"}
    if not options:
        return "It has no options."
    rows = ["| option | type | default | meaning |", "|---|---|---|---|"]
    for name in sorted(options, key=lambda name: LAST.index(name) if name in LAST else -1):
        option = options[name]
        cells = (
            f"`{name}`",
            _reference(option, families[name]) if name in families else _type(option),
            _default(option, schema),
            option["description"],
        )
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)


def _families(kind: type[Kind]) -> dict[str, Family[Any]]:
    """The family from which each option takes a node, where it does."""
    found: dict[str, Family[Any]] = {}
    for name, field in kind.model_fields.items():
        annotated = [getattr(part, "__metadata__", ()) for part in get_args(field.annotation)]
        for data in (*field.metadata, *(item for items in annotated for item in items)):
            if isinstance(data, Family):
                found[name] = data
    return found


def _reference(option: Schema, family: Family[Any]) -> str:
    """A link to the family, or to those of its kinds that can stand here."""
    if family.kinds.keys() == FAMILIES[family.name].kinds.keys():
        return f"[{_singular(family).lower()}](#{family.name})"
    return _links(family, list(family.kinds))


def _type(schema: Schema) -> str:
    """A JSON Schema in words."""
    union = schema.get("anyOf", schema.get("oneOf", ()))
    options = [option for option in union if option != {"type": "null"}]
    if options:
        return ", or ".join(map(_type, options))
    if "enum" in schema:
        return _listed(schema["enum"])
    if schema["type"] == "array":
        return f"list of {_count(schema)}{_plural(_type(schema['items']))}"
    if schema["type"] == "string":
        return "[name](language.md#names-and-variable-paths)" if "pattern" in schema else "text"
    if schema["type"] == "boolean":
        return "`true` or `false`"
    return schema["type"] + _range(schema)


def _count(schema: Schema) -> str:
    least, most = schema.get("minItems"), schema.get("maxItems")
    words = [f"at least {least}"] if least else []
    words += [f"at most {most}"] if most else []
    return f"{' and '.join(words)} " if words else ""


def _plural(words: str) -> str:
    """Several of what a type describes."""
    for one in ("integer", "number", "text", "[name]"):
        if words.startswith(one):
            many = one.replace("]", "s]") if one.startswith("[") else f"{one}s"
            return many + words[len(one) :]
    raise ValueError(f"no plural is known of {words!r}")


def _range(schema: Schema) -> str:
    """Which numbers fit: ` 1 to 8`, ` > 0 and < 1`, or nothing."""
    if "minimum" in schema and "maximum" in schema:
        return f" {schema['minimum']:.9g} to {schema['maximum']:.9g}"
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    bounds = [f"{sign} {schema[key]:.9g}" for key, sign in signs.items() if key in schema]
    return f" {' and '.join(bounds)}" if bounds else ""


def _default(option: Schema, schema: Schema) -> str:
    """The default as it would be written in a spec; nothing where the option must be given."""
    if "default" not in option:
        return ""
    value = option["default"]
    if value is None:
        return "absent"
    if isinstance(value, dict):
        ref = option["discriminator"]["mapping"][value["kind"]]
        known = schema["$defs"][ref.rpartition("/")[2]]["properties"]
        said = {k: v for k, v in value.items() if v != known[k].get("default")}
        value = {"kind": value["kind"], **said}
    return f"`{_yaml(value)}`"


def _yaml(value: Any) -> str:
    """A value in YAML's flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_yaml, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _links(family: Family[Any], kinds: list[str]) -> str:
    role = _singular(family)
    return ", ".join(f"[`{kind}`]({_anchor(role, kind)})" for kind in kinds)


def _anchor(role: str, kind: str) -> str:
    """The address of a heading on the page, as GitHub makes it."""
    return f"#{role.lower()}-{kind}"


def _listed(words: list[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _singular(family: Family[Any]) -> str:
    return family.base.__name__


def main() -> None:
    """Write the page and the schema."""
    PAGE.write_text(page(), encoding="utf-8")
    SCHEMA.write_text(schema_text(), encoding="utf-8")


if __name__ == "__main__":
    main()

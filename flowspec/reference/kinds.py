"""Pages of the kinds: docstrings, options and examples, out of the catalogue."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from flowspec.catalog import FAMILIES, Family
from flowspec.catalog.kind import Kind
from flowspec.reference.words import Schema, default_words, listed, type_words
from flowspec.spec import json_schema

PLACES = {
    "layers": "An item of `layers:`, or of the `layers:` of a `repeat:`.",
    "transforms": "The `transform:` of a layer.",
    "conditioners": "The `conditioner:` of a layer or of the base.",
    "bases": "The value of `base:`.",
    "supports": "The `support:` of the event.",
    "contexts": "A value of the map `context:`.",
    "encoders": "The `encoder:` of a context input.",
    "loss": "The `loss:` of `training:`.",
    "optimizer": "The `optimizer:` of `training:`. The names and meanings are those of Keras.",
}
"""Where the kinds of each group stand in a spec; first the families, then those of training."""

LAST = ("context", "name", "trainable")
"""Options that many kinds share; they follow a kind's own."""


@dataclass(frozen=True)
class Option:
    """An option of a kind, told in Markdown; a default of nothing means that it must be given."""

    name: str
    type: str
    default: str
    meaning: str


@dataclass(frozen=True)
class KindPage:
    """What there is to say of a kind, in Markdown.

    `group` is the family, or the key of `training`; `role` is what one of the group is called.
    """

    group: str
    role: str
    kind: str
    about: str
    facts: str
    options: tuple[Option, ...]
    examples: str


@functools.cache
def kind_pages() -> Mapping[str, tuple[KindPage, ...]]:
    """The pages of every group, in the order of `PLACES`; every family has a place there."""
    found = {name: tuple(_family(family)) for name, family in FAMILIES.items()}
    found |= {key: tuple(_training(key)) for key in PLACES.keys() - FAMILIES.keys()}
    return {group: found[group] for group in sorted(found, key=list(PLACES).index)}


def _family(family: Family[Any]) -> Iterator[KindPage]:
    for name, kind in family.kinds.items():
        yield KindPage(
            group=family.name,
            role=_role(family),
            kind=name,
            about=(family.modules[name].__doc__ or "").strip(),
            facts=_facts(kind),
            options=_options(kind.model_json_schema(), _families(kind)),
            examples=family.examples(name).strip(),
        )


def _training(key: str) -> Iterator[KindPage]:
    """The kinds that only training knows."""
    definitions = json_schema()["$defs"]
    mapping = definitions["Training"]["properties"][key]["discriminator"]["mapping"]
    for name, reference in mapping.items():
        schema = definitions[reference.rpartition("/")[2]]
        yield KindPage(
            group=key,
            role=key.capitalize(),
            kind=name,
            about=schema["description"],
            facts="",
            options=_options(schema, {}),
            examples=f"- {{kind: {name}}}",
        )


def _facts(kind: type[Kind]) -> str:
    """What the class says besides its options."""
    facts = [f"Revision {kind.revision}."]
    accepts = getattr(kind, "accepts", None)
    if accepts is not None:
        facts.append(f"For context inputs of kind {listed(sorted(accepts))}.")
    for fact, meaning in (
        ("has_centre", "a centre, so outputs may be `deterministic`"),
        ("has_scale", "a scale, so outputs may have a `temperature`"),
    ):
        if hasattr(kind, fact):
            facts.append(f"It has {meaning if getattr(kind, fact) else f'no {meaning[2:]}'}.")
    return " ".join(facts)


def _options(schema: Schema, families: Mapping[str, Family[Any]]) -> tuple[Option, ...]:
    options = {key: value for key, value in schema["properties"].items() if key != "kind"}
    order = sorted(options, key=lambda name: LAST.index(name) if name in LAST else -1)
    return tuple(_option(name, options[name], schema, families) for name in order)


def _option(
    name: str, option: Schema, schema: Schema, families: Mapping[str, Family[Any]]
) -> Option:
    words = _reference(families[name]) if name in families else type_words(option)
    default = default_words(option, schema.get("$defs", {}))
    return Option(name, words, default, option["description"])


def _families(kind: type[Kind]) -> dict[str, Family[Any]]:
    """The family from which each option takes a node, where it does."""
    found: dict[str, Family[Any]] = {}
    for name, field in kind.model_fields.items():
        annotated = [getattr(part, "__metadata__", ()) for part in get_args(field.annotation)]
        for data in (*field.metadata, *(item for items in annotated for item in items)):
            if isinstance(data, Family):
                found[name] = data
    return found


def _reference(family: Family[Any]) -> str:
    """A link to the family, or to those of its kinds that can stand here."""
    role = _role(family).lower()
    if family.kinds.keys() == FAMILIES[family.name].kinds.keys():
        return f"[{role}](#{family.name})"
    return ", ".join(f"[`{kind}`](#{role}-{kind})" for kind in family.kinds)


def _role(family: Family[Any]) -> str:
    return family.base.__name__

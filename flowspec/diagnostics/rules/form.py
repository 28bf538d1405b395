"""Pages of what does not have the form that the language gives a spec."""

from __future__ import annotations

from flowspec.diagnostics.rules.rule import Rule

TITLE = "The form of a spec"

RULES = (
    Rule(
        "unknown-key",
        "A key that cannot stand here",
        "Every map has a fixed set of keys, so that a slip is no silent default.",
        "event: {name: action, shape: [2], suport: {kind: real}}",
        "The message lists the keys that can stand here and names the nearest. "
        "`flowspec explain` tells what each means.",
    ),
    Rule(
        "missing-key",
        "A key that must be given",
        "The key has no default.",
        "event: {name: action}",
        "Add it; the help tells what it means.",
    ),
    Rule(
        "unknown-kind",
        "A kind that there is not",
        "`kind` says which variant of a node is meant. Some places take only some kinds: a vector "
        "cannot be encoded by `one_hot`.",
        "layers:\n  - {kind: elementwise, transform: {kind: affin}}",
        "Choose one of the kinds that the message lists; `flowspec explain KIND` describes it.",
    ),
    Rule(
        "missing-kind",
        "A map that does not say its kind",
        "A node that has variants says which by `kind`. An item of `layers` may be a `repeat` "
        "instead.",
        "base: {learned: true}",
        "Add `kind`.",
    ),
    Rule(
        "unknown-choice",
        "A value that is none of the choices",
        "The key takes one of a few words or numbers.",
        "dtype: float16",
        "Choose one of those that the message lists.",
    ),
    Rule(
        "wrong-type",
        "A value of the wrong type",
        "Nothing is converted: `1.0` is no integer, `'2'` is no number, and `yes` is a text.",
        "seed: seven",
        "Write a value of the type that is expected.",
    ),
    Rule(
        "out-of-range",
        "A number that is too small or too large",
        "The range of every number is in docs/language.md and docs/kinds.md.",
        "event: {name: action, shape: [0]}",
        "Choose a number in the range.",
    ),
    Rule(
        "wrong-length",
        "A list or text of the wrong length",
        "A list has fewer or more entries than it may, or not one for each feature.",
        "event: {name: action, shape: [2], fields: [x, y, z]}",
        "Make it as long as is expected.",
    ),
    Rule(
        "invalid-name",
        "A name that cannot be used",
        "Names become those of models, inputs, signatures and variables. They are a lower-case "
        "letter followed by lower-case letters, digits and underscores, and no Python keyword.",
        "name: My-Flow",
        "Write it in lower case with underscores.",
    ),
    Rule(
        "invalid-version",
        "A version that is not semantic",
        "A version has three numbers, https://semver.org. YAML reads 1.0 as a number.",
        "version: '1.0'",
        "Write three numbers, such as 1.0.0.",
    ),
    Rule(
        "repeated-name",
        "A name that stands for two things",
        "The event and the context inputs, the layers of one list, the fields of an event or a "
        "vector, the labels of a category, the words of one `inputs` or `returns` and of a "
        "conditioner's `context` have different names, and no two renames lead to the same one.",
        "event: {name: state, shape: [2]}\ncontext:\n  state: {kind: vector, size: 3}",
        "Rename one of them.",
    ),
    Rule(
        "conflicting-keys",
        "Keys that exclude each other",
        "Two keys say where the same thing comes from.",
        "base: {kind: normal, learned: true, conditioner: {kind: mlp}}",
        "Remove one of them.",
    ),
    Rule(
        "bins-too-wide",
        "Bins that do not fit into the box",
        "Each of the `bins` takes at least `min_bin` of the box, so `bins` times `min_bin` stays "
        "below 1.",
        "layers:\n"
        "  - kind: elementwise\n"
        "    transform: {kind: rational_quadratic_spline, bins: 64, min_bin: 0.02}",
        "Lower `min_bin`, or use fewer bins.",
    ),
)

"""Pages of what is wrong with `extends` and with overrides."""

from __future__ import annotations

from flowspec.diagnostics.rules.rule import Rule

TITLE = "Deriving one spec from another"

RULES = (
    Rule(
        "extends-syntax",
        "An `extends` that names no file",
        "The value of `extends` is the path of a spec file, relative to the file that says it.",
        "extends: [policy.yaml]",
        "Name one file.",
    ),
    Rule(
        "absolute-path",
        "An `extends` with an absolute path",
        "Absolute paths differ between machines, so a spec names others relative to itself.",
        "extends: /specs/policy.yaml",
        "Write the path relative to this file.",
    ),
    Rule(
        "path-outside-project",
        "An `extends` that leads out of the project",
        "A spec may extend files of its project: of the nearest folder above it that holds `.git` "
        "or `pyproject.toml`, else of its own folder. Links are followed before this is judged.",
        "extends: ../../../../../../../../policy.yaml",
        "Copy the file into the project.",
    ),
    Rule(
        "extends-cycle",
        "A file that extends itself",
        "The files that `extends` leads to, one after the other, come back to one of them.",
        "extends: extends-cycle.yaml",
        "Let one of them stand on its own.",
    ),
    Rule(
        "extends-too-deep",
        "Too many files that extend one another",
        "At most 16 files extend one another.",
        "a chain of 17 files",
        "Merge some of them into one.",
        "text",
    ),
    Rule(
        "extends-without-file",
        "An `extends` in data that comes from no file",
        "A path relative to nothing cannot be followed, so a dict given from Python has no "
        "`extends`.",
        'flowspec.validate({"extends": "policy.yaml", "name": "wide"})',
        "Write the dict to a file, or pass the file with `overrides`.",
        "text",
    ),
    Rule(
        "override-syntax",
        "An override that cannot be read",
        "An override is PATH=VALUE: keys and indices with dots between them, then YAML.",
        "layers.0.repeat",
        "Write it as in `--set layers.0.repeat=8`; quote it where it has spaces or braces.",
        "override",
    ),
    Rule(
        "override-path",
        "An override whose path leads nowhere",
        "A path is made of keys, and of the indices of items that a list has. Overrides see what "
        "the files say, not the defaults, and cannot set `extends`.",
        "layers.7.kind=coupling",
        "Follow the file; set the whole list to make it longer.",
        "override",
    ),
)

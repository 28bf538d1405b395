"""Pages of what is told about versions of the language."""

from __future__ import annotations

from flowspec.diagnostics.rules.rule import Rule

TITLE = "Versions of the language"

RULES = (
    Rule(
        "newer-language",
        "A spec in a newer version of the language",
        "`flowspec: N` says in which version of the language a file is written. A version that "
        "this flowspec does not know yet may mean anything, so nothing else of the file is looked "
        "at.",
        "flowspec: 999\nname: example",
        "Upgrade flowspec, or write the file in a version that it knows.",
        "file",
    ),
    Rule(
        "old-language",
        "A spec in an older version of the language",
        "The file is read as what it says in its own version, and means what it always did. The "
        "warning shows how it is written now. Each file that a spec extends has a version of its "
        "own; overrides are in the current one.",
        "flowspec: 1    # once there is a version 2",
        "Run `flowspec migrate` on the file, which keeps its comments and its layout.",
        "text",
    ),
    Rule(
        "cannot-migrate",
        "A spec that cannot be rewritten faithfully",
        "What would be written does not say what the old file says: a change is needed in one of "
        "the places that share a text by an alias or a merge key, or a block would have to stand "
        "between braces. Or it is not known in which version a file is written, since only the "
        "files that extend it say so. No file is changed. The old one can still be read.",
        "base: &same {kind: normal}    # shared with a place where it means something else",
        "Write out what is shared, or change the file by hand. Name a file that does not say its "
        "version together with those that extend it.",
        "text",
    ),
)

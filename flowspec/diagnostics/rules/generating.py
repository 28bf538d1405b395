"""Pages of files that cannot be generated."""

from __future__ import annotations

from flowspec.diagnostics.rules.rule import Rule

TITLE = "Generated files"

RULES = (
    Rule(
        "unknown-target",
        "A target that there is not",
        "`flowspec generate` writes the files of one of a few targets.",
        "flowspec generate sever engel.bundle --output engel_server",
        "`flowspec generate --help` lists them.",
        "text",
    ),
    Rule(
        "edited-file",
        "A file that was edited since it was generated",
        "The hash in its header, or in the list of generated files, is not that of its content; or "
        "it was never generated. No file of the folder was changed.",
        "flowspec generate server engel.bundle --output engel_server, where `engel_server` holds "
        "an edited README.md",
        "Generate into another folder and merge, or say `--force`.",
        "text",
    ),
)

"""Pages of registries that cannot be found, read or written, and of what they lack."""

from __future__ import annotations

from flowspec.diagnostics.rules.rule import Rule

TITLE = "Registries"

RULES = (
    Rule(
        "no-registry",
        "No registry is named",
        "A registry is a folder or a URL, and nothing says which one is meant.",
        "flowspec sample registry:engel@champion",
        "Give `--registry`, or set the environment variable `FLOWSPEC_REGISTRY`.",
        "text",
    ),
    Rule(
        "wrong-registry",
        "What cannot be a registry",
        "A folder of something else does not become a registry; a URL is of a kind that fsspec "
        "knows, and its package is installed.",
        "flowspec registry add engel.bundle --registry specs",
        "Name a folder that is empty or does not exist yet, or install the package of the URL, "
        "such as s3fs.",
        "text",
    ),
    Rule(
        "not-a-registry",
        "A place without a registry",
        "A registry has a `registry.json`, which its first bundle brings.",
        "flowspec registry list --registry specs",
        "Look at the name of the folder or the URL.",
        "text",
    ),
    Rule(
        "newer-registry",
        "A registry of a newer flowspec",
        "A record in it has a form that is not known to this version.",
        "a record of schema 2, read by a flowspec that knows schema 1",
        "Upgrade flowspec.",
        "text",
    ),
    Rule(
        "registry-damaged",
        "A file of the registry that is not what was written",
        "Every object is named by its SHA-256, every record says where it belongs, and nothing "
        "leads out of the registry. What differs is not used, not even in part.",
        "an object that was edited, or a record of engel@3 in the place of engel@2",
        "Add the bundle again, which writes a damaged object anew. Take a damaged record away with "
        "`flowspec registry remove NAME@NUMBER`, a damaged alias with `flowspec registry alias "
        "NAME@ALIAS --remove`; or restore the registry from a copy.",
        "text",
    ),
    Rule(
        "registry-failed",
        "A registry that does not answer",
        "The system, or the service behind the URL, refuses to read or write.",
        "a bucket without the right to read it",
        "Look at the rights, the network and the disk.",
        "text",
    ),
    Rule(
        "not-in-registry",
        "A bundle that the registry does not have",
        "There is no such name, revision, version or alias.",
        "flowspec registry show engle",
        "Choose one that the message lists; `flowspec registry list` lists all.",
        "text",
    ),
    Rule(
        "revision-removed",
        "A revision that was removed",
        "It was in the registry once. Its number is not given again.",
        "flowspec registry get engel@1 old.bundle",
        "Choose another revision, or add the bundle again.",
        "text",
    ),
    Rule(
        "revision-in-use",
        "A revision that has an alias",
        "Who asks for the alias would get nothing.",
        "flowspec registry remove engel@3, which is engel@champion",
        "Move the alias to another revision, or take it away with `--remove`.",
        "text",
    ),
    Rule(
        "wrong-reference",
        "A reference that names nothing",
        "A bundle in a registry is a flow's name and, after an `@`, a number, a version, an alias "
        "or `latest`. An alias begins with a lower-case letter.",
        "flowspec registry show engel@Champion!",
        "Write `engel`, `engel@3`, `engel@1.2.0` or `engel@champion`.",
        "text",
    ),
    Rule(
        "registry-as-target",
        "A registry where a folder is written",
        "Bundles are added to a registry, and never changed in it.",
        "flowspec fit registry:engel@champion more.csv --output registry:engel",
        "Write a folder, and add it with `flowspec registry add`.",
        "text",
    ),
)

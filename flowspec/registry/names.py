"""How a registry is laid out, and what names in it may be.

registry.json                       what tells a registry from other folders
objects/SHA256                      manifests and payload files, each by its content
names/NAME/revisions/NUMBER.json    a bundle, or that it was removed
names/NAME/aliases/ALIAS.json       a revision that has a name
trash/SHA256-TOKEN                  objects that are on their way out
"""

from __future__ import annotations

import re
from typing import Final

from flowspec.catalog.kind import NAME

PREFIX: Final = "registry:"
"""What a reference to a bundle in a registry begins with, where a bundle is expected."""

VARIABLE: Final = "FLOWSPEC_REGISTRY"
"""The environment variable that says which registry is meant."""

LATEST: Final = "latest"
"""Stands for the newest revision; no alias is called so."""

MARKER: Final = "registry.json"
NAMES: Final = "names"
OBJECTS: Final = "objects"
TRASH: Final = "trash"

ALIAS: Final = re.compile(r"[a-z][a-z0-9_.-]{0,99}")
VERSION: Final = re.compile(r"\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?")
NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")

_SHA256 = re.compile(r"[0-9a-f]{64}")
_TRASHED = re.compile(rf"{TRASH}/([0-9a-f]{{64}})-[0-9a-f]{{16}}")
_SUFFIX = ".json"
_LONGEST = 200


def is_name(text: str) -> bool:
    """Whether a flow can be called so, and a folder on every system."""
    return len(text) <= _LONGEST and NAME.fullmatch(text) is not None


def is_version(text: str) -> bool:
    """Whether it has the form of a version, which no alias and no number has."""
    return len(text) <= _LONGEST and VERSION.fullmatch(text) is not None


def is_object(text: str) -> bool:
    """Whether an object can be called so."""
    return _SHA256.fullmatch(text) is not None


def object_file(sha256: str) -> str:
    """Where an object is."""
    return f"{OBJECTS}/{sha256}"


def trash_file(sha256: str, token: str) -> str:
    """Where an object is once a collector, who has a token, found nobody who needs it."""
    return f"{TRASH}/{sha256}-{token}"


def trashed_object(file: str) -> str | None:
    """The hash of an object in the trash, by its path; None for files that are none of ours."""
    found = _TRASHED.fullmatch(file)
    return found[1] if found else None


def revisions_folder(name: str) -> str:
    """Where the records of a flow's revisions are."""
    return f"{NAMES}/{name}/revisions"


def revision_file(name: str, number: int) -> str:
    """Where the record of a revision is."""
    return f"{revisions_folder(name)}/{number}{_SUFFIX}"


def aliases_folder(name: str) -> str:
    """Where the aliases of a flow are."""
    return f"{NAMES}/{name}/aliases"


def alias_file(name: str, alias: str) -> str:
    """Where an alias is."""
    return f"{aliases_folder(name)}/{alias}{_SUFFIX}"


def stem(file: str, pattern: re.Pattern[str]) -> str | None:
    """The name of a record without its ending; None for files that are none of ours.

    Example:
        >>> stem("3.json", NUMBER)
        '3'
    """
    name = file.removesuffix(_SUFFIX)
    return name if name != file and pattern.fullmatch(name) else None

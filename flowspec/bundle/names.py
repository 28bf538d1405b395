"""What the files of a bundle are called, and which files in its folder are ours."""

from __future__ import annotations

import re
import secrets
from typing import Final

MANIFEST: Final = "manifest.json"

LOCK: Final = ".flowspec.lock"
"""Held while a bundle is saved; without a manifest beside it, a first save was cut short."""

REQUIRED: Final = ("spec", "plan", "weights")
"""The roles that every bundle fills."""

SUFFIXES: Final = {
    "spec": ".json",
    "plan": ".json",
    "weights": ".safetensors",
    "optimizer": ".safetensors",
}
"""The roles of files, and how their files end."""

SAVED_MODEL: Final = "saved_model"
"""The role of the folder that holds a SavedModel."""

_HASH_DIGITS = 12
_DEPTH = 2
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,254}")
_PAYLOAD = re.compile(
    r"(spec|plan)-[0-9a-f]{12}\.json"
    r"|(weights|optimizer)-[0-9a-f]{12}\.safetensors"
    r"|saved_model-[0-9a-f]{12}"
)
_TEMPORARY = re.compile(r"\.flowspec-[0-9a-f]{16}\.tmp")


def payload_name(role: str, sha256: str) -> str:
    """The name of a payload file or folder, made from its role and its content.

    Example:
        >>> payload_name("plan", "0123456789abcdef" * 4)
        'plan-0123456789ab.json'
    """
    return f"{role}-{sha256[:_HASH_DIGITS]}{SUFFIXES.get(role, '')}"


def is_plain_path(path: str) -> bool:
    """Whether it leads to a file at most one folder down, on every system."""
    parts = path.split("/")
    return len(parts) <= _DEPTH and all(map(is_plain, parts))


def temporary_name() -> str:
    """A name that no other file has, for a file on its way to its place."""
    return f".flowspec-{secrets.token_hex(8)}.tmp"


def is_plain(name: str) -> bool:
    """Whether it names a file in the folder itself, on every system: no path, drive or `..`."""
    return _PLAIN.fullmatch(name) is not None


def is_folder(name: str) -> bool:
    """Whether what a save of ours makes under that name is a folder."""
    return name.startswith(f"{SAVED_MODEL}-")


def is_removable(name: str) -> bool:
    """Whether only a save of ours makes files or folders of that name.

    The manifest and the lock aside.
    """
    return any(pattern.fullmatch(name) for pattern in (_PAYLOAD, _TEMPORARY))

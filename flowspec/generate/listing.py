"""The list of all generated files with their hashes, as `sha256sum --check` reads it.

It is kept where files cannot hold a header: those are told from edited ones by it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from flowspec.generate.header import is_unedited

_LINE = re.compile(rb"([0-9a-f]{64})  ([^\n]+)\n")


def listing_name(target: str) -> str:
    """What the list of a target is called, so that several fit in one folder."""
    return f"flowspec-{target}.sha256"


def listing(files: Mapping[str, bytes]) -> str:
    """The text of the list."""
    return "".join(f"{digest(files[path])}  {path}\n" for path in sorted(files))


def read_listing(file: Path) -> dict[str, str]:
    """The hash of each file by its path; empty where there is no list, or it was edited."""
    try:
        data = file.read_bytes().replace(b"\r\n", b"\n")
    except OSError:
        return {}
    if not is_unedited(data):
        return {}
    return {path.decode(): found.decode() for found, path in _LINE.findall(data)}


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()

"""The manifest of a folder, read and checked as far as it goes without the payload."""

from __future__ import annotations

import hashlib
import os
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, cast

from pydantic import ValidationError
from pydantic_core import from_json

from flowspec.bundle.files import ReadPayload, read_at_most, read_payload
from flowspec.bundle.limits import MAX_MANIFEST
from flowspec.bundle.manifest import FORMAT, SCHEMA, Manifest, PayloadFile, PayloadFolder
from flowspec.bundle.names import (
    LOCK,
    MANIFEST,
    REQUIRED,
    SAVED_MODEL,
    SUFFIXES,
    is_plain,
    is_plain_path,
    payload_name,
)
from flowspec.bundle.problems import (
    manifest_damaged,
    newer_bundle,
    not_a_bundle,
    path_outside_bundle,
    validation_reason,
)
from flowspec.bundle.schemas import Older, older, upgraded
from flowspec.diagnostics import BundleError


def is_bundle(folder: str | os.PathLike[str]) -> bool:
    """Whether a folder has a manifest of our format, be it of a newer version.

    What the manifest names may still be damaged; `read` tells.
    """
    try:
        _own_data(_text(Path(folder)), Path(folder))
    except (BundleError, ValueError):
        return False
    return True


class Identified(NamedTuple):
    """A manifest and the hash of the bundle: SHA-256 of the manifest's file, in hexadecimal."""

    manifest: Manifest
    sha256: str


def read_manifest(folder: Path) -> Manifest:
    """The checked manifest of a bundle, brought to the current form.

    Raises:
        BundleError: The folder is no bundle, or a newer one, or its manifest is damaged.
    """
    return identify(folder).manifest


def identify(folder: Path) -> Identified:
    """The checked manifest of a bundle, brought to the current form, and the bundle's hash.

    Raises:
        BundleError: As `read_manifest`.
    """
    return identify_text(_text(folder), folder, partial(read_payload, folder))


def identify_text(text: bytes, folder: Path, read: ReadPayload) -> Identified:
    """A checked manifest, brought to the current form, and the bundle's hash.

    Args:
        text: The content of the manifest's file.
        folder: How messages call the bundle.
        read: What reads a file that the manifest names, if it has at most so many bytes.

    Raises:
        BundleError: As `read_manifest`.
    """
    data = _own_data(text, folder)
    _refuse_newer(folder, data)
    form: type[Manifest | Older] = older(data["schema"]) or Manifest
    try:
        found = form.model_validate(data)
    except ValidationError as error:
        what = "it does not say what a manifest says"
        raise manifest_damaged(folder / MANIFEST, what, got=validation_reason(error)) from None
    _check_files(folder, found.files, found.saved_model)
    return Identified(upgraded(folder, found, read), hashlib.sha256(text).hexdigest())


def _text(folder: Path) -> bytes:
    _refuse_other_targets(folder)
    return read_at_most(folder, MANIFEST, MAX_MANIFEST)


def _own_data(text: bytes, folder: Path) -> dict[str, Any]:
    """What the manifest says, if it is one of ours."""
    file = folder / MANIFEST
    try:
        data = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise manifest_damaged(file, "it is not JSON", got=str(error)) from None
    if not isinstance(data, dict) or cast("dict[str, Any]", data).get("format") != FORMAT:
        raise not_a_bundle(folder, f"is no bundle: its {MANIFEST} has another format")
    return cast("dict[str, Any]", data)


def _refuse_other_targets(folder: Path) -> None:
    if not os.path.lexists(folder):
        raise not_a_bundle(folder, "does not exist")
    if not folder.is_dir():
        raise not_a_bundle(folder, "is no bundle: a bundle is a folder")
    if os.path.lexists(folder / MANIFEST):
        return
    if os.path.lexists(folder / LOCK):
        raise not_a_bundle(folder, "is no bundle: its first save was not finished")
    raise not_a_bundle(folder, f"is no bundle: it has no {MANIFEST}")


def _refuse_newer(folder: Path, data: dict[str, Any]) -> None:
    schema = data.get("schema")
    if not isinstance(schema, int) or schema < 1:
        what = "it does not say its schema"
        got = repr(schema)[:100] if "schema" in data else None
        raise manifest_damaged(folder / MANIFEST, what, expected=f"1 to {SCHEMA}", got=got)
    if schema > SCHEMA:
        raise newer_bundle(folder, _writer(data), schema=schema, known=SCHEMA)


def _writer(data: dict[str, Any]) -> str:
    tools = data.get("tools")
    known = isinstance(tools, dict) and "flowspec" in tools
    return str(cast("dict[str, Any]", tools)["flowspec"])[:100] if known else "version unknown"


def _check_files(
    folder: Path, files: dict[str, PayloadFile], saved_model: PayloadFolder | None
) -> None:
    for file in files.values():
        if not is_plain(file.name):
            raise path_outside_bundle(folder, file.name)
    for role in REQUIRED:
        if role not in files:
            raise manifest_damaged(folder / MANIFEST, f"it names no file for the {role}")
    for role in SUFFIXES.keys() & files.keys():
        file = files[role]
        _check_name(folder, role, file.name, payload_name(role, file.sha256))
    if saved_model is not None:
        _check_saved_model(folder, saved_model)


def _check_saved_model(folder: Path, inner: PayloadFolder) -> None:
    if not is_plain(inner.name):
        raise path_outside_bundle(folder, inner.name)
    for file in inner.files:
        if not is_plain_path(file.name):
            raise path_outside_bundle(folder, f"{inner.name}/{file.name}")
    _check_name(folder, SAVED_MODEL, inner.name, payload_name(SAVED_MODEL, inner.digest))


def _check_name(folder: Path, role: str, name: str, right: str) -> None:
    if name != right:
        what = f"the {role} has a name that does not follow from its content"
        raise manifest_damaged(folder / MANIFEST, what, expected=right, got=name)

"""A compiled flow as the files of a bundle, still in memory."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError
from pydantic_core import from_json

from flowspec import __version__
from flowspec.bundle.decode import decode_plan
from flowspec.bundle.encode import encode_manifest, encode_plan, encode_spec
from flowspec.bundle.limits import MAX_JSON, MAX_MANIFEST, optimizer_limit
from flowspec.bundle.manifest import SCHEMA, Lineage, Manifest, PayloadFile, PayloadFolder
from flowspec.bundle.names import MANIFEST, SAVED_MODEL, SUFFIXES, payload_name
from flowspec.bundle.problems import cannot_write, validation_reason
from flowspec.bundle.weights import Arrays, encode_arrays, encode_weights
from flowspec.diagnostics import BundleError
from flowspec.plan.fingerprint import fingerprints
from flowspec.records import Plan


class Packed(NamedTuple):
    """A manifest, its bytes, and the bytes of the payload files by their path in the folder."""

    manifest: Manifest
    text: bytes
    payload: Mapping[str, bytes]


class Extras(NamedTuple):
    """What a bundle may hold beside spec, plan and weights.

    Attributes:
        optimizer: The arrays of an optimizer's state, by name.
        saved_model: The files of a SavedModel, by their path in its folder.
        state: Small JSON data; `adapted` is false unless it says otherwise.
        tools: Versions of what made the bundle, beside flowspec's and Python's.
        lineage: Where the weights come from, where they were transferred.
    """

    optimizer: Arrays | None = None
    saved_model: Mapping[str, bytes] | None = None
    state: Mapping[str, Any] | None = None
    tools: Mapping[str, str] | None = None
    lineage: Lineage | None = None


NOTHING: Final = Extras()


def pack(
    folder: Path,
    plan: Plan,
    weights: Arrays,
    extras: Extras = NOTHING,
) -> Packed:
    """The files of a bundle; nothing is written.

    Args:
        folder: How messages call the bundle.
        plan: The plan, the resolved spec in it.
        weights: The value of every variable of the plan.
        extras: What else the bundle holds.

    Raises:
        BundleError: The weights are not the plan's, or something cannot be said in JSON or is too
            large.
        MissingDependencyError: NumPy or safetensors is not installed.
    """
    contents = {**_plain_parts(folder, plan), "weights": encode_weights(plan, weights)}
    if extras.optimizer is not None:
        contents["optimizer"] = encode_arrays(extras.optimizer)
        limit = optimizer_limit(plan)
        _refuse_large(folder, "the state of the optimizer", contents["optimizer"], limit)
    files = {role: _payload_file(role, data) for role, data in contents.items()}
    payload = {files[role].name: contents[role] for role in files}
    inner = None
    if extras.saved_model is not None:
        inner = _payload_folder(SAVED_MODEL, extras.saved_model)
        payload.update({f"{inner.name}/{path}": d for path, d in extras.saved_model.items()})
    manifest, text = _manifest(folder, plan, files, inner, extras)
    return Packed(manifest, text, payload)


def _plain_parts(folder: Path, plan: Plan) -> dict[str, bytes]:
    try:
        parts = {"spec": encode_spec(plan.spec), "plan": encode_plan(plan)}
    except (TypeError, ValueError, RecursionError) as error:
        raise cannot_write(folder, "the plan is not JSON data", got=str(error)) from error
    for role, data in parts.items():
        _refuse_large(folder, f"the {role}", data, MAX_JSON)
    # What could not be read again is not written; the plan holds the spec.
    decode_plan(parts["plan"], folder / f"plan{SUFFIXES['plan']}")
    return parts


def _manifest(
    folder: Path,
    plan: Plan,
    files: dict[str, PayloadFile],
    saved_model: PayloadFolder | None,
    extras: Extras,
) -> tuple[Manifest, bytes]:
    own = {"flowspec": _version(), "python": platform.python_version()}
    try:
        manifest = Manifest(
            schema=SCHEMA,
            name=plan.name,
            version=plan.version,
            created=datetime.now(UTC).replace(microsecond=0),
            tools={**own, **(extras.tools or {}), **own},  # ours come first, and are ours
            fingerprints=fingerprints(plan),
            lineage=extras.lineage,
            files=files,
            saved_model=saved_model,
            state={"adapted": False, **(extras.state or {})},
        )
        text = encode_manifest(manifest)
        Manifest.model_validate(from_json(text))
    except ValidationError as error:
        raise _not_json(folder, validation_reason(error)) from error
    except (ValueError, RecursionError) as error:
        raise _not_json(folder, str(error)) from error
    _refuse_large(folder, "the manifest, which holds the state,", text, MAX_MANIFEST)
    return manifest, text


def _not_json(folder: Path, got: str) -> BundleError:
    return cannot_write(folder / MANIFEST, "the state or the tools are not JSON data", got=got)


def _payload_file(role: str, data: bytes) -> PayloadFile:
    file = _described(role, data)
    return file.model_copy(update={"name": payload_name(role, file.sha256)})


def _payload_folder(role: str, contents: Mapping[str, bytes]) -> PayloadFolder:
    files = tuple(_described(path, contents[path]) for path in sorted(contents))
    inner = PayloadFolder(name=role, files=files)
    return inner.model_copy(update={"name": payload_name(role, inner.digest)})


def _described(name: str, data: bytes) -> PayloadFile:
    return PayloadFile(name=name, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))


def _refuse_large(folder: Path, what: str, data: bytes, limit: int) -> None:
    if len(data) > limit:
        raise cannot_write(
            folder, f"{what} takes more than {limit} bytes", got=f"{len(data)} bytes"
        )


def _version() -> str:
    try:
        return metadata.version("flowspec")
    except metadata.PackageNotFoundError:
        return __version__

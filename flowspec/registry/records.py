"""The small files of a registry, read with as much distrust as anything from outside."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, TypeVar, cast

from pydantic import AwareDatetime, Field, ValidationError
from pydantic_core import from_json

from flowspec.bundle.limits import MAX_MANIFEST
from flowspec.bundle.problems import validation_reason
from flowspec.records import Record
from flowspec.registry.names import is_version
from flowspec.registry.problems import newer_registry, registry_damaged

SCHEMA: Final = 1
"""The number of the form of these files."""

MAX_RECORD: Final = 64 * 1024
"""Bytes of one of them."""

Number = Annotated[int, Field(ge=1, lt=10**18, strict=True)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Marker(Record):
    """What tells a registry from other folders."""

    registry: Literal["flowspec"]
    schema_number: Literal[1] = Field(alias="schema")


class Revision(Record):
    """A bundle in the registry.

    Attributes:
        name: The flow's.
        revision: Its number among the bundles of that name.
        version: The version of the flow's architecture.
        bundle: The bundle's hash: SHA-256 of its manifest, which names every other file's.
        bytes: The size of the manifest.
        added: When it was added, UTC.
    """

    schema_number: Literal[1] = Field(alias="schema")
    name: str
    revision: Number
    version: str
    bundle: Sha256
    bytes: Annotated[int, Field(ge=1, le=MAX_MANIFEST, strict=True)]
    added: AwareDatetime

    def __str__(self) -> str:
        """As users name it: `engel@3`."""
        return f"{self.name}@{self.revision}"


class Removed(Record):
    """What stays of a revision that was removed: its number is not given again."""

    schema_number: Literal[1] = Field(alias="schema")
    name: str
    revision: Number
    removed: AwareDatetime


class Alias(Record):
    """A name for a revision."""

    schema_number: Literal[1] = Field(alias="schema")
    name: str
    alias: str
    revision: Number
    moved: AwareDatetime


Known = TypeVar("Known", bound=Record)


def now() -> datetime:
    """The time that records tell, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def encode_record(record: Record) -> bytes:
    """A record as JSON: the same record, the same bytes."""
    data = record.model_dump(mode="json", by_alias=True)
    return json.dumps(data, ensure_ascii=False, indent=2).encode() + b"\n"


def decode_marker(data: bytes, file: str) -> Marker:
    """The marker of a registry.

    Raises:
        RegistryError: It is none, or that of a newer registry.
    """
    return _decoded(Marker, _fields(data, file), file)


def decode_revision(data: bytes, file: str, name: str, number: int) -> Revision | Removed:
    """The record of a revision.

    Args:
        data: The content of the file.
        file: How messages call it.
        name: The flow whose revision it must be.
        number: Which revision it must be.

    Raises:
        RegistryError: It is none, or another's.
    """
    fields = _fields(data, file)
    record = _decoded(Removed if "removed" in fields else Revision, fields, file)
    _check_place(file, f"{name}@{number}", f"{record.name}@{record.revision}")
    if isinstance(record, Revision) and not is_version(record.version):
        raise registry_damaged(file, "it has no version", got=record.version[:100])
    return record


def decode_alias(data: bytes, file: str, name: str, alias: str) -> Alias:
    """The record of an alias.

    Args:
        data: The content of the file.
        file: How messages call it.
        name: The flow whose alias it must be.
        alias: Which alias it must be.

    Raises:
        RegistryError: It is none, or another's.
    """
    record = _decoded(Alias, _fields(data, file), file)
    _check_place(file, f"{name}@{alias}", f"{record.name}@{record.alias}")
    return record


def _fields(data: bytes, file: str) -> dict[str, Any]:
    try:
        fields = from_json(data, allow_inf_nan=False)
    except ValueError as error:
        raise registry_damaged(file, "it is not JSON", got=str(error)) from None
    if not isinstance(fields, dict):
        raise registry_damaged(file, "it is no record")
    fields = cast("dict[str, Any]", fields)
    schema = fields.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        raise newer_registry(file, schema=schema, known=SCHEMA)
    return fields


def _decoded(form: type[Known], fields: dict[str, Any], file: str) -> Known:
    try:
        return form.model_validate(fields)
    except ValidationError as error:
        what = "it does not say what such a record says"
        raise registry_damaged(file, what, got=validation_reason(error)) from None


def _check_place(file: str, expected: str, got: str) -> None:
    if got != expected:
        what = "it is the record of something else"
        raise registry_damaged(file, what, expected=expected, got=got[:100])

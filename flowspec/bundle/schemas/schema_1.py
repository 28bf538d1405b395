"""The first form of the manifest, which had neither fingerprints nor lineage."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, JsonValue

from flowspec.bundle.decode import decode_plan
from flowspec.bundle.files import ReadPayload
from flowspec.bundle.limits import MAX_JSON
from flowspec.bundle.manifest import FORMAT, Manifest, PayloadFile, PayloadFolder, checked_state
from flowspec.plan.fingerprint import fingerprints
from flowspec.records import Record


class Manifest1(Record):
    """What a bundle consists of; see `Manifest` for what the fields mean."""

    format: Literal["flowspec-bundle"] = FORMAT
    schema_number: Literal[1] = Field(alias="schema")
    name: str
    version: str
    created: AwareDatetime
    tools: dict[str, str]
    files: dict[str, PayloadFile]
    saved_model: PayloadFolder | None = None
    state: Annotated[dict[str, JsonValue], AfterValidator(checked_state)]


def upgrade_1(folder: Path, old: Manifest1, read: ReadPayload) -> Manifest:
    """The second form: the fingerprints follow from the plan.

    Raises:
        BundleError: The plan is not the one that was saved.
    """
    file = old.files["plan"]
    plan = decode_plan(read(file, MAX_JSON), folder / file.name)
    return Manifest(
        schema=2,
        name=old.name,
        version=old.version,
        created=old.created,
        tools=old.tools,
        fingerprints=fingerprints(plan),
        files=old.files,
        saved_model=old.saved_model,
        state=old.state,
    )

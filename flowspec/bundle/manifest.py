"""The manifest: what a bundle consists of, and the point at which a save is done."""

from __future__ import annotations

import hashlib
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AwareDatetime, Field, JsonValue

from flowspec.records import FINGERPRINT_DIGITS, Fingerprints, Record, Sha256

FORMAT: Final = "flowspec-bundle"

SCHEMA: Final = 2
"""The number of this form of the manifest; raised whenever an older reader could be misled."""

MAX_ANCESTORS: Final = 100
"""How many ancestors a bundle names, the nearest ones."""

POLICIES: Final = ("float32", "float64", "mixed_bfloat16", "mixed_float16")
"""The dtype policies that networks can have."""


Count = Annotated[int, Field(ge=0, strict=True)]
Loss = Annotated[float, Field(allow_inf_nan=False)]


class TrainingRecord(Record):
    """What is kept of the last training by `flow.fit`.

    Attributes:
        epochs: How often it went through the rows.
        loss: The mean negative log-likelihood of the last epoch, in nats.
        val_loss: The same of the rows held out; None where there were none.
        rows: The training rows; None where they came from a `tf.data.Dataset`.
        data: SHA-256 of those rows, see `flowspec.training.record`.
    """

    epochs: Annotated[int, Field(ge=1, strict=True)]
    loss: Loss | None = None
    val_loss: Loss | None = None
    rows: Annotated[int, Field(ge=1, strict=True)] | None = None
    data: Sha256 | None = None


class Lineage(Record):
    """Where weights come from that were moved from another architecture.

    Attributes:
        parent: The parent's hash: SHA-256 of its `manifest.json`, which names every other file's.
        name: The parent's name.
        version: The version of the parent's architecture.
        variables: How many variables became what: `kept`, `renamed`, `resized`, `initialised`.
        earlier: The hashes of the parent's own ancestors, the nearest first.
    """

    parent: Sha256
    name: str
    version: str
    variables: dict[str, Count]
    earlier: Annotated[tuple[Sha256, ...], Field(max_length=MAX_ANCESTORS)] = ()


def checked_state(state: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """What flowspec itself keeps there; the rest is the caller's."""
    frozen = state.get("frozen", [])
    if not isinstance(state.get("adapted"), bool):
        raise ValueError("`adapted` must be true or false")
    if not isinstance(frozen, list) or not all(isinstance(path, str) for path in frozen):
        raise ValueError("`frozen` must be a list of paths")
    if state.get("policy", POLICIES[0]) not in POLICIES:
        raise ValueError(f"`policy` must be one of {', '.join(POLICIES)}")
    if not isinstance(state.get("example", {}), dict):
        raise ValueError("`example` must be a map from inputs to values")
    if state.get("training") is not None:
        TrainingRecord.model_validate(state["training"])
    return state


class PayloadFile(Record):
    """A file of the bundle: its name in the folder, SHA-256 in hexadecimal, and size."""

    name: str
    sha256: Sha256
    bytes: Annotated[int, Field(ge=0, strict=True)]


class PayloadFolder(Record):
    """A folder of the bundle: its name, and its files, named by their path in it."""

    name: str
    files: tuple[PayloadFile, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over a line for each file, its hash and its path, sorted by path."""
        lines = sorted((file.name, f"{file.sha256}  {file.name}\n") for file in self.files)
        return hashlib.sha256("".join(line for _, line in lines).encode()).hexdigest()


class Manifest(Record):
    """What a bundle consists of.

    Attributes:
        format: Tells our manifests from other people's.
        schema_number: Which form the manifest has, `schema` in the file.
        name: The flow's.
        version: The version of the flow's architecture.
        created: When it was saved, UTC.
        tools: Versions of what made it, flowspec and Python among them.
        fingerprints: Those of the plan.
        lineage: Where its weights come from, where they were transferred.
        files: The payload files by role: `spec`, `plan`, `weights`, and `optimizer` where its state
            was kept.
        saved_model: The folder with every output as a signature, where it was written.
        state: Whether statistics were fitted (`adapted`), the variables frozen in Python
            (`frozen`), the dtype policy of networks (`policy`), the last training (`training`), a
            row of inputs for who serves it (`example`), and small JSON data of the caller.
    """

    format: Literal["flowspec-bundle"] = FORMAT
    schema_number: Literal[2] = Field(alias="schema")
    name: str
    version: str
    created: AwareDatetime
    tools: dict[str, str]
    fingerprints: Fingerprints
    lineage: Lineage | None = None
    files: dict[str, PayloadFile]
    saved_model: PayloadFolder | None = None
    state: Annotated[dict[str, JsonValue], AfterValidator(checked_state)]

    @property
    def fingerprint(self) -> str:
        """What tells this architecture from every other, in short."""
        return self.fingerprints.whole[:FINGERPRINT_DIGITS]

    @property
    def training(self) -> TrainingRecord | None:
        """The last training; None where none is recorded."""
        kept = self.state.get("training")
        return None if kept is None else TrainingRecord.model_validate(kept)

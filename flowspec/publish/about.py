"""What is told of a published bundle: tags to search by, a description, every signature."""

from __future__ import annotations

from typing import Any

from flowspec.bundle import Bundle
from flowspec.records import CATEGORIES, OutputRecord


def tags_of(found: Bundle) -> dict[str, str]:
    """What tells it from every other: name, version, fingerprints, the hash of the bundle."""
    manifest = found.manifest
    fingerprints = manifest.fingerprints
    return {
        "flowspec.name": manifest.name,
        "flowspec.version": manifest.version,
        "flowspec.sha256": found.sha256,
        "flowspec.created": manifest.created.isoformat(),
        "flowspec.fingerprint": manifest.fingerprint,
        **{f"flowspec.fingerprint.{one}": fingerprints.of(one) for one in CATEGORIES},
    }


def metrics_of(found: Bundle) -> dict[str, float]:
    """The losses of the last training, in nats, where they are recorded."""
    training = found.manifest.training
    told = {} if training is None else {"loss": training.loss, "val_loss": training.val_loss}
    return {name: value for name, value in told.items() if value is not None}


def description_of(found: Bundle, output: OutputRecord) -> str:
    """The description of a registered version."""
    plan = found.plan
    names = ", ".join(f"`{record.name}`" for record in plan.outputs)
    about = (
        f"flowspec `{plan.name}` {plan.version}, bundle `{found.sha256[:12]}`. "
        f"Outputs: {names}; `{output.name}` unless a prediction says otherwise."
    )
    return "\n\n".join(filter(None, [plan.description, about]))


def metadata_of(found: Bundle, output: OutputRecord) -> dict[str, Any]:
    """What stands in the model's own file: identity, and the signature of every output."""
    manifest = found.manifest
    return {
        "flowspec": {
            "name": manifest.name,
            "version": manifest.version,
            "sha256": found.sha256,
            "fingerprints": manifest.fingerprints.model_dump(),
            "output": output.name,
            "outputs": {record.name: _signature(record) for record in found.plan.outputs},
        }
    }


def _signature(record: OutputRecord) -> dict[str, Any]:
    told = record.model_dump(mode="json", exclude_none=True)
    return {key: told[key] for key in ("inputs", "returns", "draws") if key in told}

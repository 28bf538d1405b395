"""What a lock says, as plain data."""

from __future__ import annotations

from importlib import metadata
from typing import Any, Final

from flowspec import __version__, shapes
from flowspec.plan.fingerprint import fingerprints
from flowspec.records import InputRecord, OutputRecord, Plan, VariableRecord
from flowspec.versioning.lock.runs import runs

LOCK: Final = 1
"""The number of this form of a lock."""

TOOLS: Final = ("keras", "tensorflow", "tensorflow-probability")
"""What builds the flow, named where it is installed."""

SECTIONS: Final = ("name", "version", "fingerprints", "signatures", "variables", "spec")
"""What is compared with the spec; `lock` and `tools` are not."""


def lock_of(plan: Plan) -> dict[str, Any]:
    """The lock of a plan: the same plan and tools, the same lock."""
    return {
        "lock": LOCK,
        "name": plan.name,
        "version": plan.version,
        "fingerprints": fingerprints(plan).model_dump(),
        "signatures": {output.name: _signature(output) for output in plan.outputs},
        "variables": runs({variable.path: _variable(variable) for variable in plan.variables}),
        "tools": {"flowspec": __version__, **_installed()},
        "spec": plan.spec,
    }


def _signature(output: OutputRecord) -> str:
    given = ", ".join(map(_quantity, output.inputs))
    return f"({given}) -> ({', '.join(map(_quantity, output.returns))})"


def _quantity(record: InputRecord) -> str:
    below = "" if record.count is None else f" below {record.count}"
    return f"{record.name} {shapes.text(record.shape)} {record.dtype}{below}"


def _variable(variable: VariableRecord) -> str:
    fixed = "" if variable.trainable else " fixed"
    return f"{shapes.text(variable.shape)} {variable.dtype} {variable.initializer}{fixed}"


def _installed() -> dict[str, str]:
    found: dict[str, str] = {}
    for tool in TOOLS:
        try:
            found[tool] = metadata.version(tool)
        except metadata.PackageNotFoundError:
            continue
    return found

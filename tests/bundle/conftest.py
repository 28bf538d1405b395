"""A small flow, its weights, and bundles of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flowspec import bundle
from flowspec.diagnostics import BundleError
from flowspec.plan import plan as plan_spec
from flowspec.records import Plan, VariableRecord
from flowspec.spec import load_spec

Weights = dict[str, np.ndarray[Any, Any]]

COUPLING = {
    "kind": "coupling",
    "transform": {"kind": "affine"},
    "conditioner": {"kind": "mlp", "hidden": [4]},
}
SPEC = {"flowspec": 1, "name": "tiny", "event": {"shape": [2]}, "layers": [COUPLING, COUPLING]}


@pytest.fixture(scope="session")
def plan() -> Plan:
    return plan_spec(load_spec(SPEC))


@pytest.fixture(scope="session")
def weights(plan: Plan) -> Weights:
    random = np.random.default_rng(0)
    return {v.path: random.normal(size=v.shape).astype(v.dtype) for v in plan.variables}


@pytest.fixture(scope="session")
def other_weights(weights: Weights) -> Weights:
    return {path: value + 1 for path, value in weights.items()}


@pytest.fixture
def saved(tmp_path: Path, plan: Plan, weights: Weights) -> Path:
    folder = tmp_path / "tiny.bundle"
    bundle.write(folder, plan, weights)
    return folder


@pytest.fixture(scope="session")
def with_variables(plan: Plan) -> Callable[..., Plan]:
    """The plan with other variables than its own, all of them in its base."""

    def replace(*variables: VariableRecord) -> Plan:
        base = plan.base.model_copy(update={"own": variables, "networks": ()})
        return plan.model_copy(update={"base": base, "layers": ()})

    return replace


@pytest.fixture(scope="session")
def edit_manifest() -> Callable[..., None]:
    """Change a manifest in place: `edit_manifest(folder, lambda data: ...)`."""

    def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
        data = json.loads((folder / "manifest.json").read_text())
        change(data)
        (folder / "manifest.json").write_text(json.dumps(data))

    return edit


@pytest.fixture(scope="session")
def forge(edit_manifest: Callable[..., None]) -> Callable[..., Path]:
    """Put other content into a role, name, size and hash adapted: `forge(folder, role, data)`."""

    def replace(folder: Path, role: str, data: bytes) -> Path:
        digest = hashlib.sha256(data).hexdigest()
        name = f"{role}-{digest[:12]}{'.safetensors' if role == 'weights' else '.json'}"
        (folder / name).write_bytes(data)
        entry = {"name": name, "sha256": digest, "bytes": len(data)}
        edit_manifest(folder, lambda manifest: manifest["files"].update({role: entry}))
        return folder / name

    return replace


@pytest.fixture(scope="session")
def refused() -> Callable[..., str]:
    """Call something that must be refused with a slug; what the error says."""

    def call(slug: str, function: Callable[..., object], *args: object, **options: object) -> str:
        with pytest.raises(BundleError) as caught:
            function(*args, **options)
        assert {d.slug for d in caught.value.diagnostics} == {slug}
        return str(caught.value)

    return call


@pytest.fixture(scope="session")
def files_in() -> Callable[[Path], dict[str, bytes]]:
    """The files of a folder and their content."""
    return lambda folder: {path.name: path.read_bytes() for path in folder.iterdir()}

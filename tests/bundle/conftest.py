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


@pytest.fixture(scope="session")
def optimizer(weights: Weights) -> Weights:
    """What an optimizer would keep: an array for each variable, and a count."""
    moments = {f"{path}/momentum": value**2 for path, value in weights.items()}
    return {"iteration": np.array(7, "int64"), **moments}


@pytest.fixture(scope="session")
def saved_model() -> dict[str, bytes]:
    """Files such as a SavedModel has; what they hold does not matter here."""
    return {"saved_model.pb": b"graph", "variables/variables.index": b"index"}


@pytest.fixture
def whole(
    tmp_path: Path, plan: Plan, weights: Weights, optimizer: Weights, saved_model: dict[str, bytes]
) -> Path:
    """A bundle with everything that a bundle can hold."""
    folder = tmp_path / "whole.bundle"
    bundle.write(folder, plan, weights, optimizer=optimizer, saved_model=saved_model)
    return folder


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
        name = f"{role}-{digest[:12]}{'.json' if role in ('spec', 'plan') else '.safetensors'}"
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
    """The files of a folder, and below it, and their content."""

    def read(folder: Path) -> dict[str, bytes]:
        paths = [path for path in folder.rglob("*") if path.is_file()]
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}

    return read

"""What a bundle needs: nothing for spec, plan and manifest; NumPy and safetensors for weights."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flowspec import bundle
from flowspec.records import Plan

PROGRAM = """
import json, sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocker())
from flowspec import bundle
from flowspec.diagnostics import MissingDependencyError
folder = sys.argv[1]
found = bundle.read(folder)
answer = {{
    "is_bundle": bundle.is_bundle(folder),
    "variables": [v.path for v in found.plan.variables],
    "spec": found.spec,
    "flow": found.manifest.name,
    "loaded": sorted({{"numpy", "safetensors", "tensorflow", "keras"}} & sys.modules.keys()),
}}
for name, call in {{
    "weights": found.weights,
    "write": lambda: bundle.write("new", found.plan, {{}}),
}}.items():
    try:
        call()
    except MissingDependencyError as error:
        answer[name] = str(error)
    except Exception as error:
        answer[name] = repr(error)
print(json.dumps(answer))
"""
HEAVY = ["numpy", "safetensors", "tensorflow", "keras", "tensorflow_probability"]


def run(folder: Path, blocked: list[str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(blocked=set(blocked)), str(folder)],
        cwd=folder.parent,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("blocked", "named"),
    [(HEAVY, "numpy|safetensors"), (["numpy"], "numpy"), (["safetensors"], "safetensors")],
)
def test_all_but_weights_is_read_without_numpy(
    saved: Path, plan: Plan, blocked: list[str], named: str
) -> None:
    answer = run(saved, blocked)
    assert answer["is_bundle"] is True
    assert answer["variables"] == [v.path for v in plan.variables]
    assert answer["spec"] == plan.spec
    assert answer["flow"] == plan.name
    for call in ("weights", "write"):
        assert answer[call].startswith("error[missing-dependency]")
        assert any(f"the package {name}," in answer[call] for name in named.split("|"))
        assert 'pip install "flowspec[tf]"' in answer[call]
    assert not (saved.parent / "new").exists()


def test_reading_does_not_load_numpy_where_it_is_installed(saved: Path) -> None:
    answer = run(saved, ["tensorflow", "keras", "tensorflow_probability"])
    assert answer["loaded"] == []
    assert "weights" not in answer


def test_the_public_names_are_these() -> None:
    assert bundle.__all__ == [
        "Bundle", "Lineage", "Manifest", "PayloadFile", "PayloadFolder", "Values",
        "check_target", "is_bundle", "read", "read_values", "write",
    ]  # fmt: skip
    assert all(hasattr(bundle, name) for name in bundle.__all__)

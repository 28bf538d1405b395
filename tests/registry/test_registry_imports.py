"""A registry needs neither TensorFlow nor NumPy, and fsspec only behind a URL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.registry.conftest import MakeBundle

PROGRAM = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"numpy", "safetensors", "tensorflow", "keras", "fsspec"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocker())
from flowspec.diagnostics import MissingDependencyError
from flowspec.registry import Registry
registry = Registry(sys.argv[1])
registry.add(sys.argv[2])
registry.alias("tiny@champion", "1.0.0")
registry.get("tiny@champion", sys.argv[3])
registry.fetch(registry.find("tiny"))
registry.gc(grace=0)
try:
    Registry("memory://x")
except MissingDependencyError as error:
    print(error)
"""


def test_a_registry_in_a_folder_needs_nothing_heavy(
    tmp_path: Path, make_bundle: MakeBundle
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, tmp_path / "r", make_bundle(), tmp_path / "out"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "error[missing-dependency]" in done.stdout
    assert 'pip install "flowspec[registry]"' in done.stdout


def test_nothing_heavy_is_imported_where_it_is_installed(
    tmp_path: Path, make_bundle: MakeBundle
) -> None:
    code = (
        "import sys\nfrom flowspec.registry import Registry\n"
        "Registry(sys.argv[1]).add(sys.argv[2])\n"
        "print({'numpy', 'tensorflow', 'keras', 'fsspec', 'safetensors'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "r", make_bundle()],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "set()"

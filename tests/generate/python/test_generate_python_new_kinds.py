"""A kind that the catalogue gets in future is generated without a word about it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.generate.python.generated import ruff

SCRIPT = Path(__file__).with_name("new_kinds.py")
ROOT = SCRIPT.parents[3]


@pytest.mark.slow
def test_flows_of_new_kinds_become_modules_that_give_their_numbers(tmp_path):
    run = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    module = tmp_path / "new.py"
    ruff("check", "--select", "E,F,I,W,B", str(module))
    assert "# The slope of arsinh is 1 / √(1 + x²)." in module.read_text(encoding="utf-8")

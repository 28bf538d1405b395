"""A rewriting that is killed leaves each file old or new, whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).with_name("killed_writer.py")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(tmp_path_factory.mktemp("killed") / "inner")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_many_moments_were_tried(left: list[Any]) -> None:
    assert sum(killed for killed, _ in left) > 8
    assert left[-1] == [False, ["new", "new"]]


def test_a_killed_rewriting_leaves_each_file_old_or_new(left: list[Any]) -> None:
    states = [tuple(state) for state, _ in groupby(states for _, states in left)]
    assert states == [("old", "old"), ("new", "old"), ("new", "new")]

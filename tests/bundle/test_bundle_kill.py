"""A save that is killed leaves the old bundle or the new one, whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pytest

from flowspec.records import Plan

PROGRAM = Path(__file__).with_name("killed_saver.py")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


class Left(NamedTuple):
    """What one save left: the bundle after it, the bundle and its files after one more save."""

    scenario: str
    killed: bool
    after: str
    healed: str
    names: list[str]


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory, plan: Plan) -> list[Left]:
    folder = tmp_path_factory.mktemp("killed")
    (folder / "plan.json").write_text(plan.model_dump_json())
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return [Left(*json.loads(line)) for line in done.stdout.splitlines()]


def states(left: list[Left], scenario: str) -> list[str]:
    """What was left in the order of the moments, each once for as long as it stays the same."""
    return [state for state, _ in groupby(row.after for row in left if row.scenario == scenario)]


def test_many_moments_were_tried(left: list[Left]) -> None:
    for scenario in ("first", "overwrite"):
        assert sum(row.killed for row in left if row.scenario == scenario) > 20


def test_a_killed_first_save_leaves_none_or_the_new_bundle(left: list[Left]) -> None:
    assert states(left, "first") == ["none", "new"]


def test_a_killed_overwrite_leaves_the_old_or_the_new_bundle(left: list[Left]) -> None:
    assert states(left, "overwrite") == ["old", "new"]


def test_the_next_save_succeeds_and_tidies_up(left: list[Left]) -> None:
    for row in left:
        assert row.healed == "new"
        assert [name.split("-")[0] for name in row.names] == [
            "manifest.json", "optimizer", "plan", "saved_model", "spec", "weights",
        ]  # fmt: skip

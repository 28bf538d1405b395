"""Whatever is killed, at any of its operations, leaves the old registry or the new one, whole."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.registry.conftest import MakeBundle

PROGRAM = Path(__file__).with_name("killed_writer.py")

SCENARIOS = {
    "first": 30, "next": 15, "again": 0, "alias": 5, "move": 5, "unalias": 1, "remove": 5,
    "gc": 8, "get": 20,
}  # fmt: skip
"""What is done, and how many moments it has at least."""

QUICK = {"next", "move"}

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


class Left(NamedTuple):
    """What was there, after the kill, and once it was done again; and the files at last."""

    killed: bool
    old: Any
    after: Any
    new: Any
    files: list[str]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow) for name in SCENARIOS
    ],
)
def rows(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    make_bundle: MakeBundle,
) -> list[Left]:
    folder = tmp_path_factory.mktemp("killed")
    shutil.copytree(make_bundle(1.0), folder / "one.bundle")
    shutil.copytree(make_bundle(2.0), folder / "two.bundle")
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(folder), request.param],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, os.getcwd()])},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = [Left(*json.loads(line)) for line in done.stdout.splitlines()]
    assert sum(row.killed for row in found) >= SCENARIOS[request.param]
    return found


def test_a_kill_leaves_the_old_state_or_the_new_one(rows: list[Left]) -> None:
    old, new = rows[0].old, rows[-1].after
    states = [state for state, _ in groupby(row.after for row in rows)]
    empty = [[{}, {}], None]  # holds no more than no registry does
    if old == ["not-a-registry", None]:
        assert states == [old, empty, new]
    else:
        assert states == ([old] if old == new else [old, new])


def test_what_was_killed_is_done_when_it_is_done_again(rows: list[Left]) -> None:
    assert [row.new for row in rows] == [rows[-1].after] * len(rows)


def test_a_collector_leaves_no_trace_of_what_was_killed(rows: list[Left]) -> None:
    assert [row.files for row in rows] == [rows[-1].files] * len(rows)
    assert not any("tmp" in name or name.startswith("trash") for row in rows for name in row.files)

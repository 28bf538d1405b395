"""A transfer that is killed leaves the target as it was, or whole, and the parent as it was."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flowspec import bundle
from tests.versioning.transfer.flows import COUPLING, SCALE, planned, spec, weights_of

ROOT = Path(__file__).parents[3]
PROGRAM = Path(__file__).with_name("killed_transfer.py")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("killed")
    old, new = planned(spec(COUPLING, SCALE)), planned(spec(COUPLING, SCALE, SCALE))
    bundle.write(folder / "parent.bundle", old, weights_of(old))
    (folder / "new.json").write_text(new.model_dump_json())
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, str(PROGRAM), str(folder)]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(("scenario", "before"), [("first", "none"), ("overwrite", "old")])
def test_a_killed_transfer_leaves_the_old_state_or_the_new_one(outcomes, scenario, before):
    mine = [outcome for outcome in outcomes if outcome[0] == scenario]
    assert len(mine) > 20
    states = [state for _, _, state, _ in mine]
    assert set(states) == {before, "new"}
    assert states == sorted(states, key=[before, "new"].index)
    assert [killed for _, killed, _, _ in mine] == [True] * (len(mine) - 1) + [False]


def test_the_parent_is_never_touched(outcomes):
    assert all(same for _, _, _, same in outcomes)

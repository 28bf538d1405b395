"""What is too large, too deep or broken is refused in little memory, or read."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.spec.hostile import TEXTS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The slugs that are told of each text, by a process with little memory."""
    script = Path(__file__).with_name("hostile.py")
    done = subprocess.run(
        [sys.executable, script, tmp_path_factory.mktemp("hostile")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_spec_is_refused_in_little_memory(name, told):
    slug = TEXTS[name][1]
    assert slug in told[name] if slug else told[name] == []

"""The generated module works where flowspec is not installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from tests.generate.python.flows import FLOWS
from tests.generate.python.generated import by_flow, flow_of, folder_of
from tests.laws.flows import rows_of

OWNER = Path(__file__).with_name("owner.py")


def test_a_process_without_flowspec_loads_the_weights_and_gets_the_numbers():
    case = FLOWS["policy"]
    folder, rows = folder_of(case), rows_of(case)
    names = ("state", "goal", "arm", "task", "seed")
    inputs = {name: np.asarray(rows[name]).tolist() for name in names}
    (folder / "inputs.json").write_text(json.dumps(inputs))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run = subprocess.run(
        [sys.executable, "-I", str(OWNER), str(folder)],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    for name, value in by_flow(flow_of(case), rows)["candidates"].items():
        np.testing.assert_allclose(found[name], value, rtol=1e-11)

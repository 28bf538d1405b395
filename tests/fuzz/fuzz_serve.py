"""Sends requests that lie to a server, for as long as it is told.

    python tests/fuzz/fuzz_serve.py --seconds 60

Each round takes one sort of lie and tells two hundred of them; each must be refused by a 4xx, or
answered by the numbers that it means, and the server must hold no more memory in the end than
after the first rounds. The first that is not is printed, and the exit code is 1. Run by hand.
"""

import argparse
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from hypothesis import HealthCheck, given, seed, settings

from tests.serve.robust.judge import judge
from tests.serve.robust.memory import resident
from tests.serve.robust.serving import saved, served_apart
from tests.serve.robust.test_robust_lies import LIES

ROUND = 200
GROWTH = 20 * 1024 * 1024


def tell(name, number, client, flow):
    """Two hundred lies of one sort, others for every number."""
    statuses = Counter()

    @seed(number)
    @settings(max_examples=ROUND, database=None, suppress_health_check=list(HealthCheck))
    @given(LIES[name])
    def law(asked):
        answer = client.post(asked.path, content=asked.body, headers=asked.headers)
        statuses[answer.status_code] += 1
        if "Content-Encoding" not in asked.headers:
            judge(answer, asked, flow)
        assert answer.status_code < 500

    law()
    return statuses


def fuzz(child, client, flow, end):
    """Rounds until the time is over: what was answered, and by how much memory grew."""
    statuses, start = Counter(), None
    while time.monotonic() < end:
        for name in random.sample(list(LIES), len(LIES)):
            statuses += tell(name, random.getrandbits(32), client, flow)
        start = start or resident(child.pid)
    return statuses, resident(child.pid) - (start or 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        flows = saved(Path(folder))
        with served_apart(flows) as (child, client):
            try:
                end = time.monotonic() + seconds
                statuses, growth = fuzz(child, client, flows["robust"][0], end)
            except Exception:
                traceback.print_exc()
                return 1
    print(f"{sum(statuses.values())} requests: {dict(statuses)}; {growth / 2**20:.1f} MiB more")
    return int(growth > GROWTH)


if __name__ == "__main__":
    sys.exit(main())

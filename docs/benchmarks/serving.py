"""How fast a bundle is served, against the same SavedModel called directly and served plainly.

    python docs/benchmarks/serving.py [--seconds 3] [--rounds 3]

Three contenders answer one row of `specs/latent_policy.yaml`'s `sample_and_log_prob` at a time: (a)
the SavedModel, called in process by as many threads as there are clients; (b) a FastAPI handler of
the usual kind, which calls it for each request; and `flowspec serve`. They take turns, so that
whatever else the machine does meets all of them; ratios are medians over the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np
from load import Result, load

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
OUTPUT = "sample_and_log_prob"
CLIENTS = (1, 8, 64)
STATE = [[round(0.1 * at - 0.8, 1) for at in range(17)]]
SEED = [7]


class Way(NamedTuple):
    """A way to ask: where, and with what."""

    path: str
    headers: dict[str, str]
    body: bytes


def json_body() -> bytes:
    """The question as JSON."""
    return json.dumps({"state": STATE, "seed": SEED}).encode()


def raw_body() -> bytes:
    """The question as bytes: the state, then the seed."""
    return np.asarray(STATE, np.float32).tobytes() + np.asarray(SEED, np.int64).tobytes()


def v2_body() -> tuple[dict[str, str], bytes]:
    """The question in the Open Inference Protocol with binary tensors."""
    head = {
        "inputs": [
            {"name": "state", "datatype": "FP32", "shape": [1, 17],
             "parameters": {"binary_data_size": 68}},
            {"name": "seed", "datatype": "INT64", "shape": [1],
             "parameters": {"binary_data_size": 8}},
        ],
        "parameters": {"binary_data_output": True},
    }  # fmt: skip
    text = json.dumps(head).encode()
    return {"Inference-Header-Content-Length": str(len(text))}, text + raw_body()


WAYS = {
    "served, JSON": Way(f"/flows/latent_policy/{OUTPUT}", {}, json_body()),
    "served, binary": Way(f"/v2/models/latent_policy.{OUTPUT}/infer", *v2_body()),
    "plain, JSON": Way("/json", {}, json_body()),
    "plain, binary": Way("/binary", {}, raw_body()),
}


def direct(folder: str, clients: int, seconds: float) -> Result:
    """The SavedModel called by so many threads of this process."""
    import tensorflow as tf

    signature = tf.saved_model.load(folder).signatures[OUTPUT]
    state, seed = tf.constant(STATE, tf.float32), tf.constant(SEED, tf.int64)

    def call() -> None:
        _ = {name: value.numpy() for name, value in signature(state=state, seed=seed).items()}

    call()
    times: list[float] = []
    end = time.perf_counter() + seconds

    def work() -> None:
        while (start := time.perf_counter()) < end:
            call()
            times.append(time.perf_counter() - start)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Result.of(times, seconds)


@contextmanager
def process(words: list[str], ready: Callable[[], bool], **env: str) -> Iterator[None]:
    """A server, once it is ready."""
    quiet = subprocess.DEVNULL
    running = subprocess.Popen(words, stdout=quiet, stderr=quiet, env={**os.environ, **env})
    try:
        while not ready():
            time.sleep(0.2)
        yield
    finally:
        running.terminate()
        running.wait()


def answers(address: str) -> bool:
    """Whether a server is ready."""
    try:
        return httpx.get(f"{address}/readyz").status_code == 200
    except httpx.HTTPError:
        return False


def measure(folder: str, served: str, plain: str, options: Any) -> dict[str, Any]:
    """What each contender does with so many clients, by round."""
    found: dict[str, Any] = {}
    for round_ in range(options.rounds):
        for clients in CLIENTS:
            found.setdefault(f"direct {clients}", []).append(in_process(folder, clients, options))
            for name, way in WAYS.items():
                address = served if name.startswith("served") else plain
                result = load(address, way, clients, options.seconds)
                found.setdefault(f"{name} {clients}", []).append(result)
        print(f"round {round_ + 1} of {options.rounds}", file=sys.stderr)
    return found


def in_process(folder: str, clients: int, options: Any) -> Result:
    """The direct call in a process of its own, which no other contender's threads disturb."""
    words = [sys.executable, __file__, "--direct", folder, str(clients), str(options.seconds)]
    run = subprocess.run(words, capture_output=True, text=True, check=True)
    return Result(*json.loads(run.stdout.splitlines()[-1]))


def table(found: dict[str, list[Result]]) -> Iterator[str]:
    """The ratios as a table in Markdown."""
    yield "| clients | form | requests/s of (a) | of (b) | p50, ms over (a) | p99, ms over (a) |"
    yield "|---|---|---|---|---|---|"
    for clients in CLIENTS:
        for form in ("JSON", "binary"):
            rounds = list(zip(
                found[f"served, {form} {clients}"], found[f"direct {clients}"],
                found[f"plain, {form} {clients}"], strict=True,
            ))  # fmt: skip
            cells = (
                statistics.median(s.rate / a.rate for s, a, _ in rounds),
                statistics.median(s.rate / b.rate for s, _, b in rounds),
                statistics.median(1e3 * (s.p50 - a.p50) for s, a, _ in rounds),
                statistics.median(1e3 * (s.p99 - a.p99) for s, a, _ in rounds),
            )
            yield (
                f"| {clients} | {form} | {cells[0]:.2f} | {cells[1]:.1f} | "
                f"{cells[2]:+.1f} | {cells[3]:+.1f} |"
            )


def main() -> None:
    """Compile the flow, start the servers, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--direct", nargs=3)
    options = parser.parse_args()
    if options.direct:
        folder, clients, seconds = options.direct
        print(json.dumps(list(direct(folder, int(clients), float(seconds)))))
        return
    with tempfile.TemporaryDirectory() as work, ExitStack() as stack:
        bundle = Path(work) / "policy.bundle"
        flowspec = [sys.executable, "-m", "flowspec"]
        spec = str(ROOT / "specs" / "latent_policy.yaml")
        subprocess.run([*flowspec, "compile", spec, "-o", str(bundle)], check=True)
        folder = str(next(bundle.glob("saved_model-*")))
        served, plain = "http://127.0.0.1:8321", "http://127.0.0.1:8322"
        words = [*flowspec, "serve", str(bundle), "--port", "8321", "--no-grpc", "-q"]
        stack.enter_context(process(words, lambda: answers(served)))
        words = [sys.executable, "-m", "uvicorn", "plain:app", "--app-dir", str(HERE), "--port",
                 "8322", "--log-level", "warning", "--no-access-log"]  # fmt: skip
        stack.enter_context(process(words, lambda: answers(plain), SAVED_MODEL=folder))
        found = measure(folder, served, plain, options)
    print("\n".join(table(found)))


if __name__ == "__main__":
    main()

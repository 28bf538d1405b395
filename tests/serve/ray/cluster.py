"""What is served on Ray, as a process in a network namespace."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.serve.ray.namespace import Namespace

SCRIPT = """
import json, sys
from pathlib import Path
from flowspec.serve import ServeOptions, Source, logs
from flowspec.serve.ray import run_ray

told = json.loads(sys.argv[1])
logs.configure("json")
run_ray(
    [Source(Path(folder), number) for number, folder in enumerate(told["folders"], 1)],
    ServeOptions(max_batch=4, watch=0, deadline=120),
    port=0, replicas=told["replicas"], ray_options=told["ray_options"],
    announce=lambda service, taken: print(taken.port, flush=True),
)
"""


class Cluster:
    """What runs.

    Attributes:
        namespace: Where it runs.
        process: The process that was started, which leads the others.
        address: Where it answers, from inside.
        work: Where Ray writes.
        log: What the process has logged.
    """

    def __init__(self, namespace, process, address, work, log):
        self.namespace = namespace
        self.process = process
        self.address = address
        self.work = work
        self.log = log

    @contextmanager
    def asking(self):
        """A function that asks from inside: method, path, keywords as httpx takes them."""

        def ask(*words, **more):
            return threads.submit(httpx.request, words[0], self.address + words[1], **more).result()

        with self.namespace.threads() as threads:
            yield ask

    def events(self):
        """What the process has logged, as objects; Ray writes lines of its own between."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line[:1] == "{"]

    def replicas(self):
        """The processes that are replicas."""
        return [one for one in self.namespace.processes() if b"ServeReplica" in _title(one)]


@contextmanager
def running(*folders, replicas=None, at_once=False, **ray_options):
    """A cluster that serves bundles as revisions 1, 2, ...; nothing of it is left afterwards.

    It can answer, unless it is wanted at once.
    """
    told = {"folders": list(map(str, folders)), "replicas": replicas, "ray_options": ray_options}
    work = Path(tempfile.mkdtemp(prefix="flowspec-"))  # Ray's sockets need a short path
    log = work / "log"
    environment = {
        **{name: os.environ[name] for name in os.environ if name[:4] != "RAY_"},
        "PYTHONPATH": os.getcwd(),
        "RAY_TMPDIR": str(work),
    }
    try:
        with Namespace() as namespace, log.open("w") as errors:
            command = namespace.command(sys.executable, "-c", SCRIPT, json.dumps(told))
            with subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True,
                start_new_session=True,
            ) as process:  # fmt: skip
                port = None if at_once else process.stdout.readline().strip()
                assert port != "", log.read_text()
                try:
                    yield Cluster(namespace, process, f"http://127.0.0.1:{port}", work, log)
                finally:
                    process.terminate()
                    process.wait(120)
                assert namespace.is_empty_within(60)
    finally:
        shutil.rmtree(work)


def _title(process):
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""

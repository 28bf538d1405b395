"""A network namespace of one's own, for what listens on every interface."""

import ctypes
import itertools
import os
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

_CLONE_NEWNET = 0x40000000
_NUMBERS = itertools.count(1)


class Namespace:
    """A network namespace whose only interface is its own loopback.

    Attributes:
        name: What `ip netns` calls it.
    """

    def __init__(self):
        if os.geteuid() != 0 or shutil.which("ip") is None or shutil.which("ss") is None:
            pytest.fail("this test makes a network namespace: it needs root, and iproute2")
        self.name = f"flowspec-ray-{os.getpid()}-{next(_NUMBERS)}"

    def __enter__(self):
        _run("ip", "netns", "add", self.name)
        _run("ip", "-n", self.name, "link", "set", "lo", "up")
        return self

    def __exit__(self, *error):
        left = self.processes()
        for process in left:
            os.kill(process, signal.SIGKILL)
        _run("ip", "netns", "del", self.name)
        assert not left, "processes were left in the namespace"

    def command(self, *words):
        """The words of a command that runs inside."""
        return ["ip", "netns", "exec", self.name, *map(str, words)]

    def output(self, *words):
        """What a command prints that runs inside."""
        return _run(*self.command(*words))

    def threads(self, count=1):
        """Threads that run inside, while the rest of this process stays outside."""
        return ThreadPoolExecutor(count, initializer=self._enter)

    def processes(self):
        """The processes that run inside."""
        return [int(word) for word in _run("ip", "netns", "pids", self.name).split()]

    def is_empty_within(self, seconds):
        """Whether every process has ended some seconds from now."""
        end = time.monotonic() + seconds
        while self.processes() and time.monotonic() < end:
            time.sleep(0.1)
        return not self.processes()

    def listeners(self):
        """Address, port and process of everything that listens inside."""
        rows = [line.split() for line in self.output("ss", "-ltnpH").splitlines()]
        return [(*row[3].rsplit(":", 1), row[5]) for row in rows]

    def _enter(self):
        with open(f"/run/netns/{self.name}") as handle:
            if ctypes.CDLL(None, use_errno=True).setns(handle.fileno(), _CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "cannot enter the namespace")


def _run(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout

"""Servers that a page starts, on ports that are free, for as long as the page is run."""

import json
import subprocess
import sys
import time

import httpx

HTTP, GRPC = "127.0.0.1:8000", "127.0.0.1:8001"
"""Where pages say that a server listens."""


class Servers:
    """What a page has started. Addresses in the page stand for those that were taken."""

    def __init__(self):
        self._running = []
        self._places = {}

    def start(self, words):
        """Start `flowspec WORDS`; what it prints, with the addresses of the page."""
        told = self._process([*words, "--json", "--port", "0", "--grpc-port", "0"])
        self._places = {HTTP: told["http"].removeprefix("http://"), GRPC: told["grpc"]}
        self._wait(told["http"])
        lines = [
            f"{flow['name']} {flow['version']}, revision {flow['revision']}: "
            f"{', '.join(flow['outputs'])}"
            for flow in told["flows"]
        ]
        return "\n".join([*lines, f"http at http://{HTTP}, grpc at {GRPC}", ""])

    def placed(self, text):
        """A text of the page with the addresses that were taken."""
        for said, taken in self._places.items():
            text = text.replace(said, taken)
        return text

    def stop(self):
        """End them all."""
        for running in self._running:
            running.terminate()
            running.communicate()

    def _process(self, words):
        running = subprocess.Popen(
            [sys.executable, "-m", "flowspec", *words],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self._running.append(running)
        text = ""
        for line in running.stdout:
            text += line
            if line == "}\n":
                return json.loads(text)
        raise AssertionError(f"{words}: nothing was told")

    def _wait(self, address):
        end = time.monotonic() + 120
        while httpx.get(f"{address}/readyz").status_code != 200:
            assert time.monotonic() < end, f"{address} is never ready"
            time.sleep(0.1)


def curl(words, servers):
    """What `curl -s URL [-d BODY]` prints."""
    assert words[0] == "-s", words
    url, rest = servers.placed(words[1]), words[2:]
    assert rest[:1] in ([], ["-d"]), rest
    answer = httpx.post(url, content=rest[1]) if rest else httpx.get(url)
    return f"{answer.text}\n"

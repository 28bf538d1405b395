"""What every test of a command uses."""

import sys

import pytest


@pytest.fixture
def run(capfd, monkeypatch):
    """Runs a command in this process; its exit code, output and error stream."""
    from flowspec.cli import main

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["flowspec", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code
        out, err = capfd.readouterr()
        return code, out, err

    return call

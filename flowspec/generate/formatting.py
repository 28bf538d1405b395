"""Python code in the form that `ruff format` gives it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import Final

from flowspec.generate.require import missing, required

LINE_LENGTH: Final = 100

_SETTINGS: Final = ("--isolated", "--line-length", str(LINE_LENGTH), "--target-version", "py311")


def format_python(path: str, code: str) -> str:
    """The code, formatted, whatever settings the folder it is for may have.

    Args:
        path: What the file is called.
        code: Its text.

    Raises:
        MissingDependencyError: If ruff is not installed.
    """
    run = subprocess.run(
        [_ruff(), "format", *_SETTINGS, "--stdin-filename", path, "-"],
        input=code.encode(), capture_output=True, check=False,
    )  # fmt: skip
    if run.returncode:
        raise RuntimeError(f"{path} is no Python code: {run.stderr.decode()}")
    return run.stdout.decode()


def _ruff() -> str:
    """Where the program is: with this Python, else on the path."""
    beside = shutil.which("ruff", path=os.path.dirname(sys.executable))
    found = beside or shutil.which("ruff")
    if found:
        return found
    ruff = required("ruff")
    try:
        return os.fsdecode(ruff.find_ruff_bin())
    except FileNotFoundError:
        raise missing("ruff") from None

"""Processes that end before one of their operations on disk, without any tidying up."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

DONE, KILLED = 0, 9


class Killing:
    """Before a `Disk` among the bases of a class: ends the process before operation number `when`.

    A write ends half way through.
    """

    def __init__(self, when: int) -> None:
        self.left = when

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if name.startswith("__") or not callable(value):
            return value
        self.left -= 1
        if self.left > 0:
            return value
        if name == "write":
            return lambda descriptor, data: (os.write(descriptor, data[: len(data) // 2]), end())
        return end()


def end() -> None:
    os._exit(KILLED)


def is_killed(act: Callable[[], object]) -> bool:
    """Act in another process; whether it was killed.

    Raises:
        SystemExit: If it ended in another way.
    """
    child = os.fork()
    if child == 0:
        try:
            act()
            os._exit(DONE)
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code not in (DONE, KILLED):
        raise SystemExit(f"it ended with {code}")
    return code == KILLED

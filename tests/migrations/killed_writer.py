"""A program for test_migrations_kill: rewrites again, each time killed one operation later.

It is given an empty folder, and prints what each killed rewriting left of two files, one JSON value
a line. Each is a process of its own, forked, that ends without any tidying up.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import sys
from pathlib import Path

from flowspec.versioning.overwrite import Texts, overwrite
from tests.bundle.killed_saver import DONE, KILLED, KillingDisk

OLD, NEW = b"flowspec: 1\n" * 100, b"flowspec: 2  # now\n" * 100
STATES = {OLD: "old", NEW: "new"}


def is_killed(files: Texts, when: int) -> bool:
    """Overwrite in another process; whether it was killed."""
    child = os.fork()
    if child == 0:
        try:
            overwrite(files, KillingDisk(when))
            os._exit(DONE)
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code not in (DONE, KILLED):
        raise SystemExit(f"overwriting ended with {code}")
    return code == KILLED


def main(folder: Path) -> None:
    for when in itertools.count(1):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        paths = [folder / "a.yaml", folder / "b.yaml"]
        for path in paths:
            path.write_bytes(OLD)
        killed = is_killed(dict.fromkeys(paths, (OLD, NEW)), when)
        states = [STATES.get(path.read_bytes(), "mixed") for path in paths]
        print(json.dumps([killed, states]))
        if not killed:
            break


if __name__ == "__main__":
    main(Path(sys.argv[1]))

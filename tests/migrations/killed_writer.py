"""A program for test_migrations_kill: rewrites again, each time killed one operation later.

It is given an empty folder, and prints what each killed rewriting left of two files, one JSON value
a line. Each is a process of its own, forked, that ends without any tidying up.
"""

from __future__ import annotations

import itertools
import json
import shutil
import sys
from functools import partial
from pathlib import Path

from flowspec.versioning.overwrite import Texts, overwrite
from tests.bundle.killed_saver import KillingDisk
from tests.killing import is_killed

OLD, NEW = b"flowspec: 1\n" * 100, b"flowspec: 2  # now\n" * 100
STATES = {OLD: "old", NEW: "new"}


def main(folder: Path) -> None:
    for when in itertools.count(1):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        paths = [folder / "a.yaml", folder / "b.yaml"]
        texts: Texts = dict.fromkeys(paths, (OLD, NEW))
        for path in paths:
            path.write_bytes(OLD)
        killed = is_killed(partial(overwrite, texts, KillingDisk(when)))
        states = [STATES.get(path.read_bytes(), "mixed") for path in paths]
        print(json.dumps([killed, states]))
        if not killed:
            break


if __name__ == "__main__":
    main(Path(sys.argv[1]))

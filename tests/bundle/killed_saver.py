"""A program for test_bundle_kill: saves again and again, each time killed one operation later.

It is given an empty folder, and prints what each killed save left there, one JSON value a line.
Every save is a process of its own, forked, that ends without any tidying up.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np

from flowspec import bundle
from flowspec.bundle.disk import Disk
from flowspec.bundle.pack import Extras, Packed, pack
from flowspec.bundle.writer import save
from flowspec.diagnostics import BundleError
from flowspec.records import Plan

DONE, KILLED = 0, 9


class KillingDisk(Disk):
    """Ends the process before its operation number `when`, or half way through a write."""

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


def killed_save(folder: Path, packed: Packed, when: int) -> bool:
    """Save in another process; whether it was killed."""
    child = os.fork()
    if child == 0:
        try:
            save(folder, packed, KillingDisk(when))
            os._exit(DONE)
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code not in (DONE, KILLED):
        raise SystemExit(f"the save ended with {code}")
    return code == KILLED


def state(folder: Path, old: Packed, new: Packed) -> str:
    if not bundle.is_bundle(folder):
        return "none"
    try:
        found = bundle.read(folder)
        found.weights(), found.optimizer(), found.saved_model()
    except BundleError as error:
        return str(error)
    names = {"old": old.manifest, "new": new.manifest}
    return next((name for name, manifest in names.items() if found.manifest == manifest), "mixed")


def main(folder: Path) -> None:
    plan = Plan.model_validate_json((folder / "plan.json").read_text())
    ones = {v.path: np.ones(v.shape, v.dtype) for v in plan.variables}
    zeros = {v.path: np.zeros(v.shape, v.dtype) for v in plan.variables}
    target = folder / "above" / "b"
    old = pack(target, plan, ones, Extras(ones, {"saved_model.pb": b"old", "variables/v": b"old"}))
    changed = plan.model_copy(update={"description": "new"})
    new = pack(target, changed, zeros, Extras(zeros, {"saved_model.pb": b"", "variables/v": b"v"}))
    for scenario in ("first", "overwrite"):
        for when in itertools.count(1):
            shutil.rmtree(folder / "above", ignore_errors=True)
            if scenario == "overwrite":
                save(target, old, Disk())
            killed = killed_save(target, new, when)
            after = state(target, old, new)
            save(target, new, Disk())
            healed = state(target, old, new)
            names = sorted(os.listdir(target))
            print(json.dumps([scenario, killed, after, healed, names]))
            if not killed:
                break


if __name__ == "__main__":
    main(Path(sys.argv[1]))

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

import numpy as np

from flowspec import bundle
from flowspec.bundle.disk import Disk
from flowspec.bundle.pack import Extras, Packed, pack
from flowspec.bundle.writer import save
from flowspec.diagnostics import BundleError
from flowspec.records import Plan
from tests.killing import Killing, is_killed


class KillingDisk(Killing, Disk):
    """Ends the process before one of its operations."""


def killed_save(folder: Path, packed: Packed, when: int) -> bool:
    """Save in another process; whether it was killed."""
    return is_killed(lambda: save(folder, packed, KillingDisk(when)))


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

"""A program for test_transfer_kill: transfers over and over, each time killed one step later.

It is given a folder with `parent.bundle` and `new.json`, a plan, and prints what each killed
transfer left in `new.bundle`, and whether the parent is as it was, one JSON value a line.
"""

import itertools
import json
import shutil
import sys
from pathlib import Path

import numpy as np

from flowspec.bundle.disk import Disk
from flowspec.bundle.pack import Extras, pack
from flowspec.bundle.writer import save
from flowspec.records import Plan
from flowspec.versioning.transfer.parent import read_parent
from flowspec.versioning.transfer.transfer import Transfer
from tests.bundle.killed_saver import killed_save, state


def main(folder: Path) -> None:
    plan = Plan.model_validate_json((folder / "new.json").read_text())
    parent = read_parent(folder / "parent.bundle")
    before = contents(folder / "parent.bundle")
    move = Transfer(parent.bundle, plan)
    target = folder / "new.bundle"
    weights = move.weights(parent.weights, lambda variable: np.zeros(variable.shape))
    new = pack(target, plan, weights, Extras(state=move.carried.state, lineage=move.lineage))
    zeros = {path: np.zeros_like(value) for path, value in weights.items()}
    old = pack(target, plan, zeros)
    for scenario in ("first", "overwrite"):
        for when in itertools.count(1):
            shutil.rmtree(target, ignore_errors=True)
            if scenario == "overwrite":
                save(target, old, Disk())
            killed = killed_save(target, new, when)
            after = state(target, old, new)
            same = contents(folder / "parent.bundle") == before
            print(json.dumps([scenario, killed, after, same]))
            if not killed:
                break


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


if __name__ == "__main__":
    main(Path(sys.argv[1]))

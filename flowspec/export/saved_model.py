"""The flow as one SavedModel: every output a named signature, over one set of variables."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flowspec import shapes
from flowspec.backend import Tensor, tf
from flowspec.build import Store
from flowspec.export.folder import cannot_write, write_folder
from flowspec.models import answer
from flowspec.models.inputs import same_rows
from flowspec.plan.fingerprint import fingerprints
from flowspec.records import OutputRecord, Plan

STAMP = "assets.extra/flowspec.json"
"""The file that tells which architecture a SavedModel is of; what loads a SavedModel ignores it."""


def saved_model_files(store: Store, target: str | os.PathLike[str]) -> dict[str, bytes]:
    """The files of the SavedModel that `save_model` writes, by their path in its folder.

    Args:
        store: The built flow.
        target: What the files are for, named where they cannot be written.

    Raises:
        UsageError: If the system's folder for temporary files cannot take them.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="flowspec.") as made:
            work = Path(made)
            _write(store, work)
            files = [path for path in work.rglob("*") if path.is_file()]
            return {path.relative_to(work).as_posix(): path.read_bytes() for path in files}
    except (OSError, tf.errors.OpError) as error:
        help = "a SavedModel is made in the system's folder for temporary files first"
        raise cannot_write(Path(target), error, help) from error


def save_model(store: Store, folder: str | os.PathLike[str]) -> None:
    """Write a SavedModel that needs neither flowspec nor Keras to be loaded.

    Args:
        store: The built flow.
        folder: Where to write; an older SavedModel there is replaced, anything else refused.

    Raises:
        UsageError: If the folder holds something else, or cannot be written; it is as before.
    """
    write_folder(folder, lambda path: _write(store, path))


def _write(store: Store, folder: Path) -> None:
    module = _Variables(store)
    signatures = {output.name: _signature(store, output) for output in store.plan.outputs}
    tf.saved_model.save(module, os.fspath(folder), signatures=signatures)
    shutil.rmtree(folder / "assets", ignore_errors=True)
    stamp = folder / STAMP
    stamp.parent.mkdir()
    stamp.write_bytes(_identity(store.plan))


def _identity(plan: Plan) -> bytes:
    named = {"name": plan.name, "version": plan.version}
    found = {**named, "fingerprints": fingerprints(plan).model_dump()}
    return json.dumps(found, indent=2).encode() + b"\n"


class _Variables(tf.Module):
    """Raw variables, tracked once: a Keras layer beside them would write every weight twice."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.flow_variables = [variable.value for variable in store.weights]


def _signature(store: Store, output: OutputRecord) -> Any:
    specs = {
        record.name: tf.TensorSpec(shapes.open_batch(record.shape), record.dtype, record.name)
        for record in output.inputs
    }

    def run(**inputs: Tensor) -> Mapping[str, Tensor]:
        return answer(store, output, same_rows(inputs))

    return tf.function(run, autograph=False).get_concrete_function(**specs)

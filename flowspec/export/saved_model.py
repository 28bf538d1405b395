"""The flow as one SavedModel: every output a named signature, over one set of variables."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flowspec import shapes
from flowspec.backend import Tensor, tf
from flowspec.build import Store
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.models import answer
from flowspec.records import OutputRecord


def save_model(store: Store, folder: str | os.PathLike[str]) -> None:
    """Write a SavedModel that needs neither flowspec nor Keras to be loaded.

    Args:
        store: The built flow.
        folder: Where to write; an older SavedModel there is replaced, anything else refused.

    Raises:
        UsageError: If the folder holds something else, or cannot be written; it is as before.
    """
    target = Path(folder)
    if target.exists() and not _replaceable(target):
        raise UsageError(
            Diagnostic(
                slug="folder-in-use",
                message=f"{target} exists and is no SavedModel",
                help="choose another folder",
            )
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as work:
            _write(store, Path(work) / "new")
            if target.exists():
                target.rename(Path(work) / "old")
            (Path(work) / "new").rename(target)
    except OSError as error:
        raise UsageError(
            Diagnostic(slug="cannot-write", message=f"{target} cannot be written: {error.strerror}")
        ) from error


def _replaceable(target: Path) -> bool:
    if not target.is_dir():
        return False
    return (target / "saved_model.pb").exists() or not any(target.iterdir())


def _write(store: Store, folder: Path) -> None:
    module = _Variables(store)
    signatures = {output.name: _signature(store, output) for output in store.plan.outputs}
    tf.saved_model.save(module, os.fspath(folder), signatures=signatures)
    shutil.rmtree(folder / "assets", ignore_errors=True)


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
        return answer(store, output, inputs)

    return tf.function(run, autograph=False).get_concrete_function(**specs)

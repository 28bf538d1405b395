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


def saved_model_files(store: Store) -> dict[str, bytes]:
    """The files of the SavedModel that `save_model` writes, by their path in its folder.

    Raises:
        UsageError: If the system's folder for temporary files cannot take them.
    """
    work = Path("the system's folder for temporary files")
    try:
        with tempfile.TemporaryDirectory(prefix="flowspec.") as made:
            work = Path(made)
            _write(store, work)
            files = [path for path in work.rglob("*") if path.is_file()]
            return {path.relative_to(work).as_posix(): path.read_bytes() for path in files}
    except (OSError, tf.errors.OpError) as error:
        raise _cannot_write(work, error) from error


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
            _put(Path(work) / "new", target, Path(work) / "old")
    except (OSError, tf.errors.OpError) as error:
        raise _cannot_write(target, error) from error


def _put(new: Path, target: Path, aside: Path) -> None:
    """Give `new` its name; what had that name comes back if the system refuses."""
    if not target.exists():
        new.rename(target)
        return
    target.rename(aside)
    try:
        new.rename(target)
    except BaseException:
        aside.rename(target)
        raise


def _cannot_write(target: Path, error: Exception) -> UsageError:
    # TensorFlow names its own temporary file first.
    reason = error.strerror if isinstance(error, OSError) else str(error).rpartition("; ")[2]
    reason = (reason or "the system refused").partition(" [")[0].lower()
    message = f"`{target}` cannot be written: {reason}"
    return UsageError(Diagnostic(slug="cannot-write", message=message))


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

"""Where a single model is saved: a `.keras` file, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flowspec.backend import keras
from flowspec.diagnostics import Diagnostic, UsageError

SUFFIX = ".keras"


def check_format(filepath: str | os.PathLike[str], options: Mapping[str, Any]) -> None:
    """Refuse Keras' older formats, which cannot hold a flow.

    Raises:
        UsageError: If the name or an option asks for another format than `.keras`, or there can
            be no such name.
    """
    if "\0" in os.fspath(filepath):
        raise UsageError(_cannot_write(filepath, "its name holds a null character"))
    wanted = options.get("save_format")
    suffix = Path(filepath).suffix
    whole_folder = options.get("zipped") is False and not suffix
    if wanted in (None, "keras") and (suffix == SUFFIX or whole_folder):
        return
    asked = f"save_format={wanted!r}" if wanted not in (None, "keras") else None
    raise UsageError(_unknown_format(asked or suffix or "no ending"))


def write_whole(filepath: str | os.PathLike[str], write: Callable[[str], None]) -> None:
    """Write a file beside its place and move it there when it is complete.

    Raises:
        UsageError: If it cannot be written; what was there before stays.
    """
    target = Path(filepath)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as work:
            new = Path(work) / target.name
            write(str(new))
            os.replace(new, target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(_cannot_write(target, reason)) from error


def refuse_hdf5() -> None:
    """Refuse to be written as HDF5 by `keras.models.save_model`, which could not be read again.

    Raises:
        UsageError: If Keras is asking for what that format holds.
    """
    if keras.src.backend.common.global_state.get_global_attribute("use_legacy_config", False):
        raise UsageError(_unknown_format(".h5"))


def _cannot_write(target: str | os.PathLike[str], reason: str) -> Diagnostic:
    text = os.fspath(target).replace("\0", "\\0")
    return Diagnostic(slug="cannot-write", message=f"{text} cannot be written: {reason}")


def _unknown_format(got: str) -> Diagnostic:
    return Diagnostic(
        slug="unknown-format",
        message="a model is saved as Keras' own kind of file",
        expected=f"a file name that ends in {SUFFIX}",
        got=got,
        help="`flow.save` writes the whole flow as a bundle, `flow.export` a SavedModel",
    )

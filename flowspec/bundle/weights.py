"""Arrays as safetensors files: the variables' values, exactly the plan's, and others by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flowspec.backend import np
from flowspec.bundle.compare import check_forms, forms_of, wanted_by
from flowspec.bundle.problems import weights_damaged
from flowspec.packages import package
from flowspec.records import Plan

Arrays = Mapping[str, "np.ndarray[Any, Any]"]


def encode_weights(plan: Plan, weights: Arrays) -> bytes:
    """The bytes of the weights file; the same values give the same bytes.

    Raises:
        BundleError: The weights are not exactly the plan's variables.
        MissingDependencyError: NumPy or safetensors is not installed.
    """
    _library("safetensors.numpy")
    arrays = {path: np.asarray(value) for path, value in weights.items()}
    check_forms(wanted_by(plan), forms_of(arrays), "the weights")
    return encode_arrays(arrays)


def encode_arrays(arrays: Arrays) -> bytes:
    """The bytes of a file with any arrays by name.

    Raises:
        MissingDependencyError: NumPy or safetensors is not installed.
    """
    library = _library("safetensors.numpy")
    # safetensors reads memory from its start on: only rows in C order come out right.
    return library.save(
        {name: np.array(array, array.dtype.name, order="C") for name, array in arrays.items()}
    )


def decode_weights(plan: Plan, data: bytes, file: Path) -> dict[str, np.ndarray[Any, Any]]:
    """The plan's variables, in the plan's order.

    Args:
        plan: What the file must hold.
        data: The content of the file.
        file: How messages call it.

    Raises:
        BundleError: It is no safetensors file, or holds anything but the plan's variables.
        MissingDependencyError: NumPy or safetensors is not installed.
    """
    arrays = decode_arrays(data, file)
    check_forms(wanted_by(plan), forms_of(arrays), f"`{file}`")
    return {variable.path: arrays[variable.path] for variable in plan.variables}


def decode_arrays(data: bytes, file: Path) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays by name.

    Args:
        data: The content of the file.
        file: How messages call it.

    Raises:
        BundleError: It is no safetensors file.
        MissingDependencyError: NumPy or safetensors is not installed.
    """
    library = _library("safetensors.numpy")
    damage = _library("safetensors").SafetensorError
    try:
        return library.load(data)
    except KeyError as error:
        raise weights_damaged(file, f"NumPy has no dtype {error}") from None
    except (damage, ValueError) as error:
        raise weights_damaged(file, str(error)) from None


def _library(name: str) -> Any:
    return package(name, needed_by="reading or writing the weights of a bundle", extra="tf")

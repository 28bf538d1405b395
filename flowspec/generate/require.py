"""Packages that only generating needs."""

from __future__ import annotations

import importlib
from typing import Any

from flowspec.diagnostics import Diagnostic, MissingDependencyError


def required(name: str) -> Any:
    """A module, imported now.

    Raises:
        MissingDependencyError: If its package is not installed.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise missing(name) from error


def missing(name: str) -> MissingDependencyError:
    """What is said of a package that is not installed."""
    return MissingDependencyError(
        Diagnostic(
            slug="missing-dependency",
            message=f"generating needs the package {name}, which is not installed",
            help='install the extra for generating: pip install "flowspec[generate]"',
        )
    )

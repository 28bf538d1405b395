"""Packages of the extras, imported when something needs them."""

from __future__ import annotations

import importlib
from typing import Any

from flowspec.diagnostics import Diagnostic, MissingDependencyError


def package(name: str, *, needed_by: str, extra: str) -> Any:
    """A module of a package that may not be installed, imported now.

    Args:
        name: The module.
        needed_by: What needs it, as a message begins.
        extra: The extra of flowspec that installs it.

    Raises:
        MissingDependencyError: If it, or what it needs itself, is not installed.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        missing = error.name or name
        raise missing_package(missing, needed_by=needed_by, extra=extra) from error


def missing_package(name: str, *, needed_by: str, extra: str) -> MissingDependencyError:
    """What is said of a package that is not installed."""
    return MissingDependencyError(
        Diagnostic(
            slug="missing-dependency",
            message=f"{needed_by} needs the package {name}, which is not installed",
            help=f'install the extra: pip install "flowspec[{extra}]"',
        )
    )

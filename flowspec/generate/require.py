"""Packages that only generating needs."""

from __future__ import annotations

from typing import Any, Final

from flowspec.diagnostics import MissingDependencyError
from flowspec.packages import missing_package, package

_WHO: Final = "generating"
_EXTRA: Final = "generate"


def required(name: str) -> Any:
    """A module, imported now.

    Raises:
        MissingDependencyError: If its package is not installed.
    """
    return package(name, needed_by=_WHO, extra=_EXTRA)


def missing(name: str) -> MissingDependencyError:
    """What is said of a package that is not installed."""
    return missing_package(name, needed_by=_WHO, extra=_EXTRA)

"""The packages of the extra `serve`, imported when something is served."""

from __future__ import annotations

import functools
from typing import Any

from flowspec import packages


@functools.cache
def package(name: str, extra: str = "serve") -> Any:
    """A package that only serving needs.

    Raises:
        MissingDependencyError: If it is not installed.
    """
    return packages.package(name, needed_by="serving", extra=extra)

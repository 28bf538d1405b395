"""The packages of the extra `serve`, imported when something is served."""

from __future__ import annotations

import functools
import importlib
from typing import Any

from flowspec.diagnostics import Diagnostic, MissingDependencyError


@functools.cache
def package(name: str, extra: str = "serve") -> Any:
    """A package that only serving needs.

    Raises:
        MissingDependencyError: If it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            Diagnostic(
                slug="missing-dependency",
                message=f"serving needs the package {error.name}, which is not installed",
                help=f'install the extra: pip install "flowspec[{extra}]"',
            )
        ) from error

"""Templates in Jinja2, which is imported when the first of them is filled."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Iterable
from typing import Any

from flowspec.diagnostics import Diagnostic, MissingDependencyError
from flowspec.generate.python.docs import docstring


def render(template: str, **values: Any) -> str:
    """The text of a template, its name given as a path below `templates/python/`.

    Raises:
        MissingDependencyError: If Jinja2 is not installed.
    """
    return _environment().get_template(f"python/{template}").render(**values)


def indented(lines: Iterable[str], depth: int = 8) -> str:
    """Lines at a depth, the first of them where the template has put it."""
    return f"\n{' ' * depth}".join(lines)


@functools.cache
def _environment() -> Any:
    try:
        jinja2 = importlib.import_module("jinja2")
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            Diagnostic(
                slug="missing-dependency",
                message="generating needs the package jinja2, which is not installed",
                help='install the extra for generating: pip install "flowspec[generate]"',
            )
        ) from error
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("flowspec.generate"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # what a spec says is quoted where it is put in
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(docstring=docstring, indented=indented)
    return environment

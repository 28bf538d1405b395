"""Templates in Jinja2: ours alone; nothing a spec says is ever read as one."""

from __future__ import annotations

import functools
from typing import Any

from flowspec.generate.quoting import FILTERS
from flowspec.generate.require import required


def render(template: str, **values: Any) -> str:
    """The text of a template, its name given as a path below `templates/`.

    A value that the template names and nobody gave is a bug and raises an error.

    Raises:
        MissingDependencyError: If Jinja2 is not installed.
    """
    return _environment().get_template(template).render(**values)


@functools.cache
def _environment() -> Any:
    jinja2 = required("jinja2")
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("flowspec.generate"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # filters quote what a spec says, each for its own language
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(FILTERS)
    return environment

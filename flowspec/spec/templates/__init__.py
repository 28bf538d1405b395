"""Specs to begin with, one YAML file each; the second line of a file says what it is."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from flowspec.diagnostics import Diagnostic, UsageError, nearest

DEFAULT = "density"
_SUFFIX = ".yaml"


def templates() -> Mapping[str, str]:
    """What each template is, by its name."""
    names = sorted(
        entry.name.removesuffix(_SUFFIX)
        for entry in files(__name__).iterdir()
        if entry.name.endswith(_SUFFIX)
    )
    return {name: template(name).splitlines()[1].removeprefix("# ") for name in names}


def template(name: str) -> str:
    """The text of a template.

    Raises:
        UsageError: If there is none of that name.
    """
    resource = files(__name__).joinpath(f"{name}{_SUFFIX}")
    if name.isidentifier() and resource.is_file():
        return resource.read_text(encoding="utf-8")
    known = templates()
    raise UsageError(
        Diagnostic(
            slug="unknown-template",
            message=f"there is no template named `{name}`",
            expected=", ".join(known),
            nearest=nearest(name, known),
        )
    )

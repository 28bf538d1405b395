"""What can be generated, one module each; the first line of its docstring says what it is.

A target is a function `files(bundle, *, …) -> dict[str, str | bytes]`: content by path, texts
without a header. What it takes by keyword are its options, each with a default.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

from flowspec.diagnostics import Diagnostic, UsageError, nearest

Files = Callable[..., dict[str, str | bytes]]

_SUFFIX = ".py"


def targets() -> Mapping[str, str]:
    """What each target is, by its name; none of them is imported."""
    modules = [entry for entry in files(__name__).iterdir() if entry.name.endswith(_SUFFIX)]
    texts = {entry.name.removesuffix(_SUFFIX): entry.read_text("utf-8") for entry in modules}
    return {name: _summary(texts[name]) for name in sorted(texts) if not name.startswith("_")}


def target(name: str) -> Files:
    """The function that makes the files of a target.

    Raises:
        UsageError: If there is none of that name.
    """
    known = targets()
    if name in known:
        return importlib.import_module(f"{__name__}.{name}").files
    raise UsageError(
        Diagnostic(
            slug="unknown-target",
            message=f"there is no target named `{name}`",
            expected=", ".join(known),
            nearest=nearest(name, known),
        )
    )


def options_of(files: Files) -> tuple[str, ...]:
    """The names of a target's options."""
    parameters: Mapping[str, Any] = inspect.signature(files).parameters
    return tuple(name for name, one in parameters.items() if one.kind is one.KEYWORD_ONLY)


def _summary(code: str) -> str:
    return (ast.get_docstring(ast.parse(code)) or "").partition("\n")[0]

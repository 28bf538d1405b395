"""Where a version of a flow comes from: a spec file, a bundle, a revision in git."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from flowspec.bundle import Bundle, read
from flowspec.diagnostics import Diagnostic, SpecError, UsageError
from flowspec.source import Node, read_text
from flowspec.spec import Spec, load_spec
from flowspec.spec.load import Source, is_path, load_chain
from flowspec.versioning.diff.side import Side
from flowspec.versioning.git import GIT, read_revision

DATA = "<data>"
"""What a version is called that comes from no file."""


def read_side(source: Source, overrides: Sequence[str] = ()) -> Side:
    """The version of a flow that a source holds. All sources are told apart here.

    Args:
        source: The path of a spec file or of a bundle, `git:REV:path`, a map, or a `Spec`.
        overrides: Changes of a spec such as `layers.0.repeat=8`.

    Raises:
        SpecError: A spec is not valid.
        BundleError: A bundle cannot be read.
        UsageError: A source cannot be found, or the spec of a bundle is to be changed.
    """
    if not is_path(source):
        spec = load_spec(source, overrides)
        return Side.of_spec(_name(spec), spec)
    name = os.fspath(source)
    if name.startswith(GIT):
        chain = read_revision(name)
        return Side.of_spec(chain[0].name, load_chain(chain, overrides))
    if _is_folder(name):
        if overrides:
            raise UsageError(_fixed(name))
        return of_bundle(name, read(source))
    return Side.of_spec(name, load_spec(source, overrides))


def of_bundle(name: str, bundle: Bundle) -> Side:
    """The version of a flow that a bundle holds, whatever revisions of kinds it was made with."""
    file = bundle.folder / bundle.manifest.files["spec"].name
    return Side(name, bundle.plan, _positions(file, f"{name.rstrip('/')}/{file.name}"))


def _positions(file: Path, name: str) -> Node | None:
    """The tree of a bundle's spec; None where it is larger than specs that people write."""
    try:
        return read_text(file.read_text(encoding="utf-8"), name)
    except (OSError, SpecError, UnicodeDecodeError):
        return None


def _name(spec: Spec) -> str:
    span = spec.span(())
    return span.file if span is not None else DATA


def _is_folder(name: str) -> bool:
    try:
        return Path(name).is_dir()
    except (OSError, ValueError):
        return False


def _fixed(name: str) -> Diagnostic:
    return Diagnostic(
        slug="fixed-spec",
        message=f"the spec of the bundle `{name}` cannot be changed",
        help="leave out --set, or name a spec",
    )

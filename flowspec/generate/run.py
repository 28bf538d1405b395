"""From a bundle and the name of a target to files in a folder."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flowspec import bundle
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.generate.checks import check_plan
from flowspec.generate.formatting import format_python
from flowspec.generate.header import Origin, has_comments, with_header
from flowspec.generate.listing import listing, listing_name
from flowspec.generate.targets import options_of, target
from flowspec.generate.write import Written, write

_PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)


def generate(
    name: str,
    source: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    force: bool = False,
    options: Mapping[str, Any] | None = None,
) -> Written:
    """Write the files of a target, made from a bundle.

    Args:
        name: Of the target.
        source: The bundle.
        folder: Where the files go; made if missing.
        force: Whether to replace files that were edited.
        options: The target's options by name; those that are None count as not given.

    Returns:
        What became of each file. The same bundle, target and options give the same bytes.

    Raises:
        BundleError: If the bundle cannot be read.
        UsageError: If there is no such target or option, a file was edited, or one cannot be
            written; the folder is as before.
        MissingDependencyError: If Jinja2 or ruff is not installed.
    """
    make = target(name)
    given = {key: value for key, value in (options or {}).items() if value is not None}
    _check_options(name, options_of(make), given)
    found = bundle.read(source)
    check_plan(found)
    origin = Origin(found.manifest, _command(name, source, folder, given))
    files = _finished(make(found, **given), origin)
    if all(map(has_comments, files)):
        return write(Path(folder), files, force=force)
    listed = listing_name(name)
    files[listed] = with_header(listed, listing(files), origin)
    return write(Path(folder), files, listed=listed, force=force)


def _finished(contents: Mapping[str, str | bytes], origin: Origin) -> dict[str, bytes]:
    """The files as they are written: formatted, with headers, in the order of their paths."""
    files: dict[str, bytes] = {}
    for path, content in sorted(contents.items()):
        if isinstance(content, bytes):
            files[path] = content
            continue
        text = format_python(path, content) if path.endswith(".py") else content
        files[path] = with_header(path, text, origin)
    return files


def _command(
    name: str, source: str | os.PathLike[str], folder: str | os.PathLike[str],
    options: Mapping[str, Any],
) -> str:  # fmt: skip
    """What generates the files again, the same wherever bundle and folder are."""
    given = [("BUNDLE", Path(source).name), ("FOLDER", Path(os.path.abspath(folder)).name)]
    bundle_name, folder_name = (
        text if _PLAIN.fullmatch(text) else word for word, text in given
    )  # fmt: skip
    words = ["flowspec", "generate", name, bundle_name, "--output", folder_name]
    for key, value in options.items():
        text = str(value) if _PLAIN.fullmatch(str(value)) else key.upper()
        words += [f"--{key.replace('_', '-')}", text]
    return shlex.join(words)


def _check_options(name: str, known: tuple[str, ...], given: Mapping[str, Any]) -> None:
    problems = [
        Diagnostic(
            slug="option-without-effect",
            message=f"`--{key.replace('_', '-')}` has no effect: "
            f"the target `{name}` has no such option",
        )
        for key in given
        if key not in known
    ]
    if problems:
        raise UsageError(*problems)

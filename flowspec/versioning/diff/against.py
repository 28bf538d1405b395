"""A spec file as it was at a revision in git."""

from __future__ import annotations

import os

from flowspec.diagnostics import SpecError
from flowspec.versioning.diff.diff import Diff, diff
from flowspec.versioning.git import GIT, check_revision


def against(revision: str, spec: str, *, check_version: bool = False) -> Diff | None:
    """What changed in a spec file since a revision.

    Args:
        revision: As git names it.
        spec: The path of the file, in the repository around the working folder.
        check_version: As of `diff`.

    Returns:
        What changed; None where the revision did not have the file.

    Raises:
        SpecError: Either version is not valid.
        UsageError: There is no such revision, or no repository.
    """
    path = os.path.relpath(spec).replace(os.sep, "/")
    inside = path if path.startswith("../") else f"./{path}"
    check_revision(revision)
    try:
        return diff(f"{GIT}{revision}:{inside}", spec, check_version=check_version)
    except SpecError as error:
        # Where a file that it extends is missing, it stands at the line that names it.
        first = error.diagnostics[0]
        if first.slug == "not-in-revision" and first.span is None and os.path.exists(spec):
            return None
        raise

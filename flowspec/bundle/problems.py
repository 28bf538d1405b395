"""What can be wrong with a bundle, told as errors that name the file and the difference."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from flowspec.diagnostics import BundleError, Diagnostic

_SHOWN = 5


def not_a_bundle(folder: Path, reason: str, *, help: str | None = None) -> BundleError:
    """What stands there is something else, or nothing."""
    return _error("not-a-bundle", f"`{folder}` {reason}", help=help)


def manifest_damaged(
    file: Path, what: str, *, expected: str | None = None, got: str | None = None
) -> BundleError:
    """The manifest is not what any save writes."""
    message = f"the manifest `{file}` is damaged: {what}"
    return _error("manifest-damaged", message, expected=expected, got=got)


def newer_bundle(folder: Path, writer: str, *, schema: int, known: int) -> BundleError:
    """The manifest has a form that this version does not know."""
    return _error(
        "newer-bundle",
        f"the bundle `{folder}` was written by a newer flowspec, {writer}",
        expected=f"schema {known} or older",
        got=f"schema {schema}",
        help="upgrade flowspec to read it",
    )


def without_saved_model(folder: Path) -> BundleError:
    """The bundle was saved without its SavedModel, which is asked for."""
    return _error(
        "no-saved-model",
        f"the bundle `{folder}` holds no SavedModel, which is what is served",
        help="save it again with `saved_model=True`",
    )


def file_missing(file: Path) -> BundleError:
    """The manifest names a file that is not there."""
    message = f"the manifest names `{file}`, which is missing"
    return _error("file-missing", message, help="if it was saved anew meanwhile, read it again")


def file_unreadable(file: Path, reason: str) -> BundleError:
    """A file is there and cannot be read."""
    return _error("file-unreadable", f"`{file}` cannot be read: {reason}")


def file_changed(file: Path, expected: str, got: str) -> BundleError:
    """A file is not the one that was saved."""
    message = f"`{file}` is not the file that was saved"
    return _error("file-changed", message, expected=expected, got=got)


def path_outside_bundle(folder: Path, name: str) -> BundleError:
    """The manifest, or a link, leads out of the folder."""
    message = f"the bundle `{folder}` names `{name}`, which leads out of it"
    return _error("path-outside-bundle", message, expected="the plain name of a file in the folder")


def too_large(file: Path, size: int, limit: int) -> BundleError:
    """A file is larger than any that a save writes."""
    message = f"`{file}` is too large"
    return _error("too-large", message, expected=f"at most {limit} bytes", got=f"{size} bytes")


def plan_damaged(
    file: Path, what: str, *, expected: str | None = None, got: str | None = None
) -> BundleError:
    """Spec or plan is the file that was saved and yet cannot be used."""
    message = f"`{file}` cannot be used: {what}"
    return _error("plan-damaged", message, expected=expected, got=got)


def other_revision(file: Path, path: str, kind: str, *, known: int, got: int) -> BundleError:
    """The variables were trained for other mathematics of the kind."""
    return _error(
        "other-revision",
        f"`{path}` in `{file}` was made for another revision of the kind `{kind}`, "
        "which computes something else",
        expected=f"revision {known}",
        got=f"revision {got}",
        help="use the flowspec that wrote the bundle, or its SavedModel",
    )


def weights_damaged(file: Path, what: str) -> BundleError:
    """The weights are the file that was saved and yet cannot be used."""
    return _error("weights-damaged", f"`{file}` cannot be used", got=what)


def cannot_write(file: Path, reason: str, *, got: str | None = None) -> BundleError:
    """The save failed; what was there before is still there."""
    return _error("cannot-write", f"`{file}` cannot be written: {reason}", got=got)


def system_reason(error: OSError) -> str:
    """Why the system refused, in lower case."""
    reason = error.strerror or (os.strerror(error.errno) if error.errno else "the system refused")
    return reason[:1].lower() + reason[1:]


def validation_reason(error: ValidationError) -> str:
    """What pydantic found wrong, one line a finding, at most a few."""
    details = error.errors(include_url=False, include_input=False)
    lines = [f"{'.'.join(map(str, d['loc'])) or 'the whole'}: {d['msg']}" for d in details]
    more = [f"and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return "\n".join([*lines[:_SHOWN], *more])


def _error(
    slug: str,
    message: str,
    *,
    expected: str | None = None,
    got: str | None = None,
    help: str | None = None,
) -> BundleError:
    return BundleError(
        Diagnostic(slug=slug, message=message, expected=expected, got=got, help=help)
    )

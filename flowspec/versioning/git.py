"""Specs of a revision in git, read from its object store: nothing is checked out.

Only commands that read are run, without a shell; they run no hooks and no filters, and fetch
nothing.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from flowspec.diagnostics import Diagnostic, Span, SpecError, UsageError
from flowspec.source import MAX_BYTES, SourceFile, read_chain_from
from flowspec.source.files import decode

GIT = "git:"
"""How a source in git begins."""

_FORM = re.compile(r"git:((?:[^:{]|\{[^}]*\})*):(.+)", re.DOTALL)
_ENTRY = re.compile(r"(\d{6}) (\w+) ([0-9a-f]+)\t")
_TOP = Path("/repository")
_SECONDS = 60
_QUIET = {
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


class GitPath(NamedTuple):
    """A file of a revision; a path that begins with a dot starts from the working folder."""

    revision: str
    path: str


class Revision:
    """The files of a revision, as `Origin` asks for them.

    Attributes:
        revision: As the user calls it.
        tree: The hash of its commit or tree.
    """

    def __init__(self, revision: str) -> None:
        """Find a revision in the repository around the working folder.

        Raises:
            UsageError: git is not installed, there is no repository, or no such revision.
        """
        self.revision = revision
        self.tree = _tree(revision)

    def root(self, file: Path) -> Path:
        """The top of the repository."""
        return _TOP

    def real(self, path: Path) -> Path:
        """The path without `..`; symbolic links are not followed."""
        return Path(os.path.normpath(path))

    def name(self, path: Path) -> str:
        """As `git:REV:path`."""
        return f"{GIT}{self.revision}:{path.relative_to(_TOP).as_posix()}"

    def text(self, path: Path, name: str, asked_at: Span | None) -> str:
        """The text of a file of the revision.

        Raises:
            SpecError: There is no such file, it is none, or it is no text.
        """
        blob = self._blob(path.relative_to(_TOP).as_posix(), name, asked_at)
        size = int(_git("cat-file", "-s", blob).stdout)
        if size > MAX_BYTES:
            raise _missing("unreadable-file", f"`{name}` has more than {MAX_BYTES} bytes", asked_at)
        return decode(_git("cat-file", "blob", blob).stdout, name)

    def _blob(self, path: str, name: str, asked_at: Span | None) -> str:
        """The hash of the content of a file."""
        listed = _git("ls-tree", "--full-tree", self.tree, "--", path).stdout
        found = _ENTRY.match(listed.decode("utf-8", "replace"))
        if found is None or path == ".":
            message = f"there is no file `{path}` at the revision `{self.revision}`"
            raise _missing("not-in-revision", message, asked_at)
        mode, kind, blob = found.groups()
        if kind != "blob" or mode == "120000":
            what = {"tree": "a folder", "commit": "a submodule"}.get(kind, "a symbolic link")
            message = f"`{name}` cannot be read: it is {what}"
            raise _missing("unreadable-file", message, asked_at)
        return blob


def read_revision(source: str) -> list[SourceFile]:
    """A spec in git, and the files that it extends, of the same revision.

    Args:
        source: `git:REV:path`.

    Raises:
        UsageError: The source has another form, or there is no such revision.
        SpecError: A file is not there, or its text is wrong.
    """
    wanted = parse(source)
    origin = Revision(wanted.revision)
    path = origin.real(_start(wanted.path) / wanted.path)
    if not path.is_relative_to(_TOP):
        message = f"`{wanted.path}` is outside the repository"
        raise _wrong("path-outside-project", message, "a file of the repository")
    name = origin.name(path)
    return read_chain_from(origin, path, name)


def check_revision(revision: str) -> None:
    """Refuse what git might take for something else than a revision.

    Raises:
        UsageError: It is an option, or names a file too.
    """
    if parse(f"{GIT}{revision}:file") != (revision, "file"):
        raise _wrong("git-source", f"`{revision}` is not the name of a revision", "such as HEAD~1")


def parse(source: str) -> GitPath:
    """The revision and the path of `git:REV:path`.

    Raises:
        UsageError: It has another form.

    Example:
        >>> parse("git:HEAD~2:specs/engel.yaml")
        GitPath(revision='HEAD~2', path='specs/engel.yaml')
    """
    found = _FORM.fullmatch(source)
    right = "git:REV:path, such as git:HEAD:specs/policy.yaml"
    if found is None:
        raise _wrong("git-source", f"`{source}` names no revision and file of git", right)
    revision, path = found.groups()
    if not revision or revision.startswith("-") or not (revision + path).isprintable():
        raise _wrong("git-source", f"`{revision}` is not the name of a revision", right)
    if path.startswith("/"):
        raise _wrong("git-source", f"`{path}` is an absolute path", right)
    return GitPath(revision, path)


def _start(path: str) -> Path:
    """Where a path starts, as for git: at the working folder where it begins with a dot."""
    if not path.startswith(("./", "../")):
        return _TOP
    prefix = os.fsdecode(_git("rev-parse", "--show-prefix").stdout).rstrip("\n")
    return _TOP / prefix


def _tree(revision: str) -> str:
    """The hash of a revision."""
    if _git("rev-parse", "--git-dir").returncode:
        raise _wrong(
            "no-repository", "there is no git repository around the working folder", None,
            "call it from inside a clone; git refuses those of other users, see safe.directory",
        )  # fmt: skip
    found = _git("rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}")
    if found.returncode and revision == "HEAD" and not _git("symbolic-ref", "HEAD").returncode:
        # Before the first commit a repository holds nothing: the empty tree.
        found = _git("hash-object", "-t", "tree", "--stdin")
    if found.returncode:
        raise _wrong(
            "unknown-commit", f"git knows no revision `{revision}`",
            "a commit, a branch or a tag",
            "a shallow clone lacks older ones: fetch them, as in `git fetch --unshallow`",
        )  # fmt: skip
    return found.stdout.decode().strip()


def _git(*words: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", *words], env={**os.environ, **_QUIET}, stdin=subprocess.DEVNULL,
            capture_output=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise _wrong("no-git", "git is not installed", None, "install it, or name a file") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _wrong("no-git", "git does not answer", None, str(error)) from None


def _missing(slug: str, message: str, asked_at: Span | None) -> SpecError:
    help_ = "compare with a revision that has it" if slug == "not-in-revision" else None
    if slug == "not-in-revision" and asked_at is None:
        help_ = (
            "a file that is new there cannot be compared; paths start at the top of the "
            "repository, or with ./ at the working folder"
        )
    return SpecError(Diagnostic(slug=slug, message=message, span=asked_at, help=help_))


def _wrong(
    slug: str, message: str, expected: str | None = None, help: str | None = None
) -> UsageError:
    return UsageError(Diagnostic(slug=slug, message=message, expected=expected, help=help))

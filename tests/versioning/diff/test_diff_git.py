"""Revisions in git: what a commit held is compared, whatever the working folder holds."""

from pathlib import Path

import pytest

from flowspec.diagnostics import FlowspecError, SpecError, UsageError
from flowspec.versioning.diff.diff import diff
from flowspec.versioning.git import parse
from tests.git import git

SPEC = """\
flowspec: 1
name: policy
event: {name: action, shape: [2]}
layers:
  - {kind: elementwise, transform: {kind: affine, log_scale_bound: 3}}
"""
BASE = SPEC.replace("flowspec: 1\n", "")
CHILD = "extends: ../base.yaml\nflowspec: 1\n"


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A repository of two commits; the files have changed since."""
    folder = tmp_path_factory.mktemp("clone")
    git(folder, "init", "-q", "-b", "main")
    (folder / "specs").mkdir()
    (folder / "policy.yaml").write_text(SPEC)
    (folder / "base.yaml").write_text(BASE)
    (folder / "specs" / "child.yaml").write_text(CHILD)
    (folder / "specs" / "odd name é.yaml").write_text(SPEC)
    (folder / "specs" / "link.yaml").symlink_to("child.yaml")
    (folder / "specs" / "outside.yaml").write_text("extends: ../../other.yaml\n")
    (folder / "specs" / "lost.yaml").write_text("extends: gone.yaml\n")
    (folder / "large.yaml").write_text("#" * 2**21)
    (folder / "latin.yaml").write_bytes(b"name: \xe9\n")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    git(folder, "tag", "v1")
    (folder / "policy.yaml").write_text(SPEC.replace("bound: 3", "bound: 4"))
    (folder / "base.yaml").write_text(BASE.replace("bound: 3", "bound: 4"))
    git(folder, "commit", "-q", "-a", "-m", "second")
    (folder / "policy.yaml").write_text(SPEC.replace("bound: 3", "bound: 5"))
    (folder / "base.yaml").write_text(BASE.replace("bound: 3", "bound: 5"))
    return folder


@pytest.fixture(autouse=True)
def _inside(clone, monkeypatch):
    monkeypatch.chdir(clone)


def details(old, new):
    return [one.detail for one in diff(old, new).findings]


def slug(source, error=FlowspecError):
    with pytest.raises(error) as caught:
        diff(source, "policy.yaml")
    return caught.value.diagnostics[0].slug


def test_a_commit_is_compared_with_the_working_folder():
    found = diff("git:HEAD:policy.yaml", "policy.yaml").findings
    assert [one.detail for one in found] == ["transform.log_scale_bound 4.0 → 5.0"]
    assert (found[0].old.file, found[0].old.line) == ("git:HEAD:policy.yaml", 5)
    assert found[0].new.file == "policy.yaml"


@pytest.mark.parametrize("revision", ["v1", "HEAD~1", "main^", "HEAD^{/first}", "main@{1}"])
def test_a_revision_is_named_as_git_names_it(revision):
    bounds = ["transform.log_scale_bound 3.0 → 4.0"]
    assert details(f"git:{revision}:policy.yaml", "git:HEAD:policy.yaml") == bounds


def test_what_a_spec_extends_is_of_the_same_revision():
    old, new = "git:v1:specs/child.yaml", "specs/child.yaml"
    assert details(old, new) == ["transform.log_scale_bound 3.0 → 5.0"]
    assert diff(old, new).findings[0].old.file == "git:v1:base.yaml"


def test_a_path_with_a_dot_starts_at_the_working_folder(clone, monkeypatch):
    monkeypatch.chdir(clone / "specs")
    assert details("git:v1:./child.yaml", "git:HEAD:specs/child.yaml") != []
    assert details("git:v1:../policy.yaml", "git:v1:policy.yaml") == []
    assert slug("git:v1:child.yaml", SpecError) == "not-in-revision"


def test_a_name_that_a_shell_would_take_apart_is_a_name():
    assert details("git:v1:specs/odd name é.yaml", "git:v1:policy.yaml") == []
    assert slug("git:v1:$(touch x);`touch x`.yaml") == "not-in-revision"
    assert slug("git:v1:*.yaml") == "not-in-revision"
    assert slug("git:v1::(glob)*.yaml") == "not-in-revision"
    assert not Path("x").exists()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("git:HEAD", "git-source"),
        ("git::policy.yaml", "git-source"),
        ("git:--output=x:policy.yaml", "git-source"),
        ("git:HEAD:/policy.yaml", "git-source"),
        ("git:HEAD:a\x1b[31m.yaml", "git-source"),
        ("git:he\nad:policy.yaml", "git-source"),
        ("git:HEAD:\x00", "git-source"),
        ("git:HEAD:\udce9.yaml", "git-source"),
        ("git:release-9:policy.yaml", "unknown-commit"),
        ("git:HEAD..main:policy.yaml", "unknown-commit"),
        ("git:HEAD~99:policy.yaml", "unknown-commit"),
        ("git:HEAD:new.yaml", "not-in-revision"),
        ("git:HEAD:specs/lost.yaml", "not-in-revision"),
        ("git:HEAD:.", "not-in-revision"),
        ("git:HEAD:../policy.yaml", "path-outside-project"),
        ("git:HEAD:specs", "unreadable-file"),
        ("git:HEAD:specs/link.yaml", "unreadable-file"),
        ("git:HEAD:large.yaml", "unreadable-file"),
        ("git:HEAD:latin.yaml", "unreadable-file"),
        ("git:HEAD:specs/outside.yaml", "path-outside-project"),
    ],
)
def test_what_cannot_be_read_is_refused(source, expected):
    assert slug(source) == expected


def test_there_must_be_a_repository(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    assert slug("git:HEAD:policy.yaml", UsageError) == "no-repository"


def test_there_must_be_git(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert slug("git:HEAD:policy.yaml", UsageError) == "no-git"


def test_nothing_of_the_repository_is_run(clone):
    """Neither filters nor hooks nor drivers for text, whatever its configuration says."""
    trap = clone / "trap"
    for key in ("filter.x.smudge", "filter.x.clean", "diff.x.textconv", "core.fsmonitor",
                "core.pager", "alias.ls-tree"):  # fmt: skip
        git(clone, "config", key, f"touch {trap}")
    (clone / ".git" / "info").mkdir(exist_ok=True)
    (clone / ".git" / "info" / "attributes").write_text("* filter=x diff=x\n")
    assert details("git:v1:policy.yaml", "git:HEAD:policy.yaml") != []
    assert not trap.exists()


def test_a_bare_repository_will_do(clone, tmp_path, monkeypatch):
    git(tmp_path, "clone", "-q", "--bare", str(clone), "bare")
    monkeypatch.chdir(tmp_path / "bare")
    assert details("git:v1:policy.yaml", "git:main:policy.yaml") != []


def test_revision_and_path_are_parted_at_the_first_colon_outside_braces():
    assert parse("git:main@{2026-01-01 10:00}:a:b.yaml") == ("main@{2026-01-01 10:00}", "a:b.yaml")

"""One spec file derives from another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flowspec.diagnostics import Diagnostic, SpecError
from flowspec.source import from_data, resolve, resolve_node
from flowspec.source.limits import MAX_EXTENDS


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose root is marked, inside a folder that is not part of it."""
    root = tmp_path / "project"
    (root / "specs").mkdir(parents=True)
    (root / "pyproject.toml").write_text("")
    return root


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def resolved(path: Path, *overrides: str) -> Any:
    return resolve(path, overrides).plain()


def problem(path: Path, *overrides: str) -> Diagnostic:
    with pytest.raises(SpecError) as caught:
        resolve(path, overrides)
    [diagnostic] = caught.value.diagnostics
    return diagnostic


def test_a_file_alone_is_what_it_says(project: Path) -> None:
    assert resolved(write(project / "a.yaml", "a: 1\nb:\n")) == {"a": 1}


def test_a_file_changes_what_it_extends(project: Path) -> None:
    write(project / "base.yaml", "a: {x: 1, y: 2}\nb: [1]\nc: 3\n")
    path = write(project / "specs/a.yaml", "extends: ../base.yaml\na: {y: 4}\nb: [2]\nc:\n")
    assert resolved(path) == {"a": {"x": 1, "y": 4}, "b": [2]}


def test_a_chain_is_followed_from_file_to_file(project: Path) -> None:
    write(project / "one/c.yaml", "a: 1\nb: 1\nc: 1\n")
    write(project / "one/b.yaml", "extends: c.yaml\nb: 2\nc: null\n")
    path = write(project / "specs/a.yaml", "extends: ../one/b.yaml\nc: {d: 3}\n")
    assert resolved(path) == {"a": 1, "b": 2, "c": {"d": 3}}


def test_overrides_come_last(project: Path) -> None:
    write(project / "base.yaml", "a: {x: 1, y: 2}\n")
    path = write(project / "a.yaml", "extends: base.yaml\na: {x: 3}\n")
    assert resolved(path, "a.x=5", "a.y=") == {"a": {"x": 5}}


def test_what_an_override_leaves_empty_counts_as_absent(project: Path) -> None:
    path = write(project / "a.yaml", "a: 1\n")
    assert resolved(path, "b={c: null, d: 1}") == {"a": 1, "b": {"d": 1}}


def test_every_node_keeps_its_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    write(project / "base.yaml", "a: 1\nb: 2\n")
    write(project / "specs/a.yaml", "extends: ../base.yaml\nb: 3\n")
    top = resolve("specs/a.yaml", ["c=4"])
    places = {key: str(top.find([key]).span) for key in "abc"}
    assert places == {"a": "base.yaml:1:4", "b": "specs/a.yaml:2:4", "c": "--set c=4:1:3"}


def test_an_empty_extends_extends_nothing(project: Path) -> None:
    assert resolved(write(project / "a.yaml", "extends:\na: 1")) == {"a": 1}


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        ("/etc/passwd", "absolute-path"),
        ("C:\\specs\\a.yaml", "absolute-path"),
        ("[a.yaml]", "extends-syntax"),
        ("12", "extends-syntax"),
        ("''", "extends-syntax"),
        ("../../outside.yaml", "path-outside-project"),
        ("../specs/../../project-2/a.yaml", "path-outside-project"),
        ("link.yaml", "path-outside-project"),
        ("folder/outside.yaml", "path-outside-project"),
        ("missing.yaml", "unreadable-file"),
        (".", "unreadable-file"),
        ('"a\\0b"', "unreadable-file"),
        ("circle.yaml", "unreadable-file"),
    ],
)
def test_a_wrong_extends_is_refused_where_it_stands(project: Path, value: str, slug: str) -> None:
    write(project.parent / "outside.yaml", "a: 1")
    write(project.parent / "project-2/a.yaml", "a: 1")
    (project / "specs/link.yaml").symlink_to(project.parent / "outside.yaml")
    (project / "specs/folder").symlink_to(project.parent)
    (project / "specs/circle.yaml").symlink_to("circle.yaml")
    found = problem(write(project / "specs/a.yaml", f"a: 1\nextends: {value}\n"))
    assert found.slug == slug
    assert found.span is not None
    assert (found.span.line, found.span.column) == (2, 10)


def test_a_link_within_the_project_is_followed(project: Path) -> None:
    write(project / "base.yaml", "a: 1")
    (project / "specs/link.yaml").symlink_to("../base.yaml")
    assert resolved(write(project / "specs/a.yaml", "extends: link.yaml")) == {"a": 1}


def test_without_a_marker_the_folder_of_the_file_is_the_root(tmp_path: Path) -> None:
    write(tmp_path / "base.yaml", "a: 1")
    write(tmp_path / "specs/base.yaml", "a: 2")
    inside = write(tmp_path / "specs/inside.yaml", "extends: base.yaml")
    outside = write(tmp_path / "specs/outside.yaml", "extends: ../base.yaml")
    assert resolved(inside) == {"a": 2}
    assert problem(outside).slug == "path-outside-project"


def test_the_nearest_marker_is_the_root(project: Path) -> None:
    (project / "specs/.git").mkdir()
    write(project / "base.yaml", "a: 1")
    path = write(project / "specs/a.yaml", "extends: ../base.yaml")
    assert problem(path).slug == "path-outside-project"


def test_the_root_is_that_of_the_first_file(project: Path) -> None:
    (project / "specs/.git").mkdir()
    write(project / "base.yaml", "a: 1")
    write(project / "specs/a.yaml", "extends: ../base.yaml")
    assert resolved(write(project / "b.yaml", "extends: specs/a.yaml")) == {"a": 1}


def test_a_file_that_extends_itself_is_refused(project: Path) -> None:
    assert problem(write(project / "a.yaml", "extends: a.yaml")).slug == "extends-cycle"


def test_a_circle_is_refused_and_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    write(project / "c.yaml", "extends: specs/../b.yaml")
    write(project / "b.yaml", "extends: c.yaml")
    found = problem(write(project / "a.yaml", "extends: b.yaml"))
    assert found.slug == "extends-cycle"
    assert "b.yaml → c.yaml → b.yaml" in found.message
    assert found.span is not None
    assert found.span.file == "c.yaml"


def chain(project: Path, links: int) -> Path:
    write(project / "0.yaml", "a: 1")
    for index in range(1, links + 1):
        write(project / f"{index}.yaml", f"extends: {index - 1}.yaml")
    return project / f"{links}.yaml"


def test_a_chain_has_a_longest_length(project: Path) -> None:
    assert resolved(chain(project, MAX_EXTENDS)) == {"a": 1}
    assert problem(chain(project, MAX_EXTENDS + 1)).slug == "extends-too-deep"


def test_a_damaged_base_is_reported_in_its_own_file(project: Path) -> None:
    base = write(project / "base.yaml", "a: 1\na: 2\n")
    found = problem(write(project / "a.yaml", "extends: base.yaml"))
    assert found.slug == "duplicate-key"
    assert found.span is not None
    assert Path(found.span.file) == base


def test_an_override_cannot_extend(project: Path) -> None:
    path = write(project / "a.yaml", "a: 1")
    assert problem(path, "extends=b.yaml").slug == "override-path"


def test_data_cannot_extend() -> None:
    with pytest.raises(SpecError) as caught:
        resolve_node(from_data({"extends": "a.yaml"}))
    assert caught.value.diagnostics[0].slug == "extends-without-file"


def test_only_the_top_extends(project: Path) -> None:
    path = write(project / "a.yaml", "a: {extends: b.yaml}")
    assert resolved(path) == {"a": {"extends": "b.yaml"}}


def test_data_that_is_no_map_is_refused() -> None:
    with pytest.raises(SpecError) as caught:
        resolve_node(from_data([1]))
    assert caught.value.diagnostics[0].slug == "top-not-a-map"

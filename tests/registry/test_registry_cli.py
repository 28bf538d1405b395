"""The command `registry`, and the other commands where a bundle in one is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

import flowspec
from flowspec.cli.main import cli
from flowspec.registry import Registry
from tests.docs.markdown import ROOT, section
from tests.registry.conftest import MakeBundle, files_in, hash_of

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A registry that the environment names."""
    monkeypatch.setenv("FLOWSPEC_REGISTRY", str(tmp_path / "registry"))
    return tmp_path / "registry"


@pytest.fixture
def filled(place: Path, make_bundle: MakeBundle) -> Registry:
    registry = Registry(place)
    registry.add(make_bundle(1.0))
    registry.add(make_bundle(2.0, version="1.1.0"))
    registry.add(make_bundle(3.0, name="other"))
    registry.alias("tiny@champion", "1.0.0")
    return registry


def data(run: Run, *words: object) -> Any:
    code, out, err = run("registry", *words, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_a_bundle_is_added_once(run: Run, place: Path, make_bundle: MakeBundle) -> None:
    folder = make_bundle(1.0)
    assert run("registry", "add", folder) == (0, f"{folder}: tiny@1, version 1.0.0\n", "")
    assert run("registry", "add", folder) == (0, f"{folder}: tiny@1 already, version 1.0.0\n", "")
    again = data(run, "add", folder)
    assert (again["revision"], again["new"]) == (1, False)
    assert again["bundle"] == hash_of(folder)


def test_names_are_listed(run: Run, filled: Registry) -> None:
    code, out, _ = run("registry", "list")
    assert code == 0
    assert [line.split() for line in out.splitlines()] == [
        ["name", "revision", "version", "aliases"],
        ["other", "1", "1.0.0"],
        ["tiny", "2", "1.1.0", "champion", "1"],
    ]
    told = data(run, "list")
    assert told["registry"] == filled.place
    assert told["names"][1] == {
        "name": "tiny", "revision": 2, "version": "1.1.0", "aliases": {"champion": 1},
    }  # fmt: skip


def test_a_name_without_revisions_is_still_listed(run: Run, filled: Registry) -> None:
    filled.remove("other@1")
    assert data(run, "list")["names"][0]["revision"] is None
    assert run("registry", "show", "other")[0] == 0


def test_revisions_are_shown_with_what_tells_them_apart(run: Run, filled: Registry) -> None:
    rows = data(run, "show", "tiny")["revisions"]
    assert [(row["revision"], row["version"], row["aliases"]) for row in rows] == [
        (2, "1.1.0", []), (1, "1.0.0", ["champion"]),
    ]  # fmt: skip
    manifest = filled.manifest(filled.find("tiny@1"))
    assert rows[1]["fingerprints"] == manifest.fingerprints.model_dump()
    assert rows[1]["lineage"] is None
    code, out, _ = run("registry", "show", "tiny")
    assert code == 0
    header, first, second = (line.split() for line in out.splitlines())
    assert header == ["revision", "version", "added", "bundle", "callers", "weights", "numbers",
                      "training", "aliases"]  # fmt: skip
    assert first[:2] == ["2", "1.1.0"]
    assert second[-1] == "champion"
    assert manifest.fingerprints.weights[:8] in second


def test_one_revision_is_shown_by_its_label(run: Run, filled: Registry) -> None:
    (row,) = data(run, "show", "tiny@champion")["revisions"]
    assert row["revision"] == 1


def test_where_a_bundle_comes_from_is_shown(
    run: Run, place: Path, make_bundle: MakeBundle, tmp_path: Path
) -> None:
    import numpy as np

    from flowspec import bundle

    parent = bundle.read(make_bundle(1.0))
    lineage = bundle.Lineage(
        parent=parent.sha256, name="tiny", version="1.0.0", variables={"kept": 2}
    )
    weights = {v.path: np.zeros(v.shape, v.dtype) for v in parent.plan.variables}
    bundle.write(tmp_path / "child", parent.plan, weights, lineage=lineage)
    Registry(place).add(tmp_path / "child")
    (row,) = data(run, "show", "tiny")["revisions"]
    assert row["lineage"]["parent"] == parent.sha256
    assert parent.sha256[:8] in run("registry", "show", "tiny")[1]


def test_a_damaged_manifest_is_told_beside_the_sound_ones(run: Run, filled: Registry) -> None:
    (Path(filled.place) / "objects" / filled.find("tiny@1").bundle).write_bytes(b"x")
    code, out, err = run("registry", "show", "tiny")
    assert code == 1
    assert len(out.splitlines()) == 3
    assert "error[registry-damaged]" in err
    assert "Traceback" not in err


def test_an_alias_is_set_moved_and_taken_away(run: Run, filled: Registry) -> None:
    code, out, _ = run("registry", "alias", "tiny@champion", "1.1.0")
    assert (code, out) == (0, "tiny@champion is tiny@2, version 1.1.0\n")
    assert data(run, "alias", "tiny@challenger", "1")["revision"] == 1
    assert data(run, "alias", "tiny@champion", "--remove")["removed"] is True
    assert (
        run("registry", "alias", "tiny@challenger", "--remove")[1] == "tiny@challenger is no more\n"
    )
    assert filled.aliases("tiny") == {}


@pytest.mark.parametrize("words", [[], ["1", "--remove"]])
def test_an_alias_is_given_a_label_or_removed(run: Run, filled: Registry, words: list[str]) -> None:
    code, _, err = run("registry", "alias", "tiny@champion", *words)
    assert code == 2
    assert "LABEL or --remove" in err


def test_a_bundle_is_written_to_a_folder(
    run: Run, filled: Registry, make_bundle: MakeBundle, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert run("registry", "get", "tiny@champion", out)[1] == f"{out}: tiny@1, version 1.0.0\n"
    assert files_in(out) == files_in(make_bundle(1.0))
    assert data(run, "get", "tiny", out)["revision"] == 2


def test_what_is_removed_is_collected(run: Run, filled: Registry) -> None:
    assert run("registry", "remove", "tiny@2") == (0, "tiny@2 is no more\n", "")
    assert data(run, "remove", "other@1") == {"revision": "other@1", "removed": True}
    code, out, _ = run("registry", "gc", "--dry-run", "--grace", 0)
    assert (code, out.split(", ")[1].split(" ", 2)[2]) == (0, "would be removed\n")
    told = data(run, "gc", "--grace", 0)
    assert told["bytes"] > 0
    assert run("registry", "gc")[1] == "0 files, 0 bytes removed\n"


@pytest.mark.parametrize(
    ("words", "code", "slug"),
    [
        (["show", "tinny"], 1, "not-in-registry"),
        (["show", "tiny@7"], 1, "not-in-registry"),
        (["show", "../tiny"], 2, "wrong-reference"),
        (["alias", "tiny@latest", "1"], 2, "wrong-reference"),
        (["alias", "tiny@x", "9.9.9"], 1, "not-in-registry"),
        (["remove", "tiny@1"], 1, "revision-in-use"),
        (["get", "tiny", "registry:tiny"], 2, "registry-as-target"),
        (["add", "nowhere.bundle"], 1, "not-a-bundle"),
        (["list", "--registry", "nowhere"], 1, "not-a-registry"),
        (["list", "--registry", "nonsense://x"], 2, "wrong-registry"),
    ],
)
def test_mistakes_have_a_message_and_an_exit_code(
    run: Run, filled: Registry, words: list[str], code: int, slug: str
) -> None:
    got, out, err = run("registry", *words)
    assert (got, out) == (code, "")
    assert f"error[{slug}]" in err
    assert "Traceback" not in err


def test_no_registry_is_told_with_what_to_do(run: Run) -> None:
    for words in (["registry", "list"], ["sample", "registry:tiny"]):
        code, _, err = run(*words)
        assert code == 2
        assert "error[no-registry]" in err
        assert "--registry" in err


def test_an_option_names_the_registry(run: Run, tmp_path: Path, make_bundle: MakeBundle) -> None:
    place = tmp_path / "r"
    assert run("registry", "add", make_bundle(1.0), "--registry", place)[0] == 0
    assert data(run, "list", "--registry", place)["names"][0]["name"] == "tiny"


@pytest.mark.parametrize(
    "words",
    [
        ["sample", "registry:tiny@nothing"],
        ["log-prob", "registry:tiny@nothing", "x.csv"],
        ["evaluate", "registry:tiny@nothing", "x.csv"],
        ["ask", "registry:tiny@nothing", "sample"],
        ["verify", "registry:tiny@nothing"],
        ["export", "registry:tiny@nothing", "-o", "x"],
        ["generate", "card", "registry:tiny@nothing", "-o", "x"],
        ["fit", "registry:tiny@nothing", "x.csv", "-o", "x"],
        ["transfer", "registry:tiny@nothing", "specs/engel.yaml", "-o", "x"],
        ["registry", "add", "registry:tiny@nothing"],
        ["serve", "registry:tiny@nothing"],
    ],
)
def test_every_command_that_reads_a_bundle_looks_into_the_registry(
    run: Run, filled: Registry, words: list[str]
) -> None:
    code, _, err = run(*words)
    assert code == 1
    assert "error[not-in-registry]" in err


def test_a_bundle_in_a_registry_is_compared(run: Run, filled: Registry) -> None:
    code, out, _ = run("diff", "registry:tiny@1", "registry:tiny@2", "--json")
    assert code == 0
    assert [one["id"] for one in json.loads(out)["findings"]] == ["version-changed"]
    told = [one.id for one in flowspec.diff("registry:tiny@1", "registry:tiny@2").findings]
    assert told == [one["id"] for one in json.loads(out)["findings"]]
    code, _, err = run("diff", "registry:tiny@1", "registry:tiny@nothing")
    assert code == 2  # 1 would say that something broke
    assert "error[not-in-registry]" in err


def test_a_bundle_of_a_registry_is_exported(run: Run, filled: Registry, tmp_path: Path) -> None:
    assert run("export", "registry:tiny@champion", "--output", tmp_path / "model")[0] == 0
    assert (tmp_path / "model" / "saved_model.pb").read_bytes() == b""


def test_a_bundle_in_a_registry_is_not_trained_in_its_place(run: Run, filled: Registry) -> None:
    specs = ["specs/engel.yaml"]
    for words in (
        ["fit", "registry:tiny", "x.csv"],
        ["compile", *specs],
        ["transfer", "registry:tiny", *specs],
    ):
        code, _, err = run(*words, "--output", "registry:tiny")
        assert code == 2
        assert "error[registry-as-target]" in err


def test_every_option_of_a_command_below_is_documented() -> None:
    group = cli.get_command(click.Context(cli), "registry")
    assert isinstance(group, click.Group)
    text = section(ROOT / "docs" / "cli.md", "flowspec registry")
    for name, command in group.commands.items():
        assert f"`{name}" in text or f"registry {name}" in text
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert f"`{parameter.opts[0]}" in text, (name, parameter.opts)

"""What a registry and its bundles can be called, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flowspec.registry import Registry, is_reference, located, parse_reference
from tests.registry.conftest import (
    MakeBundle,
    files_in,
)

Refused = Callable[..., str]


@pytest.mark.parametrize(
    "text",
    ["", "@", "Tiny", "tiny@", "tiny@@1", "tiny@0", "tiny@01", "tiny@-1", "tiny@Champion",
     "tiny@a/b", "tiny@../x", "../tiny", "tiny@1.0", "tiny/x@1", "tiny@1.0.0/..", "tiny@\u0663",
     "a" * 201, f"tiny@{'9' * 19}", "registry:", "tiny@champion\n"],
)  # fmt: skip
def test_a_reference_that_names_nothing_is_refused(text: str, refused: Refused) -> None:
    refused("wrong-reference", parse_reference, text)


@pytest.mark.parametrize("text", ["tiny", "tiny@latest", "tiny@3", "tiny@1.0.0", "tiny@no way"])
def test_what_is_no_alias_gets_none(
    text: str, registry: Registry, make_bundle: MakeBundle, refused: Refused
) -> None:
    registry.add(make_bundle())
    refused("wrong-reference", registry.alias, text)


def test_what_is_not_there_is_told_with_what_is(
    registry: Registry, make_bundle: MakeBundle, refused: Refused
) -> None:
    refused("not-a-registry", registry.find, "tiny")
    refused("not-a-registry", registry.names)
    refused("not-a-registry", registry.gc)
    registry.add(make_bundle())
    registry.alias("tiny@champion")
    assert "did you mean `tiny`" in refused("not-in-registry", registry.find, "tinny")
    assert "expected: 1.0.0" in refused("not-in-registry", registry.find, "tiny@1.0.1")
    assert "expected: 1" in refused("not-in-registry", registry.find, "tiny@7")
    assert "`champion`" in refused("not-in-registry", registry.find, "tiny@champoin")
    refused("not-in-registry", registry.remove, "tiny@7")
    refused("not-in-registry", registry.remove_alias, "tiny@other")
    refused("not-in-registry", registry.alias, "tiny@other", "7")
    assert registry.aliases("tiny") == {"champion": 1}


def test_only_a_number_says_what_is_removed(
    registry: Registry, make_bundle: MakeBundle, refused: Refused
) -> None:
    registry.add(make_bundle())
    for text in ("tiny", "tiny@1.0.0", "tiny@latest"):
        refused("wrong-reference", registry.remove, text)


def test_a_folder_of_something_else_does_not_become_a_registry(
    make_bundle: MakeBundle, tmp_path: Path, refused: Refused
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    before = files_in(tmp_path)
    assert "something else" in refused("wrong-registry", Registry(tmp_path).add, make_bundle())
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("place", ["", "a\0b", "nonsense://registry"])
def test_a_place_that_cannot_be_is_refused(place: str, refused: Refused) -> None:
    refused("wrong-registry", Registry, place)


def test_a_password_in_a_url_is_not_told(refused: Refused) -> None:
    registry = Registry("memory://me:secret@host/r")
    assert registry.place == "memory://me:…@host/r"
    assert registry.address == "memory://me:secret@host/r"
    assert "secret" not in refused("not-a-registry", registry.names)
    assert "secret" not in refused("wrong-registry", Registry, "nonsense://me:secret@host")


def test_a_file_url_is_a_folder(make_bundle: MakeBundle, tmp_path: Path) -> None:
    Registry(f"file://{tmp_path}/r").add(make_bundle())
    assert Registry(tmp_path / "r").names() == ["tiny"]


def test_no_registry_is_told(refused: Refused) -> None:
    assert "FLOWSPEC_REGISTRY" in refused("no-registry", Registry.named)


def test_the_environment_names_a_registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLOWSPEC_REGISTRY", str(tmp_path / "r"))
    assert Registry.named().place == str(tmp_path / "r")
    assert Registry.named(tmp_path / "s").place == str(tmp_path / "s")


def test_a_registry_for_a_folder_is_refused(tmp_path: Path, refused: Refused) -> None:
    assert located(tmp_path) == tmp_path
    refused("option-without-effect", located, tmp_path, registry="models")


def test_a_path_is_no_reference() -> None:
    assert is_reference("registry:tiny")
    assert not is_reference("tiny.bundle")
    assert not is_reference(Path("registry:tiny"))


def test_a_flow_whose_name_no_folder_can_have_is_refused(
    registry: Registry, make_bundle: MakeBundle, refused: Refused
) -> None:
    refused("wrong-reference", registry.add, make_bundle(name="a" * 201))

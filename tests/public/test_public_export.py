"""A SavedModel is written whole, over an older one or where nothing is, and nowhere else."""

import pytest

import flowspec
from flowspec.diagnostics import UsageError

SPEC = {
    "flowspec": 1,
    "name": "small",
    "event": {"name": "y", "shape": [1]},
    "layers": [{"kind": "elementwise", "transform": {"kind": "affine"}}],
    "outputs": {"log_prob": {"inputs": ["y"], "returns": ["log_prob"]}},
}


@pytest.fixture(scope="module")
def flow():
    return flowspec.compile(SPEC)


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(flow, target, slug):
    with pytest.raises(UsageError, match=slug):
        flow.export(target)


def test_a_saved_model_beside_which_something_else_lies_is_not_replaced(flow, tmp_path):
    flow.export(tmp_path / "m")
    (tmp_path / "m" / "NOTES.md").write_text("mine")
    before = files(tmp_path)
    refused(flow, tmp_path / "m", "folder-in-use")
    assert files(tmp_path) == before


def test_the_saved_model_of_a_bundle_is_not_replaced(flow, tmp_path):
    flow.save(tmp_path / "b")
    (inner,) = (tmp_path / "b").glob("saved_model-*")
    before = files(tmp_path)
    refused(flow, inner, "folder-in-use")
    assert files(tmp_path) == before
    flowspec.load(tmp_path / "b")


def test_a_failed_export_takes_the_folders_it_made_away(flow, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("flowspec.export.saved_model._write", full)
    refused(flow, tmp_path / "new" / "parent" / "m", "no space left on device")
    assert list(tmp_path.iterdir()) == []


def test_an_impossible_name_is_refused(flow):
    refused(flow, "a\0b", "no folder has such a name")


def test_a_full_folder_for_temporary_files_is_told_with_the_bundle(flow, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("flowspec.export.saved_model._write", full)
    with pytest.raises(UsageError) as caught:
        flow.save(tmp_path / "b")
    assert f"`{tmp_path / 'b'}` cannot be written: no space left" in str(caught.value)
    assert "folder for temporary files" in str(caught.value)
    assert list(tmp_path.iterdir()) == []

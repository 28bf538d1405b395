"""What is not published, and what is not loaded again, is told by name; nothing is half done."""

import shutil
import sys

import pytest

from flowspec import bundle
from flowspec.diagnostics import BundleError, MissingDependencyError, UsageError
from flowspec.publish import publish
from flowspec.publish.pyfunc import _load_pyfunc

pytestmark = pytest.mark.usefixtures("settled")

WRONG = {
    "a name with a slash": (["--name", "a/b"], "mlflow-refused"),
    "an alias of MLflow's own": (["--alias", "Latest"], "wrong-alias"),
    "an alias that is a version": (["--alias", "v2"], "wrong-alias"),
    "an alias with a dot": (["--alias", "a.b"], "wrong-alias"),
    "an unknown output": (["--predict", "smple"], "unknown-output"),
    "a store of no kind": (["--tracking-uri", "foo://bar"], "mlflow-refused"),
    "a folder as a store": (["--tracking-uri", "runs"], "mlflow-refused"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_call_is_refused_before_anything_is_written(run, tiny, client, name):
    options, slug = WRONG[name]
    before = client.search_runs([client.get_experiment_by_name("flows").experiment_id])
    code, out, err = run("publish", tiny[1], *options)
    assert (code, out) == (2, "")
    assert f"error[{slug}]" in err
    after = client.search_runs([client.get_experiment_by_name("flows").experiment_id])
    assert len(after) == len(before)


def test_the_command_says_where_the_version_is(run, tiny, published):
    code, out, _ = run("publish", tiny[1], "--name", "told", "--alias", "one", "--alias", "two")
    assert (code, out) == (0, f"{tiny[1]}: version 1 of told, one, two, models:/told/1\n")


def test_a_bundle_without_what_answers_is_refused(tiny, tmp_path):
    tiny[0].save(tmp_path / "plain.bundle", saved_model=False)
    with pytest.raises(BundleError, match="no-saved-model"):
        publish(tmp_path / "plain.bundle")


def test_a_damaged_bundle_is_refused_before_mlflow_is_imported(tiny, tmp_path, monkeypatch):
    shutil.copytree(tiny[1], tmp_path / "bad.bundle")
    spoil(next((tmp_path / "bad.bundle").glob("weights-*")))
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(BundleError, match=r"file-changed.*weights-"):
        publish(tmp_path / "bad.bundle")


def test_without_mlflow_the_extra_is_named(tiny, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(MissingDependencyError, match=r"flowspec\[mlflow\]"):
        publish(tiny[1])


def test_a_run_that_does_not_come_to_its_end_is_failed_and_registers_nothing(
    tiny, client, tmp_path
):
    (tmp_path / "file").write_text("no folder")
    place = client.create_experiment("full", artifact_location=str(tmp_path / "file" / "in"))
    with pytest.raises(UsageError, match=r"mlflow-refused.*log the model"):
        publish(tiny[1], name="never", experiment="full")
    (run,) = client.search_runs([place])
    assert run.info.status == "FAILED"
    assert [one.status for one in client.search_logged_models([place])] == ["FAILED"]
    assert client.search_registered_models("name = 'never'") == []


STEPS = [
    "create_run",
    "create_logged_model",
    "log_outputs",
    "log_model_artifacts",
    "finalize_logged_model",
    "set_terminated",
    "create_model_version",
    "set_registered_model_alias",
]


@pytest.fixture(scope="module")
def steady(tiny, store):
    """A version with an alias."""
    return publish(
        tiny[1], name="steady", aliases=["best"], tracking_uri=store, experiment="flows"
    )  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_interrupted_anywhere_the_alias_names_the_old_version(
    tiny, client, monkeypatch, steady, step
):
    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    before = len(client.search_model_versions("name = 'steady'"))
    monkeypatch.setattr(type(client), step, interrupt)
    with pytest.raises(KeyboardInterrupt):
        publish(tiny[1], name="steady", aliases=["best"])
    assert client.get_registered_model("steady").aliases == {"best": steady.version}
    more = len(client.search_model_versions("name = 'steady'")) - before
    assert more == (step == "set_registered_model_alias")


def spoil(file):
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


@pytest.fixture
def copy(logged, tmp_path):
    """A copy of what was logged."""
    return shutil.copytree(logged, tmp_path / "model")


DAMAGED = [
    "weights-*",
    "plan-*",
    "spec-*",
    "saved_model-*/saved_model.pb",
    "saved_model-*/variables/*data*",
]


@pytest.mark.parametrize("pattern", DAMAGED)
def test_a_damaged_file_is_refused_by_name_when_it_is_loaded(copy, pattern):
    import mlflow

    (file,) = (copy / "data" / "bundle").glob(pattern)
    spoil(file)
    with pytest.raises(BundleError, match="file-changed") as caught:
        mlflow.pyfunc.load_model(str(copy))
    assert file.name in caught.value.diagnostics[0].message


def test_a_missing_file_is_refused_by_name_when_it_is_loaded(copy):
    import mlflow

    (file,) = (copy / "data" / "bundle").glob("saved_model-*/variables/*.index")
    file.unlink()
    with pytest.raises(BundleError, match="file-missing") as caught:
        mlflow.pyfunc.load_model(str(copy))
    assert file.name in caught.value.diagnostics[0].message


def test_another_bundle_in_the_place_of_the_one_that_was_published_is_refused(copy, alone):
    import mlflow

    shutil.rmtree(copy / "data" / "bundle")
    shutil.copytree(alone[1], copy / "data" / "bundle")
    with pytest.raises(BundleError, match="other-bundle") as caught:
        mlflow.pyfunc.load_model(str(copy))
    assert bundle.read(alone[1]).sha256 in caught.value.diagnostics[0].got


def test_a_saved_model_that_was_damaged_after_loading_is_not_used(copy, rows):
    found = _load_pyfunc(str(copy / "data" / "bundle"))
    (file,) = (copy / "data" / "bundle").glob("saved_model-*/saved_model.pb")
    spoil(file)
    with pytest.raises(BundleError, match="file-changed"):
        found.predict({name: rows[name] for name in ("x", "colour", "room", "age", "seed")})

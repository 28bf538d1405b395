"""What stands in MLflow after a bundle was published."""

import json

import pytest

from flowspec import bundle
from flowspec.plan.fingerprint import fingerprints
from flowspec.publish import publish

pytestmark = pytest.mark.usefixtures("settled")

CATEGORIES = ("callers", "weights", "numbers", "training")


@pytest.fixture
def version(client, published):
    return client.get_model_version(published["model"], str(published["version"]))


def test_a_version_is_told_by_name_version_fingerprints_and_hash(tiny, version):
    found = bundle.read(tiny[1])
    tags = version.tags
    assert (tags["flowspec.name"], tags["flowspec.version"]) == ("tiny", "1.2.0")
    assert tags["flowspec.sha256"] == found.sha256
    told = {name: tags[f"flowspec.fingerprint.{name}"] for name in CATEGORIES}
    assert told == {name: fingerprints(tiny[0].plan).of(name) for name in CATEGORIES}
    assert all(len(digits) == 64 for digits in told.values())


def test_a_version_is_described(version):
    assert version.description.startswith("Two numbers, given three and a colour.\n\n")
    assert "`sample`, `draws`, `forward`, `log_prob`; `log_prob` unless" in version.description


def test_the_command_tells_what_became_of_the_bundle(client, published, version, tiny):
    assert published["uri"] == f"models:/tiny/{version.version}"
    assert published["sha256"] == bundle.read(tiny[1]).sha256
    assert client.get_model_version_by_alias("tiny", "champion").run_id == published["run"]
    run = client.get_run(published["run"])
    assert (run.info.status, run.info.run_name) == ("FINISHED", "tiny 1.2.0")
    assert run.info.experiment_id == published["experiment"]
    assert client.get_experiment(published["experiment"]).name == "flows"


def test_the_run_the_model_and_the_version_know_each_other(client, published, model):
    run = client.get_run(published["run"])
    (output,) = run.outputs.model_outputs
    logged = client.get_logged_model(output.model_id)
    assert (logged.source_run_id, logged.status) == (published["run"], "READY")
    assert model.metadata.model_id == output.model_id
    assert model.metadata.run_id == published["run"]
    told = json.loads(logged.tags["mlflow.modelVersions"])
    assert {"name": "tiny", "version": published["version"]} in told


def test_the_bundle_is_logged_whole_and_byte_for_byte(tiny, logged):
    files = {path.relative_to(tiny[1]): path for path in tiny[1].rglob("*") if path.is_file()}
    copied = logged / "data" / "bundle"
    assert {p.relative_to(copied) for p in copied.rglob("*") if p.is_file()} == files.keys()
    assert all((copied / name).read_bytes() == path.read_bytes() for name, path in files.items())


def test_what_it_needs_is_pinned_by_name_and_version(logged):
    lines = (logged / "requirements.txt").read_text().splitlines()
    names = {line.partition("==")[0] for line in lines if line.partition("==")[2]}
    assert names == {"flowspec", "mlflow-skinny", "numpy", "pandas", "tensorflow"}
    assert len(lines) == len(names)


def test_the_signature_names_the_columns_of_files_of_data(model):
    signature = model.metadata.signature
    assert [(c.name, str(c.type), c.required) for c in signature.inputs] == [
        ("x.0", "DataType.double", False),
        ("x.1", "DataType.double", False),
        ("x.2", "DataType.double", False),
        ("x", "Any", False),
        ("colour", "Any", True),
        ("room", "DataType.long", True),
        ("age", "DataType.double", True),
        ("a", "DataType.double", False),
        ("b", "DataType.double", False),
        ("y", "Any", False),
        ("latent.0", "DataType.double", False),
        ("latent.1", "DataType.double", False),
        ("latent", "Any", False),
        ("seed", "DataType.long", False),
    ]
    assert [(c.name, str(c.type)) for c in signature.outputs] == [("log_prob", "DataType.float")]
    params = {param.name: param.default for param in signature.params}
    assert params == {"output": "log_prob", "seed": None, "draws": None}


def test_every_signature_stands_in_the_model_file(tiny, model):
    told = model.metadata.metadata["flowspec"]
    assert told["sha256"] == bundle.read(tiny[1]).sha256
    assert told["fingerprints"] == fingerprints(tiny[0].plan).model_dump()
    for record in tiny[0].plan.outputs:
        signature = told["outputs"][record.name]
        for part in ("inputs", "returns"):
            plain = [
                one.model_dump(mode="json", exclude_none=True) for one in getattr(record, part)
            ]
            assert signature[part] == plain
        assert signature.get("draws") == record.draws


def test_publishing_again_makes_a_new_version_and_moves_the_alias(
    tiny, client, published, tmp_path
):
    (tiny[1] / "notes.txt").write_text("not of the bundle")
    first = publish(tiny[1], name="again", aliases=["best"])
    (tiny[1] / "notes.txt").unlink()
    second = publish(tiny[1], name="again", run_name="twice", aliases=["best", "other-1"])
    assert (first.version, second.version) == (1, 2)
    assert first.run != second.run
    assert client.get_run(second.run).info.run_name == "twice"
    assert client.get_registered_model("again").aliases == {"best": 2, "other-1": 2}
    folder = client.get_model_version_download_uri("again", "1")
    assert bundle.read(f"{folder}/data/bundle").sha256 == published["sha256"]
    assert "notes.txt" not in {path.name for path in (tmp_path / folder).rglob("*")}


def test_the_losses_of_the_last_training_are_metrics(tiny, client, tmp_path):
    found = bundle.read(tiny[1])
    inner = found.saved_model()
    files = {path.relative_to(inner).as_posix(): path for path in inner.rglob("*")}
    bundle.write(
        tmp_path / "fitted.bundle", found.plan, found.weights(),
        saved_model={name: path.read_bytes() for name, path in files.items() if path.is_file()},
        state={"training": {"epochs": 3, "loss": 1.5, "val_loss": 2.25}},
    )  # fmt: skip
    done = publish(tmp_path / "fitted.bundle", name="fitted", experiment="made when needed")
    assert client.get_run(done.run).data.metrics == {"loss": 1.5, "val_loss": 2.25}
    assert client.get_experiment(done.experiment).name == "made when needed"

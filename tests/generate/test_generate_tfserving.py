"""The model config is one that TensorFlow Serving reads, and the SavedModel lies where it looks."""

import json

import pytest

from flowspec import bundle as bundles
from flowspec.records import Plan
from tests.generate.project import ask_clients, generated

CHECK = """
import json, sys
from google.protobuf import text_format
from tensorflow_serving.config.model_server_config_pb2 import ModelServerConfig

text = open(sys.argv[1], encoding="utf-8").read()
(model,) = text_format.Parse(text, ModelServerConfig()).model_config_list.config
print(json.dumps({
    "name": model.name,
    "path": model.base_path,
    "platform": model.model_platform,
    "versions": list(model.model_version_policy.specific.versions),
    "labels": dict(model.version_labels),
}))
"""


def checked(folder):
    run = ask_clients(CHECK, folder / "models" / "models.config")
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_it_is_a_model_server_config(plain, tmp_path):
    folder = generated("tfserving", plain, tmp_path)
    assert checked(folder) == {
        "name": "tiny_policy",
        "path": "/models/tiny_policy",
        "platform": "tensorflow",
        "versions": [1],
        "labels": {"stable": 1},
    }
    assert (folder / "models" / "tiny_policy" / "1" / "saved_model.pb").is_file()


def test_the_check_refuses_what_the_server_does_not_know(plain, tmp_path):
    folder = generated("tfserving", plain, tmp_path)
    file = folder / "models" / "models.config"
    file.write_text(file.read_text("utf-8").replace("base_path", "base_paht"), encoding="utf-8")
    assert ask_clients(CHECK, file).returncode != 0


def test_every_output_is_told_as_a_signature(plain, tmp_path):
    text = (generated("tfserving", plain, tmp_path) / "README.md").read_text(encoding="utf-8")
    plan: Plan = bundles.read(plain).plan
    for output in plan.outputs:
        assert f"| `{output.name}` |" in text
    assert "--model_config_file=/models/models.config" in text


@pytest.mark.slow
def test_the_saved_model_answers_from_its_place(bundle, flow, given, tmp_path):
    import numpy as np
    import tensorflow as tf

    folder = generated("tfserving", bundle, tmp_path) / "models" / "tiny_policy" / "1"
    loaded = tf.saved_model.load(str(folder))
    run = loaded.signatures["close"]
    specs = run.structured_input_signature[1]
    answer = run(**{name: tf.constant(given[name], specs[name].dtype) for name in specs})
    np.testing.assert_allclose(answer["action"], flow.ask("close", **given)["action"], rtol=1e-5)

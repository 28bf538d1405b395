"""Two small flows, and a store of MLflow in a folder where one of them is published."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.serve.conftest import compiled

# As `flowspec publish` does it; MLflow looks when it is first imported.
os.environ.update(
    MLFLOW_DISABLE_TELEMETRY="true", DO_NOT_TRACK="true", MLFLOW_LOGGING_LEVEL="WARNING"
)

SPEC = """\
flowspec: 1
name: tiny
version: 1.2.0
description: Two numbers, given three and a colour.
event:
  name: y
  shape: [2]
  fields: [a, b]
  support: {kind: interval, low: [-1.0, 0.0], high: [1.0, 5.0]}
context:
  x: {kind: vector, size: 3, standardize: true}
  colour: {kind: category, labels: [red, green, blue]}
  room: {kind: category, count: 4}
  age: {kind: vector, size: 1}
layers:
  - kind: elementwise
    transform: {kind: affine}
    conditioner: {kind: mlp, hidden: [4]}
outputs:
  sample: {returns: [y]}
  draws: {returns: [y, log_prob], draws: 3}
  forward: {inputs: [latent], returns: [y, ldj]}
  log_prob: {inputs: [y], returns: [log_prob]}
"""

ALONE = """\
flowspec: 1
name: alone
event: {name: y, shape: [2]}
dtype: float64
layers:
  - {kind: elementwise, transform: {kind: affine}}
outputs:
  sample: {returns: [y]}
"""

# Nothing of TensorFlow can be imported here.
WITHOUT_TENSORFLOW = """
import sys
for name in ("tensorflow", "keras", "tensorflow_probability"):
    sys.modules[name] = None
from flowspec.cli import main
main()
"""


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    return compiled(SPEC, tmp_path_factory.mktemp("tiny"), 1)


@pytest.fixture(scope="session")
def alone(tmp_path_factory):
    return compiled(ALONE, tmp_path_factory.mktemp("alone"), 3)


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    """The address of a store with an experiment, `flows`, whose files are in the same folder."""
    import mlflow

    folder = tmp_path_factory.mktemp("store")
    address = f"sqlite:///{folder}/mlflow.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)  # where a store puts the files of other experiments
        client = mlflow.MlflowClient(address)
        client.create_experiment("flows", artifact_location=str(folder / "artifacts"))
    return address


@contextmanager
def settings(address):
    """MLflow's own variables, as a user sets them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", address)
        patch.setenv("MLFLOW_EXPERIMENT_NAME", "flows")
        yield


@pytest.fixture
def settled(store):
    """For the time of a test, MLflow is set to the store."""
    with settings(store):
        yield


@pytest.fixture(scope="session")
def client(store):
    import mlflow

    return mlflow.MlflowClient(store)


@pytest.fixture(scope="session")
def published(tiny, store):
    """What `flowspec publish --json` tells, where TensorFlow is not installed."""
    words = ["publish", str(tiny[1]), "--predict", "log_prob", "--alias", "champion", "--json"]
    with settings(store):
        done = subprocess.run(
            [sys.executable, "-c", WITHOUT_TENSORFLOW, *words],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def logged(client, published):
    """The folder of the model that was logged, as the registry tells it."""
    name, version = published["model"], str(published["version"])
    return Path(client.get_model_version_download_uri(name, version))


@pytest.fixture(scope="session")
def model(store, published):
    """The model, loaded by its alias."""
    import mlflow

    with settings(store):
        return mlflow.pyfunc.load_model("models:/tiny@champion")


@pytest.fixture(scope="session")
def rows():
    """Arrays for every input of the conditional flow."""
    random = np.random.default_rng(0)
    count = 5
    return {
        "x": random.normal(size=(count, 3)).astype(np.float32),
        "colour": np.array([0, 1, 2, 1, 0], np.int32),
        "room": np.array([3, 2, 1, 0, 3], np.int32),
        "age": random.uniform(1, 2, size=(count, 1)).astype(np.float32),
        "latent": random.normal(size=(count, 2)).astype(np.float32),
        "y": np.stack([random.uniform(-0.9, 0.9, count), random.uniform(0.1, 4.9, count)], 1)
        .astype(np.float32),
        "seed": np.arange(5),
    }  # fmt: skip


def inputs_of(flow, output, rows):
    """What an output is asked with, of rows for every input."""
    record = next(one for one in flow.plan.outputs if one.name == output)
    return {one.name: rows[one.name] for one in record.inputs}


def framed(inputs):
    """The same as a data frame with a column a feature, and labels."""
    import pandas as pd

    columns = {}
    for name, values in inputs.items():
        if name == "y":
            columns |= {"a": values[:, 0], "b": values[:, 1]}
        elif name == "colour":
            columns[name] = np.array(["red", "green", "blue"])[values]
        elif values.ndim == 2 and values.shape[1] > 1:
            columns |= {f"{name}.{index}": column for index, column in enumerate(values.T)}
        else:
            columns[name] = values.reshape(-1)
    return pd.DataFrame(columns)

"""A bundle of every form of the manifest is kept, and read for ever.

All are of one flow. A new form's bundle is made of the one before:
`flowspec.load("schema_1.bundle").save("schema_2.bundle", optimizer=True)`.
"""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

import flowspec
from flowspec import bundle
from flowspec.bundle.manifest import SCHEMA
from flowspec.plan.fingerprint import fingerprints

KEPT = Path(__file__).with_name("kept")
EXPECTED = json.loads((KEPT / "expected.json").read_text(encoding="utf-8"))
CONTEXT = {"x": np.array(EXPECTED["given"]["x"]), "side": np.array(EXPECTED["given"]["side"])}
CLOSE = {"rtol": 1e-5, "atol": 1e-5}


SCHEMAS = range(1, SCHEMA + 1)


@pytest.fixture(scope="module", params=SCHEMAS)
def schema(request):
    return request.param


@pytest.fixture(scope="module")
def folder(schema, tmp_path_factory):
    kept = KEPT / f"schema_{schema}.bundle"
    return shutil.copytree(kept, tmp_path_factory.mktemp("kept") / "b")


@pytest.fixture(scope="module")
def flow(folder):
    return flowspec.load(folder)


def test_the_manifest_has_its_schema(folder, schema):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["schema"] == schema
    assert set(manifest["files"]) == {"spec", "plan", "weights", "optimizer"}


def test_its_fingerprints_are_those_of_the_first(folder):
    found = bundle.read(folder)
    assert found.manifest.schema_number == SCHEMA
    assert found.manifest.fingerprints == fingerprints(found.plan)
    assert found.manifest.fingerprints.model_dump() == EXPECTED["fingerprints"]


def test_its_spec_still_gives_its_plan(folder):
    found = bundle.read(folder)
    assert flowspec.compile(found.spec).plan == found.plan


def test_its_flow_still_answers_as_it_did(flow):
    given = flow.log_prob(EXPECTED["given"]["y"], **CONTEXT)
    np.testing.assert_allclose(given, EXPECTED["log_prob"], **CLOSE)
    drawn = flow.sample(seed=np.array(EXPECTED["seed"]), **CONTEXT)
    np.testing.assert_allclose(drawn, EXPECTED["sample"], **CLOSE)


def test_its_saved_model_still_answers_as_it_did(folder):
    signatures = tf.saved_model.load(str(bundle.read(folder).saved_model())).signatures
    given = {
        "x": tf.constant(CONTEXT["x"], tf.float32),
        "side": tf.constant(CONTEXT["side"], tf.int32),
    }
    y = tf.constant(EXPECTED["given"]["y"], tf.float32)
    answer = signatures["log_prob"](y=y, **given)["log_prob"]
    np.testing.assert_allclose(answer, EXPECTED["log_prob"], **CLOSE)
    seed = tf.constant(EXPECTED["seed"], tf.int64)
    answer = signatures["sample"](seed=seed, **given)["y"]
    np.testing.assert_allclose(answer, EXPECTED["sample"], **CLOSE)


def test_its_training_still_goes_on(folder):
    flow = flowspec.load(folder)
    before = bundle.read(folder).optimizer()["iteration"]
    rows = {name: np.array(value) for name, value in EXPECTED["given"].items()}
    flow.fit(rows, epochs=1, verbose=False)
    flow.save(folder.parent / "c", optimizer=True, saved_model=False)
    assert bundle.read(folder.parent / "c").optimizer()["iteration"] == before + 1

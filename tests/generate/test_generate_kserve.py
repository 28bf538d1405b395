"""The InferenceService is one that KServe's own models hold, every key of it."""

import json
import re

import pytest
import yaml

from flowspec.generate.targets.kserve import service_name
from tests.generate.project import ask_clients, generated

# Builds the models that KServe's and Kubernetes' Python packages have, and refuses unknown keys.
CHECK = """
import json, re, sys
import kserve, yaml
from kubernetes import client

PLAIN = {"str": str, "int": int, "bool": bool, "float": (int, float)}

def build(kind, value, place):
    listed = re.fullmatch(r"[lL]ist\\[(.*)\\]", kind)
    mapped = re.fullmatch(r"[dD]ict[\\[(]str, (.*)[\\])]", kind)
    if listed:
        return [build(listed[1], one, f"{place}[]") for one in value]
    if mapped:
        return {key: build(mapped[1], one, f"{place}.{key}") for key, one in value.items()}
    if kind in PLAIN:
        if not isinstance(value, PLAIN[kind]):
            raise ValueError(f"{place} is no {kind}")
        return value
    if kind == "ResourceQuantity":
        return value
    made = getattr(kserve, kind, None) or getattr(client, kind)
    names = {key: name for name, key in made.attribute_map.items()}
    if value.keys() - names.keys():
        raise ValueError(f"{place} has no {(value.keys() - names.keys()).pop()}")
    types = made.openapi_types
    return made(**{
        names[key]: build(types[names[key]], one, f"{place}.{key}") for key, one in value.items()
    })

def told(file):
    try:
        found = build("V1beta1InferenceService", yaml.safe_load(open(file, encoding="utf-8")), "")
    except ValueError as error:
        return {"error": str(error)}
    model = found.spec.predictor.model
    return {
        "name": found.metadata.name,
        "annotations": found.metadata.annotations,
        "format": model.model_format.name,
        "protocol": model.protocol_version,
        "runtime": model.runtime_version,
        "storage": model.storage_uri,
        "memory": model.resources.limits["memory"],
    }

print(json.dumps([told(file) for file in sys.argv[1:]]))
"""

NAME = "inference_service.yaml"


@pytest.fixture(scope="module")
def checked(plain, hostile, tmp_path_factory):
    """What KServe's models hold of several files; the packages are imported once."""
    folder = tmp_path_factory.mktemp("kserve")
    made = {
        "named": generated("kserve", plain, folder / "named", storage_uri="s3://models/tiny"),
        "claim": generated("kserve", plain, folder / "claim"),
        "hostile": generated("kserve", hostile, folder / "hostile", storage_uri='x"\n: {{ }} # y'),
    }
    text = (made["claim"] / NAME).read_text(encoding="utf-8")
    for right, wrong in (("storageUri", "storageUrl"), ("minReplicas: 1", "minReplicas: one")):
        made[wrong] = folder / wrong.partition(":")[0]
        made[wrong].mkdir()
        (made[wrong] / NAME).write_text(text.replace(right, wrong), encoding="utf-8")
    run = ask_clients(CHECK, *(file / NAME for file in made.values()))
    assert run.returncode == 0, run.stderr
    return dict(zip(made, json.loads(run.stdout), strict=True))


def test_it_is_an_inference_service(checked):
    found = checked["named"]
    assert found["name"] == "tiny-policy"
    assert (found["format"], found["protocol"]) == ("tensorflow", "v1")
    assert found["storage"] == "s3://models/tiny"
    assert found["memory"] == "2Gi"


def test_without_a_place_it_names_a_volume_claim(checked):
    assert checked["claim"]["storage"] == "pvc://tiny-policy/tiny_policy"


def test_the_check_refuses_what_kserve_does_not_know(checked):
    assert checked["storageUrl"] == {"error": ".spec.predictor.model has no storageUrl"}
    assert checked["minReplicas: one"] == {"error": ".spec.predictor.minReplicas is no int"}


def test_a_hostile_description_is_an_annotation(checked):
    found = checked["hostile"]
    assert found["annotations"]["flowspec/description"].startswith('"""')
    assert found["annotations"]["flowspec/flow"] == "hostile 1.0.0-rc.1+build.7"
    assert found["storage"] == 'x" : {{ }} # y'


@pytest.mark.parametrize("name", ["a", "a_b", "a__b", "a_", "a" * 49 + "_b", "a" * 300])
def test_a_service_has_a_name_that_kubernetes_allows(name):
    found = service_name(name)
    assert re.fullmatch(r"[a-z]([-a-z0-9]*[a-z0-9])?", found)
    assert len(found) <= 63


@pytest.mark.slow
def test_the_example_is_what_the_signature_takes(bundle, flow, tmp_path):
    import tensorflow as tf

    from flowspec import bundle as bundles
    from flowspec.generate.endpoints import endpoints
    from flowspec.generate.signature import signature_example

    signatures = tf.saved_model.load(str(bundles.read(bundle).saved_model())).signatures
    for endpoint in endpoints(flow.plan):
        run = signatures[endpoint.name]
        specs = run.structured_input_signature[1]
        given = signature_example(endpoint)
        assert given.keys() == specs.keys()
        answer = run(**{name: tf.constant(given[name], specs[name].dtype) for name in specs})
        assert answer.keys() == {one.name for one in endpoint.returns}
    text = (generated("kserve", bundle, tmp_path) / "inference_service.yaml").read_text("utf-8")
    assert yaml.safe_load(text)["kind"] == "InferenceService"

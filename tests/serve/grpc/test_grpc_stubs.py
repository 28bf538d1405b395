"""The generated modules: those of inference.proto, and at home in every environment we support."""

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

import grpc
import pytest
from google.protobuf.descriptor import FieldDescriptor

from flowspec.serve.grpc import inference_pb2
from flowspec.serve.grpc.servicer import Servicer
from tests.serve.grpc.conftest import ROOT
from tests.serve.grpc.fields import fields

FOLDER = ROOT / "flowspec/serve/grpc"
PROTO = re.sub(r"//.*", "", (FOLDER / "inference.proto").read_text(encoding="utf-8"))
STUBS = (FOLDER / "inference_pb2.py").read_text(encoding="utf-8")
GRPC_STUBS = (FOLDER / "inference_pb2_grpc.py").read_text(encoding="utf-8")


def written():
    """Every field and method of the .proto file: its place, its number, its type as written."""
    place, found = [], {}
    token = re.compile(
        r"(?:message|oneof|service) (?P<block>\w+) \{(?P<empty>\})?"
        r"|(?P<many>repeated )?(?P<kind>map<[^>]+>|\w+) (?P<field>\w+) = (?P<number>\d+);"
        r"|rpc (?P<method>\w+)\((?P<takes>\w+)\) returns \((?P<gives>\w+)\) \{\}"
        r"|(?P<end>\})"
    )
    for match in token.finditer(PROTO):
        if match["block"] and not match["empty"]:
            place.append(match["block"])
        elif match["end"]:
            place.pop()
        elif match["method"]:
            found[".".join([*place, match["method"]])] = (match["takes"], match["gives"])
        elif match["field"]:
            inside = [one for one in place if not one.endswith("_choice")]
            kind = f"{match['many'] or ''}{match['kind']}"
            found[".".join([*inside, match["field"]])] = (int(match["number"]), kind)
    assert not place
    return found


def compiled():
    """The same of what was generated from it."""
    found = {}
    words = {
        value: name.removeprefix("TYPE_").lower()
        for name, value in vars(FieldDescriptor).items()
        if name.startswith("TYPE_")
    }

    def kind(field):
        inner = field.message_type
        if inner is not None and inner.GetOptions().map_entry:
            return f"map<{', '.join(kind(one) for one in inner.fields)}>"
        word = inner.name if inner is not None else words[field.type]
        return f"repeated {word}" if field.is_repeated else word

    def walk(message):
        for field in message.fields:
            name = field.full_name.removeprefix("inference.")
            found[name] = (field.number, kind(field))
        for inner in message.nested_types:
            if not inner.GetOptions().map_entry:
                walk(inner)

    for message in inference_pb2.DESCRIPTOR.message_types_by_name.values():
        walk(message)
    for service in inference_pb2.DESCRIPTOR.services_by_name.values():
        for method in service.methods:
            names = (method.input_type.name, method.output_type.name)
            found[f"{service.name}.{method.name}"] = names
    return found


def lower_bound(package):
    """The oldest version of a package that may be installed to serve."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["optional-dependencies"]["serve"]
    text = next(one for one in wanted if one.startswith(f"{package}>="))
    return version(re.search(r">=([\d.]+)", text)[1])


def version(text):
    return tuple(map(int, text.split(".")))


def test_the_stubs_are_those_of_the_proto_file():
    assert len(compiled()) > 60
    assert compiled() == written()


def test_the_service_has_the_methods_of_the_proto_file():
    found = re.findall(r"'/inference\.(GRPCInferenceService)/(\w+)'", GRPC_STUBS)
    methods = {".".join(one) for one in found}
    assert methods == {name for name in written() if name.startswith("GRPCInferenceService.")}
    assert set(Servicer(None).methods) == {name.partition(".")[2] for name in methods}


def test_the_stubs_load_beside_the_oldest_packages_that_are_allowed():
    generated = re.search(r"^# Protobuf Python Version: ([\d.]+)$", STUBS, re.MULTILINE)[1]
    assert version(generated)[:2] <= lower_bound("protobuf")
    needed = re.search(r"^GRPC_GENERATED_VERSION = '([\d.]+)'$", GRPC_STUBS, re.MULTILINE)[1]
    assert version(needed) <= lower_bound("grpcio") <= version(grpc.__version__)
    assert f"grpcio-tools=={needed}" in (ROOT / "Makefile").read_text(encoding="utf-8")


def fields_there(clients, module):
    """What the environment of the public clients finds in a module, and by which protobuf."""
    command = [clients, "-W", "error", Path(__file__).with_name("fields.py"), module]
    environment = {**os.environ, "PYTHONPATH": str(FOLDER)}
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(found.stdout)


def test_the_messages_load_beside_the_protobuf_of_the_clients(clients):
    found = fields_there(clients, "inference_pb2")
    assert found["fields"] == dict(fields(inference_pb2))
    assert version(found["protobuf"]) < (7,)


def test_names_numbers_and_types_are_those_of_the_public_client(clients):
    theirs = fields_there(clients, "tritonclient.grpc.service_pb2")["fields"]
    ours = dict(fields(inference_pb2))
    assert {name: theirs.get(name) for name in ours} == ours


@pytest.mark.parametrize("name", ["inference_pb2.pyi", "inference.proto"])
def test_types_and_the_proto_file_are_part_of_the_package(name):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["flowspec"]
    assert any((ROOT / "flowspec" / "serve/grpc" / name).match(one) for one in patterns)

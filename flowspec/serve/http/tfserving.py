"""TensorFlow Serving's REST interface: a model is a flow, its signatures the outputs.

References: https://www.tensorflow.org/tfx/serving/api_rest
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from flowspec.diagnostics import Diagnostic
from flowspec.records import InputRecord
from flowspec.serve.call import Arrays, Call
from flowspec.serve.endpoint import Endpoint
from flowspec.serve.http.asking import ask, by_400, made, waiting_time
from flowspec.serve.http.instances import Columns, as_predictions, read_instances
from flowspec.serve.http.route import Handler, add_route
from flowspec.serve.http.tfserving_schema import (
    metadata_document,
    predict_document,
    status_document,
)
from flowspec.serve.http.wire import dump_json, json_object, parse_json, respond
from flowspec.serve.request_error import MALFORMED, RequestError
from flowspec.serve.served import Served
from flowspec.serve.service import Service
from flowspec.serve.shelf import revision_of

TAG = "v1"
METHOD = "tensorflow/serving/predict"

_DTYPES = {"float32": "DT_FLOAT", "float64": "DT_DOUBLE", "int32": "DT_INT32", "int64": "DT_INT64"}
_PLACES = ("", "/versions/{version}", "/labels/{label}")
_KEYS = {"signature_name", "instances", "inputs"}


def add_tfserving(app: FastAPI, service: Service) -> None:
    """Add the protocol's routes."""
    known = service.shelf.names
    for place in _PLACES:
        suffix = place.partition("{")[2].rstrip("}")
        path = f"/v1/models/{{model}}{place}"
        for method, tail, handler, name, summary, document in (
            ("GET", "", _status, "status", "Which revisions are served", status_document),
            ("GET", "/metadata", _metadata, "metadata", "A flow's signatures", metadata_document),
            ("POST", ":predict", _predict, "predict", "Ask a signature", predict_document),
        ):
            add_route(
                app, method, f"{path}{tail}", by_400(handler(service), "tfserving"),
                name=f"v1_{name}{suffix and f'_{suffix}'}", summary=summary, tags=[TAG],
                document=document(path, known),
            )  # fmt: skip


def _found(service: Service, scope: Mapping[str, Any]) -> Served:
    """The revision of a flow that a path names by its number or its label."""
    parameters = scope["path_params"]
    version = parameters.get("version")
    if version is not None:
        return service.shelf.find(parameters["model"], revision_of(version))
    return service.shelf.find(parameters["model"], parameters.get("label"))


def _status(service: Service) -> Handler:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        served = _found(service, scope)
        names_one = len(scope["path_params"]) > 1
        revisions = [served] if names_one else service.shelf.flows[served.flow].values()
        status = [
            {
                "version": str(one.revision),
                "state": "AVAILABLE" if one.is_ready else "LOADING",
                "status": {"error_code": "OK", "error_message": ""},
            }
            for one in revisions
        ]
        await respond(send, 200, dump_json({"model_version_status": status}))

    return answer


def _metadata(service: Service) -> Handler:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        served = _found(service, scope)
        signatures = {
            name: {
                "inputs": {one.name: _tensor_info(one) for one in endpoint.record.inputs},
                "outputs": {one.name: _tensor_info(one) for one in endpoint.record.returns},
                "method_name": METHOD,
            }
            for name, endpoint in served.endpoints.items()
        }
        spec = {"name": served.flow, "signature_name": "", "version": str(served.revision)}
        found = {"signature_def": {"signature_def": signatures}}
        await respond(send, 200, dump_json({"model_spec": spec, "metadata": found}))

    return answer


def _tensor_info(record: InputRecord) -> dict[str, Any]:
    axes = [axis if isinstance(axis, int) else -1 for axis in record.shape]
    return {
        "name": f"{record.name}:0",
        "dtype": _DTYPES[record.dtype],
        "tensor_shape": {
            "dim": [{"size": str(axis), "name": ""} for axis in axes],
            "unknown_rank": False,
        },
    }


def _predict(service: Service) -> Handler:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        served = _found(service, scope)
        question = await made(
            scope, receive, service, lambda body: _question(service, served, body)
        )
        results = await ask(scope, question.endpoint, question.call, waiting_time(scope))
        await respond(send, 200, dump_json(question.answered(results)))

    return answer


@dataclass(frozen=True, slots=True)
class _Question:
    """A request: who is asked, and what, and in which form."""

    endpoint: Endpoint
    call: Call
    by_row: bool
    is_spread: bool

    def answered(self, results: Arrays) -> dict[str, Any]:
        """The answer in the form of the question."""
        if self.by_row:
            return {"predictions": as_predictions(results, spread=self.is_spread)}
        names = list(results)
        return {"outputs": results[names[0]] if len(names) == 1 else results}


def _question(service: Service, served: Served, body: bytes) -> _Question:
    most = max(endpoint.most_values for endpoint in served.endpoints.values())
    asked = json_object(parse_json(body, most + 1000))
    endpoint = _signature(service, served, asked)
    columns = _columns(endpoint, asked)
    call = endpoint.read(columns.values, options=False)
    is_spread = columns.rows is not None and not columns.values
    if is_spread:
        call = endpoint.call({}, draws=columns.rows)
    return _Question(endpoint, call, "instances" in asked, is_spread)


def _signature(service: Service, served: Served, asked: Mapping[str, Any]) -> Endpoint:
    unknown = sorted(asked.keys() - _KEYS)
    if unknown:
        raise _malformed(unknown[0][:100], "the body has a key that is not known", _KEYS)
    name = asked.get("signature_name", "")
    if not isinstance(name, str):
        raise _malformed("signature_name", "`signature_name` is no text", served.endpoints)
    if not name:
        if len(served.endpoints) > 1:
            raise _malformed("signature_name", "`signature_name` is missing", served.endpoints)
        (name,) = served.endpoints
    return service.shelf.endpoint(served.flow, name, served.revision)


def _columns(endpoint: Endpoint, asked: Mapping[str, Any]) -> Columns:
    given = [key for key in ("instances", "inputs") if key in asked]
    if len(given) != 1:
        raise _malformed("instances", "give either `instances` or `inputs`", given)
    if given == ["instances"]:
        return read_instances(endpoint, asked["instances"])
    inputs = asked["inputs"]
    if isinstance(inputs, dict):
        return Columns(inputs)
    needed = [name for name, field in endpoint.fields.items() if not field.optional]
    if len(needed) != 1:
        raise _malformed("inputs", "several inputs are taken, so each must be named", needed)
    return Columns({needed[0]: inputs})


def _malformed(path: str, message: str, expected: Any) -> RequestError:
    words = ", ".join(sorted(expected)) or None
    return RequestError(
        MALFORMED,
        Diagnostic(slug="malformed-request", message=message, path=path, expected=words),
    )

"""Open Inference Protocol V2 over HTTP, with the binary tensor extension.

References: https://github.com/kserve/open-inference-protocol
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from flowspec import __version__
from flowspec.backend import np
from flowspec.serve.call import Arrays, Call
from flowspec.serve.endpoint import Endpoint
from flowspec.serve.http.asking import ask, by_400, made, waiting_time
from flowspec.serve.http.framing import (
    LENGTH,
    flag,
    parameters_of,
    read_tensors,
    requested,
    unframe,
)
from flowspec.serve.http.route import Handler, add_route
from flowspec.serve.http.trace import trace_of
from flowspec.serve.http.v2_schema import (
    all_ready_document,
    infer_document,
    live_document,
    model_document,
    ready_document,
    server_document,
)
from flowspec.serve.http.wire import dump_json, respond
from flowspec.serve.service import Service
from flowspec.serve.tensors import (
    DATATYPES,
    EXTENSIONS,
    SERVER,
    find_model,
    make_call,
    metadata,
    wanted_outputs,
)

TAG = "v2"
BINARY = b"application/octet-stream"

_MODEL = "/v2/models/{model}"
_VERSION = "/versions/{version}"


def add_v2(app: FastAPI, service: Service) -> None:
    """Add the protocol's routes."""
    _add_server(app, service)
    for version in ("", _VERSION):
        suffix = "_version" if version else ""
        for method, tail, handler, name, summary, document in (
            ("GET", "", _metadata, "model", "What a model takes and returns", model_document),
            ("GET", "/ready", _model_ready, "model_ready", "Whether it answers", ready_document),
            ("POST", "/infer", _infer, "infer", "Ask a model", infer_document),
        ):
            path = f"{_MODEL}{version}{tail}"
            add_route(
                app, method, path, by_400(handler(service), TAG), name=f"v2_{name}{suffix}",
                summary=summary, tags=[TAG], document=document(path, service.shelf.names),
            )  # fmt: skip


def infer_handlers(service: Service) -> dict[str, Handler]:
    """What answers each model's `infer`, by its path."""
    handlers: dict[str, Handler] = {}
    for name, revisions in service.shelf.flows.items():
        places = {"": service.shelf.find(name)}
        places.update({f"/versions/{number}": one for number, one in revisions.items()})
        for place, served in places.items():
            for endpoint in served.endpoints.values():
                path = f"/v2/models/{endpoint.model}{place}/infer"
                handlers[path] = by_400(_asked(service, endpoint), TAG)
    return handlers


def _add_server(app: FastAPI, service: Service) -> None:
    async def live(scope: Any, receive: Any, send: Any) -> None:
        await respond(send, 200, dump_json({"live": True}))

    async def ready(scope: Any, receive: Any, send: Any) -> None:
        # The protocol says "not ready" by a 4xx.
        status = 200 if service.is_ready else 400
        await respond(send, status, dump_json({"ready": service.is_ready}))

    async def server(scope: Any, receive: Any, send: Any) -> None:
        about = {"name": SERVER, "version": __version__, "extensions": list(EXTENSIONS)}
        await respond(send, 200, dump_json(about))

    for path, handler, name, summary, document in (
        ("/v2/health/live", live, "v2_live", "Whether the server runs", live_document()),
        (
            "/v2/health/ready",
            ready,
            "v2_ready",
            "Whether every model answers",
            all_ready_document(),
        ),
        ("/v2", server, "v2_server", "What the server understands", server_document()),
    ):
        add_route(
            app, "GET", path, handler, name=name, summary=summary, tags=[TAG], document=document
        )


def _found(service: Service, scope: Mapping[str, Any]) -> Endpoint:
    parameters = scope["path_params"]
    return find_model(service.shelf, parameters["model"], parameters.get("version", ""))


def _metadata(service: Service) -> Handler:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        endpoint = _found(service, scope)
        await respond(send, 200, dump_json(metadata(service.shelf, endpoint)))

    return answer


def _model_ready(service: Service) -> Handler:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        endpoint = _found(service, scope)
        body = dump_json({"name": endpoint.model, "ready": endpoint.is_ready})
        await respond(send, 200 if endpoint.is_ready else 400, body)

    return answer


def _infer(service: Service) -> Handler:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await _asked(service, _found(service, scope))(scope, receive, send)

    return answer


def _asked(service: Service, endpoint: Endpoint) -> Handler:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        trace_of(scope).endpoint = endpoint
        headers = dict(scope["headers"])
        question = await made(
            scope, receive, service, lambda body: _question(endpoint, headers, body)
        )
        results = await ask(scope, endpoint, question.call, waiting_time(scope))
        await _send(send, question.head, results, question.binary)

    return answer


@dataclass(frozen=True, slots=True)
class _Question:
    """A request: what is asked, what its answer begins with, and which tensors go as bytes."""

    call: Call
    head: dict[str, Any]
    binary: dict[str, bool]


def _question(endpoint: Endpoint, headers: Mapping[bytes, bytes], body: bytes) -> _Question:
    framed = unframe(headers, body, endpoint.most_values + 1000)
    parameters = parameters_of(framed.head, "parameters")
    outputs = requested(framed.head)
    names = wanted_outputs(endpoint, list(outputs))
    everything = flag(parameters, "binary_data_output", default=False)
    binary = {
        name: flag(outputs.get(name, {}), "binary_data", default=everything) for name in names
    }
    call = make_call(endpoint, read_tensors(endpoint, framed), parameters)
    return _Question(call, _head(endpoint, framed.head), binary)


def _head(endpoint: Endpoint, asked: Mapping[str, Any]) -> dict[str, Any]:
    head = {"model_name": endpoint.model, "model_version": str(endpoint.revision)}
    if isinstance(asked.get("id"), str):
        head["id"] = asked["id"]
    return head


async def _send(
    send: Any, head: Mapping[str, Any], results: Arrays, binary: Mapping[str, bool]
) -> None:
    """The answer: tensors as JSON, or as bytes behind it."""
    outputs: list[dict[str, Any]] = []
    blobs: list[bytes] = []
    for name, is_binary in binary.items():
        array = np.ascontiguousarray(results[name])
        one = {"name": name, "shape": list(array.shape), "datatype": DATATYPES[array.dtype.name]}
        if is_binary:
            blobs.append(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())
            outputs.append({**one, "parameters": {"binary_data_size": len(blobs[-1])}})
        else:
            outputs.append({**one, "data": array.reshape(-1)})
    text = dump_json({**head, "outputs": outputs})
    if not blobs:
        await respond(send, 200, text)
        return
    headers = [(LENGTH, str(len(text)).encode())]
    await respond(send, 200, b"".join([text, *blobs]), BINARY, headers)

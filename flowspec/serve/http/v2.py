"""Open Inference Protocol V2 over HTTP, with the binary tensor extension.

References: https://github.com/kserve/open-inference-protocol
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from flowspec import __version__
from flowspec.backend import np
from flowspec.serve.call import Arrays
from flowspec.serve.endpoint import Endpoint
from flowspec.serve.http.asking import ask, waiting_time
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
from flowspec.serve.http.wire import dump_json, read_body, respond
from flowspec.serve.request_error import MALFORMED, UNFIT, RequestError
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
        for method, path, handler, name, summary in (
            ("GET", "", _metadata(service), "v2_model", "What a model takes and returns"),
            ("GET", "/ready", _model_ready(service), "v2_model_ready", "Whether a model answers"),
            ("POST", "/infer", _infer(service), "v2_infer", "Ask a model"),
        ):
            add_route(
                app, method, f"{_MODEL}{version}{path}", _told(handler), name=f"{name}{suffix}",
                summary=summary, tags=[TAG], document=_document(version, method),
            )  # fmt: skip


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

    for path, handler, name, summary in (
        ("/v2/health/live", live, "v2_live", "Whether the server runs"),
        ("/v2/health/ready", ready, "v2_ready", "Whether every model answers"),
        ("/v2", server, "v2_server", "What the server understands"),
    ):
        add_route(app, "GET", path, handler, name=name, summary=summary, tags=[TAG])


def _told(handler: Handler) -> Handler:
    """The handler, faults of values told as the protocol's clients expect them: by 400."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        trace_of(scope).protocol = "v2"
        try:
            await handler(scope, receive, send)
        except RequestError as error:
            if error.status != UNFIT:
                raise
            raise RequestError(MALFORMED, *error.diagnostics) from None

    return answer


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
        endpoint = _found(service, scope)
        trace_of(scope).endpoint = endpoint
        body = await read_body(scope, receive, service.options)
        framed = unframe(dict(scope["headers"]), body, endpoint.most_values + 1000)
        parameters = parameters_of(framed.head, "parameters")
        outputs = requested(framed.head)
        names = wanted_outputs(endpoint, list(outputs))
        everything = flag(parameters, "binary_data_output", default=False)
        binary = {
            name: flag(outputs.get(name, {}), "binary_data", default=everything) for name in names
        }
        call = make_call(endpoint, read_tensors(endpoint, framed), parameters)
        results = await ask(scope, endpoint, call, waiting_time(scope))
        await _send(send, _head(endpoint, framed.head), results, binary)

    return answer


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


def _document(version: str, method: str) -> dict[str, Any]:
    names = ["model", *(["version"] if version else [])]
    document: dict[str, Any] = {
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in names
        ],
        "responses": {
            "200": {"description": "The answer."},
            "400": {"description": "A value does not fit, or it is not ready."},
            "404": {"description": "There is no such model."},
        },
    }
    if method == "POST":
        content = {"application/json": {"schema": {"type": "object"}}, BINARY.decode(): {}}
        document["requestBody"] = {"required": True, "content": content}
    return document

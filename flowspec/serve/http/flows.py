"""The typed routes: one for each output, with its named inputs and returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from flowspec.serve.call import Call
from flowspec.serve.describe import describe, describe_all
from flowspec.serve.endpoint import Endpoint
from flowspec.serve.http.asking import ask, made, waiting_time
from flowspec.serve.http.description_schema import flow_document, flows_document
from flowspec.serve.http.route import Handler, add_route
from flowspec.serve.http.schema import output_document
from flowspec.serve.http.trace import trace_of
from flowspec.serve.http.wire import dump_json, json_object, parse_json, respond
from flowspec.serve.served import Served
from flowspec.serve.service import Service
from flowspec.serve.shelf import Shelf

TAG = "flows"

_ABOUT = {
    "draw": "Draws",
    "centre": "Starts from the base's centre, and draws nothing",
    "latent": "Goes forward from the given latent",
    "event": "Goes inverse from the given event",
}


def output_handlers(service: Service) -> dict[str, Handler]:
    """What answers each output's route, by its path."""
    return {
        path: _handler(service, endpoint) for path, (_, endpoint) in _routes(service.shelf).items()
    }


def add_flows(app: FastAPI, service: Service) -> None:
    """Add the routes of everything on the shelf."""
    for path, (served, endpoint) in _routes(service.shelf).items():
        _add_output(app, service, served, endpoint, path)
    _add_descriptions(app, service)


def _routes(shelf: Shelf) -> dict[str, tuple[Served, Endpoint]]:
    """Every output of every revision by its path; those of the latest have a short one too."""
    routes: dict[str, tuple[Served, Endpoint]] = {}
    for name, revisions in shelf.flows.items():
        latest = f"/flows/{name}"
        bases = {latest: shelf.find(name)}
        bases.update({f"{latest}/revisions/{number}": one for number, one in revisions.items()})
        for base, served in bases.items():
            for endpoint in served.endpoints.values():
                routes[f"{base}/{endpoint.name}"] = served, endpoint
    return routes


def _add_output(
    app: FastAPI, service: Service, served: Served, endpoint: Endpoint, path: str
) -> None:
    returns = ", ".join(one.name for one in endpoint.record.returns)
    add_route(
        app, "POST", path, _handler(service, endpoint),
        name=path.removeprefix("/flows/").replace("/", "."), tags=[endpoint.flow],
        summary=f"{endpoint.name}: {returns}",
        description=f"{_ABOUT[endpoint.record.origin]}. Revision {endpoint.revision}.",
        document=output_document(endpoint, served.example(endpoint.name)),
    )  # fmt: skip


def _handler(service: Service, endpoint: Endpoint) -> Handler:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        trace_of(scope).endpoint = endpoint
        call = await made(scope, receive, service, lambda body: _call(endpoint, body))
        results = await ask(scope, endpoint, call, waiting_time(scope))
        await respond(send, 200, dump_json(results))

    return answer


def _call(endpoint: Endpoint, body: bytes) -> Call:
    return endpoint.read(json_object(parse_json(body, endpoint.most_values)) if body else {})


def _add_descriptions(app: FastAPI, service: Service) -> None:
    shelf = service.shelf

    async def every(scope: Any, receive: Any, send: Any) -> None:
        await respond(send, 200, dump_json(describe_all(shelf)))

    async def one(scope: Any, receive: Any, send: Any) -> None:
        await respond(send, 200, dump_json(describe(shelf, _found(scope["path_params"]))))

    def _found(parameters: Mapping[str, Any]) -> Served:
        revision = parameters.get("revision", "")
        is_number = revision.isascii() and revision.isdecimal() and len(revision) < 19
        return shelf.find(parameters["name"], int(revision) if is_number else revision or None)

    async def unknown(scope: Any, receive: Any, send: Any) -> None:
        parameters = scope["path_params"]
        found = _found(parameters)
        shelf.endpoint(found.flow, parameters["output"], found.revision)

    add_route(app, "GET", "/flows", every, name="list_flows", tags=[TAG],
              summary="The latest revision of every flow", document=flows_document())  # fmt: skip
    for path, name in (
        ("/flows/{name}", "describe_flow"),
        ("/flows/{name}/revisions/{revision}", "describe_revision"),
    ):
        add_route(app, "GET", path, one, name=name, tags=[TAG], summary="What a flow is",
                  document=flow_document(path, shelf.names))  # fmt: skip
    for path in ("/flows/{name}/{output}", "/flows/{name}/revisions/{revision}/{output}"):
        add_route(app, "POST", path, unknown, name=f"unknown_{path.count('/')}", tags=[TAG],
                  summary="An output that there is not", listed=False)  # fmt: skip

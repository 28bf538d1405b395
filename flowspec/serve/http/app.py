"""The FastAPI application of what is on the shelf."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Response
from fastapi.openapi.utils import get_openapi

from flowspec import __version__
from flowspec.diagnostics import Diagnostic
from flowspec.serve.http.flows import add_flows
from flowspec.serve.http.guard import broken
from flowspec.serve.http.operation import add_operation
from flowspec.serve.http.page import add_page
from flowspec.serve.http.tfserving import add_tfserving
from flowspec.serve.http.trace import trace_of
from flowspec.serve.http.v2 import add_v2
from flowspec.serve.http.wire import told
from flowspec.serve.request_error import UNKNOWN, WRONG_METHOD, RequestError
from flowspec.serve.service import Service

TITLE = "flowspec"


def build_app(service: Service) -> FastAPI:
    """The application: every route of every protocol, and what guards them.

    FastAPI's own pages of documentation load scripts from elsewhere, so they are left out; the
    page at `/` takes their place. It would also send a path that ends in a slash elsewhere, to
    whatever host the request names.
    """
    app = FastAPI(
        title=TITLE, version=__version__, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    add_flows(app, service)
    add_v2(app, service)
    add_tfserving(app, service)
    add_operation(app, service)
    add_page(app, service)
    app.add_exception_handler(RequestError, _tell)
    app.add_exception_handler(Exception, _broken)
    app.add_exception_handler(404, _unknown_path)
    app.add_exception_handler(405, _wrong_method)
    app.openapi = lambda: _document(app)  # pyright: ignore[reportAttributeAccessIssue]
    return app


def _document(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        names = ", ".join(
            sorted({tag for route in app.routes for tag in getattr(route, "tags", [])})
        )
        app.openapi_schema = get_openapi(
            title=TITLE, version=__version__, routes=app.routes,
            description=f"Outputs of normalizing flows as endpoints. Groups: {names}.",
        )  # fmt: skip
    return app.openapi_schema


async def _tell(request: Any, error: Any) -> Response:
    """The answer to a request that is refused."""
    trace_of(request.scope).reason = error.diagnostics[0].slug
    body, headers = told(error)
    more = {name.decode(): value.decode() for name, value in headers}
    return Response(body, error.status, more, media_type="application/json")


async def _broken(request: Any, error: Exception) -> Response:
    return await _tell(request, broken(trace_of(request.scope)))


async def _unknown_path(request: Any, error: Exception) -> Response:
    fault = Diagnostic(
        slug="unknown-path", message="nothing is served under this path",
        help="GET /flows lists the flows, GET /openapi.json the paths",
    )  # fmt: skip
    return await _tell(request, RequestError(UNKNOWN, fault))


async def _wrong_method(request: Any, error: Any) -> Response:
    allowed = error.headers or {}
    fault = Diagnostic(
        slug="wrong-method", message="the path is not asked by this method",
        expected=allowed.get("Allow"), got=request.method[:20],
    )  # fmt: skip
    answer = await _tell(request, RequestError(WRONG_METHOD, fault))
    answer.headers.update(allowed)
    return answer

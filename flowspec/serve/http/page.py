"""The page at `/`: three files of the package, which ask the service for everything they show."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from fastapi import FastAPI

from flowspec.serve.http.route import Handler, add_route
from flowspec.serve.http.wire import respond
from flowspec.serve.service import Service

FILES = {
    "/": ("index.html", b"text/html; charset=utf-8"),
    "/page/page.css": ("page.css", b"text/css; charset=utf-8"),
    "/page/page.js": ("page.js", b"text/javascript; charset=utf-8"),
}

_HEADERS = (
    (b"cache-control", b"no-cache"),
    (
        b"content-security-policy",
        b"default-src 'none'; connect-src 'self'; img-src 'self' data:; script-src 'self'; "
        b"style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


def add_page(app: FastAPI, service: Service) -> None:
    """Add the routes of the page's files."""
    for path, (name, kind) in FILES.items():
        add_route(
            app, "GET", path, _sender(name, kind), name=f"page_{name.replace('.', '_')}",
            summary="The page", tags=["page"], listed=False,
        )  # fmt: skip


def _sender(name: str, kind: bytes) -> Handler:
    body = files("flowspec.serve").joinpath("page", name).read_bytes()

    async def send_file(scope: Any, receive: Any, send: Any) -> None:
        await respond(send, 200, body, kind, _HEADERS)

    return send_file

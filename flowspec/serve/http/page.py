"""The page at `/`: files of the package, which ask the service for everything they show."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from fastapi import FastAPI

from flowspec.serve.http.route import Handler, add_route
from flowspec.serve.http.wire import respond
from flowspec.serve.service import Service

INDEX = "index.html"

_KINDS = {
    "css": b"text/css; charset=utf-8",
    "html": b"text/html; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "svg": b"image/svg+xml",
}
_FOLDER = files("flowspec.serve") / "page"

FILES = {
    "/" if one.name == INDEX else f"/page/{one.name}": one.name
    for one in sorted(_FOLDER.iterdir(), key=lambda one: one.name)
    if one.name.partition(".")[2] in _KINDS
}
"""The file of each path. Nothing else of the package can be reached."""

_HEADERS = (
    (b"cache-control", b"no-cache"),
    (
        b"content-security-policy",
        b"default-src 'none'; connect-src 'self'; img-src 'self' data:; script-src 'self'; "
        b"style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        b"require-trusted-types-for 'script'; trusted-types 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


def add_page(app: FastAPI, service: Service) -> None:
    """Add the routes of the page's files."""
    for path, name in FILES.items():
        add_route(
            app, "GET", path, _sender(name), name=f"page_{name.replace('.', '_')}",
            summary="The page", tags=["page"], listed=False,
        )  # fmt: skip


def _sender(name: str) -> Handler:
    body = (_FOLDER / name).read_bytes()
    kind = _KINDS[name.partition(".")[2]]

    async def send_file(scope: Any, receive: Any, send: Any) -> None:
        await respond(send, 200, body, kind, _HEADERS)

    return send_file

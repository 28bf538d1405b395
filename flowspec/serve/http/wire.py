"""Bodies of requests and answers, as bytes and as JSON, never larger than is allowed."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final

from pydantic_core import from_json

from flowspec.diagnostics import Diagnostic, as_data
from flowspec.serve.faults import too_large_body, too_many_values, too_slow_body
from flowspec.serve.options import ServeOptions
from flowspec.serve.packages import package
from flowspec.serve.request_error import (
    MALFORMED,
    RETRY_AFTER,
    SLOW,
    TOO_LARGE,
    UNAUTHORIZED,
    UNFIT,
    RequestError,
)
from flowspec.serve.room import Share

JSON = b"application/json"

LARGE: Final = 131_072
"""A body of more bytes is read in a thread."""

Headers = Iterable[tuple[bytes, bytes]]

_KEY = re.compile(rb'"([a-z][a-z0-9_]{0,99})"\s*:')
_NAME = re.compile(rb'"name"\s*:\s*"([a-z][a-z0-9_]{0,99})"[^{}]*$')


async def read_body(
    scope: Mapping[str, Any], receive: Any, options: ServeOptions, share: Share
) -> bytes:
    """The body of a request, decompressed where it was sent compressed.

    Args:
        scope: The ASGI scope.
        receive: The ASGI channel.
        options: How many bytes it may have, and how long it may take to come.
        share: What is held of bodies together, which a large one adds to.

    Raises:
        RequestError: If it is larger, comes too slowly or not whole, or is not compressed as its
            header says; or if there is no room for it now.
    """
    headers = dict(scope["headers"])
    most = options.max_body
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared[:19]) > most:
        raise RequestError(TOO_LARGE, too_large_body(most))
    try:
        async with asyncio.timeout(options.deadline):
            body = await _received(receive, most, share)
    except TimeoutError:
        raise RequestError(SLOW, too_slow_body(options.deadline)) from None
    encoding = headers.get(b"content-encoding", b"identity").strip().lower()
    if encoding == b"identity":
        return body
    whole = _decompressed(body, encoding, most)
    if len(whole) > LARGE:
        share.add(len(whole))
    return whole


def parse_json(body: bytes, most_values: int) -> Any:
    """What a JSON text holds. NaN and infinite numbers are read; who looks at values refuses them.

    Args:
        body: The text.
        most_values: The most values that it may hold.

    Raises:
        RequestError: If it is no JSON, or holds more values.
    """
    # Lists take many times the room of their text: they are counted before they are made.
    if body.count(b",") > most_values:
        raise RequestError(TOO_LARGE, too_many_values(_heaviest(body), most_values))
    library = package("orjson")
    try:
        return library.loads(body)
    except library.JSONDecodeError:
        try:
            return from_json(body, allow_inf_nan=True)
        except ValueError as error:
            raise RequestError(MALFORMED, _no_json(str(error))) from None


def json_object(value: Any) -> dict[str, Any]:
    """A JSON value that must be an object.

    Raises:
        RequestError: If it is none.
    """
    if isinstance(value, dict):
        return value
    raise RequestError(
        UNFIT,
        Diagnostic(
            slug="not-an-object", message="the body is no JSON object", path="body",
            expected="an object with the inputs by name",
        ),
    )  # fmt: skip


def dump_json(value: Any) -> bytes:
    """A value as JSON; NumPy arrays are lists, and numbers that are not finite are null."""
    library = package("orjson")
    return library.dumps(value, option=library.OPT_SERIALIZE_NUMPY)


async def respond(
    send: Any, status: int, body: bytes, kind: bytes = JSON, headers: Headers = ()
) -> None:
    """Send an answer."""
    head = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        *headers,
    ]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})


def told(error: RequestError) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Why a request is not answered: the body, and headers beside those of every JSON answer."""
    body = {"error": error.sentence, "diagnostics": as_data(error.diagnostics)}
    headers = []
    if error.status == SLOW:
        headers.append((b"connection", b"close"))
    if error.may_come_again:
        headers.append((b"retry-after", str(RETRY_AFTER).encode()))
    if error.status == UNAUTHORIZED:
        headers.append((b"www-authenticate", b"Bearer"))
    return dump_json(body), headers


async def _received(receive: Any, most: int, share: Share) -> bytes:
    pieces: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestError(MALFORMED, _damaged("the body is cut short"))
        piece = message.get("body", b"")
        size += len(piece)
        if size > most:
            raise RequestError(TOO_LARGE, too_large_body(most))
        if pieces:
            share.add(len(piece))
        pieces.append(piece)
        more = message.get("more_body", False)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _decompressed(body: bytes, encoding: bytes, most: int) -> bytes:
    if encoding not in (b"gzip", b"deflate"):
        fault = Diagnostic(
            slug="unknown-encoding", message="the body is compressed in an unknown way",
            path="body", expected="gzip, deflate or identity",
            got=encoding[:100].decode("ascii", "replace"),
        )  # fmt: skip
        raise RequestError(MALFORMED, fault)
    engine = zlib.decompressobj(31 if encoding == b"gzip" else 15)
    try:
        whole = engine.decompress(body, most + 1)
    except zlib.error:
        whole = b""
    if len(whole) > most:
        raise RequestError(TOO_LARGE, too_large_body(most))
    if not engine.eof or engine.unused_data:
        why = "the body is not compressed as its header says, or is cut short"
        raise RequestError(MALFORMED, _damaged(why))
    return whole


def _damaged(message: str) -> Diagnostic:
    return Diagnostic(slug="damaged-body", message=message, path="body")


def _heaviest(body: bytes) -> str:
    """The key with the most values after it, found without making any."""
    keys = list(islice(_KEY.finditer(body), 1000))
    if not keys:
        return "body"
    ends = [*(key.start() for key in keys[1:]), len(body)]
    sizes = [body.count(b",", key.end(), end) for key, end in zip(keys, ends, strict=True)]
    heaviest = keys[sizes.index(max(sizes))]
    # Among V2's tensors, `data` says nothing: the name before it does.
    before = body[max(0, heaviest.start() - 1000) : heaviest.start()]
    tensor = _NAME.search(before) if heaviest[1] == b"data" else None
    return (tensor or heaviest)[1].decode()


def _no_json(reason: str) -> Diagnostic:
    return Diagnostic(
        slug="json-syntax", message="the body is not JSON", path="body", got=reason[:200]
    )

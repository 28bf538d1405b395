"""A request as ASGI has it; a module, because Ray hands on copies of all but what it can import."""

import json

ASKED = {}
MESSAGES = []


def scope(path):
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 1),
    }


async def receive():
    return {"type": "http.request", "body": json.dumps(ASKED).encode(), "more_body": False}


async def send(message):
    MESSAGES.append(message)

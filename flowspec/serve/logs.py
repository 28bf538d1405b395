"""Structured logs: a JSON object a line, or text for people."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

LOGGER = logging.getLogger("flowspec.serve")
"""Where everything is logged that happens while serving."""

FORMATS = ("json", "text")
"""The forms that a line can have."""


def log(event: str, level: int = logging.INFO, *, error: bool = False, **facts: Any) -> None:
    """Log what happened.

    Args:
        event: What happened, one word.
        level: How much it matters.
        error: Whether the present exception is written out too.
        **facts: What is known of it.
    """
    LOGGER.log(level, event, exc_info=error, extra={"facts": facts})


def configure(form: str) -> None:
    """Write the logs to standard error, in one of `FORMATS`."""
    handler = _ToStandardError()
    handler.setFormatter(_Json() if form == "json" else _Text())
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


class _ToStandardError(logging.StreamHandler[Any]):
    """Writes to whatever standard error is now."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:  # pyright: ignore[reportIncompatibleVariableOverride]
        return sys.stderr


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        head = {"time": _time(record), "level": record.levelname.lower(), "event": record.msg}
        facts = getattr(record, "facts", {})
        trace = {"traceback": self.formatException(record.exc_info)} if record.exc_info else {}
        return json.dumps({**head, **facts, **trace}, default=str)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = getattr(record, "facts", {})
        said = " ".join(f"{key}={_word(value)}" for key, value in facts.items())
        line = f"{_time(record)} {record.levelname.lower():7} {record.msg} {said}".rstrip()
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _word(value: Any) -> str:
    text = str(value)
    return text if text.isprintable() and " " not in text and text else json.dumps(text)

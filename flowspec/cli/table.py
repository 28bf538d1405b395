"""Writes drawn events as CSV, NPZ or JSON; a file appears whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from pathlib import Path
from typing import Any

import click

from flowspec.backend import np
from flowspec.cli.options import write_json
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.records import EventRecord, Plan


def write_table(plan: Plan, events: Any, output: str | None, *, as_json: bool) -> None:
    """Write events `(B, D)` or `(B, S, D)` to a file, or to standard output.

    Raises:
        UsageError: If the file's ending is unknown, or it cannot be written.
    """
    name = plan.event.name
    if output is None:
        if as_json:
            write_json({name: events.tolist()})
        else:
            click.echo(_csv(plan.event, events), nl=False)
        return
    ending = Path(output).suffix.lower()
    if ending == ".npz":
        buffer = io.BytesIO()
        np.savez(buffer, **{name: events})
        _write(output, buffer.getvalue())
    elif ending == ".csv":
        _write(output, _csv(plan.event, events).encode())
    else:
        raise UsageError(
            Diagnostic(slug="unknown-format", message=f"{output} has an unknown ending",
                       expected=".csv or .npz", got=ending)
        )  # fmt: skip
    if as_json:
        write_json({"file": output, "shape": list(events.shape)})


def columns(event: EventRecord) -> list[str]:
    """The names of an event's columns in a table."""
    if event.fields is not None:
        return list(event.fields)
    return [event.name] if event.size == 1 else [f"{event.name}.{i}" for i in range(event.size)]


def _csv(event: EventRecord, events: Any) -> str:
    """One line per draw; with several draws a row, the row's number, from 0, comes first."""
    several = events.ndim == 3
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((["row"] if several else []) + columns(event))
    flat = events.reshape(-1, events.shape[-1])
    for index, values in enumerate(flat.astype(str)):
        writer.writerow(([index // events.shape[1]] if several else []) + list(values))
    return text.getvalue()


def _write(output: str, content: bytes) -> None:
    path = Path(output)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(
            Diagnostic(slug="cannot-write", message=f"{output} cannot be written: {error.strerror}")
        ) from error

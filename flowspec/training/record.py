"""What a bundle keeps of a training: how long, how well, and on what."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from flowspec.backend import np


def training_record(rows: Any, history: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """The record of a training, as JSON data.

    Args:
        rows: The training rows, an array for each input; of a `tf.data.Dataset` nothing is kept.
        history: Each loss by epoch.
    """
    losses = {key: float(history[key][-1]) for key in ("loss", "val_loss") if history.get(key)}
    record: dict[str, Any] = {"epochs": len(history["loss"])}
    # JSON has no infinity, which a loss on held-out rows can be.
    record |= {key: loss for key, loss in losses.items() if math.isfinite(loss)}
    if isinstance(rows, Mapping):
        record["rows"] = len(next(iter(rows.values())))
        record["data"] = data_fingerprint(rows)
    return record


def data_fingerprint(rows: Mapping[str, Any]) -> str:
    """SHA-256 of arrays: of each a line of JSON, its name, dtype and shape, then its bytes.

    Numbers count in C order and with the lowest byte first, so the rows alone decide.
    """
    digest = hashlib.sha256()
    for name, array in rows.items():
        plain = np.ascontiguousarray(array)
        plain = plain.astype(plain.dtype.newbyteorder("<"), copy=False)
        head = [name, plain.dtype.name, list(plain.shape)]
        digest.update(json.dumps(head).encode() + b"\n")
        digest.update(plain.tobytes())
    return digest.hexdigest()

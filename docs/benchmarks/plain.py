"""What one would write by hand: a FastAPI handler that calls the SavedModel for each request."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import tensorflow as tf
from fastapi import Body, FastAPI, Response
from pydantic import BaseModel

SIGNATURE = tf.saved_model.load(os.environ["SAVED_MODEL"]).signatures["sample_and_log_prob"]

app = FastAPI()


class Question(BaseModel):
    """States, and a seed for each."""

    state: list[list[float]]
    seed: list[int]


@app.get("/readyz")
def ready() -> dict[str, str]:
    """It is."""
    return {"status": "ready"}


@app.post("/json")
def answer(question: Question) -> dict[str, Any]:
    """JSON in and out."""
    found = SIGNATURE(
        state=tf.constant(question.state, tf.float32), seed=tf.constant(question.seed, tf.int64)
    )
    return {name: value.numpy().tolist() for name, value in found.items()}


@app.post("/binary")
def answer_bytes(body: bytes = Body(media_type="application/octet-stream")) -> Response:
    """Bytes in and out: rows of 17 numbers, then a seed for each."""
    rows = len(body) // (17 * 4 + 8)
    state = np.frombuffer(body, np.float32, rows * 17).reshape(rows, 17)
    seed = np.frombuffer(body, np.int64, rows, rows * 17 * 4)
    found = SIGNATURE(state=tf.constant(state), seed=tf.constant(seed))
    parts = [found[name].numpy().tobytes() for name in sorted(found)]
    return Response(b"".join(parts), media_type="application/octet-stream")

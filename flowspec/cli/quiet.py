"""Keeps TensorFlow's start-up messages from people who only wanted a number."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Throw away what is written to the error stream meanwhile, below Python too."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def start_tensorflow() -> None:
    """Import TensorFlow without its messages."""
    from flowspec.backend import tf

    with quiet():
        _ = tf.__version__

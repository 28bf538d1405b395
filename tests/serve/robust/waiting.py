"""Waiting for what happens soon, and taking for hung what does not."""

import time

PATIENCE = 60
"""Seconds after which a request is taken for hung; nothing is measured by it."""


def wait(happened):
    """Wait until something has happened."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)

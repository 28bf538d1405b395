"""What a signature of a SavedModel is given, where nothing stands before it."""

from __future__ import annotations

from typing import Any

from flowspec.generate.endpoints import Endpoint


def signature_example(endpoint: Endpoint) -> dict[str, Any]:
    """One row for every input as the signature takes it: categories by index, and a seed."""
    inputs = {
        one.name: [one.example if one.count is None else one.count - 1] for one in endpoint.inputs
    }
    return {**inputs, "seed": [7]} if endpoint.seeded else inputs

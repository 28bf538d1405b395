"""What the laws ask: the usual five outputs, and everything there is in each direction."""

from __future__ import annotations

from typing import Any

from flowspec.catalog import BASES
from flowspec.records import Plan

REST = ("log_prob", "base_log_prob", "ldj")
TEMPERATURE = 0.5


def questions(event: str) -> dict[str, dict[str, Any]]:
    """Every question of the laws by name, as an output of a spec would say it."""
    everything = (event, "latent", *REST)
    return {
        "sample": {"returns": (event,)},
        "sample_and_log_prob": {"returns": (event, "log_prob")},
        "forward": {"inputs": ("latent",), "returns": (event, "ldj")},
        "inverse": {"inputs": (event,), "returns": ("latent", "ldj")},
        "log_prob": {"inputs": (event,), "returns": ("log_prob",)},
        "drawn": {"returns": everything},
        "drawn_latent": {"returns": ("latent", "base_log_prob")},
        "from_latent": {"inputs": ("latent",), "returns": (event, *REST)},
        "from_event": {"inputs": (event,), "returns": ("latent", *REST)},
        "base_of_event": {"inputs": (event,), "returns": ("base_log_prob",)},
        "base_of_latent": {"inputs": ("latent",), "returns": ("base_log_prob",)},
        "one_draw": {"returns": everything, "draws": 1},
        "three_draws": {"returns": everything, "draws": 3},
        "tempered": {"returns": everything, "temperature": TEMPERATURE},
        "tempered_from_event": {
            "inputs": (event,), "returns": ("latent", *REST), "temperature": TEMPERATURE,
        },
        "centre": {"returns": everything, "deterministic": True},
    }  # fmt: skip


def answerable(plan: Plan) -> dict[str, dict[str, Any]]:
    """The questions that a flow with this base and this context can answer."""
    base = BASES.kinds[plan.base.kind]
    return {
        name: output
        for name, output in questions(plan.event.name).items()
        if (base.has_scale or "temperature" not in output)
        and ((base.has_centre and plan.conditional) or "deterministic" not in output)
    }

"""One readable Keras and TFP module that is the flow, without flowspec, and its weights."""

from __future__ import annotations

import sys

from flowspec.bundle import Bundle
from flowspec.bundle.files import read_payload
from flowspec.bundle.kinds import check_kinds
from flowspec.generate.python.imports import LIBRARIES
from flowspec.generate.python.write import write_module

WEIGHTS = "weights.safetensors"


def files(bundle: Bundle) -> dict[str, str | bytes]:
    """The files: a module named after the flow, and the weights by plan path.

    Raises:
        BundleError: If the weights are not those that were saved, or the plan has kinds that this
            flowspec does not have.
        MissingDependencyError: If Jinja2 is not installed.
    """
    plan, state = bundle.plan, bundle.manifest.state
    payload = bundle.manifest.files
    check_kinds(plan, bundle.folder / payload["plan"].name)
    policy, frozen = state.get("policy", plan.dtype), state.get("frozen", [])
    text = write_module(plan, str(policy), [str(path) for path in frozen])  # pyright: ignore
    weights = read_payload(bundle.folder, payload["weights"], payload["weights"].bytes)
    return {f"{module_name(plan.name)}.py": text, WEIGHTS: weights}


def module_name(flow: str) -> str:
    """A name for the module under which it hides none that it imports."""
    hides = flow in sys.stdlib_module_names or flow in LIBRARIES
    return f"{flow}_flow" if hides else flow

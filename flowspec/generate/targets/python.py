"""The flow itself as one readable Keras and TFP module, and its weights."""

from __future__ import annotations

import sys
from pathlib import Path

from flowspec.bundle import Bundle
from flowspec.bundle.files import read_payload
from flowspec.bundle.kinds import check_kinds
from flowspec.bundle.problems import plan_damaged
from flowspec.generate.python.imports import LIBRARIES
from flowspec.generate.python.write import write_module
from flowspec.plan.expand import expand
from flowspec.plan.problems import Problems
from flowspec.records import Plan
from flowspec.spec import load_spec

WEIGHTS = "weights.safetensors"


def files(bundle: Bundle) -> dict[str, str | bytes]:
    """The files: a module named after the flow, and the weights by plan path.

    Raises:
        BundleError: If the weights are not those that were saved, or the plan is not one of this
            flowspec.
        MissingDependencyError: If Jinja2 is not installed.
    """
    plan, payload, state = bundle.plan, bundle.manifest.files, bundle.manifest.state
    file = bundle.folder / payload["plan"].name
    check_kinds(plan, file)
    _check_layers(plan, file)
    frozen = state.get("frozen")
    text = write_module(
        plan,
        policy=str(state.get("policy", plan.dtype)),
        frozen=list(map(str, frozen)) if isinstance(frozen, list) else [],
    )
    weights = read_payload(bundle.folder, payload["weights"], payload["weights"].bytes)
    return {f"{module_name(plan.name)}.py": text, WEIGHTS: weights}


def module_name(flow: str) -> str:
    """A name for the module under which it hides none that it imports."""
    hides = flow in sys.stdlib_module_names or flow in LIBRARIES
    return f"{flow}_flow" if hides else flow


def _check_layers(plan: Plan, file: Path) -> None:
    """Refuse a plan whose layers are not those of its spec, which says what is repeated."""
    spec = load_spec(plan.spec)
    wanted = [place.path for _, place in expand(spec, Problems(spec))]
    if wanted != [record.path for record in plan.layers[:-1]]:
        raise plan_damaged(file, "its layers are not those of its spec")

"""flowspec: from a YAML description of a conditional normalizing flow to Keras models.

    import flowspec
    flow = flowspec.compile("specs/latent_policy.yaml")
    actions = flow.sample(state=states)

Importing the package is instant; TensorFlow is imported when a flow is first compiled or loaded.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowspec.api import compile, diff, load, register, transfer, validate
    from flowspec.diagnostics import FlowspecError
    from flowspec.flow import Flow
    from flowspec.records import Plan
    from flowspec.spec import Spec

__version__ = "0.1.0"

__all__ = [
    "Flow",
    "FlowspecError",
    "Plan",
    "Spec",
    "compile",
    "diff",
    "load",
    "register",
    "transfer",
    "validate",
]

_HOMES = {
    "Flow": "flowspec.flow",
    "FlowspecError": "flowspec.diagnostics",
    "Plan": "flowspec.records",
    "Spec": "flowspec.spec",
    "compile": "flowspec.api",
    "diff": "flowspec.api",
    "load": "flowspec.api",
    "register": "flowspec.api",
    "transfer": "flowspec.api",
    "validate": "flowspec.api",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'flowspec' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)

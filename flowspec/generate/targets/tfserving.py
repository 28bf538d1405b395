"""The model config of TensorFlow Serving, and the SavedModel in its place.

`models/` is what the server mounts, `models/models.config` what it reads, and a README tells how.
"""

from __future__ import annotations

import json

from flowspec import shapes
from flowspec.bundle import Bundle
from flowspec.generate.endpoints import endpoints
from flowspec.generate.render import render
from flowspec.generate.saved_model import saved_model_files, tensorflow_version
from flowspec.generate.signature import signature_example


def files(bundle: Bundle) -> dict[str, str | bytes]:
    """The files; the SavedModel is that of the bundle.

    Raises:
        BundleError: If the bundle holds no SavedModel, or a damaged one.
    """
    plan = bundle.plan
    found = endpoints(plan)
    body = json.dumps(signature_example(found[0]))
    values = {
        "plan": plan,
        "endpoints": found,
        "first": found[0],
        "body": body if len(body) < 80 else "{…}",
        "shape": lambda record: shapes.text(record.shape),
        "tensorflow": tensorflow_version(bundle),
    }
    model = saved_model_files(bundle)
    return {
        "README.md": render("tfserving/README.md.j2", **values),
        "models/models.config": render("tfserving/models.config.j2", **values),
        **{f"models/{plan.name}/1/{path}": data for path, data in model.items()},
    }

"""An InferenceService for KServe, over its TensorFlow runtime.

It is one file, `inference_service.yaml`. The SavedModel lies where `storage_uri` says; without it,
in a volume claim that is called like the service.
"""

from __future__ import annotations

import json
import math
import re
from typing import Final

from flowspec.bundle import Bundle
from flowspec.bundle.limits import weights_range
from flowspec.generate.endpoints import endpoints
from flowspec.generate.render import render
from flowspec.generate.saved_model import tensorflow_version
from flowspec.generate.signature import signature_example

_LABEL: Final = re.compile(r"[^0-9A-Za-z._-]")
_LONGEST_NAME: Final = 50


def files(bundle: Bundle, *, storage_uri: str | None = None) -> dict[str, str | bytes]:
    """The file.

    Args:
        bundle: The bundle.
        storage_uri: Where the cluster finds the folder of the SavedModel's versions.
    """
    plan = bundle.plan
    first = endpoints(plan)[0]
    service = service_name(plan.name)
    body = json.dumps(signature_example(first))
    text = render(
        "kserve/inference_service.yaml.j2",
        plan=plan,
        first=first,
        service=service,
        body=body if len(body) < 60 else "{...}",
        version_label=_LABEL.sub("-", plan.version)[:63].rstrip("-._"),
        fingerprint=bundle.manifest.fingerprint,
        tensorflow=tensorflow_version(bundle),
        storage_uri=storage_uri or f"pvc://{service}/{plan.name}",
        memory=f"{_memory(bundle)}Gi",
    )
    return {"inference_service.yaml": text}


def service_name(name: str) -> str:
    """The name of a flow as Kubernetes allows it: letters, digits and single hyphens."""
    return re.sub("_+", "-", name)[:_LONGEST_NAME].strip("-")


def _memory(bundle: Bundle) -> int:
    """Gibibytes for the runtime and, twice while a version is replaced, the variables."""
    return 1 + math.ceil(2 * weights_range(bundle.plan).start / 2**30)

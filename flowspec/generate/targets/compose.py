"""Docker Compose: the generated server and, on request, TensorFlow Serving.

`server/` is what the target `server` makes; `compose.yaml` builds and runs it.
"""

from __future__ import annotations

import re

from flowspec.bundle import Bundle
from flowspec.generate.render import render
from flowspec.generate.saved_model import tensorflow_version
from flowspec.generate.targets import server

PORT = 8000


def files(bundle: Bundle, *, port: int = PORT) -> dict[str, str | bytes]:
    """The files.

    Args:
        bundle: The bundle.
        port: The port of this machine at which the server answers; TensorFlow Serving has the
            next one.
    """
    text = render(
        "compose/compose.yaml.j2",
        plan=bundle.plan,
        port=port,
        tag=re.sub(r"[^0-9A-Za-z._-]", "-", bundle.plan.version)[:128],
        tensorflow=tensorflow_version(bundle),
    )
    return {
        "compose.yaml": text,
        **{f"server/{path}": content for path, content in server.files(bundle).items()},
    }

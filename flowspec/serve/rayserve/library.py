"""The package Ray, imported under the settings that it is run with here."""

from __future__ import annotations

import os
import secrets
import warnings
from typing import Any

from flowspec.serve.packages import package

DEFAULTS = {
    # The odd name of the switch by which Ray, on Linux too, talks to itself over loopback alone.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    # Whoever reaches a listener of Ray's needs the token, else they could run code.
    "RAY_AUTH_MODE": "token",
}
"""Settings that hold unless the environment says otherwise."""


def import_ray(name: str = "ray") -> Any:
    """Ray, or a module of it: silent towards its makers, on loopback, and behind a token.

    Ray reads its settings when it is imported, so nothing else may import it before. Its
    processes inherit them.

    Raises:
        MissingDependencyError: If it is not installed.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    for variable, value in DEFAULTS.items():
        os.environ.setdefault(variable, value)
    if not {"RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"} & os.environ.keys():
        os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Ray's own use of pydantic
        return package(name, extra="ray")

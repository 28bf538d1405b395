"""The packages of the extra `mlflow`, imported when something is published or predicted."""

from __future__ import annotations

import os
from typing import Any

from flowspec import packages


def package(name: str) -> Any:
    """A module of MLflow, or of what it needs itself.

    MLflow tells its makers what is done with it, unless it is forbidden before its first import;
    here it is, where the user has not said.

    Raises:
        MissingDependencyError: If it is not installed.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    return packages.package(name, needed_by="publishing", extra="mlflow")

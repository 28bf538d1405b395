"""The folder of a published model, as MLflow keeps it: the bundle, and a file that tells of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flowspec.bundle import Bundle
from flowspec.plan.solver import SEED
from flowspec.publish.about import metadata_of
from flowspec.publish.example import EXAMPLE_SEED, example_of
from flowspec.publish.packages import package
from flowspec.publish.problems import refusals
from flowspec.publish.requirements import requirements
from flowspec.publish.signature import OUTPUT, signature_of
from flowspec.publish.whole import copy_whole
from flowspec.records import OutputRecord

LOADER: Final = "flowspec.publish.pyfunc"
"""The module that MLflow loads a published model with."""

_FILE: Final = "MLmodel"


@dataclass(frozen=True)
class ModelFolder:
    """A model that is not logged yet.

    Attributes:
        folder: Where it is.
        model: The `mlflow.models.Model` that its file tells of.
    """

    folder: Path
    model: Any

    def belong(self, run_id: str, logged: Any) -> None:
        """Write down which run and which logged model it is of."""
        self.model.run_id = run_id
        self.model.model_id = self.model.model_uuid = logged.model_id
        self.model.artifact_path = logged.artifact_location
        self.model.save(os.fspath(self.folder / _FILE))


def make_model(found: Bundle, output: OutputRecord, work: Path) -> ModelFolder:
    """Make the folder of a model, without TensorFlow.

    Args:
        found: The bundle, its files checked.
        output: What is asked where a prediction does not say.
        work: An empty folder.

    Raises:
        BundleError: If the bundle was saved anew meanwhile, or cannot be copied.
        UsageError: If MLflow refuses.
        MissingDependencyError: If MLflow is not installed.
    """
    pyfunc = package("mlflow.pyfunc")
    copy_whole(found, work / "bundle")
    target = ModelFolder(work / "model", package("mlflow.models").Model())
    with refusals("write the model"):
        pyfunc.save_model(
            path=os.fspath(target.folder),
            loader_module=LOADER,
            data_path=os.fspath(work / "bundle"),
            mlflow_model=target.model,
            signature=signature_of(found.plan, output),
            input_example=_example(found, output),
            pip_requirements=requirements(found),
            metadata=metadata_of(found, output),
            model_config={"sha256": found.sha256, OUTPUT: output.name},
        )
    return target


def _example(found: Bundle, output: OutputRecord) -> Any:
    """A data frame of one row; with a seed beside it where the output draws."""
    frame = package("pandas").DataFrame(example_of(found, output))
    return (frame, {SEED: EXAMPLE_SEED}) if output.origin == "draw" else frame

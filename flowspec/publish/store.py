"""The stores of MLflow, as far as publishing goes: runs with what they logged, and versions."""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Final, NamedTuple

from flowspec.publish.model import ModelFolder
from flowspec.publish.packages import package
from flowspec.publish.problems import refusals

_DEFAULT_EXPERIMENT: Final = "Default"
_FAILED, _FINISHED, _READY = "FAILED", "FINISHED", "READY"
_MISSING: Final = ("RESOURCE_DOES_NOT_EXIST",)
_THERE: Final = ("RESOURCE_ALREADY_EXISTS", "ALREADY_EXISTS")
_SOURCE, _VERSIONS = "mlflow.source.name", "mlflow.modelVersions"


class Logged(NamedTuple):
    """A model that was logged: its run's id, its own id, and where its files are."""

    run: str
    model: str
    location: str


class Store:
    """Where runs are kept, and where versions are registered."""

    def __init__(self, tracking_uri: str | None, registry_uri: str | None) -> None:
        """Open both; without a URI what MLflow is set to.

        Raises:
            UsageError: If MLflow knows no such store, or cannot reach it.
            MissingDependencyError: If MLflow, or what the store needs, is not installed.
        """
        library = package("mlflow")
        with refusals("open its stores"):
            self._client = library.MlflowClient(tracking_uri, registry_uri)

    def check_name(self, name: str) -> None:
        """Refuse a name that no registered model can have, before anything is written.

        Raises:
            UsageError: If MLflow refuses it, or cannot reach the registry.
        """
        with refusals(f"register a model `{name}`"), _unless(*_MISSING):
            self._client.get_registered_model(name)

    def experiment(self, name: str | None) -> str:
        """The id of an experiment, made if there is none of that name.

        Without a name it is the one that MLflow's environment variable names, or the default one.

        Raises:
            UsageError: If MLflow refuses.
        """
        name = name or os.environ.get("MLFLOW_EXPERIMENT_NAME") or _DEFAULT_EXPERIMENT
        with refusals(f"use the experiment `{name}`"):
            found = self._client.get_experiment_by_name(name)
            return self._client.create_experiment(name) if found is None else found.experiment_id

    def log(
        self, model: ModelFolder, experiment: str, run_name: str, name: str,
        tags: dict[str, str], metrics: dict[str, float],
    ) -> Logged:  # fmt: skip
        """Log a model in a run of its own, which is marked as failed if that does not succeed.

        Raises:
            UsageError: If MLflow refuses.
        """
        with refusals("make the run"):
            run = self._client.create_run(
                experiment, tags={_SOURCE: "flowspec publish", **tags}, run_name=run_name
            ).info.run_id
        try:
            with refusals("log the model"):
                logged = self._log(model, experiment, run, name, tags)
                for key, value in metrics.items():
                    self._client.log_metric(run, key, value, model_id=logged.model)
                self._client.set_terminated(run, _FINISHED)
        except BaseException:
            with suppress(Exception):
                self._client.set_terminated(run, _FAILED)
            raise
        return logged

    def register(
        self, logged: Logged, name: str, description: str, tags: dict[str, str]
    ) -> int:  # fmt: skip
        """Register a logged model as a new version, with its description and tags at once.

        Raises:
            UsageError: If MLflow refuses.
        """
        with refusals(f"register a model `{name}`"):
            with _unless(*_THERE):
                self._client.create_registered_model(name)
            version = self._client.create_model_version(
                name, logged.location, run_id=logged.run, tags=tags, description=description,
                model_id=logged.model,
            ).version  # fmt: skip
        with suppress(Exception):  # only MLflow's own pages look for it
            told = json.dumps([{"name": name, "version": version}])
            self._client.set_logged_model_tags(logged.model, {_VERSIONS: told})
        return int(version)

    def give(self, alias: str, name: str, version: int) -> None:
        """Let an alias name a version.

        Raises:
            UsageError: If MLflow refuses.
        """
        with refusals(f"give version {version} of `{name}` the alias `{alias}`"):
            self._client.set_registered_model_alias(name, alias, str(version))

    def _log(
        self, model: ModelFolder, experiment: str, run: str, name: str, tags: dict[str, str]
    ) -> Logged:
        logged = self._client.create_logged_model(
            experiment, name=name, source_run_id=run, tags=tags, model_type="pyfunc"
        )
        try:
            output = package("mlflow.entities").LoggedModelOutput(logged.model_id, step=0)
            self._client.log_outputs(run, [output])
            model.belong(run, logged)
            self._client.log_model_artifacts(logged.model_id, os.fspath(model.folder))
            self._client.finalize_logged_model(logged.model_id, _READY)
        except BaseException:
            with suppress(Exception):
                self._client.finalize_logged_model(logged.model_id, _FAILED)
            raise
        return Logged(run, logged.model_id, logged.artifact_location)


@contextmanager
def _unless(*codes: str) -> Generator[None, None, None]:
    """Go on where MLflow refuses with one of these codes."""
    try:
        yield
    except package("mlflow.exceptions").MlflowException as error:
        if error.error_code not in codes:
            raise

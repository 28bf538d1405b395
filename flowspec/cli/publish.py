"""`flowspec publish`: a bundle as a registered model of MLflow."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

import click

from flowspec.cli.data_options import bundle_argument
from flowspec.cli.options import json_option, write_json


@click.command("publish", short_help="Register a bundle as a model in MLflow.")
@bundle_argument
@click.option("--name", help="The registered model; the flow's name unless given.")
@click.option("--predict", "output", metavar="OUTPUT",
              help="What a prediction asks unless it says; else the first output.")  # fmt: skip
@click.option("--alias", "aliases", multiple=True,
              help="A name for the new version, as champion; may be repeated.")  # fmt: skip
@click.option("--experiment", help="The run's experiment, made if there is none of that name.")
@click.option("--run-name", help="The run's name; the flow's name and version unless given.")
@click.option("--tracking-uri", metavar="URI",
              help="Where runs are kept; else as MLflow's environment says.")  # fmt: skip
@click.option("--registry-uri", metavar="URI",
              help="Where versions are registered; else where runs are kept.")  # fmt: skip
@json_option
def command(
    folder: str, name: str | None, output: str | None, aliases: Sequence[str],
    experiment: str | None, run_name: str | None, tracking_uri: str | None,
    registry_uri: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Log BUNDLE as a pyfunc model and register it as a new version, without TensorFlow.

    \b
    flowspec publish engel.bundle --tracking-uri sqlite:///mlflow.db
    flowspec publish engel.bundle --predict log_prob --alias champion
    """  # noqa: D301
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    from flowspec.publish import publish

    # MLflow tells where a run can be seen on standard output, which is ours.
    with contextlib.redirect_stdout(sys.stderr):
        done = publish(
            folder, name=name, output=output, tracking_uri=tracking_uri,
            registry_uri=registry_uri, experiment=experiment, run_name=run_name, aliases=aliases,
        )  # fmt: skip
    if as_json:
        write_json(done.data())
        return
    known_as = f", {', '.join(done.aliases)}" if done.aliases else ""
    click.echo(f"{folder}: version {done.version} of {done.model}{known_as}, {done.uri}")

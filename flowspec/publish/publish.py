"""From a bundle to a registered version of a model: logged whole, then registered."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from flowspec.plan import output_named
from flowspec.publish.about import description_of, metrics_of, tags_of
from flowspec.publish.model import make_model
from flowspec.publish.problems import wrong_alias
from flowspec.publish.store import Store
from flowspec.publish.whole import read_whole

_ALIAS: Final = re.compile(r"(?!(?:latest|v\d+)\Z)[\w-]{1,255}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a bundle.

    Attributes:
        model: The name under which it is registered.
        version: The number of its version.
        uri: By which MLflow loads it.
        aliases: The aliases that name this version now.
        run: The id of the run that logged it.
        experiment: The id of the run's experiment.
        sha256: The hash of the bundle.
    """

    model: str
    version: int
    uri: str
    aliases: tuple[str, ...]
    run: str
    experiment: str
    sha256: str

    def data(self) -> dict[str, Any]:
        """The same as plain data."""
        return asdict(self)


def publish(
    source: str | os.PathLike[str],
    *,
    name: str | None = None,
    output: str | None = None,
    tracking_uri: str | None = None,
    registry_uri: str | None = None,
    experiment: str | None = None,
    run_name: str | None = None,
    aliases: Sequence[str] = (),
) -> Published:
    """Log a bundle as a pyfunc model and register it as a new version.

    Nothing is registered before all of it is logged, and no alias is moved before it is
    registered. A run that does not come to its end is marked as failed.

    Args:
        source: The bundle.
        name: The registered model; the flow's name unless given.
        output: The output that a prediction asks where it does not say; the first unless given.
        tracking_uri: Where runs are kept; without it what MLflow is set to.
        registry_uri: Where versions are registered; without it what MLflow is set to.
        experiment: Its name, made if there is none.
        run_name: The run's name; the flow's name and version unless given.
        aliases: Names to give to the new version, taken from an older one if need be.

    Raises:
        BundleError: If the bundle is damaged or holds no SavedModel.
        UsageError: If there is no such output, or MLflow refuses.
        MissingDependencyError: If MLflow is not installed.
    """
    found = read_whole(source)
    plan = found.plan
    asked = plan.outputs[0] if output is None else output_named(plan, output)
    for alias in aliases:
        if not _ALIAS.fullmatch(alias):
            raise wrong_alias(alias)
    registered, tags = name or plan.name, tags_of(found)
    store = Store(tracking_uri, registry_uri)
    store.check_name(registered)
    with tempfile.TemporaryDirectory(prefix="flowspec.") as work:
        model = make_model(found, asked, Path(work))
        place = store.experiment(experiment)
        title = run_name or f"{plan.name} {plan.version}"
        logged = store.log(model, place, title, plan.name, tags, metrics_of(found))
    version = store.register(logged, registered, description_of(found, asked), tags)
    for alias in aliases:
        store.give(alias, registered, version)
    return Published(
        model=registered, version=version, uri=f"models:/{registered}/{version}",
        aliases=tuple(aliases), run=logged.run, experiment=place, sha256=found.sha256,
    )  # fmt: skip

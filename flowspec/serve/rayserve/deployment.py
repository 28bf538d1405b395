"""What Ray Serve runs: a deployment whose replicas each hold the application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flowspec.serve.options import ServeOptions
from flowspec.serve.rayserve.library import import_ray
from flowspec.serve.rayserve.options import check_options, refused
from flowspec.serve.sources import AnySource, Label

ONGOING = 1024
"""Requests that a replica has at once: it makes batches of those that wait together."""

QUEUED = 4096
"""Requests that wait for a replica; callers of more are told to come again."""

ATTEMPTS = 2
"""How often a replica that cannot load is started before all is given up."""

GRACE = 5.0
"""Seconds beyond the deadline that a replica has to answer what it took."""


def bind_flows(
    sources: Sequence[AnySource], options: ServeOptions, labels: Sequence[Label] = (),
    *, replicas: int | None = None, ray_options: Mapping[str, Any] | None = None,
    log_format: str = "json",
) -> Any:  # fmt: skip
    """The application that `ray.serve.run` takes.

    Args:
        sources: The bundles; every node that has a replica finds them under the same path.
        options: The options of each replica's service.
        labels: Names for revisions.
        replicas: How many replicas there are; None leaves it to `ray_options`, else one.
        ray_options: Options of Ray's `deployment`.
        log_format: The form of a replica's log.

    Returns:
        A Ray Serve application, nothing of which runs yet.

    Raises:
        UsageError: If Ray does not take the options.
        MissingDependencyError: If Ray is not installed.
    """
    serve = import_ray("ray.serve")
    given = dict(ray_options or {})
    check_options(given, serve.deployment)
    settings = _settings(given, options, replicas)
    replica = _replica_class(
        serve, [source.absolute() for source in sources], options, tuple(labels), log_format
    )
    try:
        return serve.deployment(**settings)(replica).bind()
    except (TypeError, ValueError) as error:
        raise refused(error) from None


def _replica_class(
    serve: Any, sources: Sequence[AnySource], options: ServeOptions, labels: Sequence[Label],
    log_format: str,
) -> Any:  # fmt: skip
    def build() -> Any:
        from flowspec.serve import logs
        from flowspec.serve.rayserve.replica import Replica
        from flowspec.serve.service import Service

        logs.configure(log_format)
        return Replica(Service(sources, options, labels), _replica_name(serve))

    @serve.ingress(build)
    class Flows:
        """What Ray asks a replica beside requests."""

        app: Any

        async def check_health(self) -> None:
            """Ray sends requests to a replica once this has returned."""
            await self.app.check()

        async def look_now(self) -> None:
            self.app.service.look_now()

    return Flows


def _replica_name(serve: Any) -> str:
    try:
        return serve.get_replica_context().replica_id.unique_id
    except serve.exceptions.RayServeException:
        return "local"  # in Ray Serve's local testing mode there is one, without a name


def _settings(
    given: Mapping[str, Any], options: ServeOptions, replicas: int | None
) -> dict[str, Any]:
    count = {} if replicas is None else {"num_replicas": replicas}
    usual = {
        "max_ongoing_requests": ONGOING,
        "max_queued_requests": QUEUED,
        "backpressure_config": {"status_code": 429, "retry_after_s": 1},
        "graceful_shutdown_timeout_s": options.deadline + GRACE,
        "max_constructor_retry_count": ATTEMPTS,
        "logging_config": {"enable_access_log": False},
    }
    settings = {**usual, **count, **given}
    actor = settings.get("ray_actor_options") or {}
    if isinstance(actor, Mapping):
        # A replica takes the cores of its machine that are free, so it reserves none.
        settings["ray_actor_options"] = {"num_cpus": 0, **actor}
    return settings

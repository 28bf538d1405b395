"""The same application on Ray Serve: several replicas of it, under one address."""

from __future__ import annotations

import contextlib
import logging
import queue
import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.serve.listening import bound
from flowspec.serve.logs import log
from flowspec.serve.options import ServeOptions
from flowspec.serve.rayserve.deployment import bind_flows
from flowspec.serve.rayserve.library import import_ray
from flowspec.serve.server import Address
from flowspec.serve.service import Service
from flowspec.serve.sources import AnySource, Label

NAME = "flowspec"
"""What Ray Serve calls the application."""


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Stop(BaseException):
    """SIGINT or SIGTERM."""


def run_ray(
    sources: Sequence[AnySource], options: ServeOptions, labels: Sequence[Label] = (),
    *, host: str = "127.0.0.1", port: int = 8000, replicas: int | None = None,
    ray_options: Mapping[str, Any] | None = None, log_format: str = "json",
    announce: Callable[[Service, Address], None] = lambda service, taken: None,
) -> None:  # fmt: skip
    """Serve on a Ray of its own until SIGINT or SIGTERM; then answer what waits, and return.

    A second signal does not wait. SIGHUP has every replica look at once whether a bundle was
    saved anew.

    Args:
        sources: The bundles.
        options: The options of each replica's service.
        labels: Names for revisions.
        host: Where HTTP is listened for.
        port: The port; 0 takes one that is free.
        replicas: How many replicas there are; None leaves it to `ray_options`, else one.
        ray_options: Options of Ray's `deployment`, as `parse_options` reads them.
        log_format: The form of the log, of this process and of each replica.
        announce: Told what is served and where, once every replica can answer.

    Raises:
        BundleError: If a bundle cannot be served.
        UsageError: If Ray does not take the options or cannot start, or the port is taken.
        MissingDependencyError: If a package of the extra `ray` is not installed.
    """
    service = Service(sources, options, labels)  # what is wrong with a bundle is found here
    flows = bind_flows(
        sources, options, labels,
        replicas=replicas, ray_options=ray_options, log_format=log_format,
    )  # fmt: skip
    with contextlib.closing(bound(host, port)) as listener:
        taken = Address(host, listener.getsockname()[1], None)
    orders: queue.SimpleQueue[None] = queue.SimpleQueue()
    with contextlib.suppress(_Stop), _running_ray(orders), _deployed(flows, taken) as handle:
        announce(service, taken)
        while True:
            orders.get()
            _look_now(handle)
    log("stopped")


@contextlib.contextmanager
def _running_ray(orders: queue.SimpleQueue[None]) -> Iterator[None]:
    """Ray, from its first process to its last."""
    ray = import_ray()
    before = [signal.getsignal(number) for number in _SIGNALS]
    _handle_signals(orders)
    try:
        with _told("Ray cannot start"):
            context = ray.init(
                address="local", namespace=NAME, include_dashboard=False, log_to_driver=False,
                logging_level=logging.ERROR,
            )  # fmt: skip
        _handle_signals(orders)  # again: Ray took SIGTERM for itself
        log("starting", engine="ray", logs=context.address_info["session_dir"] + "/logs")
        yield
    finally:
        ray.shutdown()
        for number, handler in zip(_SIGNALS, before, strict=True):
            signal.signal(number, handler)


@contextlib.contextmanager
def _deployed(flows: Any, taken: Address) -> Iterator[Any]:
    """The application, from when every replica can answer until all has been answered."""
    serve = import_ray("ray.serve")
    logging.getLogger("ray.serve").setLevel(logging.WARNING)
    with _told("Ray Serve cannot start"):
        serve.start(
            proxy_location="HeadOnly", http_options={"host": taken.host, "port": taken.port},
            logging_config={"log_level": "WARNING", "enable_access_log": False},
        )  # fmt: skip
        target = serve.RunTarget(flows, name=NAME)
        handle = serve.run_many([target], wait_for_applications_running=False)[0]
    _wait(serve)
    try:
        yield handle
    finally:
        serve.delete(NAME)


def _wait(serve: Any) -> None:
    """Wait until every replica can answer."""
    told = None
    while (found := serve.status().applications[NAME]).status != "RUNNING":
        said = " ".join(one.message for one in found.deployments.values()) or found.message
        if found.status == "DEPLOY_FAILED":
            raise UsageError(_failed("the replicas cannot start", _reason(said)))
        if said and said != told:
            log("waiting", why=_reason(said))
            told = said
        time.sleep(0.1)


def _look_now(handle: Any) -> None:
    """Have every replica look whether a bundle was saved anew."""
    try:
        handle.broadcast("look_now").results()
    except Exception as error:  # a replica that is being replaced: it reads what is there now
        log("look_failed", logging.WARNING, why=_reason(str(error)))


def _reason(said: str) -> str:
    """What Ray says of a replica, without the traceback that it may hold."""
    *traceback, last = said.strip().splitlines() or [said]
    return re.sub(r"^[\w.]+: ", "", last) if traceback else last


def _handle_signals(orders: queue.SimpleQueue[None]) -> None:
    def stop(number: int, frame: Any) -> NoReturn:
        log("stopping", signal=signal.Signals(number).name)
        raise _Stop

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, lambda number, frame: orders.put(None))


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise UsageError(_failed(what, _reason(str(error)))) from error


def _failed(what: str, why: str) -> Diagnostic:
    return Diagnostic(slug="ray-failed", message=f"{what}: {why}")

"""`flowspec serve`: the outputs of bundles as endpoints over HTTP and gRPC."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from flowspec.cli.options import json_option, write_json
from flowspec.cli.quiet import start_tensorflow
from flowspec.cli.terminal import tell
from flowspec.diagnostics import Diagnostic, UsageError

if TYPE_CHECKING:
    from flowspec.serve.server import Address
    from flowspec.serve.service import Service
    from flowspec.serve.sources import AnySource, Label

TOKEN = "FLOWSPEC_TOKEN"
"""The environment variable that may hold the token."""

_MIB = 1024 * 1024


def _limit(name: str, default: int, help: str) -> Callable[[Any], Any]:
    kind = click.IntRange(min=1)
    return click.option(name, type=kind, default=default, show_default=True, help=help)


@click.command("serve", short_help="Serve bundles over HTTP and gRPC.")
@click.argument("bundles", metavar="BUNDLE...", nargs=-1, required=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8000,
    show_default=True,
    help="The port for HTTP; 0 takes one that is free.",
)
@click.option(
    "--grpc-port",
    type=click.IntRange(0, 65_535),
    default=8001,
    show_default=True,
    help="The port for gRPC; 0 takes one that is free.",
)
@click.option("--no-grpc", is_flag=True, help="Serve HTTP alone.")
@click.option(
    "--label",
    "labels",
    multiple=True,
    metavar="FLOW@LABEL=REVISION",
    help="A name for a revision, as in latent_policy@stable=2; may be repeated.",
)
@click.option(
    "--token-file",
    type=click.Path(),
    help=f"A file with the token that callers must carry; else {TOKEN} is read.",
)
@_limit("--max-body", 32 * _MIB, "The most bytes of a request.")
@_limit("--max-bodies", 256 * _MIB, "The most bytes of large requests that are held at once.")
@_limit("--max-rows", 65_536, "The most rows of a request, each counted for each draw.")
@_limit("--max-queue", 262_144, "The most rows that may wait.")
@_limit("--max-batch", 1024, "The most rows that are computed at once.")
@click.option(
    "--deadline",
    type=click.FloatRange(0, min_open=True),
    default=30.0,
    show_default=True,
    help="Seconds after which a request is given up.",
)
@click.option(
    "--watch",
    type=click.FloatRange(0),
    default=2.0,
    show_default=True,
    help="Seconds between looks for bundles saved anew; 0 waits for SIGHUP.",
)
@click.option("--xla", is_flag=True, help="Compile with XLA: a slower start, faster answers.")
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="One process, or replicas on Ray Serve.",
)
@click.option("--replicas", type=click.IntRange(min=1), help="Replicas on Ray Serve; one at first.")
@click.option(
    "--ray-option",
    "ray_options",
    multiple=True,
    metavar="KEY=VALUE",
    help="An option of Ray Serve's deployment; may be repeated.",
)
@click.option(
    "--log-format",
    type=click.Choice(["json", "text"]),
    default="json",
    show_default=True,
    help="The form of the log, on standard error.",
)
@click.option("--quiet", "-q", is_flag=True, help="Log no request that went well.")
@json_option
def command(
    bundles: tuple[str, ...], host: str, port: int, grpc_port: int, no_grpc: bool,
    labels: tuple[str, ...], token_file: str | None, deadline: float, watch: float, xla: bool,
    engine: str, replicas: int | None, ray_options: tuple[str, ...], log_format: str, quiet: bool,
    as_json: bool, **limits: int,
) -> None:  # fmt: skip
    """Serve the outputs of each BUNDLE: typed routes, Open Inference Protocol V2 over HTTP and
    gRPC, TensorFlow Serving's REST interface, and a page to try them.

    A bundle is revision 1 of its flow, or what stands before `=`. It is loaded anew when it is
    saved anew.

    \b
    flowspec serve engel.bundle
    flowspec serve old.bundle 2=new.bundle --label latent_policy@stable=1
    flowspec serve engel.bundle --host 0.0.0.0 --token-file token.txt
    flowspec serve engel.bundle --engine ray --replicas 2
    """  # noqa: D205, D301
    from flowspec.serve.options import ServeOptions

    options = ServeOptions(
        deadline=deadline, watch=watch, xla=xla, access_log=not quiet, token=_token(token_file),
        **limits,
    )  # fmt: skip
    _warn_of_everybody(host, options.token)
    if engine == "local":
        _refuse_ray_options(replicas, ray_options)
    what = _sources(bundles, labels, "serve" if engine == "local" else engine)
    from flowspec.serve.logs import configure

    def announce(service: Service, taken: Address) -> None:
        _announce(service, taken, as_json=as_json)

    configure(log_format)
    if engine == "ray":
        from flowspec.serve.ray import run_ray
        from flowspec.serve.rayserve.options import parse_options

        run_ray(
            what.sources, options, what.labels, host=host, port=port, replicas=replicas,
            ray_options=parse_options(ray_options), log_format=log_format, announce=announce,
        )  # fmt: skip
        return
    from flowspec.serve.server import Address, run_server
    from flowspec.serve.service import Service

    service = Service(what.sources, options, what.labels)
    start_tensorflow()
    address = Address(host, port, None if no_grpc else grpc_port)
    run_server(service, address, lambda taken: announce(service, taken))


class _What(NamedTuple):
    """What is served."""

    sources: list[AnySource]
    labels: list[Label]


def _sources(bundles: tuple[str, ...], labels: tuple[str, ...], extra: str) -> _What:
    """The bundles and labels on the command line.

    Raises:
        UsageError: If a label has another form.
        MissingDependencyError: If the extra is not installed.
    """
    from flowspec.serve.packages import package

    package("fastapi", extra=extra)
    from flowspec.serve.sources import parse_label, parse_source

    return _What(list(map(parse_source, bundles)), list(map(parse_label, labels)))


def _refuse_ray_options(replicas: int | None, ray_options: tuple[str, ...]) -> None:
    given = {"--replicas": replicas, "--ray-option": ray_options}
    problems = [
        Diagnostic(
            slug="option-without-effect",
            message=f"`{name}` has no effect without `--engine ray`",
        )
        for name, value in given.items()
        if value
    ]
    if problems:
        raise UsageError(*problems)


def _token(file: str | None) -> str | None:
    """The token in a file, or in the environment; None where neither gives one.

    Raises:
        UsageError: If the file cannot be read, or what should be a token is none.
    """
    if file is None:
        given = os.environ.get(TOKEN)
        return _checked_token(given, f"the variable {TOKEN}") if given else None
    try:
        token = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        message = f"`{file}` cannot be read: {reason.lower()}"
        raise UsageError(Diagnostic(slug="unreadable-file", message=message)) from None
    return _checked_token(token, f"`{file}`")


def _checked_token(token: str, where: str) -> str:
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        message = f"{where} holds no token: one word of printable ASCII"
        raise UsageError(Diagnostic(slug="wrong-token", message=message))
    return token


def _warn_of_everybody(host: str, token: str | None) -> None:
    if token is None and not _is_loopback(host):
        warning = Diagnostic(
            slug="open-to-everybody",
            message=f"everybody who reaches {host} may ask, since there is no token",
            severity="warning",
            help="give one with --token-file",
        )
        tell([warning])


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _announce(service: Service, taken: Address, *, as_json: bool) -> None:
    host = f"[{taken.host}]" if ":" in taken.host else taken.host
    places = {"http": f"http://{host}:{taken.port}"}
    if taken.grpc_port is not None:
        places["grpc"] = f"{host}:{taken.grpc_port}"
    served = service.shelf.served
    if as_json:
        flows = [
            {"name": one.flow, "version": one.bundle.plan.version, "revision": one.revision,
             "outputs": list(one.endpoints)}
            for one in served
        ]  # fmt: skip
        write_json({**places, "flows": flows})
        return
    for one in served:
        version = f"{one.flow} {one.bundle.plan.version}"
        click.echo(f"{version}, revision {one.revision}: {', '.join(one.endpoints)}")
    click.echo(", ".join(f"{name} at {place}" for name, place in places.items()))

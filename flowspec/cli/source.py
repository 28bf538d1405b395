"""The flow that a command is given: a spec to compile, or a bundle to load."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flowspec import bundle
from flowspec.cli.bundles import BundlePath
from flowspec.cli.quiet import start_tensorflow
from flowspec.cli.specs import read_spec
from flowspec.cli.terminal import tell
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.plan import check
from flowspec.records import Plan

if TYPE_CHECKING:
    from flowspec.flow import Flow

source_argument: Callable[[Any], Any] = click.argument(
    "source", metavar="SPEC|BUNDLE", type=BundlePath()
)


def planned(source: str, overrides: Sequence[str]) -> tuple[Plan, Callable[[], Flow]]:
    """The plan of a spec or a bundle, and what makes its flow, starting TensorFlow.

    Raises:
        SpecError: If the spec is not valid.
        BundleError: If the bundle cannot be read.
        UsageError: If the spec of a bundle is to be changed.
    """
    if Path(source).is_dir():
        if overrides:
            raise UsageError(_fixed_spec())
        return bundle.read(source).plan, lambda: load_flow(source)
    return compiled(source, overrides)


def compiled(spec: str, overrides: Sequence[str]) -> tuple[Plan, Callable[[], Flow]]:
    """The plan of a spec, and what compiles it, starting TensorFlow; warnings are told.

    Raises:
        SpecError: If the spec is not valid.
    """
    checked = read_spec(spec, overrides)
    plan, warnings = check(checked)
    tell(warnings)

    def make() -> Flow:
        start_tensorflow()
        from flowspec.api import compile

        return compile(checked)

    return plan, make


def load_flow(folder: str) -> Flow:
    """The flow of a bundle, once TensorFlow has started without its messages."""
    start_tensorflow()
    from flowspec.api import load

    return load(folder)


def _fixed_spec() -> Diagnostic:
    return Diagnostic(
        slug="fixed-spec",
        message="the spec of a bundle cannot be changed",
        help="leave out --set, or name a spec",
    )

"""Bundles on the command line: a folder, or `registry:NAME@LABEL`, which is fetched."""

from __future__ import annotations

import os

import click

from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.registry import is_reference, located


class BundlePath(click.Path):
    """The folder of a bundle that is read."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:  # fmt: skip
        """The folder; that of a bundle in a registry is in the cache.

        Raises:
            UsageError: If no registry is named, or the reference has another form.
            RegistryError: If there is no such bundle, or it is damaged.
        """
        return super().convert(os.fspath(located(value)), param, ctx)


class TargetPath(click.Path):
    """A folder that is written."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:  # fmt: skip
        """The folder.

        Raises:
            UsageError: If it is meant to be in a registry.
        """
        if not is_reference(value):
            return super().convert(value, param, ctx)
        raise UsageError(
            Diagnostic(
                slug="registry-as-target",
                message=f"`{value}` cannot be written: bundles in a registry are never changed",
                help="write a folder, and add it with `flowspec registry add`",
            )
        )

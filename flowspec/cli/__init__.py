"""The command line: one command per file, each a thin face over a function."""

from flowspec.cli.main import main

__all__ = ["main"]

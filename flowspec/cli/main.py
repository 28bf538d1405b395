"""The command `flowspec`, and what becomes of errors: a message and an exit code."""

from __future__ import annotations

import errno
import importlib
import io
import os
import sys
import traceback
from typing import Any

import click

from flowspec import __version__
from flowspec.cli.terminal import tell
from flowspec.diagnostics import Diagnostic, FlowspecError, UsageError

COMMANDS = (
    "ask", "compile", "diff", "evaluate", "explain", "export", "fit", "generate", "lock",
    "log-prob", "migrate", "new", "plan", "publish", "registry", "sample", "schema", "serve",
    "transfer", "validate", "verify",
)  # fmt: skip

FINDINGS, WRONG_USE, BUG = 1, 2, 70
"""Exit codes; 0 is fine, warnings included."""

DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

INTERRUPTED, CLOSED_PIPE = 130, 141
"""Exit codes that shells give to what ended by SIGINT and SIGPIPE."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command in the file of its name."""
        if cmd_name not in COMMANDS:
            return None
        return importlib.import_module(f"flowspec.cli.{cmd_name.replace('-', '_')}").command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; where nobody reads its output any more, end as other tools do."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # What is still in the buffer would be told as lost when the interpreter ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(CLOSED_PIPE) from None
        except OSError as error:
            if error.errno not in DISK_FULL:
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            message = f"standard output cannot be written: {os.strerror(error.errno).lower()}"
            raise UsageError(Diagnostic(slug="cannot-write", message=message)) from error


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="flowspec")
def cli() -> None:
    """Compile YAML descriptions of normalizing flows to Keras models."""


def main() -> None:
    """Run the command line and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        # θ in a page is no reason to fail where the terminal has no such character.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        # Without stand-alone mode click returns the code of `context.exit`.
        sys.exit(cli(prog_name="flowspec", standalone_mode=False) or 0)
    except FlowspecError as error:
        tell(error.diagnostics)
        sys.exit(WRONG_USE if isinstance(error, UsageError) else FINDINGS)
    except click.ClickException as error:
        error.show()
        sys.exit(WRONG_USE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)
    except Exception:
        traceback.print_exc()
        sys.exit(BUG)

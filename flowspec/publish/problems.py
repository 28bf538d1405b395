"""What can be wrong with publishing, and with loading what was published."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from flowspec.diagnostics import BundleError, Diagnostic, FlowspecError, UsageError
from flowspec.publish.packages import package

_LONGEST_REASON = 300


@contextmanager
def refusals(step: str) -> Generator[None, None, None]:
    """Tell what MLflow refuses, or cannot reach, as a mistake of the call.

    Args:
        step: What is done meanwhile, as in `make the run`.

    Raises:
        UsageError: If MLflow raises anything: a store may be a folder, a database, a server.
        MissingDependencyError: If what a store needs is not installed.
    """
    try:
        yield
    except FlowspecError:
        raise
    except ModuleNotFoundError as error:
        package(error.name or "mlflow")
        raise refused(step, error) from error
    except Exception as error:
        raise refused(step, error) from error


def refused(step: str, error: Exception) -> UsageError:
    """MLflow does not do a step."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return UsageError(
        Diagnostic(
            slug="mlflow-refused",
            message=f"MLflow cannot {step}: {lines[0][:_LONGEST_REASON].rstrip('.')}",
        )
    )


def wrong_alias(alias: str) -> UsageError:
    """An alias that MLflow keeps for itself, or cannot write."""
    return UsageError(
        Diagnostic(
            slug="wrong-alias",
            message=f"`{alias}` is no alias of a version",
            expected="letters, digits, `_` and `-`, as in champion; not latest, and no v2",
        )
    )


def cannot_stage(folder: Path, reason: str) -> BundleError:
    """The copy that is handed to MLflow cannot be made."""
    message = f"the bundle `{folder}` cannot be copied: {reason}"
    return BundleError(Diagnostic(slug="cannot-write", message=message))


def other_bundle(folder: Path, *, expected: str, got: str) -> BundleError:
    """A bundle is whole, and yet not the one that it should be."""
    return BundleError(
        Diagnostic(
            slug="other-bundle",
            message=f"`{folder}` is another bundle than the one that was published",
            expected=f"sha256 {expected}",
            got=f"sha256 {got}",
        )
    )


def unusable(folder: Path, why: str) -> BundleError:
    """The SavedModel is the one that was saved, and yet cannot be used."""
    reason = why.partition("\n")[0][:_LONGEST_REASON]
    message = f"the SavedModel of `{folder}` cannot be used: {reason}"
    return BundleError(Diagnostic(slug="saved-model-damaged", message=message))

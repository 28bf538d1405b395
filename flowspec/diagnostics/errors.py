"""The exceptions that users meet.

    Exception
      FlowspecError               holds diagnostics; everything below is one
        SpecError                 a spec cannot be read, validated or planned
        DataError                 data does not fit the flow; also a ValueError
        BundleError               a bundle cannot be written, read or verified
        TransferError             weights do not fit another architecture as a whole
        RegistryError             a registry cannot be written or read, or lacks what is asked
        UsageError                a wrong call from Python; also a ValueError
        MissingDependencyError    an optional package is not installed; also an ImportError

Anything else that reaches a user is a bug.
"""

from __future__ import annotations

from flowspec.diagnostics.diagnostic import Diagnostic
from flowspec.diagnostics.text import render_all


class FlowspecError(Exception):
    """A mistake of the user, described by one or several diagnostics.

    Attributes:
        diagnostics: What is wrong, in the order it should be read.
    """

    diagnostics: tuple[Diagnostic, ...]

    def __init__(self, first: Diagnostic | str, *rest: Diagnostic) -> None:
        """Hold one or several diagnostics.

        Args:
            first: The first problem; an error without one says nothing. Keras and TensorFlow make
                an error that passes through them anew, from its text alone.
            *rest: Further problems.
        """
        super().__init__(first, *rest)
        self.diagnostics = (() if isinstance(first, str) else (first,)) + rest

    def __str__(self) -> str:
        """All diagnostics as text."""
        return render_all(self.diagnostics) or str(self.args[0])


class SpecError(FlowspecError):
    """A spec cannot be read, validated or planned."""


class DataError(FlowspecError, ValueError):
    """Data does not fit the flow it is given to."""


class BundleError(FlowspecError):
    """A bundle cannot be written, read or verified."""


class TransferError(FlowspecError):
    """Weights cannot be moved to another architecture without loss."""


class RegistryError(FlowspecError):
    """A registry cannot be written or read, or does not have what is asked of it."""


class UsageError(FlowspecError, ValueError):
    """A wrong call from Python."""


class MissingDependencyError(FlowspecError, ImportError):
    """An optional package is needed and not installed."""

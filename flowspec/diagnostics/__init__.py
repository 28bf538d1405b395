"""What is wrong, as a value: the diagnostic, its place, its renderers, and the exceptions.

Every error that a user can cause is a `FlowspecError` that holds `Diagnostic` values.
"""

from flowspec.diagnostics.diagnostic import Diagnostic, Severity
from flowspec.diagnostics.encode import as_data
from flowspec.diagnostics.errors import (
    BundleError,
    DataError,
    FlowspecError,
    MissingDependencyError,
    RegistryError,
    SpecError,
    TransferError,
    UsageError,
)
from flowspec.diagnostics.order import first, in_order
from flowspec.diagnostics.paint import Paint, ansi, plain
from flowspec.diagnostics.span import Span
from flowspec.diagnostics.suggest import nearest
from flowspec.diagnostics.text import render, render_all

__all__ = [
    "BundleError",
    "DataError",
    "Diagnostic",
    "FlowspecError",
    "MissingDependencyError",
    "Paint",
    "RegistryError",
    "Severity",
    "Span",
    "SpecError",
    "TransferError",
    "UsageError",
    "ansi",
    "as_data",
    "first",
    "in_order",
    "nearest",
    "plain",
    "render",
    "render_all",
]

"""The exceptions, and what the package costs."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from flowspec import diagnostics
from flowspec.diagnostics import (
    BundleError,
    DataError,
    Diagnostic,
    FlowspecError,
    MissingDependencyError,
    Span,
    SpecError,
    UsageError,
    render_all,
)

ALL = [FlowspecError, SpecError, DataError, BundleError, UsageError, MissingDependencyError]
FIRST = Diagnostic(
    slug="unknown-key", message="`knd` is no key", span=Span("a.yaml", 1, 1, "knd: 1")
)
SECOND = Diagnostic(slug="missing-key", message="`kind` is missing", path="layers.0")


@pytest.mark.parametrize("kind", ALL)
def test_an_error_holds_its_diagnostics_and_prints_them(kind: type[FlowspecError]) -> None:
    error = kind(FIRST, SECOND)
    assert error.diagnostics == (FIRST, SECOND)
    assert str(error) == render_all([FIRST, SECOND])


@pytest.mark.parametrize("kind", ALL)
def test_an_error_survives_pickling(kind: type[FlowspecError]) -> None:
    copy = pickle.loads(pickle.dumps(kind(FIRST, SECOND)))
    assert type(copy) is kind
    assert copy.diagnostics == (FIRST, SECOND)
    assert str(copy) == str(kind(FIRST, SECOND))


@pytest.mark.parametrize("kind", ALL)
def test_an_error_needs_a_diagnostic(kind: type[FlowspecError]) -> None:
    with pytest.raises(TypeError):
        kind()  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [(DataError, ValueError), (UsageError, ValueError), (MissingDependencyError, ImportError)],
)
def test_errors_are_also_what_python_would_raise(
    kind: type[FlowspecError], builtin: type[Exception]
) -> None:
    assert issubclass(kind, builtin)
    assert issubclass(kind, FlowspecError)


def test_a_span_reads_as_a_place() -> None:
    assert str(Span("a.yaml", 3, 7)) == "a.yaml:3:7"


def test_diagnostics_are_values() -> None:
    copy = Diagnostic(slug=FIRST.slug, message=FIRST.message, span=FIRST.span)
    assert copy == FIRST
    assert len({FIRST, SECOND, FIRST}) == 2


def test_every_exported_name_exists() -> None:
    assert all(hasattr(diagnostics, name) for name in diagnostics.__all__)
    assert diagnostics.__all__ == sorted(diagnostics.__all__)


@pytest.mark.parametrize("package", ["flowspec.diagnostics", "flowspec.source"])
def test_the_package_imports_nothing_heavy(package: str) -> None:
    heavy = {"tensorflow", "keras", "numpy", "pydantic"}
    code = f"import sys, {package}; print(*({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_an_error_can_be_made_anew_from_its_text():
    error = UsageError(Diagnostic(slug="wrong-shape", message="no"))
    again = type(error)(f"Exception encountered: {error}")
    assert "wrong-shape" in str(again)
    assert again.diagnostics == ()

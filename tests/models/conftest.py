"""Flows that tests share where they do not change them, and one of its own for each that does."""

import pytest

import flowspec
from tests.models.policy import SPEC, perturbed


@pytest.fixture
def flow():
    return flowspec.compile(SPEC)


@pytest.fixture(scope="session")
def fixed():
    """A flow that no test changes."""
    return perturbed(SPEC)


@pytest.fixture(scope="session")
def double():
    """A float64 flow that no test changes."""
    return perturbed({**SPEC, "dtype": "float64"})

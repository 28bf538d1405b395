"""A bundle whose spec was kept in an older version of the language can still be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flowspec import bundle
from flowspec.diagnostics import BundleError
from flowspec.plan import plan
from flowspec.records import Plan
from flowspec.spec.load import load_bytes
from tests.migrations.language import LANGUAGE_3, NEW, aged


@pytest.fixture(scope="module")
def current() -> Plan:
    return plan(load_bytes(NEW.encode(), "new.yaml", language=LANGUAGE_3))


def saved(folder: Path, current: Plan, spec: dict[str, Any]) -> Path:
    """A bundle that keeps another spec than its plan was made of."""
    weights = {one.path: np.zeros(one.shape, one.dtype) for one in current.variables}
    kept = current.model_copy(update={"spec": spec})
    bundle.write(folder / "kept.bundle", kept, weights)
    return folder / "kept.bundle"


def test_the_spec_of_its_plan_is_in_the_current_language(speaking: Path, current: Plan) -> None:
    old = {**aged(current.spec), "author": "me"}
    found = bundle.read(saved(speaking, current, old))
    assert found.plan == current
    assert found.spec == old


def test_a_current_bundle_is_read_as_it_is(speaking: Path, current: Plan) -> None:
    found = bundle.read(saved(speaking, current, current.spec))
    assert found.plan.spec == found.spec == current.spec


def test_a_bundle_in_a_newer_language_is_refused(speaking: Path, current: Plan) -> None:
    folder = saved(speaking, current, {**current.spec, "flowspec": 9})
    with pytest.raises(BundleError) as caught:
        bundle.read(folder)
    (found,) = caught.value.diagnostics
    assert (found.slug, found.got) == ("plan-damaged", "9")
    assert "plan-" in found.message

"""All laws, on one flow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from flowspec.flow import Flow
from flowspec.laws import density, directions, faces, numbers, variables
from flowspec.laws.law import Law, Measured
from flowspec.laws.subject import Subject

LAWS = (
    Law("variables", "the variables are those of the plan, one set under all models",
        variables.as_planned),
    Law("identity", "a freshly compiled flow is the identity, up to the map of the support",
        variables.starts_as_identity),
    Law("learning", "every trainable variable has a gradient", variables.all_learn),
    Law("context", "the log_prob depends on the context inputs that are read, and on no others",
        variables.context_matters),
    Law("support", "drawn events are inside the support, and their log_prob is finite",
        numbers.finite),
    Law("round trip", "the inverse undoes the forward direction", directions.there_and_back),
    Law("jacobian", "the ldj is the log-determinant of the automatic Jacobian",
        directions.jacobian),
    Law("drawn", "the log_prob of a drawn event is that of the same event given",
        numbers.drawn_and_given),
    Law("rows", "a row gives the same alone and among others, draws included",
        numbers.row_by_row),
    Law("precision", "the log_prob is that of the same variables in float64",
        numbers.in_float64),
    Law("integral", "the density integrates to one", density.integral),
    Law("draws", "draws follow the density", density.draws_follow),
    Law("models", "the Keras models answer as `flow.ask` does", faces.models),
    Law("distribution", "`flow.distribution` has the log_prob of the flow", faces.distribution),
    Law("bundle", "saved and loaded, the flow is the same bit for bit", faces.bundled),
    Law("saved model", "the signatures of the SavedModel answer as `flow.ask` does",
        faces.saved_model),
)  # fmt: skip
"""Every law, in the order in which they are told."""


class Verdict(NamedTuple):
    """A law, and how far a flow is from it; None where the law says nothing about the flow."""

    law: Law
    measured: Measured | None

    @property
    def holds(self) -> bool:
        """Whether the flow obeys the law, or the law says nothing about it."""
        return self.measured is None or self.measured.holds


def verify(flow: Flow, saved_model: Path | None = None) -> Iterator[Verdict]:
    """Measure a flow against every law, one after the other.

    Args:
        flow: Which is not changed.
        saved_model: The folder of its SavedModel; one is written where left out.
    """
    subject = Subject(flow, saved_model)
    for law in LAWS:
        yield Verdict(law, law.measure(subject))

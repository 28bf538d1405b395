"""Ways to one number: drawn and given, alone and in a batch, float32 and float64."""

from __future__ import annotations

from flowspec.backend import np
from flowspec.laws.agreement import budget, excess, over_one_ulp, unclipped
from flowspec.laws.budget import KNOT_ULPS
from flowspec.laws.law import Measured
from flowspec.laws.subject import Subject

ALONE = 5


def drawn_and_given(subject: Subject) -> Measured:
    """The log_prob of drawn events, and of the same events given."""
    drawn = subject.ask((subject.event, "log_prob"))
    rows = {**subject.rows, subject.event: np.asarray(drawn[subject.event], np.float64)}
    given = subject.ask(("log_prob",), given=subject.event, rows=rows)["log_prob"]
    slack = over_one_ulp(subject, ("log_prob",), subject.event, rows)["log_prob"]
    keep = unclipped(subject, drawn[subject.event])
    error = excess(given[keep], drawn["log_prob"][keep], slack[keep])
    return Measured(error, budget(subject, "outputs"))


def row_by_row(subject: Subject) -> Measured:
    """Some rows alone, and the same rows among all, draws included."""
    wanted = (subject.event, "log_prob")
    together = subject.ask(wanted)
    errors = [0.0]
    for row in np.linspace(0, subject.count - 1, ALONE, dtype=int):
        rows = {name: array[row : row + 1] for name, array in subject.rows.items()}
        alone = subject.ask(wanted, rows=rows)
        errors += [excess(alone[name][0], together[name][row]) for name in wanted]
    return Measured(max(errors), budget(subject, "rows"))


def in_float64(subject: Subject) -> Measured | None:
    """The log_prob of given events, and that of the same variables in float64."""
    if subject.dtype == "float64":
        return None
    got = subject.ask(("log_prob",), given=subject.event)["log_prob"]
    exact = subject.ask(("log_prob",), given=subject.event, store=subject.twin)["log_prob"]
    slack = over_one_ulp(subject, ("log_prob",), subject.event, subject.rows)["log_prob"]
    keep = unclipped(subject, subject.rows[subject.event].astype(subject.dtype))
    error = excess(got[keep], exact[keep], KNOT_ULPS * slack[keep])
    return Measured(error, budget(subject, "float64 twin"))


def finite(subject: Subject) -> Measured:
    """Drawn events lie inside the support, and their log_prob is finite."""
    drawn = subject.ask((subject.event, "log_prob"))
    support = subject.flow.store.chain[subject.flow.plan.layers[-1].path].kind
    inside = np.asarray(support.contains(drawn[subject.event])).all(-1)
    wrong = ~inside | ~np.isfinite(drawn["log_prob"])
    return Measured(int(wrong.sum()), 0, f"of {subject.count} rows")

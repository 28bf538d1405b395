"""The faces of one flow: its Keras models, its TFP distribution, what is on disk."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flowspec.api import load
from flowspec.backend import np, tf
from flowspec.export.saved_model import save_model
from flowspec.laws.agreement import budget, excess, over_one_ulp
from flowspec.laws.law import Measured
from flowspec.laws.subject import Arrays, Subject
from flowspec.records import OutputRecord


def models(subject: Subject) -> Measured:
    """The models' answers, and those of `flow.ask`."""
    return _compared(subject, lambda output, given: subject.flow.models[output.name](given))


def distribution(subject: Subject) -> Measured:
    """The log_prob of `flow.distribution`, and that of `flow.log_prob`."""
    event = subject.rows[subject.event].astype(subject.dtype)
    view = subject.flow.distribution(**subject.context).log_prob(event).numpy()
    given = subject.flow.log_prob(event, **subject.context)
    slack = over_one_ulp(subject, ("log_prob",), subject.event, subject.rows)["log_prob"]
    return Measured(excess(view, given, slack), budget(subject, "outputs"))


def bundled(subject: Subject) -> Measured:
    """The variables and the answers of the flow, and those of one saved and loaded."""
    with tempfile.TemporaryDirectory() as folder:
        subject.flow.save(Path(folder) / "bundle", saved_model=False)
        loaded = load(Path(folder) / "bundle")
    before, after = ({p: np.asarray(v) for p, v in flow.variables.items()}
                     for flow in (subject.flow, loaded))  # fmt: skip
    changed = sum(not np.array_equal(after[p], before[p], equal_nan=True) for p in before)
    given = subject.flow.log_prob(subject.rows[subject.event], **subject.context)
    again = loaded.log_prob(subject.rows[subject.event], **subject.context)
    changed += int(not np.array_equal(given, again, equal_nan=True))
    return Measured(changed, 0, f"of {len(before)} variables, and the log_prob")


def saved_model(subject: Subject) -> Measured:
    """The answers of the flow's SavedModel, or of one written now, and those of `flow.ask`."""
    with tempfile.TemporaryDirectory() as work:
        folder = subject.saved_model
        if folder is None:
            folder = Path(work) / "saved_model"
            save_model(subject.flow.store, folder)
        signatures = tf.saved_model.load(str(folder)).signatures
        return _compared(subject, lambda output, given: signatures[output.name](**given))


def _compared(subject: Subject, function: Any) -> Measured:
    """A function of an output and its inputs, against `flow.ask`."""
    errors: dict[str, float] = {}
    for output in subject.flow.plan.outputs:
        given = _inputs(output, subject.rows)
        wanted = subject.flow.ask(output.name, **given)
        tensors = {r.name: tf.cast(given[r.name], r.dtype) for r in output.inputs}
        got: Mapping[str, Any] = function(output, tensors)
        errors[output.name] = max(excess(got[name], value) for name, value in wanted.items())
    worst = max(errors, key=lambda name: errors[name])
    return Measured(errors[worst], budget(subject, "compiled"), f"the output {worst}")


def _inputs(output: OutputRecord, rows: Arrays) -> dict[str, Any]:
    return {record.name: rows[record.name].astype(record.dtype) for record in output.inputs}

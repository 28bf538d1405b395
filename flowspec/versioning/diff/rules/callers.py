"""Rules of what callers see: names, shapes, dtypes, ranges."""

from __future__ import annotations

from flowspec.versioning.diff.rules.rule import DiffRule

RULES = (
    DiffRule(
        "flow-renamed", "callers", "error",
        "The flow has another name.",
        "Whoever asks a service or a registry for the flow asks for its name.",
    ),
    DiffRule(
        "event-renamed", "callers", "error",
        "The event has another name.",
        "It is the name of an input or a return of nearly every output.",
    ),
    DiffRule(
        "event-size-changed", "callers", "error",
        "The event has another number of features.",
        "Every array of events or latents has another shape.",
    ),
    DiffRule(
        "dtype-changed", "callers", "error",
        "The flow computes in another dtype.",
        "Inputs and returns of models and signatures have another dtype.",
    ),
    DiffRule(
        "event-range-changed", "callers", "error",
        "The event lives in another range.",
        "Events that were answered may now be outside the support, and draws may be where there "
        "were none.",
    ),
    DiffRule(
        "event-fields-changed", "callers", "error",
        "The features of the event have other names, or the same in another order.",
        "Columns of data files are named after them, and so are those of results.",
    ),
    DiffRule(
        "context-added", "callers", "error",
        "There is another context input.",
        "Every output needs every context input, so calls that do not give it are refused.",
    ),
    DiffRule(
        "context-removed", "callers", "error",
        "There is a context input less.",
        "Calls that still give it are refused.",
    ),
    DiffRule(
        "context-renamed", "callers", "error",
        "A context input has another name.",
        "Calls that give it under its old name are refused. Where its encoder has variables, say "
        "`renames:` so that they carry over.",
    ),
    DiffRule(
        "context-kind-changed", "callers", "error",
        "A context input is of another kind.",
        "A vector and a category have other shapes, dtypes and columns.",
    ),
    DiffRule(
        "context-size-changed", "callers", "error",
        "A context input has another number of entries.",
        "Calls that give as many as before are refused.",
    ),
    DiffRule(
        "context-count-raised", "callers", "note",
        "A category has more values than before.",
        "Whatever was given before is still accepted.",
    ),
    DiffRule(
        "context-count-lowered", "callers", "error",
        "A category has fewer values than before.",
        "Indices that were accepted are out of range.",
    ),
    DiffRule(
        "context-labels-added", "callers", "note",
        "A category has labels that it did not have, and all that it had.",
        "Every label and every index still means what it meant.",
    ),
    DiffRule(
        "context-labels-changed", "callers", "error",
        "Labels of a category are gone, or stand for another value.",
        "A data file with such a label is refused or, worse, read as another value.",
    ),
    DiffRule(
        "context-fields-changed", "callers", "error",
        "The entries of a context input have other names, or the same in another order.",
        "Columns of data files are named after them.",
    ),
    DiffRule(
        "output-added", "callers", "note",
        "There is another output.",
        "Nobody who asks the others notices.",
    ),
    DiffRule(
        "output-removed", "callers", "error",
        "There is an output less.",
        "Whoever asks it gets no answer.",
    ),
    DiffRule(
        "output-renamed", "callers", "error",
        "An output has another name.",
        "Whoever asks it under the old name gets no answer.",
    ),
    DiffRule(
        "output-inputs-changed", "callers", "error",
        "An output takes other inputs, the context apart.",
        "Calls that give what was needed before are refused.",
    ),
    DiffRule(
        "output-returns-lost", "callers", "error",
        "An output no longer returns a quantity.",
        "Whoever reads it finds nothing.",
    ),
    DiffRule(
        "output-returns-gained", "callers", "note",
        "An output returns another quantity besides those it returned.",
        "Returns are read by name, so nobody who reads the others notices.",
    ),
    DiffRule(
        "output-draws-changed", "callers", "error",
        "An output makes another number of draws per row.",
        "What it returns has another shape; an axis for the draws is there as soon as `draws` is "
        "given, also for one draw.",
    ),
)  # fmt: skip

"""Pages of questions that have no answer."""

from __future__ import annotations

from flowspec.diagnostics.rules.rule import Rule

TITLE = "Outputs"

RULES = (
    Rule(
        "unknown-quantity",
        "A quantity that there is not",
        "An output takes and returns the event, by its name, `latent`, `log_prob`, "
        "`base_log_prob` and `ldj`.",
        "outputs:\n  density: {inputs: [action], returns: [logprob]}",
        "Use one of these words.",
    ),
    Rule(
        "unanswerable-output",
        "A question that cannot be answered",
        "From a log_prob or an ldj neither event nor latent follows.",
        "outputs:\n  draw: {inputs: [log_prob], returns: [action]}",
        "Give the event, or the latent, or nothing.",
    ),
    Rule(
        "answered-twice",
        "An input that follows from another",
        "Event and latent determine each other, so giving both contradicts or repeats.",
        "outputs:\n  both: {inputs: [action, latent], returns: [log_prob]}",
        "Give one of them.",
    ),
    Rule(
        "echoed-input",
        "An input that is returned",
        "An output does not return what it is given.",
        "outputs:\n  density: {inputs: [action], returns: [action, log_prob]}",
        "Take it out of `returns`.",
    ),
    Rule(
        "context-in-inputs",
        "A context input or `seed` listed as an input",
        "Every context input is an input of every output, and `seed` of every output that draws, "
        "without being listed.",
        "context:\n"
        "  state: {kind: vector, size: 3}\n"
        "outputs:\n"
        "  sample: {inputs: [state], returns: [action]}",
        "Take it out of `inputs`.",
    ),
    Rule(
        "context-in-returns",
        "A context input or `seed` listed as a return",
        "An output returns quantities of the flow, not what it is given.",
        "context:\n"
        "  state: {kind: vector, size: 3}\n"
        "outputs:\n"
        "  sample: {returns: [action, state]}",
        "Take it out of `returns`.",
    ),
    Rule(
        "option-without-effect",
        "An option that changes nothing",
        "`draws` has an effect where the output draws; `temperature` where something that is "
        "returned depends on the base; `deterministic` where nothing is given. `deterministic` "
        "excludes the other two.",
        "outputs:\n  density: {inputs: [action], returns: [log_prob], draws: 5}",
        "Remove the option.",
    ),
    Rule(
        "base-without-scale",
        "A temperature without a scale",
        "`temperature` scales the base about its location, and this base has no scale.",
        "temperature: 0.5 on an output, with such a base",
        "Remove `temperature`, or choose another base.",
        "text",
    ),
    Rule(
        "base-without-centre",
        "A deterministic output without a centre",
        "`deterministic` returns the image of the base's centre, and this base has not one.",
        "deterministic: true on an output, with such a base",
        "Let the output draw, or choose another base.",
        "text",
    ),
    Rule(
        "nothing-given",
        "An output without any input",
        "A deterministic output of a flow without context would have no input at all, so nothing "
        "would say how many rows are wanted.",
        "outputs:\n  centre: {returns: [action], deterministic: true}",
        "Take `latent` as an input and give zeros.",
    ),
)

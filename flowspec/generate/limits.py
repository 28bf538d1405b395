"""What a flow is for and where it ends, in sentences that follow from its plan and its manifest."""

from __future__ import annotations

from collections.abc import Iterator

from flowspec.bundle import Bundle
from flowspec.catalog.supports import SUPPORTS
from flowspec.records import Plan

_DIGITS = {"float32": "seven", "float64": "sixteen"}


def uses(plan: Plan) -> list[str]:
    """What its outputs are for."""
    given = ", ".join(f"`{context.name}`" for context in plan.contexts)
    about = f" given {given}" if given else ""
    sentences = {
        "draw": f"drawing `{plan.event.name}`{about}",
        "centre": f"the one `{plan.event.name}` at the centre of the base{about}",
        "latent": f"the `{plan.event.name}` of a given latent{about}",
        "event": f"the log-density or the latent of a given `{plan.event.name}`{about}",
    }
    found: dict[str, list[str]] = {}
    for output in plan.outputs:
        found.setdefault(sentences[output.origin], []).append(f"`{output.name}`")
    return [
        f"{sentence[0].upper()}{sentence[1:]}: {', '.join(names)}."
        for sentence, names in found.items()
    ]


def limits(bundle: Bundle) -> list[str]:
    """What it does not do, and what is not known of it."""
    return [*_values(bundle.plan), *_outputs(bundle.plan), *_knowledge(bundle)]


def _values(plan: Plan) -> Iterator[str]:
    event = plan.event
    support = SUPPORTS.make(event.support)
    yield (
        f"`{event.name}` lives on {support.text()}: draws lie inside, and outside the log_prob "
        "is -inf."
    )
    for context in plan.contexts:
        if context.count is not None:
            yield (
                f"`{context.name}` has the {context.count} values it was trained for; another "
                "index is refused, or makes the results of its row NaN."
            )
    yield f"Numbers are {plan.dtype}, with about {_DIGITS[plan.dtype]} decimal digits."


def _outputs(plan: Plan) -> Iterator[str]:
    for output in plan.outputs:
        if not output.cost.exact:
            yield f"`{output.name}` is found approximately."
        if output.temperature != 1:
            yield (
                f"Everything that `{output.name}` returns is of the distribution at temperature "
                f"{output.temperature:g}, not of the flow's own."
            )
        if output.origin == "centre":
            yield (
                f"`{output.name}` is the image of the base's centre, which is neither the mean "
                "nor the mode in general."
            )


def _knowledge(bundle: Bundle) -> Iterator[str]:
    manifest, plan = bundle.manifest, bundle.plan
    standardized = any(part.own and part.family in ("contexts", "supports") for part in plan.parts)
    if standardized and not manifest.state["adapted"]:
        yield "The statistics of what is standardized were never fitted."
    training = manifest.training
    if training is None:
        yield "No training is recorded: the variables may be those of a fresh flow."
    elif training.val_loss is None:
        yield "No loss on held-out rows is recorded, so how well it generalizes is not known."
    if plan.contexts:
        yield "Nothing is measured for context unlike that of the training rows."
    else:
        yield "Nothing is measured for events unlike the training rows."

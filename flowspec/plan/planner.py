"""The planner: decides everything that building needs, and finds what does not fit together."""

from __future__ import annotations

from flowspec.catalog.scope import Scope
from flowspec.diagnostics import Diagnostic
from flowspec.plan.chain import Chain, Link
from flowspec.plan.checks import CHECKS
from flowspec.plan.expand import Place, expand
from flowspec.plan.names import check_names
from flowspec.plan.problems import Problems
from flowspec.plan.solver import Question, solve
from flowspec.records import ContextRecord, EventRecord, LayerRecord, OutputRecord, Plan
from flowspec.spec import Spec
from flowspec.spec.output import default_outputs


def plan(spec: Spec) -> Plan:
    """The plan of a validated spec.

    Raises:
        SpecError: If its parts do not fit together; it holds every problem found.
    """
    return check(spec)[0]


def check(spec: Spec) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """The plan of a validated spec, and warnings about what is allowed but looks wrong.

    Raises:
        SpecError: If its parts do not fit together; it holds every problem found.
    """
    problems = Problems(spec)
    named = check_names(spec, problems)
    contexts = _contexts(spec, problems)
    sizes = {context.name: context.features for context in contexts}
    chain = Chain(
        spec=spec,
        contexts=contexts,
        base=spec.base.plan(_scope(spec, problems, Place("base", ("base",)), sizes)),
        links=_links(spec, problems, sizes),
        tail=_tail(spec, problems),
    )
    # Where layers were refused altogether, there is no chain to look at.
    for rule in CHECKS if chain.links else ():
        rule(chain, problems)
    parts = Plan(
        name=spec.name,
        version=spec.version,
        description=spec.description,
        dtype=spec.dtype,
        event=_event(spec),
        contexts=contexts,
        base=chain.base,
        layers=chain.layers,
        outputs=(),
        spec=spec.as_node(),
    )
    # Where names clash, every output would only tell of the clash again.
    outputs = _outputs(spec, parts, problems) if named else ()
    whole = parts.model_copy(update={"outputs": outputs})
    return whole, problems.finish()


def _scope(
    spec: Spec, problems: Problems, place: Place, contexts: dict[str, int], ordinal: int = 0
) -> Scope:
    return Scope(
        path=place.path,
        source=place.source,
        features=spec.event.size,
        dtype=spec.dtype,
        seed=spec.seed,
        contexts=contexts,
        report=problems.report,
        ordinal=ordinal,
        trainable=place.trainable,
    )


def _contexts(spec: Spec, problems: Problems) -> tuple[ContextRecord, ...]:
    return tuple(
        context.plan(name, _scope(spec, problems, Place(f"context.{name}", ("context", name)), {}))
        for name, context in spec.context.items()
    )


def _event(spec: Spec) -> EventRecord:
    event = spec.event
    return EventRecord(
        name=event.name,
        size=event.size,
        dtype=spec.dtype,
        support=event.support.as_node(),
        fields=event.fields,
    )


def _links(spec: Spec, problems: Problems, contexts: dict[str, int]) -> tuple[Link, ...]:
    """Every layer with its record, in forward order."""
    links: list[Link] = []
    ordinals: dict[str, int] = {}
    for layer, place in expand(spec, problems):
        ordinal = ordinals.get(layer.kind, 0)
        ordinals[layer.kind] = ordinal + 1
        links.append(Link(layer, layer.plan(_scope(spec, problems, place, contexts, ordinal))))
    return tuple(links)


def _tail(spec: Spec, problems: Problems) -> LayerRecord:
    """The event's own map, which comes after every layer."""
    scope = _scope(spec, problems, Place("event", ("event",)), {})
    return spec.event.support.plan(scope, standardize=spec.event.standardize)


def _outputs(spec: Spec, parts: Plan, problems: Problems) -> tuple[OutputRecord, ...]:
    outputs = spec.outputs or default_outputs(spec.event.name)
    solved = (
        solve(parts, Question.of(name, output), problems.report) for name, output in outputs.items()
    )
    return tuple(answer for answer in solved if answer is not None)

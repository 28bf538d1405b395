"""The planner: decides everything that building needs, and finds what does not fit together."""

from __future__ import annotations

from flowspec.catalog.scope import Scope
from flowspec.diagnostics import Diagnostic
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
    base = spec.base.plan(_scope(spec, problems, Place("base", ("base",)), sizes))
    layers = _layers(spec, problems, sizes)
    _check_coverage(spec, layers, problems)
    _check_context_is_read(contexts, (base, *layers), problems)
    parts = Plan(
        name=spec.name,
        version=spec.version,
        description=spec.description,
        dtype=spec.dtype,
        event=_event(spec),
        contexts=contexts,
        base=base,
        layers=layers,
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


def _layers(spec: Spec, problems: Problems, contexts: dict[str, int]) -> tuple[LayerRecord, ...]:
    """The whole chain, latent to event; the event's own map comes last."""
    records: list[LayerRecord] = []
    ordinals: dict[str, int] = {}
    for layer, place in expand(spec, problems):
        ordinal = ordinals.get(layer.kind, 0)
        ordinals[layer.kind] = ordinal + 1
        records.append(layer.plan(_scope(spec, problems, place, contexts, ordinal)))
    at = Place("event", ("event",))
    tail = spec.event.support.plan(
        _scope(spec, problems, at, {}), standardize=spec.event.standardize
    )
    return (*records, tail)


def _check_coverage(spec: Spec, layers: tuple[LayerRecord, ...], problems: Problems) -> None:
    """Every feature must be moved by some layer, wherever permutations carry it."""
    moved = [False] * spec.event.size
    for layer in layers:
        if layer.order is not None:
            moved = [moved[place] for place in layer.order]
        if layer.moved is not None:
            moved = [old or new for old, new in zip(moved, layer.moved, strict=True)]
    still = [index for index, done in enumerate(moved) if not done]
    if still:
        names = spec.event.fields or tuple(map(str, range(len(moved))))
        listed = ", ".join(names[index] for index in still[:8]) + ("…" if still[8:] else "")
        problems.report(
            "unmoved-feature", f"no layer ever moves these features of the event: {listed}",
            ("layers",), key=True, help="add a layer with another mask, or a permutation",
        )  # fmt: skip


def _check_context_is_read(
    contexts: tuple[ContextRecord, ...], parts: tuple[LayerRecord, ...], problems: Problems
) -> None:
    read = {name for part in parts for name in part.reads}
    for context in contexts:
        if context.name not in read:
            problems.report(
                "unread-context", f"nothing reads the context input `{context.name}`",
                ("context", context.name), key=True, severity="warning",
            )  # fmt: skip


def _outputs(spec: Spec, parts: Plan, problems: Problems) -> tuple[OutputRecord, ...]:
    outputs = spec.outputs or default_outputs(spec.event.name)
    solved = (
        solve(parts, Question.of(name, output), problems.report) for name, output in outputs.items()
    )
    return tuple(answer for answer in solved if answer is not None)

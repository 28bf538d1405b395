"""The output solver: from a question to the cheapest steps that answer it.

With the event given it goes inverse, with the latent given forward, with neither it draws from
the base or starts at its centre. Each layer runs once, whatever is returned, and a drawn
`log_prob` never goes through the inverse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flowspec import shapes
from flowspec.catalog import BASES
from flowspec.diagnostics import nearest
from flowspec.records import (
    Cost,
    InputRecord,
    LayerRecord,
    Origin,
    OutputRecord,
    Plan,
    SpecPath,
    Step,
)
from flowspec.spec.output import QUANTITIES, Output

SEED = "seed"
Report = Callable[..., None]

_LISTED = {"inputs": "context-in-inputs", "returns": "context-in-returns"}
"""What is said of a context input, or of `seed`, that a key lists."""

_REMOVE = "remove the option"


@dataclass(frozen=True, kw_only=True)
class Question:
    """Given these inputs, and every context input, return those quantities."""

    name: str
    inputs: tuple[str, ...] = ()
    returns: tuple[str, ...]
    draws: int | None = None
    temperature: float | None = None
    deterministic: bool = False

    @classmethod
    def of(cls, name: str, output: Output) -> Question:
        """The question that an output of a spec asks."""
        return cls(name=name, **dict(output))

    @property
    def source(self) -> SpecPath:
        """Its place in the spec."""
        return ("outputs", self.name)


def solve(plan: Plan, question: Question, report: Report) -> OutputRecord | None:
    """The steps that answer a question, or None, and reports, where it cannot be answered.

    Args:
        plan: The flow; its outputs are not looked at.
        question: What is given and what is asked.
        report: Called with slug, message and place for everything that is wrong.
    """
    if not all(check(plan, question, report) for check in (_check_words, _check_options)):
        return None
    origin = _origin(plan, question)
    chain = _chain(plan, question, origin)
    uses_base = origin in ("draw", "centre") or bool(
        {"log_prob", "base_log_prob"} & set(question.returns)
    )
    used = [*([plan.base] if uses_base else []), *chain]
    encoded = [context.layer for context in plan.contexts if _is_read(context.name, used)]
    return OutputRecord(
        name=question.name,
        inputs=_inputs(plan, question, origin),
        returns=tuple(_quantity(plan, name, question.draws) for name in question.returns),
        origin=origin,
        steps=tuple(_steps(plan, question, origin, encoded, chain, uses_base=uses_base)),
        draws=question.draws,
        temperature=question.temperature or 1.0,
        cost=_cost(plan, origin, encoded, chain, uses_base=uses_base),
    )


def _is_read(name: str, parts: Iterable[LayerRecord]) -> bool:
    return any(name in part.reads for part in parts)


def _origin(plan: Plan, question: Question) -> Origin:
    if plan.event.name in question.inputs:
        return "event"
    if "latent" in question.inputs:
        return "latent"
    return "centre" if question.deterministic else "draw"


def _chain(plan: Plan, question: Question, origin: Origin) -> tuple[LayerRecord, ...]:
    """The layers that must run, in the order in which they run."""
    if origin == "event":
        return plan.layers[::-1]
    needed = {plan.event.name, "ldj", "log_prob"} & set(question.returns)
    return plan.layers if needed else ()


def _steps(
    plan: Plan,
    question: Question,
    origin: Origin,
    encoded: Iterable[LayerRecord],
    chain: tuple[LayerRecord, ...],
    *,
    uses_base: bool,
) -> Iterable[Step]:
    for part in encoded:
        yield Step(operation="encode", layer=part.path)
    base = plan.base.path
    if origin in ("draw", "centre"):
        yield Step(operation="draw" if origin == "draw" else "centre", layer=base)
    if question.draws and any(layer.reads for layer in chain):
        yield Step(operation="repeat")
    if origin == "latent" and uses_base:
        yield Step(operation="base_log_prob", layer=base)
    for layer in chain:
        yield Step(operation="inverse" if origin == "event" else "forward", layer=layer.path)
    if origin == "event" and uses_base:
        yield Step(operation="base_log_prob", layer=base)


def _cost(
    plan: Plan,
    origin: Origin,
    encoded: Iterable[LayerRecord],
    chain: Iterable[LayerRecord],
    *,
    uses_base: bool,
) -> Cost:
    networks = [network for part in encoded for network in part.networks if network.variables]
    cost = Cost(passes=len(networks) + len(plan.base.networks) * uses_base)
    for layer in chain:
        cost = cost + (layer.inverse if origin == "event" else layer.forward)
    return cost


def _inputs(plan: Plan, question: Question, origin: Origin) -> tuple[InputRecord, ...]:
    context = [context.input for context in plan.contexts]
    given = [_quantity(plan, name, None) for name in question.inputs]
    seed = [InputRecord(name=SEED, shape=shapes.rows(), dtype="int64")]
    return (*context, *given, *(seed if origin == "draw" else []))


def _quantity(plan: Plan, name: str, draws: int | None) -> InputRecord:
    sizes = (plan.event.size,) if name in (plan.event.name, "latent") else ()
    return InputRecord(name=name, shape=shapes.rows(*sizes, draws=draws), dtype=plan.dtype)


def _check_words(plan: Plan, question: Question, report: Report) -> bool:
    """Inputs and returns are known, distinct, and do not echo or contradict each other."""
    event = plan.event.name
    good = True

    def refuse(slug: str, message: str, key: str, index: int, **details: Any) -> None:
        nonlocal good
        good = False
        report(slug, message, (*question.source, key, index), **details)

    known = (event, *QUANTITIES)
    for key, names in (("inputs", question.inputs), ("returns", question.returns)):
        for index, name in enumerate(names):
            if name in names[:index]:
                refuse(
                    "repeated-name", f"`{name}` is listed twice", key, index, help="list it once"
                )  # fmt: skip
            elif name in {*(context.name for context in plan.contexts), SEED}:
                refuse(
                    _LISTED[key], f"`{name}` cannot be listed here", key, index,
                    help="context inputs are always given, and `seed` wherever the output draws",
                )  # fmt: skip
            elif name not in known:
                refuse(
                    "unknown-quantity", f"the flow has no quantity named `{name}`", key, index,
                    expected=", ".join(known), got=name, nearest=nearest(name, known),
                )  # fmt: skip
    for index, name in enumerate(question.inputs):
        if name in QUANTITIES and name != "latent":
            refuse(
                "unanswerable-output", f"nothing can be told from a given `{name}`", "inputs",
                index, expected=f"{event} or latent",
            )  # fmt: skip
        elif name == "latent" and event in question.inputs:
            refuse(
                "answered-twice", f"`latent` and `{event}` determine each other: give one",
                "inputs", index, help="take one of them out of `inputs`",
            )  # fmt: skip
    for index, name in enumerate(question.returns):
        if name in question.inputs:
            refuse(
                "echoed-input", f"`{name}` is an input of this output", "returns", index,
                help="take it out of `returns`",
            )  # fmt: skip
    return good


def _check_options(plan: Plan, question: Question, report: Report) -> bool:
    """Options have an effect, and the base can do what they ask."""
    base = BASES.kinds[plan.base.kind]
    given = bool(question.inputs)
    draws = not given and not question.deterministic
    uses_base = not given or bool({"log_prob", "base_log_prob"} & set(question.returns))
    checks = (
        ("draws", question.draws and not draws, "option-without-effect",
         "`draws` counts draws, and this output does not draw", _REMOVE),
        ("temperature", question.temperature and not uses_base, "option-without-effect",
         "`temperature` has no effect: nothing that is returned depends on the base", _REMOVE),
        ("temperature", question.temperature and question.deterministic, "option-without-effect",
         "`temperature` cannot be combined with `deterministic`", _REMOVE),
        ("temperature", question.temperature and not base.has_scale, "base-without-scale",
         f"the base `{plan.base.kind}` has no scale that a temperature could change", _REMOVE),
        ("deterministic", question.deterministic and given, "option-without-effect",
         "`deterministic` starts from the base's centre, and here an input says where to start",
         _REMOVE),
        ("deterministic", question.deterministic and not base.has_centre, "base-without-centre",
         f"the base `{plan.base.kind}` has no single centre to start from", _REMOVE),
        ("deterministic", question.deterministic and not given and not plan.contexts,
         "nothing-given",
         "a deterministic output of a flow without context has no input at all",
         "list `latent` in `inputs` and give zeros"),
    )  # fmt: skip
    wrong = [check for check in checks if check[1]]
    for key, _, slug, message, help in wrong:
        report(slug, message, (*question.source, key), help=help)
    return not wrong

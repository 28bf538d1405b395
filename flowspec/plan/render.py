"""The plan as people read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flowspec import shapes
from flowspec.plan.fingerprint import fingerprints
from flowspec.records import InputRecord, LayerRecord, OutputRecord, Plan, VariableRecord

Row = Sequence[str]


def render(plan: Plan, *, variables: bool = True) -> str:
    """Inputs, layers, outputs and, on request, every variable, as aligned text."""
    sections = [_title(plan), _section("context", _contexts(plan)),
                _section("layers, latent to event", _layers(plan)),
                _section("outputs", _outputs(plan))]  # fmt: skip
    if variables:
        sections.append(_section("variables", map(_variable, plan.variables)))
    sections.append(_section("fingerprints", fingerprints(plan).short.items()))
    sections.append(_totals(plan))
    return "\n\n".join(section for section in sections if section) + "\n"


def _title(plan: Plan) -> str:
    event = plan.event
    lines = [f"{plan.name} {plan.version}, {plan.dtype}"]
    if plan.description:
        lines.append(plan.description.strip())
    given = ", ".join(context.name for context in plan.contexts)
    about = f"{event.name} {shapes.text(shapes.rows(event.size))} on {_support(event.support)}"
    lines.append(f"the density of {about}" + (f" given {given}" if given else ""))
    return "\n".join(lines)


def _support(node: dict[str, object]) -> str:
    options = ", ".join(f"{key} {value}" for key, value in node.items() if key != "kind")
    return f"{node['kind']} ({options})" if options else str(node["kind"])


def _contexts(plan: Plan) -> Iterable[Row]:
    for context in plan.contexts:
        encoder = context.layer.networks[0]
        scaled = "standardized, " if context.layer.own else ""
        yield (context.name, context.kind, shapes.text(context.shape), context.dtype,
               f"{scaled}{encoder.kind} to {_features(context.features)}",
               _parameters(context.layer))  # fmt: skip


def _layers(plan: Plan) -> Iterable[Row]:
    for part in (plan.base, *plan.layers):
        yield (part.path, part.kind, _map(part), _details(part), _networks(part),
               _parameters(part))  # fmt: skip


def _map(part: LayerRecord) -> str:
    transform: dict[str, Any] = part.node.get("transform", {})
    return transform.get("kind", "")


def _details(part: LayerRecord) -> str:
    """The mask as a picture (`#` passes, `.` is moved), an order, or statistics."""
    if part.mask is not None:
        return _shorten("".join("#" if passes else "." for passes in part.mask), 24)
    if part.order is not None:
        return _shorten(" ".join(map(str, part.order)), 24)
    if part.family == "supports" and part.own:
        return "standardized"
    return ""


def _networks(part: LayerRecord) -> str:
    texts: list[str] = []
    for network in part.networks:
        read = [_features(network.value)] if network.value else []
        read += [", ".join(part.reads)] if network.context else []
        sizes = [str(size) for size in network.node.get("hidden", ())]
        inside = " ".join([network.kind, *sizes, str(network.outputs)])
        texts.append(f"{' + '.join(read)} -> {inside} ({part.parameters} a feature)")
    if part.own and part.parameters:
        texts.append(f"learned ({part.parameters} a feature)")
    return "; ".join(texts)


def _features(count: int) -> str:
    return f"{count} feature" if count == 1 else f"{count} features"


def _outputs(plan: Plan) -> Iterable[Row]:
    for output in plan.outputs:
        inputs = ", ".join(record.name for record in output.inputs)
        yield (output.name, f"({inputs})", "->", ", ".join(map(_quantity, output.returns)),
               _answer(output))  # fmt: skip


def _quantity(record: InputRecord) -> str:
    return f"{record.name} {shapes.text(record.shape)}"


def _answer(output: OutputRecord) -> str:
    how = {"draw": "draws", "centre": "from the centre", "latent": "forward", "event": "inverse"}
    passes = output.cost.passes
    network = f"{passes} network {'pass' if passes == 1 else 'passes'}"
    exact = "exact" if output.cost.exact else "approximate"
    heat = f", temperature {output.temperature:g}" if output.temperature != 1 else ""
    return f"{how[output.origin]}, {network}, {exact}{heat}"


def _variable(variable: VariableRecord) -> Row:
    frozen = "" if variable.trainable else "fixed"
    return (variable.path, shapes.text(variable.shape), variable.dtype, variable.initializer,
            frozen)  # fmt: skip


def _parameters(part: LayerRecord) -> str:
    return f"{sum(variable.size for variable in part.variables):,} parameters"


def _totals(plan: Plan) -> str:
    trainable = sum(variable.size for variable in plan.variables if variable.trainable)
    fixed = sum(variable.size for variable in plan.variables if not variable.trainable)
    count = len(plan.variables)
    return f"{trainable:,} trainable parameters, {fixed:,} fixed, in {count} variables"


def _section(title: str, rows: Iterable[Row]) -> str:
    table = [tuple(row) for row in rows]
    if not table:
        return ""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = (
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in table
    )
    return "\n".join([f"{title}", *(line.rstrip() for line in lines)])


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"

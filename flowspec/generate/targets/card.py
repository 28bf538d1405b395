"""A model card in Markdown: diagram, endpoints, training, limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flowspec import shapes
from flowspec.bundle import Bundle
from flowspec.bundle.manifest import TrainingRecord
from flowspec.catalog.supports import SUPPORTS
from flowspec.generate.diagram import diagram
from flowspec.generate.endpoints import endpoints
from flowspec.generate.limits import limits, uses
from flowspec.generate.render import render
from flowspec.records import OutputRecord

_UNKNOWN = "not recorded"


def files(bundle: Bundle) -> dict[str, str | bytes]:
    """The card, `NAME_card.md`."""
    plan = bundle.plan
    text = render(
        "card/card.md.j2",
        plan=plan,
        manifest=bundle.manifest,
        support=SUPPORTS.make(plan.event.support).text(),
        given=", ".join(f"`{context.name}`" for context in plan.contexts),
        tools=", ".join(f"{tool} {version}" for tool, version in bundle.manifest.tools.items()),
        trainable=sum(variable.size for variable in plan.variables if variable.trainable),
        fixed=sum(variable.size for variable in plan.variables if not variable.trainable),
        event_shape=shapes.text(shapes.rows(plan.event.size)),
        shape=lambda record: shapes.text(record.shape),
        diagram=diagram(plan),
        endpoints=endpoints(plan),
        answered=_answered,
        options=list(_options({"training": plan.spec.get("training", {})})),
        training=bundle.manifest.training or dict.fromkeys(TrainingRecord.model_fields),
        told=_told,
        nats=_nats,
        uses=uses(plan),
        limits=limits(bundle),
    )
    return {f"{plan.name}_card.md": text}


def _answered(output: OutputRecord) -> str:
    how = {"draw": "draws", "centre": "from the base's centre", "latent": "forward",
           "event": "inverse"}  # fmt: skip
    passes = output.cost.passes
    parts = [
        how[output.origin],
        f"{passes} network {'pass' if passes == 1 else 'passes'}",
        "exact" if output.cost.exact else "approximate",
    ]
    if output.temperature != 1:
        parts.append(f"temperature {output.temperature:g}")
    return ", ".join(parts)


def _options(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every option with its value, as `optimizer.learning_rate`."""
    for key, value in node.items():
        if isinstance(value, dict):
            yield from _options(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", str(value)


def _told(value: Any) -> str:
    """A value that may not be known."""
    if not value:
        return _UNKNOWN
    return f"`{value}`" if isinstance(value, str) else f"{value:,}"


def _nats(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else _UNKNOWN

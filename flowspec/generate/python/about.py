"""What a generated module says of its flow: docstrings."""

from __future__ import annotations

from flowspec.catalog import SUPPORTS
from flowspec.generate.python.outputs import Method
from flowspec.generate.quoting import line, listed
from flowspec.records import Plan


def about_module(plan: Plan, methods: list[Method]) -> str:
    """What the flow is, and how the module is used."""
    event, names = plan.event, [context.name for context in plan.contexts]
    given = f", given {_quoted(names)}" if names else ""
    support = SUPPORTS.make(event.support).text()
    what = (
        f"The flow `{plan.name}`, version {plan.version}: a distribution of `{event.name}`, "
        f"{event.size} feature{'s' * (event.size > 1)} on {support}{given}."
    )
    inputs = [f"{name}=…" for name in names]
    usage = [
        "    flow = load()",
        *(f"    flow.{one.name}({', '.join(f'{name}=…' for name in one.parameters)})"
          for one in methods[:1]),
        f"    flow.distribution({', '.join(inputs)})  # a TFP distribution",
    ]  # fmt: skip
    return "\n\n".join(filter(None, [line(plan.description), what, "\n".join(usage)]))


def about_class(plan: Plan) -> str:
    """What the model answers, and what its inputs' features and values are called."""
    event, names = plan.event, [context.name for context in plan.contexts]
    given = f" given {_quoted(names)}" if names else ""
    words = [(event.name, "features", event.fields)]
    words += [(one.name, "entries", one.fields) for one in plan.contexts]
    words += [(one.name, "values", one.labels) for one in plan.contexts]
    paragraphs = [
        f"The distribution of `{event.name}`{given}.",
        "Calling the model on a dict of inputs gives the log-density of events, so that `compile` "
        "and `fit` on such a dict train it by maximum likelihood.",
        *(f"The {what} of `{name}`: {listed(texts)}." for name, what, texts in words if texts),
    ]
    return "\n\n".join(paragraphs)


def _quoted(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)

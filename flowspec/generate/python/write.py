"""The module of a flow: everything that was written for it, in one text."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Collection, Iterator
from typing import Any

from flowspec.catalog import SUPPORTS
from flowspec.catalog.kind import Kind
from flowspec.generate.identifiers import camel
from flowspec.generate.python.chain import chain_lines
from flowspec.generate.python.docs import comment, docstring, mathematics
from flowspec.generate.python.excerpts import Excerpt
from flowspec.generate.python.frozen import frozen_paths
from flowspec.generate.python.module import Module
from flowspec.generate.python.names import Names
from flowspec.generate.python.networks import Networks
from flowspec.generate.python.outputs import HELPERS, Method, methods_of, parameters_of
from flowspec.generate.python.parts import Parts
from flowspec.generate.python.views import kind_of
from flowspec.generate.quoting import line, listed
from flowspec.generate.render import render
from flowspec.records import Plan

FIXED = frozenset({"Any", "DTYPE", "FROZEN", "FlowDistribution", "FlowLayer", "POLICY", "Path",
                   "SIZE", "WEIGHTS", "keras", "load", "load_file", "np", "os", "save_file", "tf",
                   "tfp", *HELPERS})  # fmt: skip
"""Names that the templates give at the top of the module."""

LOCAL = frozenset({"context", "count", "draws", "features", "input_shape", "known", "latent",
                   "noise", "seed", "source", "temperature", "value"})  # fmt: skip
"""Names that the templates give inside classes: no function must be hidden by them."""


def write_module(plan: Plan, policy: str, frozen: Collection[str]) -> str:
    """The module of a flow, not yet formatted.

    Args:
        plan: The flow.
        policy: The dtype, or dtype policy, of the Keras layers of its networks.
        frozen: Paths of variables that were frozen in Python.
    """
    names = Names({*FIXED, *LOCAL, *keyword.kwlist, *dir(builtins)})
    name = names.of("flow", camel(plan.name), f"{camel(plan.name)}Flow")
    module = Module(names, _options(plan))
    layer_dtype = "DTYPE" if policy == plan.dtype else "POLICY"
    parts = Parts(plan, module, Networks(module, layer_dtype))
    methods = methods_of(plan)
    heads = frozen_paths(plan, frozen)
    flow = _flow(plan, name, module, parts, methods, heads)
    helpers = _helpers(plan, methods, module)
    _add_imports(module)
    fixed = {"DTYPE": repr(plan.dtype), "SIZE": repr(plan.event.size)}
    if layer_dtype == "POLICY":
        fixed["POLICY"] = repr(policy)
    fixed["WEIGHTS"] = 'Path(__file__).with_name("weights.safetensors")'
    if heads:
        module.constants["FROZEN"] = f"({', '.join(map(repr, heads))},)"
    return render(
        "python/module.py.j2",
        text=docstring(_text(plan, methods)),
        imports=module.imports,
        constants={**fixed, **module.constants},
        blocks=[helpers, *_arranged(plan, module), *flow],
    )


def _flow(
    plan: Plan, name: str, module: Module, parts: Parts, methods: list[Method], heads: list[str]
) -> list[str]:
    """The class of the flow, its distribution, and the function that loads it."""
    contexts = {context.name: str(parts.context(context)) for context in plan.contexts}
    base = str(parts.base(plan.base))
    calls = [parts.layer(record) for record in plan.layers]
    values: dict[str, Any] = {"plan": plan, "name": name, "conditional": plan.conditional}
    records = [context.input for context in plan.contexts]
    given = parameters_of(plan, records)
    model = render(
        "python/flow.py.j2", **values, contexts=contexts, base=base, methods=methods, frozen=heads,
        chain=chain_lines(plan.spec["layers"], calls, module), text=docstring(_model_text(plan), 4),
        given=given,
        encoded=f"{{{', '.join(f'{one.name!r}: {name}' for name, one in given.items())}}}",
    )  # fmt: skip
    others = ("python/distribution.py.j2", "python/load.py.j2")
    return [model, *(render(template, **values) for template in others)]


def _helpers(plan: Plan, methods: list[Method], module: Module) -> str:
    bodies = "\n".join(line for method in methods for line in method.body)
    used = [helper for helper in HELPERS if f"{helper}(" in bodies]
    unknown = ""
    if plan.conditional:
        used.append("mark_unknown")
        unknown = module.excerpts.name_of("flowspec.build.glue", "unknown_rows")
    return render("python/helpers.py.j2", helpers=used, unknown_rows=unknown)


def _arranged(plan: Plan, module: Module) -> Iterator[str]:
    """Functions, then classes, each after the functions of its own kind."""
    origins = {one.origin for one in module.classes}
    excerpts = {one.module: one for one in module.excerpts.texts()}
    for one in excerpts.values():
        if one.module not in origins:
            yield _commented(one)
    yield render("python/step.py.j2", conditional=plan.conditional)
    for one in module.classes:
        if one.origin in excerpts:
            yield excerpts.pop(one.origin).text
        yield one.text


def _commented(excerpt: Excerpt) -> str:
    """Functions, after what their file says of their mathematics."""
    if not any(word in excerpt.docstring for word in ("Shapes:", "References:")):
        return excerpt.text
    return f"{comment(mathematics(excerpt.docstring))}\n\n\n{excerpt.text}"


def _add_imports(module: Module) -> None:
    for name in ("keras", "np", "tf", "tfp"):
        module.imports.backend(name)
    module.imports.add("os")
    module.imports.add("pathlib", "Path")
    module.imports.add("typing", "Any")
    module.imports.add("safetensors.numpy", "load_file")
    module.imports.add("safetensors.numpy", "save_file")


def _options(plan: Plan) -> dict[str, set[Any]]:
    """The values of every numeric option of the flow's kinds, by the option's name."""
    found: dict[str, set[Any]] = {}

    def collect(kind: Kind) -> None:
        for name, value in dict(kind).items():
            if isinstance(value, Kind):
                collect(value)
            elif isinstance(value, int | float | tuple) and not isinstance(value, bool):
                found.setdefault(name, set()).add(value)

    for record in plan.parts:
        collect(kind_of(record))
    return found


def _text(plan: Plan, methods: list[Method]) -> str:
    """The docstring of the module."""
    event, records = plan.event, [context.input for context in plan.contexts]
    given = f", given {', '.join(f'`{record.name}`' for record in records)}" if records else ""
    lines = [
        f"The flow `{plan.name}`, version {plan.version}: a distribution of `{event.name}`, "
        f"{event.size} features on {SUPPORTS.make(event.support).text()}{given}."
    ]
    if plan.description:
        lines.insert(0, line(plan.description))
    usage = [
        "flow = load()",
        *(f"flow.{_example(method)}" for method in methods[:1]),
        f"flow.distribution({', '.join(f'{r.name}=…' for r in records)})  # a TFP distribution",
    ]
    lines.append("\n".join(f"    {one}" for one in usage))
    return "\n\n".join(lines)


def _example(method: Method) -> str:
    given = ", ".join(f"{name}=…" for name in method.parameters)
    return f"{method.name}({given})"


def _model_text(plan: Plan) -> str:
    """The docstring of the class."""
    event = plan.event
    given = ", ".join(f"`{context.name}`" for context in plan.contexts)
    lines = [
        f"The distribution of `{event.name}`{f' given {given}' if given else ''}.",
        "Calling the model on a dict of inputs gives the log-density of events, so that `compile` "
        "and `fit` on such a dict train it by maximum likelihood.",
    ]
    words = [(event.name, "features", event.fields)]
    words += [(one.name, "entries", one.fields) for one in plan.contexts]
    words += [(one.name, "values", one.labels) for one in plan.contexts]
    lines += [f"The {what} of `{name}`: {listed(texts)}." for name, what, texts in words if texts]
    return "\n\n".join(lines)

"""The module of a flow: everything that is written for it, in one text."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Collection, Iterator
from typing import Any

from flowspec.catalog.kind import Kind
from flowspec.generate.identifiers import camel
from flowspec.generate.python.about import about_class, about_module
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
from flowspec.generate.render import render
from flowspec.records import Plan

FIXED = frozenset({"Any", "DTYPE", "FROZEN", "FlowDistribution", "FlowLayer", "POLICY", "Path",
                   "SIZE", "WEIGHTS", "keras", "load", "load_file", "np", "os", "save_file", "tf",
                   "tfp", *HELPERS})  # fmt: skip
"""Names that the templates give at the top of the module."""

INNER = frozenset({"context", "count", "draws", "features", "input_shape", "known", "latent",
                   "noise", "seed", "source", "temperature", "value"})  # fmt: skip
"""Names that the templates give inside classes: no function must be hidden by them."""


def write_module(plan: Plan, *, policy: str, frozen: Collection[str] = ()) -> str:
    """The module of a flow, not yet formatted.

    Args:
        plan: The flow.
        policy: The dtype, or dtype policy, of the Keras layers of its networks.
        frozen: Paths of variables that were frozen in Python.
    """
    names = Names({*FIXED, *INNER, *keyword.kwlist, *dir(builtins)})
    name = names.of("flow", camel(plan.name), f"{camel(plan.name)}Flow")
    module = Module(names, _options(plan))
    methods, heads = methods_of(plan), frozen_paths(plan, frozen)
    layer_dtype = "DTYPE" if policy == plan.dtype else "POLICY"
    parts = Parts(plan, module, Networks(module, layer_dtype))
    values = {"plan": plan, "name": name, "conditional": plan.conditional}
    model = render("python/flow.py.j2", **values, **_model(plan, module, parts, methods, heads))
    ends = [render(f"python/{one}.py.j2", **values) for one in ("distribution", "load")]
    blocks = [_helpers(plan, methods, module), *_arranged(plan, module), model, *ends]
    _add_imports(module)
    return render(
        "python/module.py.j2",
        text=docstring(about_module(plan, methods)),
        imports=module.imports,
        plan=plan,
        policy=policy,
        constants=module.constants,
        frozen=heads,
        blocks=blocks,
    )


def _model(
    plan: Plan, module: Module, parts: Parts, methods: list[Method], heads: list[str]
) -> dict[str, Any]:
    """The values of the template of the flow's class, whose parts the module now has."""
    given = parameters_of(plan, (context.input for context in plan.contexts))
    contexts = {context.name: str(parts.context(context)) for context in plan.contexts}
    base = str(parts.base())
    layers = [parts.layer(record) for record in plan.layers]
    return {
        "text": docstring(about_class(plan), 4),
        "contexts": contexts,
        "base": base,
        "chain": chain_lines(plan.spec["layers"], layers, module),
        "methods": methods,
        "given": given,
        "encoded": f"{{{', '.join(f'{one.name!r}: {name}' for name, one in given.items())}}}",
        "frozen": heads,
    }


def _helpers(plan: Plan, methods: list[Method], module: Module) -> str:
    """The functions that methods call, as far as they do."""
    folds = any("fold_draws(" in line for method in methods for line in method.body)
    unknown = None
    if plan.conditional:
        unknown = module.excerpts.name_of("flowspec.build.glue", "unknown_rows")
    return render("python/helpers.py.j2", folds=folds, unknown_rows=unknown)


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
    """What the templates use."""
    for name in ("keras", "np", "tf", "tfp"):
        module.imports.backend(name)
    module.imports.add("os")
    for origin, name in (("pathlib", "Path"), ("typing", "Any"),
                         ("safetensors.numpy", "load_file"),
                         ("safetensors.numpy", "save_file")):  # fmt: skip
        module.imports.add(origin, name)


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

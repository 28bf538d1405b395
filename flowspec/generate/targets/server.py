"""A FastAPI project that serves the SavedModel without flowspec.

`NAME_server/` holds the code, `saved_model/` the model, and around them stand requirements, a
Dockerfile, a README and tests. Routes, requests, answers and errors are those of `flowspec serve`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flowspec.backend import np
from flowspec.bundle import Bundle
from flowspec.data.support import Limits
from flowspec.generate.endpoints import Bounds, Endpoint, Quantity, endpoints, example
from flowspec.generate.identifiers import classes, identifiers
from flowspec.generate.render import render
from flowspec.generate.saved_model import saved_model_files, tensorflow_version
from flowspec.records import Plan

_CODE: Final = ("app", "errors", "flow", "guard", "models", "seeds")
_AROUND: Final = ("Dockerfile", "README.md", "pyproject.toml", "requirements-dev.txt",
                  "requirements.txt", "tests/test_server.py")  # fmt: skip

LARGEST: Final = {"float32": "3.4028234663852886e38", "float64": "1.7976931348623157e308"}

_TAKEN: Final = frozenset({
    "arrays", "construct", "copy", "dict", "draws", "from_orm", "json", "parse_file", "parse_obj",
    "parse_raw", "schema", "schema_json", "seed", "update_forward_refs", "validate",
})  # fmt: skip
"""What a pydantic model has by itself; so is whatever begins with `model_`."""


def files(bundle: Bundle) -> dict[str, str | bytes]:
    """The project; the SavedModel is that of the bundle.

    Raises:
        BundleError: If the bundle holds no SavedModel, or a damaged one.
    """
    package = f"{bundle.plan.name}_server"
    values = _values(bundle, package)
    found: dict[str, str | bytes] = {
        f"{package}/{name}.py": render(f"server/{name}.py.j2", **values) for name in _CODE
    }
    found[f"{package}/__init__.py"] = render("server/init.py.j2", **values)
    found[".dockerignore"] = render("server/dockerignore.j2", **values)
    found |= {name: render(f"server/{name}.j2", **values) for name in _AROUND}
    model = saved_model_files(bundle)
    return found | {f"saved_model/{path}": data for path, data in model.items()}


def _values(bundle: Bundle, package: str) -> dict[str, Any]:
    """What the templates are filled with."""
    plan = bundle.plan
    found = endpoints(plan)
    inputs = {one.name: one for endpoint in found for one in endpoint.inputs}
    names = _attributes(inputs)
    rows = classes(inputs)
    axes = [2 + len(one.sizes) for endpoint in found for one in endpoint.returns]
    types = [f"{one.type}{end}" for one in found for end in ("Request", "Response")]
    return {
        "plan": plan,
        "package": package,
        "tensorflow": tensorflow_version(bundle),
        "endpoints": found,
        "inputs": tuple(inputs.values()),
        "rows": {name: f"{row}Rows" for name, row in rows.items()},
        "constants": {name: name.upper() for name in inputs},
        "largest": LARGEST[plan.dtype],
        "most_axes": max(axes),
        "ends": {one.name: _ends(plan) for one in inputs.values() if one.bounded},
        "bounds": _bounds,
        "attribute": lambda one: _attribute(one, names[one.name], f"{rows[one.name]}Rows"),
        "array": _array,
        "returned": _returned,
        "examples": {one.name: repr(example(one)) for one in found},
        "sizes": {e.name: {one.name: one.sizes for one in e.returns} for e in found},
        "imported": sorted(["Drawing", "Failure", "Request", *types]),
    }


def _attributes(names: Mapping[str, Any]) -> dict[str, str]:
    """Names of inputs as attributes of a pydantic model."""
    return identifiers(names, {*_TAKEN, *(n for n in names if n.startswith("model_"))})


def _attribute(one: Quantity, name: str, rows: str) -> str:
    if name == one.name:
        return f"{name}: {rows}"
    return f'{name}: Annotated[{rows}, Field(alias="{one.name}")]'


def _returned(endpoint: Endpoint, one: Quantity) -> str:
    """The attribute of a return; with `draws` it has one axis more."""
    name = _attributes({one.name: one})[one.name]
    axes = 1 + len(one.sizes)
    kind = f"Array{axes} | Array{axes + 1}" if endpoint.seeded else f"Array{axes}"
    if name == one.name:
        return f"{name}: {kind}"
    return f'{name}: Annotated[{kind}, Field(alias="{one.name}")]'


def _array(one: Quantity) -> str:
    """The array of an input; an event that rounding has put on a bound is moved inside."""
    array = f"np.array(rows, np.{one.dtype})"
    return f"np.clip({array}, *{one.name.upper()}_ENDS)" if one.bounded else array


def _ends(plan: Plan) -> tuple[str, str]:
    most = np.finfo(plan.dtype).max
    limits = Limits(plan.event)
    ends = (limits.nudged(np.full((plan.event.size,), sign * most)) for sign in (-1, 1))
    first, last = (f"np.{plan.dtype}({_repeated(end.tolist())})" for end in ends)
    return first, last


def _bounds(bounds: Bounds) -> str:
    return _repeated(list(bounds or ()))


def _repeated(values: list[Any]) -> str:
    """The literal of a list, short where all values are the same."""
    same = len(set(values)) == 1 and len(values) > 1
    return f"[{values[0]!r}] * {len(values)}" if same else repr(values)

"""Generated modules as their owners have them: formatted, imported from a folder of their own."""

from __future__ import annotations

import functools
import importlib.util
import inspect
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import tensorflow as tf

import flowspec
from flowspec import bundle
from flowspec.generate.targets.python import files
from flowspec.models import answer
from flowspec.plan import plan
from flowspec.spec import load_spec
from tests.laws.cases import Case
from tests.laws.flows import Arrays, compiled
from tests.laws.questions import answerable

RUFF = (sys.executable, "-m", "ruff")
SETTINGS = ("--isolated", "--line-length", "100")
FOLDER = tempfile.TemporaryDirectory(prefix="flowspec.generated.")


def with_every_output(case: Case, dtype: str = "float64") -> Case:
    """The case with every question of the laws as an output."""
    found = plan(load_spec(case.node, [f"dtype={dtype}"]))
    node = {**case.node, "dtype": dtype, "outputs": answerable(found)}
    return Case(f"{case.name}-{dtype}", case.family, case.kind, json.dumps(node))


def ruff(command: str, *arguments: str, code: str | None = None) -> str:
    """What ruff prints, with no settings but the length of lines."""
    whole = [*RUFF, command, *SETTINGS, *arguments]
    run = subprocess.run(whole, input=code, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def written(flow: flowspec.Flow, folder: Path) -> Path:
    """The folder with the flow's bundle, and its module and weights as the command writes them."""
    flow.save(folder / "bundle", saved_model=False)
    for path, content in files(bundle.read(folder / "bundle")).items():
        data = content if isinstance(content, bytes) else ruff("format", "-", code=content).encode()
        (folder / path).write_bytes(data)
    return folder


def imported(folder: Path) -> ModuleType:
    """The generated module in a folder, under a name of its own."""
    [file] = folder.glob("*.py")
    name = f"generated.{folder.name}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def flow_of(case: Case) -> flowspec.Flow:
    """The flow with every variable moved; no test changes it."""
    return compiled(case, case.node["dtype"])


@functools.cache
def folder_of(case: Case) -> Path:
    """What was generated from the moved flow."""
    folder = Path(FOLDER.name, case.name)
    folder.mkdir()
    return written(flow_of(case), folder)


@functools.cache
def module_of(case: Case) -> ModuleType:
    """The generated module of the moved flow."""
    return imported(folder_of(case))


@functools.cache
def model_of(case: Case) -> Any:
    """The generated model with the weights of the moved flow; no test changes it."""
    return module_of(case).load()


def by_flow(flow: flowspec.Flow, rows: Mapping[str, Any]) -> dict[str, Arrays]:
    """What every output of a flow returns, eagerly."""
    found: dict[str, Arrays] = {}
    for output in flow.plan.outputs:
        inputs = {one.name: tf.cast(rows[one.name], one.dtype) for one in output.inputs}
        returns = answer(flow.store, output, inputs)
        found[output.name] = {name: value.numpy() for name, value in returns.items()}
    return found


def by_model(model: Any, flow: flowspec.Flow, rows: Mapping[str, Any]) -> dict[str, Arrays]:
    """What every method of the generated model returns, eagerly."""
    found: dict[str, Arrays] = {}
    for output in flow.plan.outputs:
        method = getattr(model, {"fit": "fit_"}.get(output.name, output.name))
        known = inspect.signature(method).parameters
        given = {one.name: rows[one.name] for one in output.inputs}
        returns = method(**{n if n in known else f"{n}_": value for n, value in given.items()})
        found[output.name] = {name: value.numpy() for name, value in returns.items()}
    return found

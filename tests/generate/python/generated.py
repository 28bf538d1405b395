"""Generated modules as their owners have them: formatted, imported from a folder of their own."""

from __future__ import annotations

import functools
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import flowspec
from flowspec import bundle
from flowspec.catalog import BASES
from flowspec.generate.targets.python import files
from flowspec.plan import plan
from flowspec.spec import load_spec
from tests.laws.cases import Case
from tests.laws.flows import Arrays, perturb, rows_of
from tests.laws.questions import answerable

RUFF = (sys.executable, "-m", "ruff")
SETTINGS = ("--isolated", "--line-length", "100")
FOLDER = tempfile.TemporaryDirectory(prefix="flowspec.generated.")


def with_every_output(case: Case, dtype: str = "float64") -> Case:
    """The case with every question of the laws as an output."""
    found = plan(load_spec(case.node, [f"dtype={dtype}"]))
    node = {**case.node, "dtype": dtype, "outputs": answerable(found)}
    return Case(f"{case.name}-{dtype}", case.family, case.kind, json.dumps(node))


def written(flow: flowspec.Flow, folder: Path) -> dict[str, str | bytes]:
    """The files of a flow, formatted."""
    flow.save(folder / "bundle", saved_model=False)
    return {
        path: formatted(content) if isinstance(content, str) else content
        for path, content in files(bundle.read(folder / "bundle")).items()
    }


def formatted(code: str) -> str:
    """The code as the command writes it, but for its header."""
    command = [*RUFF, "format", *SETTINGS, "-"]
    return subprocess.run(command, input=code.encode(), capture_output=True, check=True).stdout.decode()


def imported(flow: flowspec.Flow, folder: Path) -> ModuleType:
    """The generated module of a flow, from its folder."""
    for path, content in written(flow, folder).items():
        data = content.encode() if isinstance(content, str) else content
        (folder / path).write_bytes(data)
    [file] = folder.glob("*.py")
    name = f"generated_{folder.name}".replace("-", "_").replace(".", "_")
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@functools.cache
def flow_of(case: Case) -> flowspec.Flow:
    """The flow with every variable moved."""
    return perturb(flowspec.compile(case.node))


@functools.cache
def module_of(case: Case) -> ModuleType:
    """The generated module of the moved flow."""
    folder = Path(FOLDER.name, case.name)
    folder.mkdir()
    return imported(flow_of(case), folder)


@functools.cache
def owned(case: Case) -> Any:
    """The generated model with the flow's weights."""
    return module_of(case).load()


def asked(model: Any, flow: flowspec.Flow, name: str, rows: Mapping[str, Any]) -> Arrays:
    """What an output's method returns, as arrays."""
    record = next(output for output in flow.plan.outputs if output.name == name)
    inputs = {one.name: rows[one.name] for one in record.inputs}
    return {key: value.numpy() for key, value in getattr(model, name)(**inputs).items()}



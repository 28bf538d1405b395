"""What tests do with generated files: make them, import them, run them."""

import importlib.util
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

from flowspec.generate import generate

ROOT = Path(__file__).parents[2]

WITHOUT_FLOWSPEC = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "flowspec":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocker())
"""

SERVE = """
import sys
import uvicorn

uvicorn.run(sys.argv[1], host="127.0.0.1", port=0)
"""


def generated(target, bundle, folder, **options):
    """The folder with the files of a target."""
    generate(target, bundle, folder / target, options=options)
    return folder / target


def files(folder):
    """The bytes of every file by its path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def module(file):
    """A generated module, imported."""
    spec = importlib.util.spec_from_file_location(f"generated_{file.stem}", file)
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded  # dataclasses look there
    spec.loader.exec_module(loaded)
    return loaded


def python(code, *words, folder, settings=None):
    """A process of this Python in which flowspec cannot be imported."""
    return subprocess.Popen(
        [sys.executable, "-c", WITHOUT_FLOWSPEC + code, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), **(settings or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def serving(project, package, settings=None):
    """Runs a generated server; its address."""
    process = python(SERVE, f"{package}.app:app", folder=project, settings=settings)
    try:
        yield _address(process)
    finally:
        process.terminate()
        process.communicate()


def _address(process):
    lines = []
    for line in process.stdout:
        lines.append(line)
        found = re.search(r"running on (http://127\.0\.0\.1:\d+)", line)
        if found:
            # Nobody else reads what the server says, which must not stop it.
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return found[1]
    raise AssertionError("".join(lines))


def clients_python():
    """The Python that has the packages of other people's formats."""
    path = ROOT / os.environ.get("FLOWSPEC_CLIENTS_PYTHON", ".venv/clients/bin/python")
    assert path.exists(), f"{path} is missing: `make setup` makes it"
    return str(path)


def ask_clients(code, *words):
    """What a script printed there."""
    return subprocess.run(
        [clients_python(), "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )

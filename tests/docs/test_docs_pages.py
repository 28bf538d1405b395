"""Every Python and console block of the README and of the pages is run."""

import shutil
from dataclasses import replace

import httpx
import pytest

from tests.docs.markdown import PAGES, ROOT, blocks
from tests.docs.run import invoke, run_console, run_python
from tests.docs.servers import Servers
from tests.git import repository

RUNNABLE = [page for page in PAGES if {"python", "console"} & {b.language for b in blocks(page)}]


def readme(folder):
    """What the README takes for granted: its spec, smaller, as a file, and one of households."""
    spec = next(block.text for block in blocks(ROOT / "README.md") if block.language == "yaml")
    (folder / "policy.yaml").write_text(spec.replace("repeat: 8", "repeat: 2"), encoding="utf-8")
    incomes = [400.0 + 37 * index for index in range(40)]
    rows = [f"{income},{150 + 0.45 * income + index % 7}" for index, income in enumerate(incomes)]
    (folder / "households.csv").write_text("\n".join(["income,food", *rows]) + "\n")


def team(folder):
    """What the page of teams takes for granted: a repository of specs and their locks."""
    specs = [str(folder / "specs" / f"{name}.yaml") for name in ("engel", "two_moons")]
    assert invoke(["lock", *specs])[0] == 0
    repository(folder)


SET_UP = {"README.md": readme, "team.md": team}


def close_clients(namespace):
    """A reader's session ends them; here they would be found open."""
    for value in namespace.values():
        if isinstance(value, httpx.Client):
            value.close()


@pytest.mark.parametrize("page", RUNNABLE, ids=lambda page: page.name)
def test_every_block_runs(page, tmp_path, monkeypatch, request):
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    SET_UP.get(page.name, lambda folder: None)(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLOWSPEC_REGISTRY", "models")  # as docs/registry.md says at its beginning
    monkeypatch.setenv("FLOWSPEC_CACHE", str(tmp_path / "cache"))
    namespace = {"__name__": "__main__"}
    servers = Servers()
    request.addfinalizer(servers.stop)
    request.addfinalizer(lambda: close_clients(namespace))
    for block in blocks(page):
        block = replace(block, text=servers.placed(block.text))
        if block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            run_python(block, namespace)
        elif block.language == "console":
            run_console(block, servers)


def test_every_block_is_of_a_known_language():
    known = {"console", "csv", "python", "text", "yaml"}
    unknown = [str(b) for page in PAGES for b in blocks(page) if b.language not in known]
    assert unknown == []

"""The hooks and the recipe of docs/team.md, in a repository of a team."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.docs.markdown import ROOT, blocks
from tests.git import ENVIRONMENT

BIN = Path(sys.executable).parent
CONFIG, WORKFLOW = (b.text for b in blocks(ROOT / "docs" / "team.md") if b.language == "text")
SPEC = (ROOT / "specs" / "engel.yaml").read_text(encoding="utf-8")


class Repository:
    """A git repository of its own."""

    def __init__(self, folder, home):
        self.folder = folder
        self.env = {
            **os.environ,
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "PRE_COMMIT_HOME": str(home),
            **ENVIRONMENT,
        }
        self.run("git", "init", "--quiet", "--initial-branch=main")

    def run(self, *command, shell=False):
        """Exit code, and what was printed."""
        done = subprocess.run(
            command[0] if shell else command, shell=shell, cwd=self.folder, env=self.env,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
        )  # fmt: skip
        return done.returncode, done.stdout

    def write(self, path, text):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def commit(self, message):
        self.run("git", "add", "--all")
        return self.run("git", "commit", "--quiet", "--message", message)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture(scope="module")
def hooks(home, tmp_path_factory):
    """A repository with the hooks of this one."""
    repository = Repository(tmp_path_factory.mktemp("hooks"), home)
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", repository.folder)
    repository.commit("hooks")
    return repository


@pytest.fixture
def team(hooks, home, tmp_path):
    """A repository whose first commit has a spec, its lock and the configuration."""
    repository = Repository(tmp_path, home)
    revision = hooks.run("git", "rev-parse", "HEAD")[1].strip()
    config = CONFIG.replace("ADDRESS", str(hooks.folder)).replace("TAG", revision)
    # The hooks use the flowspec of the tests, and install nothing.
    here = re.sub(r"^( +)(- id: .*)$", r"\1\2\n\1  language: system", config, flags=re.MULTILINE)
    repository.write(".pre-commit-config.yaml", here)
    repository.write("specs/engel.yaml", SPEC)
    repository.run("flowspec", "lock", "specs/engel.yaml")
    assert repository.run("pre-commit", "install")[0] == 0
    code, printed = repository.commit("first")
    assert code == 0, printed
    return repository


def test_a_spec_that_is_wrong_is_not_committed(team):
    team.write("specs/engel.yaml", SPEC.replace("kind: affine", "kind: affin"))
    code, printed = team.commit("wrong")
    assert code == 1
    assert "error[unknown-kind]" in printed


def test_a_change_is_committed_with_its_lock_and_an_honest_version(team):
    wider = SPEC.replace("hidden: [8]", "hidden: [16]")
    assert wider != SPEC
    team.write("specs/engel.yaml", wider)
    code, printed = team.commit("wider")
    assert code == 1
    assert "specs/engel.yaml.lock: written" in printed
    assert "1.1.0" in printed
    team.write("specs/engel.yaml", wider.replace("version: 1.0.0", "version: 1.1.0"))
    assert team.run("flowspec", "lock", "specs/engel.yaml")[0] == 0
    code, printed = team.commit("wider, and says so")
    assert code == 0, printed


def test_a_new_spec_is_compared_with_nothing(team):
    team.write("specs/other.yaml", SPEC.replace("name: engel", "name: other"))
    assert team.run("flowspec", "lock", "specs/other.yaml")[0] == 0
    code, printed = team.commit("another")
    assert code == 0, printed


def steps():
    """The commands of the recipe that are flowspec's."""
    job = yaml.safe_load(WORKFLOW)["jobs"]["specs"]
    return [step["run"] for step in job["steps"] if step.get("run", "").startswith("flowspec")]


def test_the_recipe_passes_on_an_honest_branch_and_fails_on_another(team):
    team.run("git", "remote", "add", "origin", ".")
    assert team.run("git", "fetch", "--quiet", "origin")[0] == 0
    team.run("git", "checkout", "--quiet", "-b", "branch")
    validate, diff, report = steps()
    assert team.run(validate, shell=True)[0] == 0
    assert team.run(diff, shell=True)[0] == 0
    team.write("specs/engel.yaml", SPEC.replace("activation: tanh", "activation: relu"))
    code, printed = team.run(validate, shell=True)
    assert (code, "error[lock-outdated]" in printed) == (1, True)
    code, printed = team.run(diff, shell=True)
    assert code == 1
    assert "1.1.0" in printed
    assert team.run(report, shell=True)[0] == 0
    sarif = (team.folder / "flowspec.sarif").read_text(encoding="utf-8")
    assert '"uri": "specs/engel.yaml"' in sarif

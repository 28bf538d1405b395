"""Importing flowspec, validating and planning are quick because they import little."""

import subprocess
import sys

import pytest

import flowspec

HEAVY = {"tensorflow", "tensorflow_probability", "keras", "tf_keras", "numpy", "safetensors"}


def modules_after(code):
    script = f"{code}\nimport sys; print('\\n'.join(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    return set(run.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import flowspec; flowspec.FlowspecError, flowspec.Spec, flowspec.Plan",
        "import flowspec; flowspec.validate('specs/latent_policy.yaml')",
        "from flowspec.cli.main import cli\n"
        "cli(['validate', 'specs/engel.yaml'], standalone_mode=False)",
        "from flowspec.cli.main import cli\n"
        "cli(['plan', 'specs/latent_policy.yaml'], standalone_mode=False)",
        "from flowspec.cli.main import cli\ncli(['schema'], standalone_mode=False)",
        "from flowspec.cli.main import cli\ncli(['new', 'policy'], standalone_mode=False)",
        "from flowspec.cli.main import cli\ncli(['explain', 'affine'], standalone_mode=False)",
        "from flowspec.cli.main import cli\ncli(['explain'], standalone_mode=False)",
        "from flowspec.cli.main import cli\n"
        "cli(['validate', 'specs/engel.yaml', '--format', 'sarif'], standalone_mode=False)",
        "import flowspec; flowspec.diff('specs/engel.yaml', 'specs/two_moons.yaml').as_data()",
        "from flowspec.cli.main import cli\n"
        "cli(['diff', 'tests/public/kept/schema_1.bundle', 'specs/engel.yaml'], "
        "standalone_mode=False)",
    ],
)
def test_nothing_heavy_is_imported_before_building(code):
    assert modules_after(code) & HEAVY == set()


def test_validation_works_where_nothing_heavy_is_installed():
    code = (
        "import sys\n"
        f"for name in {sorted(HEAVY)}: sys.modules[name] = None\n"
        "import flowspec\nflowspec.validate('specs/engel.yaml')\n"
        "try:\n    flowspec.compile('specs/engel.yaml')\n"
        "except flowspec.FlowspecError as error:\n    print(error)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert "missing-dependency" in run.stdout
    assert 'pip install "flowspec[tf]"' in run.stdout


def test_public_names_are_these():
    assert flowspec.__all__ == [
        "Flow", "FlowspecError", "Plan", "Spec", "compile", "diff", "load", "register", "transfer",
        "validate",
    ]  # fmt: skip
    assert dir(flowspec) == sorted(flowspec.__all__)


def test_every_public_name_is_there():
    for name in flowspec.__all__:
        assert getattr(flowspec, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'compil'"):
        flowspec.compil  # noqa: B018


def test_the_version_is_that_of_the_changelog():
    with open("CHANGELOG.md", encoding="utf-8") as file:
        heading = next(line for line in file if line.startswith("## "))
    assert heading.split()[1] == flowspec.__version__

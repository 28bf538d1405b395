"""`flowspec generate python`: files with headers, from bundles that anybody may have made."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from flowspec.bundle.encode import encode_plan
from flowspec.diagnostics import BundleError
from flowspec.generate import generate
from flowspec.generate.header import is_unedited
from flowspec.plan import plan
from flowspec.spec import load_spec
from tests.generate.conftest import SPEC
from tests.generate.hostile import NAMES, TEXTS
from tests.generate.python.generated import imported
from tests.generate.test_generate_targets import write_plan

ROOT = Path(__file__).parents[3]


def test_the_command_writes_a_module_and_weights(run, plain, tmp_path):
    code, told, _ = run("generate", "python", plain, "-o", tmp_path / "owned")
    assert (code, told) == (0, f"{tmp_path / 'owned'}: 3 files written, 0 unchanged\n")
    names = {path.name for path in (tmp_path / "owned").iterdir()}
    assert names == {"tiny_policy.py", "weights.safetensors", "flowspec-python.sha256"}
    assert is_unedited((tmp_path / "owned" / "tiny_policy.py").read_bytes())


def test_generating_needs_no_tensorflow_and_gives_the_same_bytes(plain, tmp_path):
    code = (
        "import sys\n"
        "from flowspec.generate import generate\n"
        "generate('python', sys.argv[1], sys.argv[2])\n"
        "assert not {'tensorflow', 'keras', 'numpy'} & sys.modules.keys()\n"
    )
    other = tmp_path / "other" / "owned"
    subprocess.run(
        [sys.executable, "-c", code, plain, other],
        cwd=ROOT, check=True, env={"PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT), "PATH": ""},
    )  # fmt: skip
    generate("python", plain, tmp_path / "owned")
    for file in other.iterdir():
        assert file.read_bytes() == (tmp_path / "owned" / file.name).read_bytes()


@pytest.mark.slow
def test_a_module_with_hostile_names_and_texts_works(hostile, tmp_path):
    generate("python", hostile, tmp_path)
    model = imported(tmp_path).load()
    inputs = {name: np.zeros((2, 1)) for name in NAMES}
    inputs |= {"labels": np.array([0, 18]), "fields": np.zeros((2, len(TEXTS)))}
    drawn = model.draw_2(**inputs, seed=np.arange(2))
    assert drawn["request"].shape == (2, 2, 2)
    given = model.log_prob(**inputs, request=drawn["request"][:, 0])["log_prob"]
    np.testing.assert_allclose(given, drawn["log_prob"][:, 0], rtol=1e-4)


def test_nothing_of_a_plan_becomes_code(tmp_path):
    good = plan(load_spec(SPEC))
    layer = good.layers[0]
    evil = "x=__import__('os').system('true')"
    network = layer.networks[0].model_copy(update={"source": ("layers", 0, evil)})
    changed = layer.model_copy(update={"networks": (network,), "reads": ('"]; import os #',)})
    damaged = good.model_copy(update={"layers": (changed, *good.layers[1:])})
    write_plan(tmp_path / "bundle", damaged, encode_plan(damaged))
    generate("python", tmp_path / "bundle", tmp_path / "owned")
    text = (tmp_path / "owned" / "tiny_policy.py").read_text(encoding="utf-8")
    assert evil not in text
    tree = ast.parse(text)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert imports == [node for node in tree.body if node in imports]


def test_a_plan_with_other_layers_than_its_spec_is_refused(tmp_path):
    good = plan(load_spec(SPEC))
    damaged = good.model_copy(update={"layers": good.layers[1:]})
    write_plan(tmp_path / "bundle", damaged, encode_plan(damaged))
    with pytest.raises(BundleError, match="its layers are not those of its spec"):
        generate("python", tmp_path / "bundle", tmp_path / "owned")

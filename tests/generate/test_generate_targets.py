"""What holds for every target: the same bytes again, headers, texts that stay texts."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from importlib.resources import files as resources

import pytest

import flowspec
from flowspec import bundle as bundles
from flowspec.diagnostics import BundleError, MissingDependencyError, UsageError
from flowspec.generate import generate, targets
from flowspec.generate import require as require_module
from flowspec.generate.header import is_unedited
from flowspec.generate.targets import target
from flowspec.plan.fingerprint import fingerprints
from tests.generate.conftest import FILES, SPEC, write_bundle
from tests.generate.hostile import SPEC as HOSTILE
from tests.generate.project import ROOT, files, generated, module

OURS = ("card", "client", "compose", "kserve", "server", "tfserving")


@pytest.mark.parametrize("name", OURS)
def test_a_target_says_what_it_is_in_one_line(name):
    assert re.fullmatch(r"[A-Z].{10,75}\.", targets()[name])


def test_the_same_bundle_gives_the_same_bytes(plain, tmp_path):
    code = (
        "import sys\n"
        "from flowspec.generate import generate\n"
        "for name in sys.argv[3:]:\n"
        "    generate(name, sys.argv[1], sys.argv[2] + name)\n"
    )
    subprocess.run(
        [sys.executable, "-c", code, plain, f"{tmp_path}/other/", *OURS],
        cwd=ROOT, check=True, env={"PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT), "PATH": ""},
    )  # fmt: skip
    for name in OURS:
        assert files(generated(name, plain, tmp_path)) == files(tmp_path / "other" / name)


@pytest.mark.parametrize("name", OURS)
def test_every_text_says_what_it_is_made_from(name, plain, tmp_path):
    fingerprint = bundles.read(plain).manifest.fingerprint
    prints = bundles.read(plain).manifest.fingerprints
    for path, data in files(generated(name, plain, tmp_path)).items():
        if path.rpartition("/")[2] in ("saved_model.pb", "variables.index"):
            assert data in FILES.values()
            continue
        head = data.decode().splitlines()[:9]
        text = "\n".join(head)
        assert f"flowspec {flowspec.__version__} from tiny_policy 1.2.0" in text
        assert f"fingerprint {fingerprint}." in text
        assert f"flowspec generate {name} tiny.bundle --output {name}" in text
        for category, digits in prints.short.items():
            assert f"fingerprint of {category} {prints.of(category)}" in text
            assert prints.of(category).startswith(digits)
        assert is_unedited(data)


def test_the_fingerprint_is_that_of_the_plan(plain, hostile):
    manifests = [bundles.read(folder).manifest for folder in (plain, hostile)]
    for folder, manifest in zip((plain, hostile), manifests, strict=True):
        found = fingerprints(bundles.read(folder).plan)
        assert found.whole.startswith(manifest.fingerprint)
        assert len(manifest.fingerprint) == 12
    assert manifests[0].fingerprint != manifests[1].fingerprint


@pytest.mark.parametrize("name", OURS)
def test_python_is_formatted(name, hostile, tmp_path):
    folder = generated(name, hostile, tmp_path)
    ruff = ["ruff", "format", "--check", "--isolated", "--line-length", "100", "."]
    run = subprocess.run(
        [sys.executable, "-m", *ruff], cwd=folder, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("name", OURS)
def test_hostile_texts_stay_texts(name, hostile, tmp_path):
    contents = files(generated(name, hostile, tmp_path))
    for path, data in contents.items():
        text = data.decode(errors="replace")
        if path.endswith(".py"):
            calls = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)]
            assert not {n.id for n in calls} & {"pwned", "touch", "HOME"}
        if not path.endswith((".pb", ".index")):
            assert not re.search(r"[\x00-\x08\x0b-\x1f\u2028\u202e\ufeff]", text)
            assert "49" not in re.findall(r"\b49\b", text)


def test_the_names_of_a_hostile_spec_do_not_shadow_those_of_the_code(hostile, tmp_path):
    client = module(generated("client", hostile, tmp_path) / "hostile_client.py")
    methods = vars(client.HostileClient)
    assert {"sample", "close", "close_", "aclose_", "ask", "app", "draw_2", "draw2"} <= set(methods)
    assert {"Draw2Result", "Draw2_Result"} <= set(client.__all__)
    project = generated("server", hostile, tmp_path)
    check = (
        "from hostile_server import models\n"
        "for name, example in models.EXAMPLES.items():\n"
        "    request = models.REQUESTS[name].model_validate(example)\n"
        "    assert {*request.arrays()} == {*example}, name\n"
        "for kind in (*models.Drawing.__subclasses__(), *models.Response.__subclasses__()):\n"
        "    kind.model_json_schema()\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", check], cwd=project, check=True)


def test_a_bundle_with_names_that_no_spec_can_have_is_refused(tmp_path):
    from flowspec.bundle.encode import encode_plan
    from flowspec.plan import plan
    from flowspec.spec import load_spec

    good = plan(load_spec(SPEC))
    output = good.outputs[0]
    support = {"kind": "interval", "low": [0.0], "high": 1.0}
    bad_input = output.inputs[0].model_copy(update={"shape": ("B", '"""\nimport os')})
    changes = [
        {"name": "../../evil"},
        {"name": 'x"""\nimport os\n"""'},
        {"version": "1.0\n# x"},
        {"outputs": (output.model_copy(update={"name": "x(); import os"}),)},
        {"outputs": (output.model_copy(update={"inputs": (bad_input,)}),)},
        {"event": good.event.model_copy(update={"name": "class"})},
        {"event": good.event.model_copy(update={"support": {"kind": "evil"}})},
        {"event": good.event.model_copy(update={"support": support})},
    ]
    for number, change in enumerate(changes):
        folder = tmp_path / str(number)
        damaged = good.model_copy(update=change)
        write_plan(folder, damaged, encode_plan(damaged))
        with pytest.raises(BundleError) as caught:
            generate("client", folder, tmp_path / "out")
        assert caught.value.diagnostics[0].slug == "plan-damaged"
        assert not (tmp_path / "out").exists()


def write_plan(folder, plan, data):
    """A bundle with a plan as it is, its other files those of the right one."""
    import hashlib

    write_bundle(SPEC, folder, None)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256(data).hexdigest()
    name = f"plan-{digest[:12]}.json"
    (folder / name).write_bytes(data)
    manifest["files"]["plan"] = {"name": name, "sha256": digest, "bytes": len(data)}
    manifest |= {"name": plan.name, "version": plan.version}
    manifest["fingerprints"] = fingerprints(plan).model_dump()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_an_unknown_target_is_told_with_the_nearest(run, plain, tmp_path):
    code, out, err = run("generate", "sever", plain, "-o", tmp_path / "x")
    assert (code, out) == (2, "")
    assert "unknown-target" in err
    assert "did you mean `server`?" in err
    with pytest.raises(UsageError):
        target("../evil")


def test_an_option_of_another_target_is_told(run, plain, tmp_path):
    code, _, err = run("generate", "card", plain, "-o", tmp_path / "x", "--port", 1)
    assert code == 2
    assert "option-without-effect" in err
    assert not (tmp_path / "x").exists()


def test_an_edited_file_is_kept_until_forced(run, plain, tmp_path):
    out = tmp_path / "out"
    assert run("generate", "server", plain, "-o", out)[0] == 0
    readme = out / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8") + "More.\n", encoding="utf-8")
    before = files(out)
    code, _, err = run("generate", "server", plain, "-o", out)
    assert (code, files(out)) == (2, before)
    assert "edited-file" in err
    assert "README.md" in err
    code, told, _ = run("generate", "server", plain, "-o", out, "--force", "--json")
    assert code == 0
    assert json.loads(told)["written"] == ["README.md"]
    assert not readme.read_text(encoding="utf-8").endswith("More.\n")


def test_what_another_generation_wrote_is_replaced_binary_files_too(run, plain, tmp_path):
    out = tmp_path / "out"
    generate("server", plain, out)
    (out / "mine.txt").write_text("stays")
    other = write_bundle(
        {**SPEC, "version": "2.0.0"}, tmp_path / "tiny.bundle",
        {"saved_model.pb": b"another graph", "variables/new": b"more"},
    )  # fmt: skip
    code, told, _ = run("generate", "server", other, "-o", out)
    assert code == 0
    assert "removed, no longer generated: saved_model/variables/variables.index" in told
    assert (out / "saved_model" / "saved_model.pb").read_bytes() == b"another graph"
    assert not (out / "saved_model" / "variables" / "variables.index").exists()
    assert (out / "mine.txt").read_text() == "stays"
    # What was edited and is no longer generated is left.
    (out / "saved_model" / "variables" / "new").write_bytes(b"edited")
    code, told, _ = run("generate", "server", plain, "-o", out)
    assert code == 0
    assert "left, edited, no longer generated: saved_model/variables/new" in told
    assert (out / "saved_model" / "variables" / "new").read_bytes() == b"edited"


def test_a_list_of_files_cannot_name_any_elsewhere(plain, tmp_path):
    from flowspec.generate.header import Origin, with_header
    from flowspec.generate.listing import digest

    (tmp_path / "precious").write_bytes(b"precious")
    generate("server", plain, tmp_path / "out")
    listed = tmp_path / "out" / "flowspec-server.sha256"
    evil = f"{digest(b'precious')}  ../precious\n"
    origin = Origin(bundles.read(plain).manifest, "command")
    listed.write_bytes(with_header(listed.name, evil, origin))
    generate("server", plain, tmp_path / "out")
    assert (tmp_path / "precious").read_bytes() == b"precious"


def test_line_ends_of_another_system_are_no_edit(plain, tmp_path):
    folder = generated("card", plain, tmp_path)
    card = folder / "tiny_policy_card.md"
    card.write_bytes(card.read_bytes().replace(b"\n", b"\r\n"))
    assert generate("card", plain, folder).written == ("tiny_policy_card.md",)


def test_several_targets_fit_in_one_folder(plain, tmp_path):
    for name in OURS:
        if name != "tfserving":  # two READMEs
            generate(name, plain, tmp_path)
    for name in OURS:
        if name != "tfserving":
            assert generate(name, plain, tmp_path).written == ()


@pytest.mark.parametrize("folder", ["-->x", "a b", "é", "new\nline"])
def test_the_command_in_a_header_is_plain(plain, tmp_path, folder):
    generate("card", plain, tmp_path / folder)
    text = (tmp_path / folder / "tiny_policy_card.md").read_text(encoding="utf-8")
    assert "\nflowspec generate card tiny.bundle --output FOLDER\n" in text


def test_templates_are_shipped():
    found = {p.name for p in resources("flowspec.generate").joinpath("templates").iterdir()}
    assert found >= set(OURS)
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["flowspec"]
    package = ROOT / "flowspec"
    shipped = {path for pattern in patterns for path in package.glob(pattern)}
    templates = {path for path in (package / "generate" / "templates").rglob("*") if path.is_file()}
    assert len(templates) > len(OURS)
    assert templates <= shipped


@pytest.mark.parametrize("missing", ["jinja2", "ruff"])
def test_a_missing_package_is_told(missing, plain, tmp_path, monkeypatch):
    from flowspec.generate import formatting, render

    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.setattr(formatting.shutil, "which", lambda *_, **__: None)
    render._environment.cache_clear()
    with pytest.raises(MissingDependencyError, match=r"flowspec\[generate\]") as caught:
        generate("client", plain, tmp_path / "x")
    assert caught.value.diagnostics == require_module.missing(missing).diagnostics
    assert not (tmp_path / "x").exists()
    render._environment.cache_clear()


def test_generating_what_has_no_arrays_needs_no_tensorflow_and_no_numpy(plain, tmp_path):
    code = (
        "import sys\n"
        "from flowspec.generate import generate\n"
        "for name in ('card', 'client', 'kserve', 'tfserving'):\n"
        "    generate(name, sys.argv[1], sys.argv[2] + name)\n"
        "assert not {'tensorflow', 'keras', 'numpy'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", code, plain, f"{tmp_path}/"], cwd=ROOT, check=True)


def test_the_hostile_flow_is_a_valid_one():
    assert flowspec.validate(HOSTILE).name == "hostile"

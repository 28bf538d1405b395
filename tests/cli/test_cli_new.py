"""`new` and its templates."""

import json
import os
import stat

import jsonschema
import pytest

import flowspec
from flowspec.plan import check
from flowspec.source import read_text
from flowspec.spec import json_schema, load_spec
from flowspec.spec.templates import DEFAULT, template, templates

NAMES = sorted(templates())
each_template = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def data_of(name):
    return read_text(template(name), name).plain()


@each_template
def test_a_template_is_valid_without_a_warning(run, folder, name):
    assert run("new", name, "--output", "mine.yaml")[0] == 0
    code, out, err = run("validate", "mine.yaml")
    assert (code, out, err) == (0, f"mine.yaml is valid: {name} 0.1.0\n", "")


@each_template
def test_a_template_fits_the_schema(name):
    jsonschema.Draft202012Validator(json_schema()).validate(data_of(name))


@each_template
def test_a_template_names_the_schema_and_what_it_is(name):
    lines = template(name).splitlines()
    assert lines[0] == "# yaml-language-server: $schema=flowspec.schema.json"
    assert lines[1].removeprefix("# ") == templates()[name]
    assert data_of(name)["name"] == name
    assert sum("#" in line for line in lines) > len(lines) / 3


def test_the_templates_differ_in_what_they_show():
    plans = {name: check(load_spec(data_of(name)))[0] for name in NAMES}
    assert {"conditional", "density", "policy", "spline"} <= plans.keys()
    assert not plans["density"].conditional
    assert plans["conditional"].conditional
    assert plans["policy"].event.support["kind"] == "interval"
    assert "rational_quadratic_spline" in str(plans["spline"].layers)


@each_template
def test_a_template_compiles_and_answers(name):
    spec = load_spec(data_of(name))
    changes = ["layers.0.repeat=1"] if "repeat" in spec.as_node()["layers"][0] else []
    unmoved = ["layers.0.layers.0.mask=even"] if changes else []
    scale = {"kind": "elementwise", "transform": {"kind": "affine"}}
    node = load_spec(spec, [*changes, *unmoved]).as_node()
    flow = flowspec.compile({**node, "layers": [*node["layers"], scale]})
    width = {record.name: record.shape[1:] for record in (c.input for c in flow.plan.contexts)}
    context = {key: [[0.5] * size[0]] * 3 if size else [0, 1, 0] for key, size in width.items()}
    draws = flow.sample(**context) if context else flow.sample(3)
    assert draws.shape == (3, spec.event.size)
    assert flow.log_prob(draws, **context).shape == (3,)


def test_new_writes_to_standard_output(run):
    assert run("new") == (0, template(DEFAULT), "")
    assert run("new", "policy") == (0, template("policy"), "")


def test_new_lists_the_templates(run):
    out = run("new", "--list")[1]
    assert [line.split()[0] for line in out.splitlines()] == NAMES
    assert json.loads(run("new", "--list", "--json")[1]) == templates()


def test_new_replaces_a_file_only_by_force(run, folder):
    file = folder / "mine.yaml"
    file.write_text("mine")
    code, out, err = run("new", "-o", "mine.yaml")
    assert (code, out) == (2, "")
    assert "error[file-exists]" in err
    assert file.read_text() == "mine"
    assert run("new", "-o", "mine.yaml", "--force")[0] == 0
    assert file.read_text() == template(DEFAULT)
    assert os.listdir(folder) == ["mine.yaml"]


def test_a_link_that_leads_nowhere_is_a_file_too(run, folder):
    (folder / "mine.yaml").symlink_to("nowhere.yaml")
    assert run("new", "-o", "mine.yaml")[0] == 2
    assert os.listdir(folder) == ["mine.yaml"]


def test_where_links_cannot_be_made_a_file_is_still_not_replaced(run, folder, monkeypatch):
    def refuse(self, target):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("pathlib.Path.hardlink_to", refuse)
    assert run("new", "-o", "mine.yaml")[0] == 0
    assert (folder / "mine.yaml").read_text() == template(DEFAULT)
    assert run("new", "policy", "-o", "mine.yaml")[0] == 2
    assert (folder / "mine.yaml").read_text() == template(DEFAULT)
    assert os.listdir(folder) == ["mine.yaml"]


def test_a_new_file_has_the_rights_of_other_files(run, folder):
    (folder / "other").write_text("")
    run("new", "-o", "mine.yaml")
    rights = [stat.S_IMODE((folder / name).stat().st_mode) for name in ("mine.yaml", "other")]
    assert rights[0] == rights[1]


@pytest.mark.parametrize("target", ["no/such/folder.yaml", "."])
def test_what_cannot_be_written_is_refused_and_nothing_left(run, folder, target):
    for words in ([], ["--force"]):
        code, out, err = run("new", "-o", target, *words)
        assert (code, out) == (2, "")
        assert "error[" in err
    assert os.listdir(folder) == []


@pytest.mark.parametrize(
    ("name", "near"), [("polcy", "policy"), ("../density", "density"), ("__init__", None)]
)
def test_an_unknown_template_gets_the_nearest(run, name, near):
    code, out, err = run("new", name)
    assert (code, out) == (2, "")
    assert "error[unknown-template]" in err
    assert near is None or f"did you mean `{near}`?" in err


def test_new_tells_what_it_wrote(run, folder):
    assert run("new", "policy", "-o", "a.yaml") == (0, "a.yaml: the template policy\n", "")
    assert run("new", "policy", "-o", "b.yaml", "--quiet") == (0, "", "")
    told = json.loads(run("new", "policy", "-o", "c.yaml", "--json")[1])
    assert told == {"template": "policy", "file": "c.yaml"}
    assert json.loads(run("new", "policy", "--json")[1])["text"] == template("policy")

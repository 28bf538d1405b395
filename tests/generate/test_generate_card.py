"""The card tells what plan and manifest know, and says so where they do not."""

import re

import numpy as np
import pytest

from flowspec.generate.diagram import MAX_LAYERS
from tests.generate.conftest import SPEC, write_bundle
from tests.generate.hostile import COUPLING, TEXTS
from tests.generate.project import generated

NODE = re.compile(r'    (\w+)\["([^"\]\[<>`{}\\]*)"\]')
EDGE = re.compile(r"    (\w+) (-->|-\.->) (\w+)")


def card(bundle, folder, name="tiny_policy"):
    return (generated("card", bundle, folder) / f"{name}_card.md").read_text(encoding="utf-8")


def section(text, heading):
    return re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.M | re.S)[1]


def table(text):
    rows = re.findall(r"^\|(.*)\|$", text, re.M)
    return [[cell.strip() for cell in row.split("|")] for row in rows]


def diagram(text):
    """Nodes by name and edges of the Mermaid diagram, each line of which is one of them."""
    head, *lines = re.search(r"```mermaid\n(.*?)\n```", text, re.S)[1].splitlines()
    assert head == "flowchart LR"
    nodes = dict(found.groups() for found in map(NODE.fullmatch, lines) if found)
    edges = [found.groups() for found in map(EDGE.fullmatch, lines) if found]
    assert len(nodes) + len(edges) == len(lines)
    assert {end for start, _, end in edges} | {start for start, _, end in edges} <= nodes.keys()
    return nodes, edges


@pytest.fixture(scope="module")
def text(plain, tmp_path_factory):
    return card(plain, tmp_path_factory.mktemp("card"))


def test_every_output_is_in_the_table(text):
    rows = {row[0]: row for row in table(section(text, "Endpoints"))}
    assert rows["`three`"][1:3] == [
        "`state` (B, 3), `mode` (B,), `json` (B,), `seed` (B,)",
        "`action` (B, 3, 2), `log_prob` (B, 3)",
    ]
    assert rows["`close`"][3] == "from the base's centre, 2 network passes, exact"
    assert {f"`{name}`" for name in SPEC["outputs"]} <= rows.keys()


def test_every_input_is_in_the_table(text):
    rows = {row[0]: row for row in table(section(text, "Inputs"))}
    assert rows["`action`"][2:] == ["(B, 2)", "float32", "left, right"]
    assert rows["`mode`"][1] == "context, category of 3"


def test_the_diagram_is_the_chain_with_what_it_reads(text):
    nodes, edges = diagram(text)
    assert [edge for edge in edges if edge[1] == "-->"] == [
        ("base", "-->", "layer0"), ("layer0", "-->", "layer1"), ("layer1", "-->", "event"),
    ]  # fmt: skip
    assert ("context0", "-.->", "layer1") in edges
    assert nodes["layer1"] == "layers.1, coupling affine"


def test_many_layers_are_one_node(tmp_path):
    swap = {"kind": "permutation", "order": "reverse"}
    half = {"repeat": MAX_LAYERS, "layers": [COUPLING]}
    spec = {**SPEC, "layers": [half, swap, half, swap]}
    folder = write_bundle(spec, tmp_path / "deep.bundle", None)
    nodes, _ = diagram(card(folder, tmp_path))
    assert nodes["layer0"] == f"{2 * MAX_LAYERS} × coupling affine, 2 × permutation"


def test_what_is_not_recorded_is_said_so(text):
    rows = dict(table(section(text, "Training"))[-5:])
    assert set(rows.values()) == {"not recorded"}
    assert "No training is recorded" in section(text, "Limits")
    assert "never fitted" in section(text, "Limits")


def test_a_training_is_told(tmp_path):
    from flowspec import bundle as bundles
    from flowspec.plan import plan
    from flowspec.spec import load_spec

    made = plan(load_spec(SPEC))
    weights = {v.path: np.zeros(v.shape, v.dtype) for v in made.variables}
    training = {"epochs": 12, "loss": 1.25, "val_loss": 1.5, "rows": 12345, "data": "ab" * 32}
    bundles.write(tmp_path / "b", made, weights, state={"adapted": True, "training": training})
    text = card(tmp_path / "b", tmp_path)
    assert list(dict(table(section(text, "Training"))[-5:]).values()) == [
        "12,345", f"`{'ab' * 32}`", "12", "1.2500", "1.5000",
    ]  # fmt: skip
    assert "No training is recorded" not in text
    assert "never fitted" not in text


def test_limits_follow_from_the_plan(text):
    limits = section(text, "Limits")
    assert "open interval from -1 to [1.0, 2.0]" in limits
    assert "`mode` has the 3 values" in limits
    assert "`close` is the image of the base's centre" in limits
    assert "float32" in limits


def test_hostile_texts_do_not_leave_their_place(hostile, tmp_path):
    text = card(hostile, tmp_path, "hostile")
    diagram(text)
    assert re.findall(r"^#+ .*$", text, re.M)[:3] == [
        "# hostile 1.0.0-rc.1+build.7", "## Inputs", "## Diagram",
    ]  # fmt: skip
    assert text.count("```") == 2
    assert text.count("-->\n") == 1
    assert "<script" not in re.sub(r"\\<", "", text)
    columns = {len(row) for row in table(section(text, "Endpoints"))}
    assert columns == {4}
    names = next(line for line in text.splitlines() if line.startswith("| `labels`"))
    assert len(re.split(r"(?<!\\)\|", names)) == 7
    assert len(TEXTS) > 12
    assert f"and {len(TEXTS) - 12} more" in names

"""Every YAML block is a valid spec, or says what it is a fragment of and is valid there."""

import pytest

import flowspec
from flowspec.catalog import ENCODERS
from flowspec.diagnostics import render_all
from flowspec.source import read_text
from tests.docs.markdown import PAGES, ROOT, blocks

SPECS = [block for page in PAGES for block in blocks(page) if block.language == "yaml"]
ELEMENTWISE = {"kind": "elementwise", "transform": {"kind": "affine"}}
CONTEXTS = {"category": {"kind": "category", "count": 3}, "vector": {"kind": "vector", "size": 3}}


def whole(**keys):
    context = {"given": CONTEXTS["vector"]}
    around = {"flowspec": 1, "name": "whole", "event": {"shape": [2]}, "context": context}
    return {**around, "layers": [ELEMENTWISE], **keys}


def around(family, node):
    """Specs in which a node of a family stands at its place."""
    match family:
        case "layers":
            yield whole(layers=[node, ELEMENTWISE])
        case "transforms":
            yield whole(layers=[{**ELEMENTWISE, "transform": node}])
        case "conditioners":
            yield whole(layers=[{**ELEMENTWISE, "conditioner": node}])
        case "bases":
            yield whole(base=node)
        case "supports":
            yield whole(event={"shape": [2], "support": node})
        case "contexts":
            yield whole(context={"given": node})
        case "encoders":
            for kind in ENCODERS.kinds[node["kind"]].accepts:
                yield whole(context={"given": {**CONTEXTS[kind], "encoder": node}})
        case "loss" | "optimizer":
            yield whole(training={family: node})
        case _:
            raise AssertionError(f"nothing is known of fragments of {family}")


@pytest.fixture
def folder(tmp_path, request):
    """A folder with the files of the block's page."""
    for block in blocks(request.param.page):
        if block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("folder", "block"), [(b, b) for b in SPECS], indirect=["folder"], ids=str)
def test_every_spec_is_valid(folder, block):
    if block.fragment_of in (None, "spec"):
        path = folder / "block.yaml"
        changes = next((b.file for b in blocks(block.page) if b.file), None)
        head = f"extends: {changes}\n" if block.fragment_of else ""
        path.write_text(head + block.text, encoding="utf-8")
        flowspec.validate(path)
        return
    for node in read_text(block.text, str(block), any_top=True).plain():
        for spec in around(block.fragment_of, node):
            flowspec.validate(spec)


def test_the_diagnostic_of_the_readme_is_what_is_printed(tmp_path, monkeypatch):
    page = blocks(ROOT / "README.md")
    spec = next(block.text for block in page if block.language == "yaml")
    shown = next(block.text for block in page if block.text.startswith("error["))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.yaml").write_text(spec.replace("affine", "affin"), encoding="utf-8")
    with pytest.raises(flowspec.FlowspecError) as caught:
        flowspec.validate("policy.yaml")
    assert render_all(caught.value.diagnostics) == shown.rstrip("\n")

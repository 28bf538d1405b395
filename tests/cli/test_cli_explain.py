"""`explain`: every topic has its pages, and what is unknown gets the nearest."""

import json

import pytest

from flowspec.catalog import FAMILIES
from flowspec.diagnostics import FlowspecError
from flowspec.diagnostics.rules import RULES
from flowspec.reference import find, key_pages, kind_pages, page_text, topics
from flowspec.spec import json_schema


def test_a_slug_is_explained(run):
    code, out, err = run("explain", "unmoved-feature")
    assert (code, err) == (0, "")
    rule = RULES["unmoved-feature"]
    assert out.startswith(f"unmoved-feature: {rule.title}\n")
    for text in (rule.meaning, rule.mend):
        assert " ".join(text.split()) in " ".join(out.split())


def test_a_kind_is_explained_as_on_its_page(run):
    out = run("explain", "affine")[1]
    module = FAMILIES["transforms"].modules["affine"]
    assert module.__doc__.strip() in out
    assert "log_scale_bound: number > 0 and ≤ 20; default `3.0`" in out
    assert all(line in out for line in module.EXAMPLES.split("\n"))


def test_a_kind_of_two_families_has_two_pages(run):
    out = run("explain", "mlp")[1]
    assert out.startswith("Conditioner `mlp`")
    assert "\n\n\nEncoder `mlp`" in out
    assert "](" not in out


def test_an_option_leads_to_its_kind(run):
    assert run("explain", "affine.log_scale_bound") == run("explain", "affine")
    assert run("explain", "layers.3.transform.log_scale_bound") == run("explain", "affine")


@pytest.mark.parametrize(
    ("topic", "path"),
    [
        ("event.support", "event.support"),
        ("outputs.draws", "outputs.draws"),
        ("outputs.act.draws", "outputs.draws"),
        ("draws", "outputs.draws"),
        ("layers.0.repeat", "layers.repeat"),
        ("layers.0.layers.2.repeat", "layers.repeat"),
        ("training.early_stopping.patience", "training.early_stopping.patience"),
    ],
)
def test_a_key_is_explained(topic, path):
    assert find(topic) == (key_pages()[path],)


def test_a_key_tells_its_type_default_and_meaning(run):
    assert run("explain", "outputs.draws")[1] == (
        "Key `outputs.draws`: Draws per row, S; results then have shape `(B, S, …)`.\n\n"
        "integer 1 to 1000000; default absent.\n"
    )
    out = run("explain", "event.support")[1]
    assert "map; default `{kind: real}`." in out
    assert "Kinds: `interval`, `positive`, `real`" in out
    assert "Keys: `name`, `shape`" in run("explain", "event")[1]
    assert "required" in run("explain", "event.shape")[1]


def test_every_key_of_every_node_has_a_page():
    definitions = json_schema()["$defs"]
    nodes = {"event": "Event", "outputs": "Output", "layers": "Repeat", "training": "Training"}
    paths = [*json_schema()["else"]["properties"], "extends"]
    for prefix, name in {**nodes, "training.early_stopping": "EarlyStopping"}.items():
        paths += [f"{prefix}.{key}" for key in definitions[name]["properties"]]
    assert sorted(key_pages()) == sorted(paths)


def test_every_topic_has_a_text():
    for pages in topics().values():
        for page in pages:
            text = page_text(page)
            assert len(text.splitlines()) >= 3
            assert "](" not in text
    kinds = {kind for family in FAMILIES.values() for kind in family.kinds}
    assert topics().keys() > kinds | RULES.keys() | key_pages().keys()


@pytest.mark.parametrize(
    ("word", "near"),
    [("afine", "affine"), ("repaet", "repeat"), ("event.suport", "event.support"),
     ("unmoved_feature", "unmoved-feature")],
)  # fmt: skip
def test_an_unknown_topic_gets_the_nearest(run, word, near):
    code, out, err = run("explain", word)
    assert (code, out) == (2, "")
    assert f"did you mean `{near}`?" in err


@pytest.mark.parametrize("word", ["", ".", "..", "7", "0.0", "event.", "\x00", "é", "x" * 10**5])
def test_any_word_is_answered_or_refused(word):
    with pytest.raises(FlowspecError):
        find(word)


def test_without_a_topic_everything_is_listed(run):
    code, out, _ = run("explain")
    assert code == 0
    for word in (*RULES, *key_pages(), *(p.kind for group in kind_pages().values() for p in group)):
        assert word in out
    listed = json.loads(run("explain", "--json")[1])
    assert listed["kinds"]["bases"] == ["normal"]
    assert listed["keys"] == list(key_pages())
    assert {slug for group in listed["diagnostics"].values() for slug in group} == RULES.keys()


@pytest.mark.parametrize(
    ("topic", "page"), [("too-deep", "diagnostic"), ("mlp", "kind"), ("event.shape", "key")]
)
def test_pages_are_written_as_json(run, topic, page):
    found = json.loads(run("explain", topic, "--json")[1])
    assert found["topic"] == topic
    assert {one["page"] for one in found["pages"]} == {page}

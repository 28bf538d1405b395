"""What a spec may say, and how its mistakes are told."""

import pytest

from flowspec.diagnostics import SpecError, UsageError
from flowspec.spec import load_spec

MINIMAL = {
    "flowspec": 1,
    "name": "tiny",
    "event": {"shape": [2]},
    "layers": [{"kind": "elementwise", "transform": {"kind": "affine"}}],
}


def with_changes(**changes):
    return {**MINIMAL, **changes}


def problems(source, overrides=()):
    with pytest.raises(SpecError) as caught:
        load_spec(source, overrides)
    return {d.slug: d for d in caught.value.diagnostics}


def test_defaults_are_filled_in():
    node = load_spec(MINIMAL).as_node()
    assert node["version"] == "0.1.0"
    assert node["dtype"] == "float32"
    assert node["base"] == {"kind": "normal", "learned": False, "trainable": True}
    assert node["event"]["support"] == {"kind": "real"}
    assert node["training"]["optimizer"]["kind"] == "adam"


def test_a_resolved_spec_is_a_spec_of_itself():
    spec = load_spec("specs/latent_policy.yaml")
    assert load_spec(spec.as_node()) == spec


def test_a_validated_spec_is_taken_as_it_is():
    spec = load_spec(MINIMAL)
    assert load_spec(spec) is spec


def test_overrides_apply_to_a_validated_spec():
    assert load_spec(load_spec(MINIMAL), ["event.shape=[5]"]).event.size == 5


def test_something_else_is_no_spec():
    with pytest.raises(UsageError, match="given as a path"):
        load_spec(3)


@pytest.mark.parametrize(
    ("changes", "slug", "path"),
    [
        ({"nam": "x"}, "unknown-key", "nam"),
        ({"name": "Tiny"}, "invalid-name", "name"),
        ({"name": "lambda"}, "invalid-name", "name"),
        ({"version": "1.0"}, "invalid-version", "version"),
        ({"flowspec": 2}, "newer-language", "flowspec"),
        ({"dtype": "float16"}, "unknown-choice", "dtype"),
        ({"event": {}}, "missing-key", "event"),
        ({"event": {"shape": [0]}}, "out-of-range", "event.shape.0"),
        ({"event": {"shape": [2, 2]}}, "wrong-length", "event.shape"),
        ({"event": {"shape": 2}}, "wrong-type", "event.shape"),
        ({"event": {"shape": [True]}}, "wrong-type", "event.shape.0"),
        ({"event": {"shape": ["2"]}}, "wrong-type", "event.shape.0"),
        ({"event": {"shape": [2], "fields": ["a"]}}, "wrong-length", "event.fields"),
        ({"event": {"shape": [2], "fields": ["a", "a"]}}, "repeated-name", "event.fields"),
        ({"layers": []}, "wrong-length", "layers"),
        ({"layers": [{"kind": "copling"}]}, "unknown-kind", "layers.0"),
        ({"layers": [{"transform": {"kind": "affine"}}]}, "missing-kind", "layers.0"),
        ({"layers": [{"kind": ["affine"]}]}, "missing-kind", "layers.0"),
        ({"context": {"State": {"kind": "vector", "size": 1}}}, "invalid-name", "context.State"),
        ({"context": {"c": {"kind": "category"}}}, "missing-key", "context.c"),
        (
            {"context": {"c": {"kind": "category", "count": 3, "labels": ["a", "b"]}}},
            "wrong-length",
            "context.c.labels",
        ),
        (
            {"context": {"c": {"kind": "vector", "size": 1, "encoder": {"kind": "one_hot"}}}},
            "unknown-kind",
            "context.c.encoder",
        ),
        (
            {"base": {"kind": "normal", "learned": True, "conditioner": {"kind": "mlp"}}},
            "conflicting-keys",
            "base.learned",
        ),
        ({"outputs": {"sample": {"returns": []}}}, "wrong-length", "outputs.sample.returns"),
        ({"outputs": {"sample": {"returns": ["event"], "draws": 0}}}, "out-of-range", None),
        ({"training": {"optimizer": {"kind": "adm"}}}, "unknown-kind", "training.optimizer"),
        ({"training": {"epochs": 1.5}}, "wrong-type", "training.epochs"),
    ],
)
def test_a_mistake_has_a_slug_and_a_place(changes, slug, path):
    found = problems(with_changes(**changes))
    assert slug in found
    assert path is None or found[slug].path == path


def test_the_nearest_choice_is_offered():
    found = problems(with_changes(layers=[{"kind": "elementwise", "transform": {"kind": "afine"}}]))
    assert found["unknown-kind"].nearest == "affine"
    assert problems(with_changes(trainin={}))["unknown-key"].nearest == "training"


def test_every_problem_is_told_at_once_in_the_order_of_the_file(tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text(
        "flowspec: 1\nname: Bad\nevent: {shape: [2], suport: {kind: real}}\n"
        "layers:\n  - kind: coupling\n    mask: evn\n    transform: {kind: affin}\n"
    )
    with pytest.raises(SpecError) as caught:
        load_spec(file)
    lines = [(d.span.line, d.span.column, d.slug) for d in caught.value.diagnostics]
    assert lines == [
        (2, 7, "invalid-name"),
        (3, 21, "unknown-key"),
        (6, 11, "unknown-choice"),
        (7, 23, "unknown-kind"),
    ]


def test_a_mistake_in_an_override_says_so():
    found = problems(MINIMAL, ["event.shape=two"])
    assert found["wrong-type"].span.file == "--set event.shape=two"


def test_unknown_keys_deep_in_unions_list_what_can_stand_there():
    spline = {"kind": "rational_quadratic_spline", "bin": 4}
    found = problems(with_changes(layers=[{"kind": "elementwise", "transform": spline}]))
    assert found["unknown-key"].nearest == "bins"
    assert "min_slope" in found["unknown-key"].expected


def test_a_missing_kind_lists_the_kinds():
    found = problems(with_changes(layers=[{"transform": {"kind": "affine"}}]))
    assert found["missing-kind"].expected == "coupling, elementwise, permutation"
    assert found["missing-kind"].help == "or a map with `repeat` and `layers`"
    found = problems(with_changes(layers=[{"kind": "elementwise", "transform": {}}]))
    assert found["missing-kind"].expected == "additive, affine, rational_quadratic_spline"
    found = problems(with_changes(base={"kind": "normal", "conditioner": {}}))
    assert found["missing-kind"].expected == "mlp"
    found = problems(with_changes(context={"c": {"size": 3}}))
    assert found["missing-kind"].expected == "category, vector"


def test_a_missing_key_says_what_it_means():
    found = problems(with_changes(context={"c": {"kind": "vector"}}))
    assert found["missing-key"].help == "`size` is: The number of entries."


def test_of_very_many_problems_the_first_are_told_and_the_others_counted():
    with pytest.raises(SpecError) as caught:
        load_spec(with_changes(**{f"key{index}": 1 for index in range(60)}))
    found = caught.value.diagnostics
    assert [d.slug for d in found] == ["unknown-key"] * 50 + ["more-faults"]
    assert found[-1].message == "and 10 more"


@pytest.mark.parametrize("key", ["repeat", "x"])
def test_a_key_that_is_called_like_a_kind_is_a_key(key):
    found = problems(with_changes(**{key: 1}))
    assert found["unknown-key"].path == key
    event = {"shape": [2], "kind": key, key: 1}
    with pytest.raises(SpecError) as caught:
        load_spec(with_changes(event=event))
    assert [d.path for d in caught.value.diagnostics] == ["event.kind", f"event.{key}"]
    transform = {"kind": "affine", "affine": 1}
    layer = {"kind": "elementwise", "elementwise": 1, "transform": transform}
    with pytest.raises(SpecError) as caught:
        load_spec(with_changes(layers=[layer]))
    assert {d.path for d in caught.value.diagnostics} == {
        "layers.0.elementwise", "layers.0.transform.affine",
    }  # fmt: skip


AFFINE = {"kind": "affine"}


@pytest.mark.parametrize(
    ("changes", "meant"),
    [
        ({"layers": [{"kind": "elementwise", "transform": "affine"}]}, "{kind: affine}"),
        ({"layers": [{"kind": "elementwise", "transform": "Afine"}]}, "{kind: affine}"),
        ({"layers": ["coupling"]}, "{kind: coupling}"),
        ({"layers": "coupling"}, "[{kind: coupling}]"),
        (
            {"layers": [{"kind": "coupling", "transform": AFFINE, "conditioner": "mlp"}]},
            "{kind: mlp}",
        ),
        (
            {"layers": [{"repeat": 2, "layers": [{"kind": "elementwise", "transform": "affine"}]}]},
            "{kind: affine}",
        ),
        ({"base": "normal"}, "{kind: normal}"),
        ({"event": {"shape": [2], "support": "interval"}}, "{kind: interval}"),
        ({"training": {"optimizer": "adam"}}, "{kind: adam}"),
        ({"event": {"shape": 6}}, "[6]"),
        ({"base": {"kind": "normal", "conditioner": {"kind": "mlp", "hidden": 64}}}, "[64]"),
        ({"outputs": {"one": {"returns": "event"}}}, "[event]"),
        ({"event": {"shape": "6"}}, None),
        ({"event": {"shape": True}}, None),
        ({"event": {"shape": 1.5}}, None),
        ({"layers": "repeat"}, None),
        ({"base": "zebra"}, None),
        ({"layers": [[{"kind": "coupling"}]]}, None),
        ({"layers": [None]}, None),
    ],
)
def test_a_word_or_number_alone_is_offered_as_the_map_or_list_it_means(changes, meant):
    found = problems(with_changes(**changes))
    assert set(found) == {"wrong-type"}
    assert found["wrong-type"].nearest == meant


@pytest.mark.parametrize(
    ("changes", "got"),
    [
        ({"flowspec": "1"}, '"1"'),
        ({"event": {"shape": ["2"]}}, '"2"'),
        ({"event": {"shape": "[2]"}}, '"[2]"'),
        ({"event": {"shape": [["2", "x"]]}}, '["2", x]'),
        ({"base": {"kind": 1}}, "1"),
        ({"base": {"kind": "1"}}, '"1"'),
        ({"seed": ""}, '""'),
        ({"seed": "null"}, '"null"'),
        ({"seed": "seven"}, "seven"),
        ({"seed": "[seven"}, "[seven"),
        (
            {"layers": [{"kind": "coupling", "transform": AFFINE, "mask": "[0, 1]"}]},
            '"[0, 1]"',
        ),
    ],
)
def test_a_text_that_reads_as_something_else_stands_in_quotes(changes, got):
    (one,) = problems(with_changes(**changes)).values()
    assert one.got == got
    assert one.nearest is None


def test_a_version_that_is_a_number_is_told_at_once_what_a_version_is():
    (one,) = problems(with_changes(version=1.0)).values()
    assert one.slug == "invalid-version"
    assert one.expected == "three numbers, such as 1.0.0"


def test_a_misspelt_key_is_not_missing_too():
    found = problems(with_changes(event={"shpe": [2]}))
    assert {slug: one.nearest for slug, one in found.items()} == {"unknown-key": "shape"}
    assert set(problems(with_changes(event={"zebra": [2]}))) == {"unknown-key", "missing-key"}
    bare = {key: value for key, value in MINIMAL.items() if key != "event"}
    assert set(problems({**bare, "evnt": {}})) == {"unknown-key"}
    elsewhere = with_changes(event={}, training={"shpe": [2]})
    assert set(problems(elsewhere)) == {"unknown-key", "missing-key"}


def test_one_entry_is_no_plural_and_says_what_it_is():
    one = problems(with_changes(event={"shape": [2, 3]}))["wrong-length"]
    assert one.expected == "at most 1 entry"
    assert one.help == "`shape` is: `[D]`, the number of features."

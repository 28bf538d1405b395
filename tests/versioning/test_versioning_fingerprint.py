"""Fingerprints: what they tell apart, what they do not, and that they never drift."""

import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from flowspec.catalog import FAMILIES
from flowspec.plan import plan
from flowspec.plan.fingerprint import fingerprints
from flowspec.records import CATEGORIES
from flowspec.source import to_yaml
from flowspec.spec import Spec, load_spec
from flowspec.spec.event import Event
from flowspec.spec.output import Output
from tests.laws.cases import CASES
from tests.versioning.changes import BASES, CHANGES

RECORDED = Path(__file__).with_name("fingerprints.json")
each_change = pytest.mark.parametrize("change", CHANGES, ids=str)
each_base = pytest.mark.parametrize("name", BASES)


def of(source, overrides=()):
    return fingerprints(plan(load_spec(source, overrides)))


def touched(old, new):
    return {category for category in CATEGORIES if old.of(category) != new.of(category)}


@each_change
def test_a_change_touches_just_its_categories(change):
    base = BASES[change.base]
    assert touched(of(base), of(base, [change.override])) == set(change.touches)


def test_every_option_of_the_language_is_changed_once():
    kinds = {
        f"{family.name}.{name}.{option}"
        for family in FAMILIES.values()
        for name, kind in family.kinds.items()
        for option in kind.model_fields
        if option != "kind"
    }
    nodes = {"": Spec, "event.": Event, "outputs.": Output}
    plain = {f"{at}{option}" for at, node in nodes.items() for option in node.model_fields}
    assert {change.option for change in CHANGES} == kinds | (plain - {"event"})


def test_fingerprints_are_those_that_were_recorded():
    """They must not drift by accident: bundles, locks and services compare them.

    After a change that is meant, write them anew with `FLOWSPEC_UPDATE_FINGERPRINTS=1`.
    """
    sources = {**BASES, **{case.name: case.node for case in CASES}}
    found = {name: of(node).model_dump() for name, node in sources.items()}
    if os.environ.get("FLOWSPEC_UPDATE_FINGERPRINTS"):
        RECORDED.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    # A new kind has new cases; none that was recorded may change or go.
    assert {name: found.get(name) for name in recorded} == recorded


def shuffled(value, numbers):
    """The same data, the keys of its maps in another order, but where order has a meaning."""
    if isinstance(value, list):
        return [shuffled(element, numbers) for element in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    numbers.shuffle(keys)
    return {key: shuffled(value[key], numbers) for key in keys}


@each_base
def test_neither_the_order_of_keys_nor_spelled_out_defaults_matter(name, tmp_path):
    node = BASES[name]
    full = load_spec(node).as_node()
    context = full.pop("context")
    for seed in range(5):
        file = tmp_path / f"{seed}.yaml"
        other = {**shuffled(full, random.Random(seed)), "context": context}
        file.write_text(to_yaml(other), encoding="utf-8")
        assert of(file) == of(node)
        file.write_text(json.dumps(other), encoding="utf-8")
        assert of(file) == of(node)


def test_the_order_of_context_inputs_is_that_of_the_network_and_a_matter_of_numbers():
    node = BASES["plain"]
    turned = dict(reversed(node["context"].items()))
    assert touched(of(node), of({**node, "context": turned})) == {"numbers"}


def test_a_new_name_of_a_context_input_is_a_matter_of_callers_where_it_has_no_variables():
    node = BASES["plain"]
    renamed = {"xx": node["context"]["x"], "side": node["context"]["side"]}
    assert touched(of(node), of({**node, "context": renamed})) == {"callers"}


def test_layers_that_swap_their_names_change_the_numbers_though_the_weights_load():
    first, second = ({**BASES["turned"]["layers"][0], "name": name} for name in ("a", "b"))
    turn, last = BASES["turned"]["layers"][1], BASES["turned"]["layers"][3]
    one = {**BASES["turned"], "layers": [first, turn, second, last]}
    other = {**BASES["turned"], "layers": [second, turn, first, last]}
    assert touched(of(one), of(other)) == {"numbers"}


PROGRAM = """
import json, sys
from flowspec.plan import plan
from flowspec.plan.fingerprint import fingerprints
from flowspec.spec import load_spec
bases = json.load(sys.stdin)
print(json.dumps({n: fingerprints(plan(load_spec(b))).model_dump() for n, b in bases.items()}))
assert not {"numpy", "tensorflow"} & set(sys.modules)
"""


def test_other_processes_find_the_same():
    found = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM], input=json.dumps(BASES), text=True, check=True,
            capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1")
    ]  # fmt: skip
    assert found[0] == found[1]
    assert json.loads(found[0]) == {name: of(node).model_dump() for name, node in BASES.items()}


def test_the_rule_is_the_one_that_is_written_down():
    planned = plan(load_spec(BASES["plain"]))
    variables = {v.path: [list(v.shape), v.dtype] for v in planned.variables}
    text = json.dumps(variables, sort_keys=True, separators=(",", ":"))
    right = hashlib.sha256(f"flowspec fingerprint 1 weights\n{text}".encode()).hexdigest()
    found = fingerprints(planned)
    assert found.weights == right
    assert found.short["weights"] == right[:12]
    lines = "".join(f"{category} {found.of(category)}\n" for category in CATEGORIES)
    assert found.whole == hashlib.sha256(lines.encode()).hexdigest()


def test_a_higher_revision_of_a_kind_changes_the_numbers_wherever_it_stands():
    planned = plan(load_spec(BASES["bent"]))
    layer = planned.layers[1]
    for update in ({"revision": 2}, {"revisions": {"transform": 2}}):
        raised = (planned.layers[0], layer.model_copy(update=update), *planned.layers[2:])
        other = planned.model_copy(update={"layers": raised})
        assert touched(fingerprints(planned), fingerprints(other)) == {"numbers"}


def test_a_plan_with_an_option_that_is_no_longer_known_still_has_fingerprints():
    planned = plan(load_spec(BASES["plain"]))
    layer = planned.layers[0]
    node = {**layer.node, "gone": 1}
    older = (layer.model_copy(update={"node": node}), *planned.layers[1:])
    other = planned.model_copy(update={"layers": older})
    assert "numbers" in touched(fingerprints(planned), fingerprints(other))

"""What is saved is what is read, bit for bit."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowspec import bundle
from flowspec.bundle.decode import decode_plan, decode_spec
from flowspec.bundle.encode import encode_plan, encode_spec
from flowspec.bundle.limits import weights_range
from flowspec.bundle.weights import decode_weights, encode_weights
from flowspec.plan import plan as plan_spec
from flowspec.records import Plan, VariableRecord
from flowspec.spec import load_spec

Weights = dict[str, np.ndarray[Any, Any]]

DTYPES = ["float16", "float32", "float64", "int32", "int64", "uint8", "bool"]


def variable(path: str, shape: tuple[int, ...], dtype: str) -> VariableRecord:
    return VariableRecord(path=path, shape=shape, dtype=dtype, initializer="zeros")


def bits(arrays: Weights) -> dict[str, tuple[str, tuple[int, ...], bytes]]:
    return {path: (a.dtype.name, a.shape, a.tobytes()) for path, a in arrays.items()}


def test_plan_spec_and_weights_come_back(saved: Path, plan: Plan, weights: Weights) -> None:
    found = bundle.read(saved)
    assert found.folder == saved
    assert found.plan == plan
    assert found.spec == plan.spec
    assert bits(found.weights()) == bits(weights)


def test_the_spec_that_comes_back_gives_the_same_plan(saved: Path, plan: Plan) -> None:
    assert plan_spec(load_spec(bundle.read(saved).spec)) == plan


def test_weights_come_back_in_the_plans_order(tmp_path: Path, plan: Plan, weights: Weights) -> None:
    bundle.write(tmp_path / "b", plan, dict(reversed(weights.items())))
    assert list(bundle.read(tmp_path / "b").weights()) == [v.path for v in plan.variables]


def test_weights_can_be_changed_after_reading(saved: Path) -> None:
    for value in bundle.read(saved).weights().values():
        value += 1


def test_weights_may_be_anything_that_numpy_can_hold(
    tmp_path: Path, with_variables: Callable[..., Plan]
) -> None:
    values: Weights = {
        "not_finite": np.array([math.nan, math.inf, -math.inf, -0.0, 5e-324], "float64"),
        "odd_nan": np.array([0x7FC00001, 0xFFFFFFFF], "uint32").view("float32"),
        "scalar": np.array(2.5, "float32"),
        "empty": np.zeros((0, 3), "float32"),
        "columns": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "strided": np.arange(10.0)[::-3],
        "a path with ünusual / letters": np.ones((1, 1, 1, 1)),
    }
    plan = with_variables(*(variable(p, a.shape, a.dtype.name) for p, a in values.items()))
    bundle.write(tmp_path / "b", plan, values)
    assert bits(bundle.read(tmp_path / "b").weights()) == bits(values)


def test_the_byte_order_of_the_caller_does_not_matter(
    tmp_path: Path, with_variables: Callable[..., Plan]
) -> None:
    plan = with_variables(variable("a", (3,), "float32"))
    bundle.write(tmp_path / "b", plan, {"a": np.array([1, 2, 3], ">f4")})
    np.testing.assert_array_equal(bundle.read(tmp_path / "b").weights()["a"], [1, 2, 3])


def test_numpy_scalars_are_arrays(tmp_path: Path, with_variables: Callable[..., Plan]) -> None:
    plan = with_variables(variable("a", (), "float32"))
    bundle.write(tmp_path / "b", plan, {"a": np.float32(3)})  # type: ignore[dict-item]
    assert bundle.read(tmp_path / "b").weights()["a"] == np.float32(3)


def test_a_flow_without_variables_is_a_bundle(
    tmp_path: Path, with_variables: Callable[..., Plan]
) -> None:
    bundle.write(tmp_path / "b", with_variables(), {})
    assert bundle.read(tmp_path / "b").weights() == {}


@given(data=st.data())
def test_any_bits_of_any_shape_come_back(
    data: st.DataObject, with_variables: Callable[..., Plan]
) -> None:
    shapes = st.lists(st.integers(0, 4), max_size=4).map(tuple)
    forms = st.dictionaries(st.text(min_size=1), st.tuples(shapes, st.sampled_from(DTYPES[:5])))
    values: Weights = {}
    for path, (shape, dtype) in data.draw(forms).items():
        size = math.prod(shape) * np.dtype(dtype).itemsize
        raw = data.draw(st.binary(min_size=size, max_size=size))
        values[path] = np.frombuffer(raw, dtype).reshape(shape)
    plan = with_variables(*(variable(p, a.shape, a.dtype.name) for p, a in values.items()))
    encoded = encode_weights(plan, values)
    assert len(encoded) in weights_range(plan)
    assert bits(decode_weights(plan, encoded, Path("w"))) == bits(values)


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_of_a_bundle_can_be_saved(
    tmp_path: Path, with_variables: Callable[..., Plan], dtype: str
) -> None:
    plan = with_variables(variable("a", (2, 3), dtype))
    values = {"a": np.ones((2, 3), dtype)}
    bundle.write(tmp_path / "b", plan, values)
    assert bits(bundle.read(tmp_path / "b").weights()) == bits(values)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(spec=st.dictionaries(st.text(), JSON))
def test_any_spec_comes_back_in_its_order(spec: dict[str, Any], plan: Plan) -> None:
    assert repr(decode_spec(encode_spec(spec), Path("s"))) == repr(spec)
    whole = plan.model_copy(update={"spec": spec})
    again = decode_plan(encode_plan(whole), Path("p"))
    assert repr(again.spec) == repr(spec)
    assert encode_plan(again) == encode_plan(whole)


def test_infinite_numbers_of_a_spec_come_back(tmp_path: Path, plan: Plan, weights: Weights) -> None:
    spec = {**plan.spec, "extra": [math.inf, -math.inf, math.nan, 1e-3, -0.0]}
    bundle.write(tmp_path / "b", plan.model_copy(update={"spec": spec}), weights)
    assert repr(bundle.read(tmp_path / "b").spec) == repr(spec)


@pytest.mark.parametrize("prefix", ["", "ü" * 100, '"' * 100])
@pytest.mark.parametrize("axes", [0, 20])
def test_the_size_of_a_file_with_many_variables_is_expected(
    with_variables: Callable[..., Plan], prefix: str, axes: int
) -> None:
    shape = (1,) * axes
    values = {f"{prefix}{index}": np.zeros(shape) for index in range(1000)}
    plan = with_variables(*(variable(path, shape, "float64") for path in values))
    assert len(encode_weights(plan, values)) in weights_range(plan)
    assert weights_range(plan).stop < 4 * 2**20


def test_the_hash_of_a_bundle_is_that_of_its_manifest(saved: Path) -> None:
    text = (saved / "manifest.json").read_bytes()
    assert bundle.read(saved).sha256 == hashlib.sha256(text).hexdigest()


def test_lineage_comes_back(tmp_path: Path, plan: Plan, weights: Weights) -> None:
    lineage = bundle.Lineage(
        parent="1" * 64, name="tiny", version="0.0.9", variables={"kept": 8}, earlier=("2" * 64,)
    )
    made = bundle.write(tmp_path / "b", plan, weights, lineage=lineage)
    assert bundle.read(tmp_path / "b").manifest.lineage == made.lineage == lineage

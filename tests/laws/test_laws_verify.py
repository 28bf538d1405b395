"""Each law that `flowspec verify` measures holds on a flow, and breaks on a flow that breaks it."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import tensorflow as tf

import flowspec
from flowspec import bundle
from flowspec.build.base_layer import BaseLayer
from flowspec.build.flow_layer import FlowLayer
from flowspec.build.network import Network
from flowspec.catalog.supports.interval import Interval
from flowspec.catalog.transforms.affine import Affine
from flowspec.export.distribution import FlowDistribution
from flowspec.laws import LAWS, moved_weights, verify
from flowspec.laws.subject import Subject
from tests.laws.cases import COUPLING, MLP, SCALE, STATE, spec_of

LAW = {law.name: law for law in LAWS}
SUPPORT = {"support": {"kind": "interval", "low": -1, "high": 2}}
PLANE = spec_of([COUPLING, COUPLING], 2, context=STATE, event=SUPPORT)
LINE = spec_of([{**SCALE, "conditioner": MLP}], 1, context=STATE)


def moved(spec):
    flow = flowspec.compile(spec)
    flow.assign(moved_weights(flow))
    return flow


def changed(monkeypatch, owner, name, change):
    """Let a method return something else: `change(result, self, *args, **options)`."""
    original = getattr(owner, name)

    @functools.wraps(original)  # Keras looks at the signature
    def call(self, *args, **options):
        return change(original(self, *args, **options), self, *args, **options)

    monkeypatch.setattr(owner, name, call)


@pytest.mark.parametrize("spec", [PLANE, LINE], ids=["plane", "line"])
def test_every_law_holds_on_a_sound_flow(spec):
    verdicts = list(verify(moved(spec)))
    assert [verdict.law for verdict in verdicts] == list(LAWS)
    for verdict in verdicts:
        assert verdict.holds, verdict
    silent = {verdict.law.name for verdict in verdicts if verdict.measured is None}
    assert silent == ({"draws"} if spec is PLANE else set())


def test_laws_say_nothing_where_they_do_not_apply():
    large = moved({**spec_of([SCALE], 300), "dtype": "float64"})
    silent = {verdict.law.name for verdict in verify(large) if verdict.measured is None}
    assert silent == {"context", "jacobian", "precision", "integral", "draws"}


def frozen(monkeypatch, flow):
    next(iter(flow.variables.values())).trainable = False


def not_the_identity(monkeypatch, flow):
    def scaled(result, self, value, *_, **__):
        return result[0] * 1.01, result[1]

    changed(monkeypatch, FlowLayer, "call", scaled)


def without_gradients(monkeypatch, flow):
    changed(monkeypatch, Network, "call", lambda result, *_: tf.stop_gradient(result))


def blind(monkeypatch, flow):
    call = Network.call

    def without_context(self, value=None, context=None):
        return call(self, value, None if context is None else tf.zeros_like(context))

    monkeypatch.setattr(Network, "call", without_context)


def outside(monkeypatch, flow):
    changed(monkeypatch, Interval, "contains", lambda result, *_: result & False)


def another_way_back(monkeypatch, flow):
    changed(monkeypatch, Affine, "inverse", lambda result, *_: (result[0] + 1e-3, *result[1:]))


def another_ldj(monkeypatch, flow):
    changed(monkeypatch, FlowLayer, "call", lambda result, *_, **__: (result[0], result[1] + 1e-9))


def another_drawn_log_prob(monkeypatch, flow):
    def shifted(result, self, start, features=(), mode="draw", **_):
        return (result[0], result[1] + 1e-3) if mode == "draw" else result

    changed(monkeypatch, BaseLayer, "call", shifted)


def rows_that_look_aside(monkeypatch, flow):
    def mixed(result, *_, **__):
        return result[0] + 1e-3 * tf.reduce_mean(result[0], 0), result[1]

    changed(monkeypatch, FlowLayer, "call", mixed)


def coarse_float32(monkeypatch, flow):
    def rounded(result, self, *_, **__):
        if result[0].dtype == tf.float64:
            return result
        return result[0], tf.cast(tf.cast(result[1], tf.bfloat16), tf.float32)

    changed(monkeypatch, FlowLayer, "call", rounded)


def too_dense(monkeypatch, flow):
    def raised(result, self, start, features=(), mode="draw", **_):
        return result + 0.1 if mode == "log_prob" else result

    changed(monkeypatch, BaseLayer, "call", raised)


def wide_draws(monkeypatch, flow):
    changed(monkeypatch, BaseLayer, "_noise", lambda result, *_: 1.2 * result)


def another_model(monkeypatch, flow):
    def wrong(model, given):
        return {name: value + 1e-2 for name, value in model(given).items()}

    models = {name: functools.partial(wrong, model) for name, model in flow.models.items()}
    monkeypatch.setattr(flow, "models", models)


def another_view(monkeypatch, flow):
    changed(monkeypatch, FlowDistribution, "_log_prob", lambda result, *_, **__: result + 1e-2)


def a_forgetful_bundle(monkeypatch, flow):
    read = bundle.read_values

    def changed_values(folder):
        values = read(folder)
        path = next(iter(values.weights))
        weights = {**values.weights, path: np.nextafter(values.weights[path], np.float32(9))}
        return values._replace(weights=weights)

    monkeypatch.setattr(bundle, "read_values", changed_values)


SABOTAGE = {
    "variables": (frozen, PLANE),
    "identity": (not_the_identity, LINE),
    "learning": (without_gradients, PLANE),
    "context": (blind, PLANE),
    "support": (outside, PLANE),
    "round trip": (another_way_back, PLANE),
    "jacobian": (another_ldj, PLANE),
    "drawn": (another_drawn_log_prob, PLANE),
    "rows": (rows_that_look_aside, PLANE),
    "precision": (coarse_float32, PLANE),
    "integral": (too_dense, PLANE),
    "draws": (wide_draws, LINE),
    "models": (another_model, LINE),
    "distribution": (another_view, LINE),
    "bundle": (a_forgetful_bundle, LINE),
}


@pytest.mark.parametrize("name", SABOTAGE)
def test_a_law_breaks_on_a_flow_that_breaks_it(name, monkeypatch):
    sabotage, spec = SABOTAGE[name]
    flow = moved(spec)
    sabotage(monkeypatch, flow)
    measured = LAW[name].measure(Subject(flow))
    assert measured is not None
    assert not measured.holds


def test_the_saved_model_of_another_flow_breaks_its_law(tmp_path):
    flowspec.compile(LINE).export(tmp_path / "other")
    (verdict,) = [v for v in verify(moved(LINE), tmp_path / "other") if not v.holds]
    assert verdict.law.name == "saved model"


def test_every_law_has_its_sabotage():
    assert {*SABOTAGE, "saved model"} == set(LAW)

"""Affine and additive transforms are their formulas, and TFP's bijectors."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

from flowspec.catalog.transforms.additive import Additive
from flowspec.catalog.transforms.affine import Affine

BOUNDS = [0.5, 3.0, 20.0]
SCALES = [1.0, 30.0]


def example(scale: float, parameters: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    return random.normal(0, scale, (40, 3)), random.normal(0, scale, (40, 3, parameters))


def log_scale(raw: np.ndarray, bound: float) -> np.ndarray:
    return bound * np.tanh(raw[..., 1] / bound)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("bound", BOUNDS)
def test_affine_forward_is_its_formula(agree, bound, scale):
    x, raw = example(scale, 2)
    y, ldj = Affine(kind="affine", log_scale_bound=bound).forward(tf.constant(x), tf.constant(raw))
    agree(y, x * np.exp(log_scale(raw, bound)) + raw[..., 0])
    agree(ldj, log_scale(raw, bound))


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("bound", BOUNDS)
def test_affine_inverse_is_its_formula(agree, bound, scale):
    y, raw = example(scale, 2)
    x, ldj = Affine(kind="affine", log_scale_bound=bound).inverse(tf.constant(y), tf.constant(raw))
    agree(x, (y - raw[..., 0]) / np.exp(log_scale(raw, bound)))
    agree(ldj, -log_scale(raw, bound))


@pytest.mark.parametrize("bound", BOUNDS)
def test_affine_is_the_chain_of_shift_and_scale_of_tfp(agree, bound):
    x, raw = example(2.0, 2)
    tfb = tfp.bijectors
    reference = tfb.Shift(raw[..., 0])(tfb.Scale(log_scale=log_scale(raw, bound)))
    transform = Affine(kind="affine", log_scale_bound=bound)
    y, ldj = transform.forward(tf.constant(x), tf.constant(raw))
    agree(y, reference.forward(x))
    agree(ldj, reference.forward_log_det_jacobian(x))
    back, ldj = transform.inverse(tf.constant(x), tf.constant(raw))
    agree(back, reference.inverse(x))
    agree(ldj, reference.inverse_log_det_jacobian(x))


def test_the_default_bound_of_the_log_scale_is_three(agree):
    x, raw = example(10.0, 2)
    _, ldj = Affine(kind="affine").forward(tf.constant(x), tf.constant(raw))
    agree(ldj, log_scale(raw, 3.0))


@pytest.mark.parametrize("scale", SCALES)
def test_additive_is_its_formula_and_the_shift_of_tfp(agree, scale):
    x, raw = example(scale, 1)
    reference = tfp.bijectors.Shift(raw[..., 0])
    transform = Additive(kind="additive")
    y, ldj = transform.forward(tf.constant(x), tf.constant(raw))
    agree(y, x + raw[..., 0])
    agree(y, reference.forward(x))
    agree(ldj, np.zeros((40, 3)))
    back, ldj = transform.inverse(tf.constant(x), tf.constant(raw))
    agree(back, x - raw[..., 0])
    agree(back, reference.inverse(x))
    agree(ldj, np.zeros((40, 3)))

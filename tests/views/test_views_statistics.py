"""What the distribution tells of itself: statistics, support, seeds, density against draws."""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp
from scipy import stats
from tensorflow_probability.python.internal import test_util

from tests.views.flows import (
    actions,
    context,
    gaussian,
    moments,
    normal,
    of_models,
    plain,
    points,
    squashed,
    states,
)  # fmt: skip

tfd = tfp.distributions

STATISTICS = ["mean", "mode", "stddev", "variance", "covariance", "entropy"]
OF_A_VALUE = [
    "cdf", "log_cdf", "survival_function", "log_survival_function", "quantile",
]  # fmt: skip


class Helpers(test_util.TestCase, test_util.VectorDistributionTestHelpers):
    """TFP's own checks of vector distributions."""

    __test__ = False


CHECK = Helpers()


@pytest.mark.parametrize("flow", [plain, normal, lambda: squashed()])
def test_what_has_no_closed_form_is_refused_as_tfp_does(flow):
    given = context(4) if flow().plan.conditional else {}
    distribution = flow().distribution(**given)
    for name in STATISTICS:
        with pytest.raises(NotImplementedError, match=name):
            getattr(distribution, name)()
    for name in OF_A_VALUE:
        with pytest.raises(NotImplementedError, match=name):
            getattr(distribution, name)(np.array([0.2, 0.3]))
    for name in ["kl_divergence", "cross_entropy"]:
        with pytest.raises(NotImplementedError, match=r"KL|entropy"):
            getattr(distribution, name)(distribution)
    with pytest.raises(NotImplementedError):
        type(distribution).experimental_fit(actions(5))


def test_the_base_has_its_statistics():
    flow = normal()
    base = flow.distribution().distribution
    assert isinstance(base, tfd.MultivariateNormalDiag)
    raw = np.asarray(flow.variables["base.raw"])
    np.testing.assert_allclose(base.mean(), raw[:, 0], rtol=1e-12)
    np.testing.assert_allclose(base.stddev(), np.exp(5 * np.tanh(raw[:, 1] / 5)), rtol=1e-12)


def test_log_prob_of_an_exactly_normal_flow_is_the_closed_form():
    given, event = states(4), points(5, 4)
    mean, stddev = moments(gaussian(), given)
    wanted = stats.norm.logpdf(event, mean, stddev).sum(-1)
    log_prob = gaussian().distribution(state=given).log_prob(event)
    np.testing.assert_allclose(log_prob, wanted, rtol=1e-10)
    prob = gaussian().distribution(state=given).prob(event)
    np.testing.assert_allclose(prob, np.exp(wanted), rtol=1e-9)


@pytest.mark.parametrize(("center", "radius"), [((0.5, 3.5), 0.3), ((0.3, 2.8), 0.5)])
def test_tfps_own_check_finds_draws_and_density_consistent(center, radius):
    """The volume of a ball is estimated with a standard error of 1 and 1.5 percent."""
    tf.random.set_seed(1)
    CHECK.run_test_sample_consistent_log_prob(
        lambda fetched: fetched and [tensor.numpy() for tensor in fetched],
        squashed().distribution(**context()),
        num_samples=100000, center=center, radius=radius, seed=3, rtol=0.06,
    )  # fmt: skip


def test_tfps_own_check_finds_the_moments_of_draws():
    """The moments are known in closed form; draws of four batch members, all at once."""
    given = states(4)
    mean, stddev = moments(gaussian(), given)
    drawn = gaussian().distribution(state=given).sample(20000, seed=(1, 2))
    CHECK.assertAllMeansClose(drawn, mean, axis=0, atol=5 * stddev.max() / 20000**0.5, rtol=0)
    square = (drawn - mean) ** 2
    atol = 5 * (2**0.5) * (stddev**2).max() / 20000**0.5
    CHECK.assertAllMeansClose(square, stddev**2, axis=0, atol=atol, rtol=0)


def test_draws_have_the_normal_distribution_they_should():
    """Kolmogorov and Smirnov's test, feature by feature; TFP's DKWM is not in its package."""
    given = states(3)
    mean, stddev = moments(gaussian(), given)
    drawn = gaussian().distribution(state=given).sample(4000, seed=(1, 2)).numpy()
    values = ((drawn - mean) / stddev).reshape(4000, -1)
    found = [stats.kstest(column, "norm").pvalue for column in values.T]
    assert min(found) > 1e-3


@pytest.mark.parametrize(
    "outside", [[1.0, 2.0], [-1.0, 2.0], [0.0, 4.0], [0.0, -1e-3], [7.0, 9.0], [np.inf, 2.0]]
)
def test_log_prob_outside_the_support_is_minus_infinity(outside):
    distribution = squashed().distribution(**context(4))
    event = actions(4)
    event[2] = outside
    log_prob = distribution.log_prob(event).numpy()
    assert np.isneginf(log_prob).tolist() == [False, False, True, False]
    assert distribution.prob(event).numpy()[2] == 0.0
    strict = distribution.copy(validate_args=True)
    with pytest.raises(tf.errors.InvalidArgumentError, match="outside the support"):
        strict.log_prob(event)
    with pytest.raises(tf.errors.InvalidArgumentError, match="outside the support"):
        tf.function(strict.log_prob)(event)
    np.testing.assert_array_equal(strict.log_prob(actions(4)), distribution.log_prob(actions(4)))


def test_nan_stays_nan():
    event = actions(4)
    event[1, 0] = np.nan
    log_prob = squashed().distribution(**context(4)).log_prob(event)
    assert np.isnan(log_prob).tolist() == [False, True, False, False]


def test_seeds_are_those_of_tfp():
    distribution = squashed().distribution(**context(4))
    pair = distribution.sample(3, seed=[1, 2])
    np.testing.assert_array_equal(pair, distribution.sample(3, seed=tf.constant([1, 2])))
    assert np.abs(pair - distribution.sample(3, seed=[1, 3])).min() > 0
    assert np.abs(distribution.sample(3) - distribution.sample(3)).min() > 0
    tf.random.set_seed(5)
    first = distribution.sample(3, seed=7)
    tf.random.set_seed(5)
    np.testing.assert_array_equal(first, distribution.sample(3, seed=7))
    assert np.abs(first - distribution.sample(3, seed=8)).min() > 0


def test_draws_of_the_batch_members_are_independent():
    same = {name: np.repeat(value[None], 2, 0) for name, value in context().items()}
    drawn = squashed().distribution(**same).sample(2000, seed=(1, 2)).numpy()
    left, right = drawn[:, 0], drawn[:, 1]
    assert abs(stats.spearmanr(left[:, 0], right[:, 0]).statistic) < 0.1
    assert stats.ks_2samp(left[:, 0], right[:, 0]).pvalue > 1e-3


def test_draws_are_differentiable_in_the_variables():
    distribution = squashed().distribution(**context(4))
    assert distribution.reparameterization_type == tfd.FULLY_REPARAMETERIZED
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(distribution.sample(5, seed=(1, 2)))
    gradients = tape.gradient(loss, distribution.trainable_variables)
    assert all(gradient is not None for gradient in gradients)


def test_the_local_measure_is_the_density_on_all_of_space():
    distribution, event = squashed().distribution(**context(4)), actions(4)
    log_prob, space = distribution.experimental_local_measure(event, backward_compat=True)
    np.testing.assert_array_equal(log_prob, distribution.log_prob(event))
    assert isinstance(space, tfp.experimental.tangent_spaces.FullSpace)


def test_allow_nan_stats_is_kept():
    distribution = plain().distribution()
    assert distribution.allow_nan_stats
    assert not distribution.copy(allow_nan_stats=False).allow_nan_stats


def test_text_names_shapes_and_dtype():
    text = str(squashed().distribution(**context(4)))
    assert "batch_shape=[4], event_shape=[2], dtype=float64" in text


def test_log_prob_of_unnormalized_is_log_prob():
    distribution, event = squashed().distribution(**context(4)), actions(4)
    np.testing.assert_array_equal(
        distribution.unnormalized_log_prob(event), distribution.log_prob(event)
    )
    np.testing.assert_allclose(
        distribution.log_prob(event), of_models(squashed(), event, **context(4)), rtol=1e-10
    )

"""The distribution in variational inference, Monte Carlo divergences and Markov chains."""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras
from scipy import stats

import flowspec
from tests.views.flows import (
    NORMAL,
    PLAIN,
    context,
    gaussian,
    make,
    moments,
    normal,
    squashed,
    states,
)  # fmt: skip

tfd, tfb = tfp.distributions, tfp.bijectors

MEAN, STDDEV = np.array([1.0, -2.0]), np.array([0.5, 1.5])


def closed_form(mean, stddev, other_mean, other_stddev):
    """KL(N(mean, stddev²) || N(other_mean, other_stddev²)), summed over features."""
    ratio = (stddev / other_stddev) ** 2
    return 0.5 * (ratio + ((mean - other_mean) / other_stddev) ** 2 - 1 - np.log(ratio)).sum(-1)


def target():
    return tfd.MultivariateNormalDiag(MEAN, STDDEV)


def normal_moments(flow):
    """Mean and standard deviation of a flow that is exactly normal without context."""
    base = flow.distribution().distribution
    mean = flow.forward(base.mean()[None])[0]
    return mean, flow.forward((base.mean() + base.stddev())[None])[0] - mean


def test_a_monte_carlo_divergence_is_the_closed_form():
    flow = normal()
    exact = closed_form(*normal_moments(flow), MEAN, STDDEV)
    drawn, log_prob = flow.distribution().experimental_sample_and_log_prob(20000, seed=(1, 2))
    terms = (log_prob - target().log_prob(drawn)).numpy()
    assert abs(terms.mean() - exact) < 4 * terms.std() / 20000**0.5
    loss = tfp.vi.monte_carlo_variational_loss(
        target().log_prob, flow.distribution(), sample_size=20000, seed=(3, 4)
    )
    assert abs(loss - exact) < 4 * terms.std() / 20000**0.5


def test_the_divergence_given_the_context_is_the_closed_form_row_by_row():
    given = states(4)
    mean, stddev = moments(gaussian(), given)
    exact = closed_form(mean, stddev, MEAN, STDDEV)
    view = gaussian().distribution(state=given)
    terms = view.log_prob(drawn := view.sample(20000, seed=(1, 2))) - target().log_prob(drawn)
    error = 4 * terms.numpy().std(0) / 20000**0.5
    assert (np.abs(terms.numpy().mean(0) - exact) < error).all()


def test_gradients_of_the_variational_loss_are_those_of_the_closed_form():
    flow = make(NORMAL)
    view, variable = flow.distribution(), flow.variables["base.raw"]
    with tf.GradientTape() as tape:
        loss = tfp.vi.monte_carlo_variational_loss(
            target().log_prob, view, sample_size=50000, seed=(1, 2)
        )
    gradient = tape.gradient(loss, variable.value)
    start, wanted = np.asarray(variable), np.zeros((2, 2))
    for place in np.ndindex(2, 2):
        step = np.zeros((2, 2))
        step[place] = 1e-5
        sides = []
        for sign in (1, -1):
            variable.assign(start + sign * step)
            sides.append(closed_form(*normal_moments(flow), MEAN, STDDEV))
        wanted[place] = (sides[0] - sides[1]) / 2e-5
    np.testing.assert_allclose(gradient, wanted, atol=0.02 * np.abs(wanted).max())


def fitted(spec, steps, rate, **options):
    """A fresh flow fitted to the target as a surrogate posterior, and the losses."""
    flow = flowspec.compile(spec, ["dtype=float64"])
    falling = tf_keras.optimizers.schedules.CosineDecay(rate, steps)
    tf.random.set_seed(1)
    losses = tfp.vi.fit_surrogate_posterior(
        target().log_prob, flow.distribution(),
        optimizer=tf_keras.optimizers.Adam(falling), num_steps=steps, sample_size=64, seed=(1, 2),
        **options,
    )  # fmt: skip
    return flow, losses.numpy()


def test_an_affine_surrogate_posterior_becomes_the_target():
    flow, losses = fitted(NORMAL, 300, 0.1)
    mean, stddev = normal_moments(flow)
    assert losses[0] > 1
    assert closed_form(mean, stddev, MEAN, STDDEV) < 0.02
    np.testing.assert_allclose(mean, MEAN, atol=0.2)
    np.testing.assert_allclose(stddev, STDDEV, rtol=0.15)


@pytest.mark.slow
def test_a_surrogate_posterior_of_couplings_comes_close_under_xla():
    flow, losses = fitted(PLAIN, 300, 0.03, jit_compile=True)
    assert losses[0] > 1
    assert np.mean(losses[-20:]) < 0.1
    drawn, log_prob = flow.distribution().experimental_sample_and_log_prob(5000, seed=(1, 2))
    assert np.mean(log_prob - target().log_prob(drawn)) < 0.1


def chain(target_log_prob, bijector, start, step_size, steps=600):
    """States of a Hamiltonian chain on the support, `(steps, chains, 2)`."""
    kernel = tfp.mcmc.TransformedTransitionKernel(
        tfp.mcmc.HamiltonianMonteCarlo(target_log_prob, step_size=step_size, num_leapfrog_steps=3),
        bijector,
    )

    @tf.function
    def run():
        return tfp.mcmc.sample_chain(
            steps, start, kernel=kernel, num_burnin_steps=100, seed=(1, 2),
            trace_fn=lambda _, results: results.inner_results.is_accepted,
        )  # fmt: skip

    found, accepted = run()
    assert np.mean(accepted) > 0.5
    return found.numpy()


@pytest.mark.slow
def test_a_chain_on_the_density_has_the_moments_of_draws():
    """The state space is the event's, the chain moves in the latent's."""
    view = squashed().distribution(**context())
    found = chain(
        view.log_prob,
        view.experimental_default_event_space_bijector(),
        view.sample(16, seed=(3, 4)),
        step_size=0.7,
    )
    assert (np.array([-1, 0]) < found).all()
    assert (found < np.array([1, 4])).all()
    drawn = view.sample(20000, seed=(5, 6)).numpy()
    means = found.mean(0)  # of each chain, which are independent
    error = means.std(0, ddof=1) / len(means) ** 0.5
    assert (np.abs(means.mean(0) - drawn.mean(0)) < 5 * error).all()
    spreads = found.std(0)
    error = spreads.std(0, ddof=1) / len(spreads) ** 0.5 + 0.01 * drawn.std(0)
    assert (np.abs(spreads.mean(0) - drawn.std(0)) < 5 * error).all()


def test_a_flow_preconditions_the_chain_of_another_target():
    view = normal().distribution()
    found = chain(
        target().log_prob, view.bijector, tf.constant(np.tile(MEAN, (16, 1))), step_size=0.2
    )
    means, spreads = found.mean(0), found.std(0)
    error = means.std(0, ddof=1) / 4
    assert (np.abs(means.mean(0) - MEAN) < 5 * error).all()
    assert (np.abs(spreads.mean(0) / STDDEV - 1) < 0.15).all()
    assert stats.kstest((found[-1] - MEAN)[:, 0] / STDDEV[0], "norm").pvalue > 1e-3


def test_the_default_event_space_bijector_maps_all_reals_to_the_support():
    view = squashed().distribution(**context(4))
    bijector = view.experimental_default_event_space_bijector()
    assert isinstance(bijector, tfb.Bijector)
    event = bijector.forward(np.random.default_rng(0).normal(size=(100, 4, 2)) * 5).numpy()
    assert (np.array([-1, 0]) < event).all()
    assert (event < np.array([1, 4])).all()

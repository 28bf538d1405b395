"""The rational-quadratic spline against TFP, against fifty digits, and against differences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import mpmath
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

from flowspec.catalog.transforms.rational_quadratic_spline import RationalQuadraticSpline

ROWS, FEATURES = 60, 3


class Options(NamedTuple):
    bins: int = 8
    bound: float = 5.0
    min_bin: float = 1e-3
    min_slope: float = 1e-3
    scale: float = 1.0

    def transform(self) -> RationalQuadraticSpline:
        kind = "rational_quadratic_spline"
        return RationalQuadraticSpline(kind=kind, **dict(list(self._asdict().items())[:4]))

    def raw(self, rows: int = ROWS) -> np.ndarray:
        random = np.random.default_rng(2)
        return random.normal(0, self.scale, (rows, FEATURES, 3 * self.bins - 1))


OPTIONS = {
    "mild": Options(),
    "two bins": Options(bins=2, bound=1.0),
    "many bins": Options(bins=40, bound=3.0, min_bin=5e-3),
    "wide box": Options(bound=250.0, scale=2.0),
    "small bins and slopes": Options(bins=6, min_bin=1e-4, min_slope=1e-3, scale=8.0),
}
each_option = pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)


def softplus(raw: np.ndarray) -> np.ndarray:
    return np.maximum(raw, 0) + np.log1p(np.exp(-np.abs(raw)))


def sizes(raw: np.ndarray, options: Options) -> np.ndarray:
    """Bin sizes: shares by a softmax, none below the minimum, filling the box."""
    shares = np.exp(raw - raw.max(-1, keepdims=True))
    shares /= shares.sum(-1, keepdims=True)
    least = options.min_bin
    return 2 * options.bound * (least + (1 - least * options.bins) * shares)


def inner_slopes(raw: np.ndarray, options: Options) -> np.ndarray:
    """Slopes by a softplus above the minimum, one where raw is zero."""
    shift = np.log(np.expm1(1 - options.min_slope))
    return options.min_slope + softplus(raw + shift)


def tfp_spline(raw: np.ndarray, options: Options) -> Any:
    k = options.bins
    return tfp.bijectors.RationalQuadraticSpline(
        bin_widths=sizes(raw[..., :k], options),
        bin_heights=sizes(raw[..., k : 2 * k], options),
        knot_slopes=inner_slopes(raw[..., 2 * k :], options),
        range_min=np.float64(-options.bound),
    )


def knots(raw: np.ndarray, options: Options) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Inner knots in x and y, and the slopes there, `(…, K - 1)` each."""
    k = options.bins
    xs = np.cumsum(sizes(raw[..., :k], options), -1)[..., :-1] - options.bound
    ys = np.cumsum(sizes(raw[..., k : 2 * k], options), -1)[..., :-1] - options.bound
    return xs, ys, inner_slopes(raw[..., 2 * k :], options)


def by_knot(raw: np.ndarray, options: Options) -> Iterator[tuple[np.ndarray, ...]]:
    """Each inner knot in turn: x, y and slope, `(…)` each."""
    return zip(*(np.moveaxis(part, -1, 0) for part in knots(raw, options)), strict=True)


def inside(options: Options) -> np.ndarray:
    share = np.random.default_rng(3).uniform(-1, 1, (ROWS, FEATURES))
    return options.bound * share


@each_option
def test_forward_is_the_spline_of_tfp(agree, options):
    x, raw = inside(options), options.raw()
    y, ldj = options.transform().forward(tf.constant(x), tf.constant(raw))
    reference = tfp_spline(raw, options)
    agree(y, reference.forward(x), scale=options.bound)
    agree(ldj, reference.forward_log_det_jacobian(x))


@each_option
def test_inverse_is_the_spline_of_tfp(agree, options):
    y, raw = inside(options), options.raw()
    x, ldj = options.transform().inverse(tf.constant(y), tf.constant(raw))
    reference = tfp_spline(raw, options)
    agree(x, reference.inverse(y), scale=options.bound)
    agree(ldj, reference.inverse_log_det_jacobian(y))


@each_option
def test_it_passes_through_its_knots(agree, options):
    raw = options.raw()
    for x, y, _ in by_knot(raw, options):
        found, _ = options.transform().forward(tf.constant(x), tf.constant(raw))
        agree(found, y, scale=options.bound)
        found, _ = options.transform().inverse(tf.constant(y), tf.constant(raw))
        agree(found, x, scale=options.bound)


@pytest.mark.parametrize("bins", [2, 8, 33])
def test_it_has_its_slopes_at_its_knots(agree, bins):
    # In small bins the slope changes too much over the last digit of a knot to say it there.
    options = Options(bins=bins, min_bin=0.01, scale=0.5)
    raw = options.raw()
    for x, y, slope in by_knot(raw, options):
        _, ldj = options.transform().forward(tf.constant(x), tf.constant(raw))
        agree(ldj, np.log(slope))
        _, ldj = options.transform().inverse(tf.constant(y), tf.constant(raw))
        agree(ldj, -np.log(slope))


@each_option
@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_it_is_the_identity_from_the_ends_of_the_box_on(agree, options, sign):
    raw = options.raw(rows=4)
    far = options.bound * np.array([1.0, 1.0 + 1e-15, 2.0, 1e9])
    x = np.broadcast_to(sign * far[:, np.newaxis], (4, FEATURES))
    for run in (options.transform().forward, options.transform().inverse):
        found, ldj = run(tf.constant(x), tf.constant(raw))
        np.testing.assert_array_equal(found, x)
        np.testing.assert_array_equal(ldj, np.zeros_like(x))


@each_option
@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_it_meets_the_identity_with_slope_one(agree, options, sign):
    raw = options.raw(rows=1)
    x = np.full((1, FEATURES), np.nextafter(sign * options.bound, 0))
    for run in (options.transform().forward, options.transform().inverse):
        found, ldj = run(tf.constant(x), tf.constant(raw))
        agree(found, x)
        agree(ldj, np.zeros_like(x))


@pytest.mark.parametrize("bins", [2, 8, 33])
def test_with_raw_zero_it_is_the_identity(agree, bins):
    options = Options(bins=bins)
    x, raw = inside(options), np.zeros((ROWS, FEATURES, 3 * bins - 1))
    for run in (options.transform().forward, options.transform().inverse):
        found, ldj = run(tf.constant(x), tf.constant(raw))
        agree(found, x, 1e-13)
        agree(ldj, np.zeros_like(x), 1e-13)


# --- fifty digits ---------------------------------------------------------------------------------

PRECISE = {
    "mild": (Options(bins=5), [0.3, -0.7, 1.1, 0.2, -0.4]),
    "tiny bins": (Options(bins=4, min_bin=1e-4), [40.0, -40.0, 0.0, 39.0]),
    "tiny slopes": (Options(bins=4, min_slope=1e-5), [0.5, -0.5, 0.2, 0.0]),
    "both": (Options(bins=4, bound=2.0, min_bin=1e-4, min_slope=1e-4), [9.0, -9.0, 0.0, 8.0]),
}
each_precise = pytest.mark.parametrize("case", PRECISE.values(), ids=PRECISE)


def precise_raw(options: Options, widths: list[float]) -> np.ndarray:
    """Narrow bins are high and wide ones flat; slopes from the least to fifty."""
    slopes = np.linspace(-60.0, 50.0, options.bins - 1)
    return np.array([*widths, *(-np.array(widths)), *slopes])


def places(edges: list[Any]) -> np.ndarray:
    """Some numbers in every bin."""
    shares = np.array([0.01, 0.3, 0.5, 0.95])
    ends = np.array([float(edge) for edge in edges])
    return (ends[:-1, np.newaxis] + np.diff(ends)[:, np.newaxis] * shares).ravel()


class Precise:
    """The spline of one feature in fifty digits, by the formulas of Durkan et al., 2019."""

    def __init__(self, raw: np.ndarray, options: Options) -> None:
        k = options.bins
        self.xs = self._edges(raw[:k], options)
        self.ys = self._edges(raw[k : 2 * k], options)
        least = mpmath.mpf(options.min_slope)
        shift = mpmath.log(mpmath.expm1(1 - least))
        inner = [least + mpmath.log1p(mpmath.exp(mpmath.mpf(r) + shift)) for r in raw[2 * k :]]
        self.slopes = [mpmath.mpf(1), *inner, mpmath.mpf(1)]

    @staticmethod
    def _edges(raw: np.ndarray, options: Options) -> list[Any]:
        bound, least = mpmath.mpf(options.bound), mpmath.mpf(options.min_bin)
        shares = [mpmath.exp(mpmath.mpf(r)) for r in raw]
        total, edges = mpmath.fsum(shares), [-bound]
        for share in shares:
            edges.append(edges[-1] + 2 * bound * (least + (1 - least * len(raw)) * share / total))
        return edges

    def _bin(self, x: Any) -> tuple[Any, ...]:
        at = max(index for index, edge in enumerate(self.xs[:-1]) if edge <= x)
        width, height = self.xs[at + 1] - self.xs[at], self.ys[at + 1] - self.ys[at]
        place = (x - self.xs[at]) / width
        return place, height, height / width, self.ys[at], self.slopes[at], self.slopes[at + 1]

    def forward(self, x: Any) -> Any:
        place, height, s, y, d0, d1 = self._bin(x)
        rest = place * (1 - place)
        return y + height * (s * place**2 + d0 * rest) / (s + (d1 + d0 - 2 * s) * rest)

    def log_slope(self, x: Any) -> Any:
        place, _, s, _, d0, d1 = self._bin(x)
        rest = place * (1 - place)
        above = s**2 * (d1 * place**2 + 2 * s * rest + d0 * (1 - place) ** 2)
        return mpmath.log(above / (s + (d1 + d0 - 2 * s) * rest) ** 2)

    def inverse(self, y: Any) -> Any:
        low, high = self.xs[0], self.xs[-1]
        for _ in range(180):
            middle = (low + high) / 2
            low, high = (middle, high) if self.forward(middle) < y else (low, middle)
        return low


def floats(values: list[Any]) -> np.ndarray:
    return np.array([[float(value)] for value in values])


@each_precise
def test_forward_is_right_to_ten_digits_in_every_bin(agree, case):
    options, widths = case
    raw = precise_raw(options, widths)
    with mpmath.workdps(50):
        reference = Precise(raw, options)
        x = places(reference.xs)
        expected = floats([reference.forward(mpmath.mpf(value)) for value in x])
        slopes = floats([reference.log_slope(mpmath.mpf(value)) for value in x])
    table = tf.constant(np.broadcast_to(raw, (len(x), 1, len(raw))))
    y, ldj = options.transform().forward(tf.constant(x[:, np.newaxis]), table)
    agree(y, expected)
    agree(ldj, slopes)


@each_precise
def test_inverse_is_right_to_ten_digits_in_every_bin(agree, case):
    options, widths = case
    raw = precise_raw(options, widths)
    with mpmath.workdps(50):
        reference = Precise(raw, options)
        y = places(reference.ys)
        roots = [reference.inverse(mpmath.mpf(value)) for value in y]
        slopes = floats([-reference.log_slope(root) for root in roots])
    table = tf.constant(np.broadcast_to(raw, (len(y), 1, len(raw))))
    x, ldj = options.transform().inverse(tf.constant(y[:, np.newaxis]), table)
    agree(x, floats(roots))
    agree(ldj, slopes)


def test_in_float32_the_log_slope_is_right_to_a_thousandth():
    options = Options(scale=3.0)
    random = np.random.default_rng(5)
    raw = options.raw(rows=100)[:, :1].astype(np.float32)
    x = random.uniform(-5, 5, (100, 1)).astype(np.float32)
    _, ldj = options.transform().forward(tf.constant(x), tf.constant(raw))
    assert ldj.dtype == tf.float32
    with mpmath.workdps(30):
        exact = [
            float(Precise(table.astype(float), options).log_slope(mpmath.mpf(float(value))))
            for table, value in zip(raw[:, 0], x[:, 0], strict=True)
        ]
    error = np.abs(ldj.numpy().ravel() - exact)
    assert error.max() < 1e-3
    assert np.median(error) < 1e-5


# --- differences ----------------------------------------------------------------------------------


def test_the_ldj_is_the_log_of_the_difference_quotient(agree):
    options, step = Options(), 1e-6
    x, raw = inside(options), tf.constant(options.raw())
    for run in (options.transform().forward, options.transform().inverse):
        above, _ = run(tf.constant(x + step), raw)
        below, _ = run(tf.constant(x - step), raw)
        agree(run(tf.constant(x), raw)[1], np.log((above - below) / (2 * step)), 1e-6)


def test_gradients_are_difference_quotients(agree):
    options, step = Options(bins=4), 1e-6
    x, raw = inside(options)[:6], options.raw(rows=6)
    weights = np.random.default_rng(4).normal(size=(2, *x.shape))

    def total(run: Any, value: Any, table: Any) -> Any:
        moved, ldj = run(tf.convert_to_tensor(value), tf.convert_to_tensor(table))
        return tf.reduce_sum(weights[0] * moved + weights[1] * ldj)

    for run in (options.transform().forward, options.transform().inverse):
        value, table = tf.constant(x), tf.constant(raw)
        with tf.GradientTape() as tape:
            tape.watch([value, table])
            result = total(run, value, table)
        by_value, by_table = tape.gradient(result, [value, table])
        for place in np.ndindex(*x.shape):
            moved = np.zeros_like(x)
            moved[place] = step
            difference = total(run, x + moved, raw) - total(run, x - moved, raw)
            agree(by_value.numpy()[place], difference / (2 * step), 1e-6)
        for place in [(0, 0, 1), (1, 2, 3), (2, 1, 4), (3, 0, 6), (4, 2, 8), (5, 1, 10)]:
            moved = np.zeros_like(raw)
            moved[place] = step
            difference = total(run, x, raw + moved) - total(run, x, raw - moved)
            agree(by_table.numpy()[place], difference / (2 * step), 1e-6)

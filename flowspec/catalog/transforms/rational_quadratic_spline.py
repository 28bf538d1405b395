"""A monotone rational-quadratic spline inside a box, the identity outside.

K bins on [-bound, bound]; with θ the place of x inside its bin of width w and height h,
s = h / w, and slopes d₀, d₁ at its knots:

`y = y₀ + h · (s θ² + d₀ θ(1-θ)) / (s + (d₀ + d₁ - 2s) θ(1-θ))`

The slopes at the ends of the box are one, so the map is smooth on all reals. Widths and heights
are softmax outputs with a minimum, slopes softplus outputs with a minimum.

Shapes: x `(…, D)`, raw `(…, D, 3K - 1)`: widths, heights, inner slopes.

References: Durkan, Bekasov, Murray, Papamakarios, "Neural Spline Flows", 2019,
https://arxiv.org/abs/1906.04032; Gregory, Delbourgo, "Piecewise rational quadratic
interpolation to monotonic data", 1982, https://doi.org/10.1093/imanum/2.2.123

Prefer it for several modes, skewness and sharp edges; it costs more than an affine transform.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from flowspec.backend import Tensor, tf
from flowspec.catalog.arithmetic import inverse_softplus
from flowspec.catalog.box import Box
from flowspec.catalog.facet import SEEN
from flowspec.catalog.transform import Transform


class RationalQuadraticSpline(Transform):
    """A monotone rational-quadratic spline with linear tails."""

    kind: Literal["rational_quadratic_spline"]
    bins: Annotated[int, Field(ge=2, le=128), SEEN] = 8
    """The number of bins, K."""
    bound: Annotated[float, Field(gt=0, le=1e4)] = 5.0
    """The box is [-bound, bound]; outside it the transform is the identity."""
    min_bin: Annotated[float, Field(gt=0, lt=0.5)] = 1e-3
    """The least width and height of a bin, as a fraction of the box."""
    min_slope: Annotated[float, Field(gt=0, lt=1)] = 1e-3
    """The least slope at an inner knot."""

    @model_validator(mode="after")
    def _bins_fit(self) -> RationalQuadraticSpline:
        if self.bins * self.min_bin >= 1:
            raise PydanticCustomError(
                "bins-too-wide",
                "`bins` times `min_bin` must stay below 1, or the bins do not fit into the box",
                {"key": "min_bin", "expected": f"a number below {1 / self.bins:g}",
                 "got": f"{self.min_bin:g}"},
            )  # fmt: skip
        return self

    @property
    def parameters(self) -> int:
        """Widths, heights and inner slopes."""
        return 3 * self.bins - 1

    @property
    def box(self) -> Box:
        """The box of the bins."""
        return Box(self.bound, ("bound",))

    def forward(self, x: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
        """Latent to event."""
        return forward(x, raw, self.bins, self.bound, self.min_bin, self.min_slope)

    def inverse(self, y: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
        """Event to latent."""
        return inverse(y, raw, self.bins, self.bound, self.min_bin, self.min_slope)


class Bin(NamedTuple):
    """The bin a value falls into: its corner, its size, the slopes at its two knots."""

    x: Tensor
    y: Tensor
    width: Tensor
    height: Tensor
    left: Tensor
    right: Tensor


def forward(
    x: Tensor, raw: Tensor, bins: int, bound: float, min_bin: float, min_slope: float
) -> tuple[Tensor, Tensor]:
    """The spline at x, and the log of its slope there."""
    inside = tf.abs(x) < bound
    clipped = tf.clip_by_value(x, -bound, bound)
    xs, ys, slopes = knots(raw, bins, bound, min_bin, min_slope)
    found = find_bin(clipped, xs, xs, ys, slopes, bins)
    theta = tf.clip_by_value((clipped - found.x) / found.width, 0.0, 1.0)
    y, ldj = evaluate(theta, found)
    return tf.where(inside, y, x), tf.where(inside, ldj, tf.zeros_like(ldj))


def inverse(
    y: Tensor, raw: Tensor, bins: int, bound: float, min_bin: float, min_slope: float
) -> tuple[Tensor, Tensor]:
    """The point where the spline is y, and minus the log of its slope there."""
    inside = tf.abs(y) < bound
    clipped = tf.clip_by_value(y, -bound, bound)
    xs, ys, slopes = knots(raw, bins, bound, min_bin, min_slope)
    found = find_bin(clipped, ys, xs, ys, slopes, bins)
    theta = solve(clipped, found)
    _, ldj = evaluate(theta, found)
    x = found.x + theta * found.width
    return tf.where(inside, x, y), tf.where(inside, -ldj, tf.zeros_like(ldj))


def knots(
    raw: Tensor, bins: int, bound: float, min_bin: float, min_slope: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Knots in x and y and the slopes there, each `(…, K + 1)`; zeros yield the identity."""
    offset = inverse_softplus(1.0 - min_slope)
    inner = min_slope + tf.math.softplus(raw[..., 2 * bins :] + offset)
    one = tf.ones_like(raw[..., :1])
    xs = edges(raw[..., :bins], bound, min_bin)
    ys = edges(raw[..., bins : 2 * bins], bound, min_bin)
    return xs, ys, tf.concat([one, inner, one], -1)


def edges(raw: Tensor, bound: float, min_bin: float) -> Tensor:
    """The K + 1 edges of bins whose sizes are a softmax with a minimum; the ends are exact."""
    bins = raw.shape[-1]
    sizes = min_bin + (1.0 - min_bin * bins) * tf.nn.softmax(raw)
    inner = 2.0 * bound * tf.cumsum(sizes, -1)[..., :-1] - bound
    end = bound * tf.ones_like(raw[..., :1])
    return tf.concat([-end, inner, end], -1)


def find_bin(
    value: Tensor, edges: Tensor, xs: Tensor, ys: Tensor, slopes: Tensor, bins: int
) -> Bin:
    """The bin between whose `edges` each value lies."""
    above = tf.cast(value[..., tf.newaxis] >= edges[..., 1:-1], tf.int32)
    chosen = tf.one_hot(tf.reduce_sum(above, -1), bins, dtype=value.dtype)

    def pick(table: Tensor) -> Tensor:
        return tf.reduce_sum(table * chosen, -1)

    return Bin(
        x=pick(xs[..., :-1]),
        y=pick(ys[..., :-1]),
        width=pick(xs[..., 1:] - xs[..., :-1]),
        height=pick(ys[..., 1:] - ys[..., :-1]),
        left=pick(slopes[..., :-1]),
        right=pick(slopes[..., 1:]),
    )


def evaluate(theta: Tensor, at: Bin) -> tuple[Tensor, Tensor]:
    """The spline at the place `theta` of the bin, and the log of its slope there."""
    rest = 1.0 - theta
    slope = at.height / at.width
    denominator = slope + (at.left + at.right - 2.0 * slope) * theta * rest
    y = at.y + at.height * theta * (slope * theta + at.left * rest) / denominator
    rate = at.right * theta**2 + 2.0 * slope * theta * rest + at.left * rest**2
    return y, tf.math.log(rate) + 2.0 * (tf.math.log(slope) - tf.math.log(denominator))


def solve(y: Tensor, at: Bin) -> Tensor:
    """The place in the bin where the spline is y: the stable root of a quadratic."""
    slope = at.height / at.width
    above = y - at.y
    bend = above * (at.left + at.right - 2.0 * slope)
    a = at.height * (slope - at.left) + bend
    b = at.height * at.left - bend
    discriminant = tf.maximum(b**2 + 4.0 * a * slope * above, tf.zeros_like(b))
    theta = 2.0 * slope * above / (b + tf.sqrt(discriminant))
    return tf.clip_by_value(theta, 0.0, 1.0)


EXAMPLES = """
- {kind: rational_quadratic_spline, bins: 4, bound: 3.0}
- {kind: rational_quadratic_spline, min_bin: 0.01, min_slope: 0.05}
"""

"""The numeric budget of the laws: one table, in one place, with the reason for each number.

An error is measured against `1 + |wanted|`, after what one ulp of the event or latent changes has
been granted (see `agreement`). U is the unit roundoff: 1.1e-16 in float64, 6.0e-8 in float32. The
flows of the laws are one to four layers deep, their log-densities below 30. Each number is at
most five times the worst that was measured with three sets of variables and rows, and no less than
1e-13 or 1e-5, since other processors fuse and order sums otherwise.
"""

from __future__ import annotations

BUDGET: dict[str, dict[str, float]] = {
    # Eager, graph, XLA and `predict` run the same operations, fused or ordered otherwise: some U
    # for each of the ten sums that a log_prob goes through.
    "compiled": {"float64": 1e-13, "float32": 1e-5},
    # Raw parameters carry U times the sum of some ten products. A spline's bin a twentieth as
    # wide as the box makes twenty times that of its slope, and the next layer as much again.
    "float64 twin": {"float32": 1e-5},
    # Only a spline's knots at equal distances, and the logarithm of its slopes, are rounded.
    "identity": {"float64": 1e-13, "float32": 1e-5},
    # Trapezoids over 20 000 steps: a twelfth of the squared step times the curvature.
    "integral on a line": {"float64": 2e-6},
    # The same over 4 000 steps, of whatever flow a user has.
    "integral of a user's": {"float64": 1e-4},
    # Trapezoids over 300 × 300 steps of up to a tenth of a standard deviation.
    "integral on a plane": {"float64": 3e-3},
    # Sums of logarithms of three to six factors, which automatic differentiation multiplies out
    # in another order.
    "jacobian": {"float64": 1e-13},
    # As "compiled"; besides, the latent that the inverse finds again is off by the rounding of
    # each layer on the way, which the slopes of the others multiply.
    "outputs": {"float64": 1e-13, "float32": 1e-5},
    # As "outputs", there and back.
    "round trip": {"float64": 1e-13, "float32": 2e-5},
    # A product with a matrix is summed in another order for one row than for many, so that raw
    # parameters differ by some U, which a spline multiplies as in "float64 twin".
    "rows": {"float64": 1e-13, "float32": 1e-5},
    # Two logarithms and exponentials of one number, a few U each.
    "scalar": {"float64": 1e-13, "float32": 1e-5},
    # In float64 the slope of a spline with raw parameters of ±30, down to exp(-16): a quotient of
    # differences of numbers that are 1e5 times as large. In float32 that of a support's map.
    "slope": {"float64": 5e-11, "float32": 1e-5},
}
"""The greatest error of each law in each dtype."""

KNOT_ULPS = 8
"""Ulps granted where the rounding of a spline's knots shows: those of a box with a bound of 5 are
rounded to the ulp of 5, eight ulps of a value just below 1 and more of smaller ones."""

KOLMOGOROV = 1.95
"""Draws that follow their density exceed this statistic, times √N, one time in a thousand."""

STANDARD_ERRORS = 4.0
"""Draws that follow their density miss a moment by more once in sixteen thousand times."""

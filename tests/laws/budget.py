"""The numeric budget of the laws: one table, in one place, with the reason for each number.

An error is measured against `1 + |wanted|`, after what one ulp of the event or latent changes has
been granted (see `agreement`). U is the unit roundoff: 1.1e-16 in float64, 6.0e-8 in float32. The
flows of the laws are two to four layers deep, values and log-densities are below 30. A number is
at most five times the worst that was measured.
"""

from __future__ import annotations

BUDGET: dict[str, dict[str, float]] = {
    # Eager, graph, XLA and `predict` run the same operations, fused or ordered otherwise: some U
    # for each of the ten sums that a log_prob goes through.
    "compiled": {"float64": 5e-15, "float32": 1.5e-6},
    # Rounding of the raw parameters, U times the sum of some ten products, moves the knots of a
    # spline by U times its bound of 5; a bin a tenth as wide as the box turns that into tens of U
    # of its slope, which the next layers pass on.
    "float64 twin": {"float32": 3e-5},
    # Nothing but the knots of a spline at equal distances, and log and softplus, is rounded.
    "identity": {"float64": 1e-15, "float32": 5e-7},
    # Trapezoids over 20 000 steps: a twelfth of the squared step times the curvature.
    "integral on a line": {"float64": 1.5e-6},
    # Trapezoids over 300 × 300 steps of up to a tenth of a standard deviation.
    "integral on a plane": {"float64": 1.5e-3},
    # Two sums of logarithms of three to six factors, each right to a few U.
    "jacobian": {"float64": 7e-15},
    # As "compiled"; the latent that the inverse finds again is off by the rounding of each layer
    # on the way, which the slope of the next multiplies.
    "outputs": {"float64": 1e-14, "float32": 6e-6},
    # As "outputs", there and back.
    "round trip": {"float64": 4e-15, "float32": 1e-5},
    # A matrix product of one row is summed in another order than that of many, so raw parameters
    # differ by some U; a spline multiplies them as in "float64 twin".
    "rows": {"float64": 3e-14, "float32": 5e-6},
    # One transform with raw parameters of size 2 to 6: bins a thousandth of the box wide
    # multiply the rounding of a knot, U times the bound, by hundreds.
    "scalar": {"float64": 1e-13, "float32": 4e-5},
    # The automatic slope of a spline with raw parameters of ±30, whose bins reach their minimum:
    # a quotient of differences of numbers that are a thousand times as large.
    "slope": {"float64": 1.5e-12, "float32": 1e-6},
}
"""The greatest error of each law in each dtype."""

KOLMOGOROV = 1.95
"""Draws that follow their density exceed this statistic, times √N, one time in a thousand."""

STANDARD_ERRORS = 4.0
"""Draws that follow their density miss a moment by more once in sixteen thousand times."""

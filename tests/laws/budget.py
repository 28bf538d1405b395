"""The numeric budget of the laws: one table, in one place.

An error is measured against `1 + |wanted|`, and what one ulp of the input changes is granted on
top (see `agreement`). U is the unit roundoff of the dtype, 2**-24 or 2**-53.
"""

from collections import defaultdict

BUDGET = defaultdict(lambda: {"float64": 1e-2, "float32": 1e-1})
KOLMOGOROV = 1.95
STANDARD_ERRORS = 4.0

"""How large a value can become on its way from latent to event.

A layer may multiply a feature by up to exp(its log-scale limit); along the chain the limits of
the layers that move the feature, and that of the base, add up.
"""

from __future__ import annotations

from flowspec.plan.chain import Chain, Link
from flowspec.plan.problems import Problems

LIMITS = {"float32": 80.0, "float64": 700.0}
"""The log-scale that a dtype still holds: exp overflows at 88.7 and at 709.8."""


def check_growth(chain: Chain, problems: Problems) -> None:
    """Warn where the log-scale limits of one feature add up to more than its dtype holds."""
    spec = chain.spec
    most = max(chain.follow(spec.base.log_scale_limit or 0.0, _grown))
    limit = LIMITS[spec.dtype]
    if most > limit:
        problems.report(
            "log-scales-overflow",
            f"the log-scales along the chain may add up to more than {spec.dtype} holds",
            ("layers",), key=True, severity="warning",
            expected=f"at most {limit:g} for each feature", got=f"{most:g}",
            help="lower `log_scale_bound`, or use fewer layers"
            + (", or `dtype: float64`" if spec.dtype == "float32" else ""),
        )  # fmt: skip


def _grown(log_scale: float, link: Link) -> float:
    return log_scale + (link.layer.log_scale_limit or 0.0)

"""What does not fit together in a flow, one rule a file; each looks at the whole chain."""

from flowspec.plan.checks.coverage import check_coverage
from flowspec.plan.checks.growth import check_growth
from flowspec.plan.checks.reach import check_reach
from flowspec.plan.checks.reading import check_reading
from flowspec.plan.checks.renames import check_renames
from flowspec.plan.checks.size import check_size

CHECKS = (check_coverage, check_reading, check_size, check_growth, check_reach, check_renames)

__all__ = ["CHECKS"]

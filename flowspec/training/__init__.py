"""Statistics and training."""

from flowspec.training.adapt import adapt
from flowspec.training.fit import Trainer, changed, make_rows

__all__ = ["Trainer", "adapt", "changed", "make_rows"]

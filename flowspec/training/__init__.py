"""Statistics and training."""

from flowspec.training.adapt import adapt
from flowspec.training.fit import Trainer
from flowspec.training.options import changed, listed
from flowspec.training.record import training_record
from flowspec.training.rows import make_rows

__all__ = ["Trainer", "adapt", "changed", "listed", "make_rows", "training_record"]

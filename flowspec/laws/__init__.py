"""The laws that every flow obeys, measured on one flow: what `flowspec verify` runs."""

from flowspec.laws.law import Law, Measured
from flowspec.laws.subject import moved_weights
from flowspec.laws.verify import LAWS, Verdict, verify

__all__ = ["LAWS", "Law", "Measured", "Verdict", "moved_weights", "verify"]

"""The flow in shapes that other libraries know: TFP distributions and bijectors, SavedModels."""

from flowspec.export.bijector import FlowBijector, bijector
from flowspec.export.distribution import distribution

__all__ = ["FlowBijector", "bijector", "distribution"]

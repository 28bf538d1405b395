"""The flow in the shapes that other libraries know: TFP distributions and bijectors."""

from flowspec.export.bijector import FlowBijector, bijector
from flowspec.export.distribution import distribution

__all__ = ["FlowBijector", "bijector", "distribution"]

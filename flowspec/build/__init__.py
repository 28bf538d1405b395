"""From a plan to the store: Keras layers and their variables. Importing this starts TensorFlow."""

from flowspec.build.store import Store

__all__ = ["Store"]

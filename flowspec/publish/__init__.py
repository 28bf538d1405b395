"""Bundles as models of an MLflow registry: logged whole, with signatures, and registered.

Publishing needs no TensorFlow; neither does loading what was published, up to the first answer.
"""

from flowspec.publish.publish import Published, publish

__all__ = ["Published", "publish"]

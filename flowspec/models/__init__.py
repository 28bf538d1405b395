"""From an output's steps to a Keras model over the shared layers of the store."""

from flowspec.models.answer import answer
from flowspec.models.compose import compose
from flowspec.models.flow_model import FlowModel

__all__ = ["FlowModel", "answer", "compose"]

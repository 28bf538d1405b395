"""The Keras model of one output: an ordinary functional model that minds its inputs."""

from __future__ import annotations

from typing import Any

from flowspec import shapes
from flowspec.backend import Tensor, keras, tf
from flowspec.build.registry import registered
from flowspec.diagnostics import UsageError
from flowspec.models.inputs import named_inputs, same_rows
from flowspec.models.trained_model import TrainedModel
from flowspec.plan.solver import SEED
from flowspec.records import InputRecord


@registered
class FlowModel(TrainedModel):
    """A functional Keras model over the layers of a flow's store.

    It refuses inputs of a wrong name or shape, seeds rows that were given no `seed`, and, where
    it is a log_prob of given events, is trained on its own mean negative log-likelihood when
    there is no target: `model.compile("adam"); model.fit(x)`.
    """

    _unplaced = False

    def unplaced(self) -> FlowModel:
        """The model, which takes a name of its own once it is part of a bigger one.

        Models of a flow and of its copy have one name, which Keras refuses in one model.
        """
        self._unplaced = True
        return self

    @tf.autograph.experimental.do_not_convert
    def __call__(self, inputs: Any, *args: Any, **options: Any) -> Any:
        """Returns by name, on arrays, tensors or symbolic Keras tensors.

        Args:
            inputs: A dict of inputs by name; the bare input where there is only one. `seed` may
                be left out where the flow has context.
            *args: As for every Keras model.
            **options: As for every Keras model.

        Raises:
            UsageError: If an input is missing, unknown, or has a wrong shape, dtype or number
                of rows.
        """
        records = self.output_record.inputs
        try:
            named = named_inputs(inputs, records, optional=self.optional)
        except UsageError as error:
            # Or AutoGraph would make an error of its own of it, inside `tf.function`.
            error.ag_pass_through = True  # pyright: ignore[reportAttributeAccessIssue]
            raise
        named = {record.name: _tensor(named[record.name], record) for record in records
                 if record.name in named}  # fmt: skip
        symbolic = any(keras.backend.is_keras_tensor(value) for value in named.values())
        if self._fill_seeds is not None and SEED in self.optional - named.keys():
            named[SEED] = self._fill_seeds(next(iter(named.values())))
        if not symbolic:
            named = same_rows(named)
        elif self._unplaced:
            self._unplaced = False
            # Keras' own counter: 1 for the first of a name.
            earlier = keras.backend.get_uid(self.name) - 1
            self.name = f"{self.name}_{earlier}" if earlier else self.name
        return super().__call__(named, *args, **options)


def _tensor(value: Any, record: InputRecord) -> Tensor:
    """The value as a tensor of the record's dtype and shape.

    Keras refuses arrays and tensors side by side, and where it relaxes shapes between calls of
    `predict` a graph would broadcast what does not fit.
    """
    if keras.backend.is_keras_tensor(value):
        return value
    tensor = tf.cast(tf.convert_to_tensor(value), record.dtype)
    return tf.ensure_shape(tensor, shapes.open_batch(record.shape), name=record.name)

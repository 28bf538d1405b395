"""The Keras model of one output: an ordinary functional model that minds its inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flowspec import shapes
from flowspec.backend import Tensor, keras, np, tf
from flowspec.build.registry import registered
from flowspec.build.row_seeds import RowSeeds
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.models.inputs import named_inputs
from flowspec.plan.solver import SEED
from flowspec.records import InputRecord, OutputRecord


@registered
class FlowModel(keras.Model):
    """A functional Keras model over the layers of a flow's store.

    It refuses inputs of a wrong name or shape, seeds rows that were given no `seed`, and, where
    it is a log_prob of given events, is trained on its own mean negative log-likelihood when
    there is no target: `model.compile("adam"); model.fit(x)`.
    """

    # No constructor of its own: Keras revives a model as functional only if it has Functional's.
    output_record: OutputRecord
    _fill_seeds: Callable[[Tensor], Tensor] | None

    def attach(self, output: OutputRecord, row_seeds: RowSeeds | None) -> FlowModel:
        """Give the model the output it answers and, where rows may be unseeded, their seeds."""
        self.output_record = output
        # Held behind a function, so that Keras does not take it for a layer of this model.
        self._fill_seeds = None if row_seeds is None else row_seeds.__call__
        return self

    def get_config(self) -> dict[str, Any]:
        """The functional graph, and the output."""
        return {
            **super().get_config(),
            "output": self.output_record.model_dump(mode="json"),
            "seeds_rows": self._fill_seeds is not None,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> FlowModel:
        """The model again, with seeds of its own for unseeded rows."""
        graph = dict(config)
        output = OutputRecord.model_validate(graph.pop("output"))
        row_seeds = RowSeeds() if graph.pop("seeds_rows") else None
        return super().from_config(graph, custom_objects).attach(output, row_seeds)

    def __call__(self, inputs: Any, *args: Any, **options: Any) -> Any:
        """Returns by name, on arrays, tensors or symbolic Keras tensors.

        Args:
            inputs: A dict of inputs by name; the bare input where there is only one. `seed` may
                be left out where the flow has context.
            *args: As for every Keras model.
            **options: As for every Keras model.

        Raises:
            UsageError: If an input is missing, unknown, or has a wrong shape or dtype.
        """
        records = self.output_record.inputs
        named = named_inputs(inputs, records, optional=self._optional)
        named = {record.name: _tensor(named[record.name], record) for record in records
                 if record.name in named}  # fmt: skip
        if self._fill_seeds is not None and SEED in self._seeded - named.keys():
            named[SEED] = self._fill_seeds(next(iter(named.values())))
        return super().__call__(named, *args, **options)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Tensor:
        """The loss the model was compiled with, else the mean negative log-likelihood."""
        if self.loss is not None:
            return super().compute_loss(x, y, y_pred, sample_weight, training)
        if self.output_record.origin != "event" or "log_prob" not in y_pred:
            raise UsageError(
                Diagnostic(
                    slug="no-target",
                    message=f"the model `{self.name}` cannot be trained without a target: it "
                    "does not return the log_prob of given events",
                    help="fit an output with the event in `inputs` and `log_prob` in `returns`, "
                    "or compile with a loss and pass a target",
                )
            )
        rows = -y_pred["log_prob"]
        if sample_weight is not None:
            rows = rows * keras.ops.cast(sample_weight, rows.dtype)
        loss = keras.ops.mean(rows)
        for extra in self.losses:
            loss = loss + keras.ops.cast(extra, loss.dtype)
        return loss

    def fit(
        self, x: Any = None, y: Any = None, *args: Any, sample_weight: Any = None, **options: Any
    ) -> Any:
        """Train as every Keras model does; without a loss, by maximum likelihood.

        Args:
            x: Inputs by name, or a dataset.
            y: A target, where the model was compiled with a loss.
            *args: As for every Keras model.
            sample_weight: A weight for each row, `(B,)`.
            **options: As for every Keras model.
        """
        if y is None and sample_weight is not None:
            # Keras drops the weights of arrays that come without a target.
            y = np.zeros(len(sample_weight))
        self._check_arrays(x)
        return super().fit(x, y, *args, sample_weight=sample_weight, **options)

    def predict(self, x: Any, *args: Any, **options: Any) -> Any:
        """As for every Keras model; arrays are checked by name first."""
        self._check_arrays(x)
        return super().predict(x, *args, **options)

    def evaluate(self, x: Any = None, *args: Any, **options: Any) -> Any:
        """As for every Keras model; arrays are checked by name first."""
        self._check_arrays(x)
        return super().evaluate(x, *args, **options)

    def make_train_function(self, force: bool = False) -> Any:
        """Build the optimizer first, or Keras would trace the training step twice."""
        if self.optimizer is not None and not self.optimizer.built:
            self.optimizer.build(self.trainable_variables)
        return super().make_train_function(force)

    def _check_arrays(self, x: Any) -> None:
        """Refuse arrays that do not fit before Keras cuts them into batches; let datasets pass."""
        if isinstance(x, Mapping | np.ndarray | list):
            named_inputs(x, self.output_record.inputs, optional=self._optional)

    @property
    def _seeded(self) -> frozenset[str]:
        return frozenset(record.name for record in self.output_record.inputs) & {SEED}

    @property
    def _optional(self) -> frozenset[str]:
        return self._seeded if self._fill_seeds is not None else frozenset()


def _tensor(value: Any, record: InputRecord) -> Tensor:
    """The value as a tensor of the record's dtype and shape.

    Keras refuses arrays and tensors side by side, and where it relaxes shapes between calls of
    `predict` a graph would broadcast what does not fit.
    """
    if keras.backend.is_keras_tensor(value):
        return value
    tensor = tf.cast(tf.convert_to_tensor(value), record.dtype)
    return tf.ensure_shape(tensor, shapes.open_batch(record.shape))

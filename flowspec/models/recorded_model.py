"""A functional Keras model that knows the output it answers, and how it is kept in files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from flowspec import shapes
from flowspec.backend import Tensor, keras
from flowspec.build.row_seeds import RowSeeds
from flowspec.diagnostics import UsageError
from flowspec.models.keras_file import check_format, refuse_hdf5, write_whole
from flowspec.models.stored import check_list, write_list
from flowspec.plan.solver import SEED
from flowspec.records import InputRecord, OutputRecord


class RecordedModel(keras.Model):
    """Holds the record of its output through configs, files and copies."""

    # No constructor of its own: Keras revives a model as functional only if it has Functional's.
    _output: OutputRecord | None = None
    _fill_seeds: Callable[[Tensor], Tensor] | None = None
    _refusal: UsageError | None = None

    @property
    def output_record(self) -> OutputRecord:
        """The output the model answers; of a model that Keras made, what its graph says."""
        return self._output or _described(self)

    @property
    def optional(self) -> frozenset[str]:
        """The inputs that may be left out: `seed`, where the flow has context."""
        if self._fill_seeds is None:
            return frozenset()
        return frozenset(record.name for record in self.output_record.inputs) & {SEED}

    def attach(self, output: OutputRecord, row_seeds: RowSeeds | None) -> Self:
        """Give the model the output it answers and, where rows may be unseeded, their seeds."""
        self._output = output
        # Held behind a function, so that Keras does not take it for a layer of this model.
        self._fill_seeds = None if row_seeds is None else row_seeds.__call__
        return self

    def get_config(self) -> dict[str, Any]:
        """The functional graph, and the output."""
        refuse_hdf5()
        return {
            **super().get_config(),
            "output": self.output_record.model_dump(mode="json"),
            "seeds_rows": self._fill_seeds is not None,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        """The model again, with seeds of its own for unseeded rows."""
        graph = dict(config)
        output = OutputRecord.model_validate(graph.pop("output"))
        row_seeds = RowSeeds() if graph.pop("seeds_rows") else None
        return super().from_config(graph, custom_objects).attach(output, row_seeds)

    def save(self, filepath: Any, overwrite: bool = True, **options: Any) -> None:
        """Write the model as a `.keras` file, whole or not at all.

        Args:
            filepath: A name that ends in `.keras`.
            overwrite: Whether to replace a file that is there, or to ask.
            **options: As for every Keras model.

        Raises:
            UsageError: If another format is asked for, or the file cannot be written.
        """
        check_format(filepath, options)
        save = super().save
        if options.get("zipped") is False or not overwrite:
            return save(filepath, overwrite=overwrite, **options)
        return write_whole(filepath, lambda file: save(file, **options))

    def load_weights(self, filepath: Any, *args: Any, **options: Any) -> None:
        """Read the weights of a model of the same output; all of them, or none.

        Args:
            filepath: A `.weights.h5` or `.keras` file.
            *args: As for every Keras model.
            **options: As for every Keras model.

        Raises:
            UsageError: If they are those of another model.
        """
        before = self.get_weights()
        self._refusal = None
        try:
            super().load_weights(filepath, *args, **options)
        except Exception:
            self.set_weights(before)
            if self._refusal is not None:
                raise self._refusal from None
            raise

    def save_own_variables(self, store: Any) -> None:
        """Keep a list of the variables beside them."""
        write_list(self, store)

    def load_own_variables(self, store: Any) -> None:
        """Refuse the variables of another model."""
        try:
            check_list(self, store)
        except UsageError as error:
            # Keras goes on, and tells of it among other errors at the end.
            self._refusal = error
            raise


def _described(model: RecordedModel) -> OutputRecord:
    """What can be told from a graph: names, shapes and dtypes; all inputs are then needed."""

    def records(tensors: Mapping[str, Any]) -> tuple[InputRecord, ...]:
        return tuple(
            InputRecord(name=name, shape=(shapes.BATCH, *tensor.shape[1:]), dtype=tensor.dtype)
            for name, tensor in tensors.items()
        )

    return OutputRecord(
        name=model.name, inputs=records(model.input), returns=records(model.output),
        origin="latent", steps=(),
    )  # fmt: skip

"""A functional Keras model that knows the output it answers, and how it is kept in files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from flowspec.backend import Tensor, keras
from flowspec.build.freezing import is_trainable
from flowspec.build.row_seeds import RowSeeds
from flowspec.diagnostics import UsageError
from flowspec.models.described import described
from flowspec.models.keras_file import check_format, refuse_hdf5, write_whole
from flowspec.models.stored import check_list, write_list
from flowspec.plan.solver import SEED
from flowspec.records import OutputRecord


class RecordedModel(keras.Model):
    """Holds the record of its output through configs, files and copies."""

    output_record: OutputRecord
    """The output that the model answers."""
    _fill_seeds: Callable[[Tensor], Tensor] | None
    _refusal: UsageError | None = None

    # With these arguments Keras revives and clones the model as functional. It clones one without
    # its config, from the graph alone.
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        output = described(self)
        conditional = len(output.inputs) > 1
        self.attach(output, RowSeeds() if conditional and _draws(output) else None)

    @property
    def trainable(self) -> bool:
        """Whether training moves any of its variables."""
        return is_trainable(self)

    @trainable.setter
    def trainable(self, value: bool) -> None:
        keras.Model.trainable.fset(self, value)

    @property
    def optional(self) -> frozenset[str]:
        """The inputs that may be left out: `seed`, where the flow has context."""
        if self._fill_seeds is None:
            return frozenset()
        return frozenset({SEED}) if _draws(self.output_record) else frozenset()

    def attach(self, output: OutputRecord, row_seeds: RowSeeds | None) -> Self:
        """Give the model the output it answers and, where rows may be unseeded, their seeds."""
        self.output_record = output
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
            if self._refusal is None:
                raise
        if self._refusal is not None:
            # With `skip_mismatch` Keras merely warns of it.
            self.set_weights(before)
            raise self._refusal

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


def _draws(output: OutputRecord) -> bool:
    return any(record.name == SEED for record in output.inputs)

"""What MLflow loads: a published bundle, verified, that answers data frames.

MLflow imports this module by its name, calls `_load_pyfunc` with the folder of the bundle, and
`predict` with what is asked.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from flowspec.backend import np, tf
from flowspec.bundle import Bundle
from flowspec.data.reading import Batch
from flowspec.data.table import Table
from flowspec.plan import output_named
from flowspec.publish.packages import package
from flowspec.publish.problems import other_bundle, unusable
from flowspec.publish.question import Question, question_of
from flowspec.publish.rows import rows_of
from flowspec.publish.whole import read_whole
from flowspec.records import OutputRecord

MOST_ROWS: Final = 65_536
"""The most rows and draws that are computed at once."""


def _load_pyfunc(  # pyright: ignore[reportUnusedFunction]: the name that MLflow calls
    path: str, model_config: Mapping[str, Any] | None = None
) -> Predictor:
    """The model in a folder.

    Raises:
        BundleError: If a file is not the one that was published.
        UsageError: If the output that it answers by default is none of the flow's.
    """
    config = model_config or {}
    found = read_whole(path)
    if config.get("sha256", found.sha256) != found.sha256:
        raise other_bundle(found.folder, expected=str(config["sha256"]), got=found.sha256)
    first = found.plan.outputs[0].name
    return Predictor(found, output_named(found.plan, str(config.get("output", first))))


class Predictor:
    """A flow that answers data frames, by the SavedModel of its bundle alone.

    TensorFlow is imported, and the SavedModel loaded, when something is first asked.

    Attributes:
        bundle: The bundle.
        output: The output that is asked where a prediction does not name one.
    """

    def __init__(self, bundle: Bundle, output: OutputRecord) -> None:
        self.bundle = bundle
        self.output = output
        self._lock = threading.Lock()
        self._loaded: Any = None

    def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> Any:
        """What an output returns for each row, in the columns that files of answers have.

        Args:
            data: A data frame, or a mapping of names to arrays, with the inputs of the output.
            params: `output`, the name of the output; `seed`, an integer from which the seeds of
                rows are derived; `draws`, how often each row draws.

        Returns:
            A data frame; with draws a row for each of them, and the columns `row` and `draw`.

        Raises:
            DataError: If the data do not fit the output.
            UsageError: If a parameter is unknown, has no effect or does not fit.
            BundleError: If the SavedModel is not the one that was published, or cannot be used.
        """
        plan = self.bundle.plan
        question = question_of(plan, self.output.name, params)
        rows = rows_of(plan, data, question)
        results = self._answers(question.output, rows.arrays)
        draws = _draws(question)
        names = [record.name for record in question.output.returns]
        table = Table(plan, names, draws=draws, splits=True)
        batch = Batch(first=0, count=rows.count, inputs={}, kept={})
        index = getattr(data, "index", None)
        keeps_index = draws in (None, 1) and index is not None and len(index) == rows.count
        columns = table.of(batch, results)
        return package("pandas").DataFrame(columns, index=index if keeps_index else None)

    def _answers(self, output: OutputRecord, arrays: Mapping[str, Any]) -> dict[str, Any]:
        """The returned quantities, `(N, …)`."""
        function = self._signatures()[output.name]
        dtypes = {record.name: record.dtype for record in output.inputs}
        parts = [
            function(**{name: tf.constant(part[name], dtypes[name]) for name in part})
            for part in _pieces(arrays, MOST_ROWS // (output.draws or 1) or 1)
        ]
        return {
            record.name: np.concatenate([part[record.name].numpy() for part in parts])
            for record in output.returns
        }

    def _signatures(self) -> Any:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self.bundle.saved_model(), self.bundle)
            return self._loaded.signatures


def _load(folder: Path | None, found: Bundle) -> Any:
    """The SavedModel, with every output of the plan a signature."""
    try:
        loaded = tf.saved_model.load(str(folder))
    except Exception as error:  # TensorFlow raises anything where a file is of no use to it
        raise unusable(found.folder, str(error)) from error
    missing = [record.name for record in found.plan.outputs if record.name not in loaded.signatures]
    if missing:
        raise unusable(found.folder, f"it has no signature `{missing[0]}`")
    return loaded


def _draws(question: Question) -> int | None:
    """The draws of a row: those that were asked, times those that the output has by itself."""
    if question.draws is None:
        return question.output.draws
    return question.draws * (question.output.draws or 1)


def _pieces(arrays: Mapping[str, Any], size: int) -> Iterator[dict[str, Any]]:
    rows = len(next(iter(arrays.values())))
    for first in range(0, rows, size):
        yield {name: array[first : first + size] for name, array in arrays.items()}

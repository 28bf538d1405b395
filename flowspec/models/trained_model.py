"""A model under `fit`, `evaluate` and `predict`, without a target where it has a log_prob."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from flowspec.backend import Tensor, keras
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.models.feed import Feed, is_missing
from flowspec.models.recorded_model import RecordedModel


class TrainedModel(RecordedModel):
    """Trains and predicts as every Keras model does, on inputs that are checked first."""

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Tensor:
        """The loss the model was compiled with, else the mean negative log-likelihood."""
        self._check_target(None if is_missing(y) else y)
        if self.loss is not None:
            return super().compute_loss(x, y, y_pred, sample_weight, training)
        rows = -y_pred["log_prob"]
        if sample_weight is not None:
            rows = rows * keras.ops.cast(sample_weight, rows.dtype)
        loss = keras.ops.mean(rows)
        for extra in self.losses:
            loss = loss + keras.ops.cast(extra, loss.dtype)
        return loss

    def fit(self, *args: Any, **options: Any) -> Any:
        """Train as every Keras model does; without a loss, by maximum likelihood.

        Args:
            *args: As for every Keras model: `x` (inputs by name, or a dataset), `y`, …
            **options: As for every Keras model; `sample_weight` needs no `y`.

        Raises:
            UsageError: If the inputs do not fit, or there is nothing to train on.
        """
        fit = super().fit
        given = _bound(fit, args, options)
        self._check_data(given)
        return fit(**self._feed.fit(given))

    def predict(self, *args: Any, **options: Any) -> Any:
        """As for every Keras model; inputs are checked by name first."""
        predict = super().predict
        return predict(**self._feed.rows(_bound(predict, args, options)))

    def evaluate(self, *args: Any, **options: Any) -> Any:
        """As for every Keras model; inputs are checked by name first."""
        evaluate = super().evaluate
        if options.get("_use_cached_eval_dataset"):
            # Called by `fit`, which keeps a dataset of the same rows.
            return evaluate(*args, **options)
        given = _bound(evaluate, args, options)
        self._check_data(given)
        return evaluate(**self._feed.rows(given))

    def train_on_batch(self, x: Any, *args: Any, **options: Any) -> Any:
        """As for every Keras model; inputs are checked by name first."""
        return super().train_on_batch(self._feed.inputs(x), *args, **options)

    def test_on_batch(self, x: Any, *args: Any, **options: Any) -> Any:
        """As for every Keras model; inputs are checked by name first."""
        return super().test_on_batch(self._feed.inputs(x), *args, **options)

    def predict_on_batch(self, x: Any) -> Any:
        """As for every Keras model; inputs are checked by name first."""
        return super().predict_on_batch(self._feed.inputs(x))

    def make_train_function(self, force: bool = False) -> Any:
        """Build the optimizer first, or Keras would trace the training step twice."""
        if self.optimizer is not None and not self.optimizer.built:
            self.optimizer.build(self.trainable_variables)
        self._settle()
        return super().make_train_function(force)

    def make_test_function(self, force: bool = False) -> Any:
        """As for every Keras model; the mean loss has the dtype of the model."""
        self._settle()
        return super().make_test_function(force)

    def _settle(self) -> None:
        """Undo what Keras keeps of an earlier `compile`, and count the loss in the own dtype."""
        # As `compile` sets them: not tracked as parts of the model.
        setting = self._compile_config.config
        if setting["loss"] is None:
            object.__setattr__(self, "_compile_loss", None)
            object.__setattr__(self, "loss", None)
        if setting["metrics"] is None and setting["weighted_metrics"] is None:
            object.__setattr__(self, "_compile_metrics", None)
        dtype = self.output_record.returns[0].dtype
        if self._loss_tracker.dtype != dtype:
            object.__setattr__(self, "_loss_tracker", keras.metrics.Mean("loss", dtype=dtype))

    def _check_data(self, given: Mapping[str, Any]) -> None:
        if self.compiled:
            self._settle()
            target = self._feed.target(dict(given))
            if target is not ...:
                self._check_target(target)

    def _check_target(self, target: Any) -> None:
        """Refuse to go on without a target where one is needed."""
        if target is not None:
            return
        record = self.output_record
        returned = {one.name for one in record.returns}
        if self.loss is not None or self._compile_metrics is not None:
            raise UsageError(_nothing_to_compare(self.name))
        if record.origin != "event" or "log_prob" not in returned:
            raise UsageError(_no_target(self.name))

    @property
    def _feed(self) -> Feed:
        return Feed(self.output_record.inputs, self.optional)


def _bound(method: Callable[..., Any], args: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments by name."""
    bound = inspect.signature(method).bind(*args, **options)
    return {"x": None, **bound.arguments}


def _no_target(model: str) -> Diagnostic:
    return Diagnostic(
        slug="no-target",
        message=f"the model `{model}` cannot be trained without a target: it does not return the "
        "log_prob of given events",
        help="fit an output with the event in `inputs` and `log_prob` in `returns`, or compile "
        "with a loss and pass a target",
    )


def _nothing_to_compare(model: str) -> Diagnostic:
    return Diagnostic(
        slug="no-target",
        message=f"the model `{model}` was compiled with a loss or metrics, which compare with a "
        "target, and there is none",
        help="pass a target `y`; a model of a log_prob is trained without one where it is "
        "compiled without `loss` and `metrics`",
    )

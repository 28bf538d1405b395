"""The Keras layer of the base distribution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flowspec.backend import Tensor, keras, tf
from flowspec.build.part import Part
from flowspec.build.registry import registered
from flowspec.build.uniforms import uniforms


@registered
class BaseLayer(Part):
    """The base: draws, its centre, or the log-density of given latents.

    `mode` is `draw` (start is the seeds `(B,)`), `centre` (start is anything with B rows) or
    `log_prob` (start is the latents `(N, D)`).
    """

    def call(
        self,
        start: Tensor,
        features: Sequence[Tensor] = (),
        mode: str = "draw",
        draws: Any = None,
        temperature: float = 1.0,
    ) -> tuple[Tensor, Tensor] | Tensor:
        """Latents `(B, D)`, with `draws` `(B·S, D)`, and their log-density; or it alone."""
        raw = self.kind.raw(self.bind(features))
        if mode == "log_prob":
            return self.kind.log_prob(start, raw, temperature)
        noise = self._noise(start, mode, 1 if draws is None else draws)
        if raw is not None and raw.shape.rank == 3:
            raw = raw[:, tf.newaxis]
        latent = self.kind.place(noise, raw, temperature)
        log_prob = self.kind.log_prob(latent, raw, temperature)
        return tf.reshape(latent, (-1, self.record.features)), tf.reshape(log_prob, (-1,))

    def _noise(self, start: Tensor, mode: str, draws: Any) -> Tensor:
        """Standard draws `(B, S, D)`, or zeros for the centre."""
        features = self.record.features
        if mode == "centre":
            return tf.zeros((tf.shape(start)[0], 1, features), self.flow_dtype)
        count = self.kind.uniforms(features)
        source = tf.reshape(uniforms(start, draws * count), (-1, draws, count))
        noise = self.kind.draw(source, None, features)
        return tf.cast(noise, self.flow_dtype)

    def compute_output_spec(
        self,
        start: Any,
        features: Sequence[Any] = (),
        mode: str = "draw",
        draws: int | None = None,
        temperature: float = 1.0,
    ) -> Any:
        """Shapes and dtypes without a trace."""
        rows = None if draws not in (None, 1) else start.shape[0]
        log_prob = keras.KerasTensor((rows,), self.flow_dtype)
        if mode == "log_prob":
            return log_prob
        return keras.KerasTensor((rows, self.record.features), self.flow_dtype), log_prob

"""The flow's map from latent to event as a `tfb.Bijector`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec.backend import Tensor, tf, tfp
from flowspec.build import Store
from flowspec.build.glue import unknown_rows
from flowspec.build.part import Part
from flowspec.export.features import encode, split


@tf.autograph.experimental.do_not_convert
def bijector(store: Store, context: Mapping[str, Any]) -> FlowBijector:
    """The map given the context, whose leading axes become the batch shape."""
    return FlowBijector(store, encode(store, context))


class FlowBijector(tfp.bijectors.Bijector):
    """The chain of layers given encoded context, forward from latent to event.

    Calling it runs the store's own layers, so gradients reach the flow's variables.
    """

    def __init__(self, store: Store, features: Tensor | None, name: str = "flow_bijector") -> None:
        parameters = dict(locals())
        with tf.name_scope(name) as scope:
            self._store = store
            self._features = features
            # tf.Module finds raw variables only, and reports them as this object's own.
            self._flow_variables = [
                variable.value for part in store.chain.values() for variable in part.weights
            ]
            super().__init__(
                forward_min_event_ndims=1, dtype=tf.as_dtype(store.plan.dtype),
                parameters=parameters, name=scope,
            )  # fmt: skip

    @property
    def features(self) -> Tensor | None:
        """The encoded context, `(…, C)`."""
        return self._features

    @property
    def store(self) -> Store:
        """The built flow."""
        return self._store

    def forward_and_ldj(self, latent: Tensor) -> tuple[Tensor, Tensor]:
        """The event and the forward ldj from one pass. Shapes: `(…, D)`; returns also `(…,)`."""
        return self._run(latent, tuple(self._store.chain.values()), inverse=False)

    def inverse_and_ldj(self, event: Tensor) -> tuple[Tensor, Tensor]:
        """The latent and the inverse ldj from one pass. Shapes: `(…, D)`; returns also `(…,)`."""
        return self._run(event, tuple(self._store.chain.values())[::-1], inverse=True)

    @classmethod
    def _parameter_properties(cls, dtype: Any) -> dict[str, Any]:
        return {"features": tfp.util.ParameterProperties(event_ndims=1)}

    def _forward(self, x: Tensor) -> Tensor:
        return self.forward_and_ldj(x)[0]

    def _inverse(self, y: Tensor) -> Tensor:
        return self.inverse_and_ldj(y)[0]

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        return self.forward_and_ldj(x)[1]

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        return self.inverse_and_ldj(y)[1]

    def _run(
        self, value: Tensor, chain: tuple[Part, ...], *, inverse: bool
    ) -> tuple[Tensor, Tensor]:
        value, features = self._broadcast(value)
        lead, size = tf.shape(value)[:-1], value.shape[-1]
        static = value.shape[:-1]
        flat = tf.reshape(value, (-1, size))
        parts = split(self._store, features)
        rows = {name: tf.reshape(part, (-1, part.shape[-1])) for name, part in parts.items()}
        total = tf.zeros(tf.shape(flat)[0], value.dtype)
        for layer in chain:
            read = [rows[name] for name in layer.record.reads]
            flat, total = layer(flat, read, inverse=inverse, ldj=total)
        if rows:
            marks = unknown_rows(list(rows.values()), 2, value.dtype)
            flat, total = flat + marks, total + marks[:, 0]
        result = tf.reshape(flat, tf.concat([lead, [size]], 0))
        return tf.ensure_shape(result, [*static, size]), tf.ensure_shape(
            tf.reshape(total, lead), static
        )

    def _broadcast(self, value: Tensor) -> tuple[Tensor, Tensor | None]:
        """Value and features with the same leading axes."""
        features = self._features
        if features is None:
            return value, None
        static = tf.broadcast_static_shape(value.shape[:-1], features.shape[:-1])
        lead = tf.broadcast_dynamic_shape(tf.shape(value)[:-1], tf.shape(features)[:-1])

        def spread(tensor: Tensor) -> Tensor:
            size = tensor.shape[-1]
            wide = tf.broadcast_to(tensor, tf.concat([lead, [size]], 0))
            return tf.ensure_shape(wide, [*static, size])

        return spread(value), spread(features)

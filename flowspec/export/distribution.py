"""The flow as a `tfd.Distribution`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec.backend import Tensor, tf, tfp
from flowspec.build import Store
from flowspec.catalog import SUPPORTS
from flowspec.export.bijector import FlowBijector, moving, remake
from flowspec.export.chain import run
from flowspec.export.features import as_tensors, encode, inner_axes, lead_of, spread


@tf.autograph.experimental.do_not_convert
def distribution(store: Store, context: Mapping[str, Any]) -> FlowDistribution:
    """The distribution given the context, whose leading axes become the batch shape."""
    return FlowDistribution(store, as_tensors(store, context))


class FlowDistribution(tfp.distributions.Distribution):
    """The event's distribution given the context; one pass through the networks per call.

    Base and encoders are run in every call, so it follows the flow's variables, and gradients
    reach them.
    """

    def __init__(
        self,
        store: Store,
        context: Mapping[str, Tensor],
        batch: Tensor | None = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "flow",
    ) -> None:
        """`batch` is any tensor of the least batch shape: what TFP slices without a context."""
        batch = tf.zeros((), store.plan.dtype) if batch is None else batch
        parameters = dict(locals())
        with tf.name_scope(name) as scope:
            self._store = self._no_dependency(store)
            self._batch: Tensor = batch
            self._bijector = FlowBijector(store, context, validate_args=validate_args)
            # tf.Module finds raw variables only, and reports them as this object's own.
            self._flow_variables = [variable.value for variable in store.weights]
            super().__init__(
                dtype=tf.as_dtype(store.plan.dtype),
                reparameterization_type=tfp.distributions.FULLY_REPARAMETERIZED,
                validate_args=validate_args,
                allow_nan_stats=allow_nan_stats,
                parameters=parameters,
                name=scope,
            )

    def __reduce__(self) -> tuple[Any, ...]:
        """Copied and pickled as what it is made from, so that its variables stay its store's."""
        return remake, (type(self), dict(self.parameters))

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        """The variables that training moves, as it is set in Keras now."""
        return moving(self._store, self.variables)

    @property
    def store(self) -> Store:
        """The built flow."""
        return self._store

    @property
    def context(self) -> dict[str, Tensor]:
        """The context inputs by name, `(…, size)` or `(…)` each."""
        return self._bijector.context

    @property
    def batch(self) -> Tensor:
        """A tensor of the least batch shape."""
        return self._batch

    @property
    def bijector(self) -> FlowBijector:
        """The map from latent to event."""
        return self._bijector

    @property
    def distribution(self) -> Any:
        """The base, as the variables are now: a `tfd.Distribution` of latents."""
        return self._base(encode(self._store, self.context))

    @classmethod
    def _parameter_properties(cls, dtype: Any, num_classes: Any = None) -> dict[str, Any]:
        properties = tfp.util.ParameterProperties
        return {
            "context": properties(event_ndims=lambda self: inner_axes(self.store)),
            "batch": properties(event_ndims=0),
        }

    def _event_shape(self) -> Any:
        return tf.TensorShape([self._store.plan.event.size])

    def _event_shape_tensor(self) -> Tensor:
        return tf.constant([self._store.plan.event.size], tf.int32)

    def _log_prob(self, value: Tensor) -> Tensor:
        features = encode(self._store, self.context)
        latent, ldj = run(self._store, value, features, inverse=True)
        return self._base(features).log_prob(latent) + ldj

    def _sample_n(self, n: Tensor, seed: Any = None) -> Tensor:
        features = encode(self._store, self.context)
        latent = self._base(features).sample(n, seed)
        return run(self._store, latent, features, inverse=False)[0]

    def _sample_and_log_prob(self, sample_shape: Any, seed: Any) -> tuple[Tensor, Tensor]:
        features = encode(self._store, self.context)
        latent, log_prob = self._base(features).experimental_sample_and_log_prob(sample_shape, seed)
        event, ldj = run(self._store, latent, features, inverse=False)
        return event, log_prob - ldj

    def _default_event_space_bijector(self) -> FlowBijector:
        return self._bijector

    def _sample_control_dependencies(self, value: Tensor) -> list[Any]:
        if not self.validate_args:
            return []
        contained = SUPPORTS.make(self._store.plan.event.support).contains(value)
        message = "the event lies outside the support"
        return [tf.debugging.assert_equal(tf.reduce_all(contained), True, message=message)]

    def _base(self, features: Mapping[str, Tensor]) -> Any:
        layer, size = self._store.base, self._store.plan.event.size
        shapes = [tf.shape(part)[:-1] for part in features.values()]
        lead = lead_of(tf.shape(self._batch), *shapes)
        raw = layer.kind.raw(layer.bind(spread(features, layer.record.reads, lead)))
        if layer.record.reads:
            raw = tf.reshape(raw, tf.concat([lead, tf.shape(raw)[1:]], 0))
        return layer.kind.distribution(raw, tf.concat([lead, [size]], 0), self._store.plan.dtype)

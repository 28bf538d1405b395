"""The flow as a `tfd.Distribution`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec.backend import Tensor, tf, tfp
from flowspec.build import Store
from flowspec.export.bijector import FlowBijector
from flowspec.export.features import encode, split


@tf.autograph.experimental.do_not_convert
def distribution(store: Store, context: Mapping[str, Any]) -> FlowDistribution:
    """The distribution given the context, whose leading axes become the batch shape."""
    features = encode(store, context)
    return FlowDistribution(_base(store, features), FlowBijector(store, features))


class FlowDistribution(tfp.distributions.TransformedDistribution):
    """The base moved by the flow's bijector; one pass through the networks per call."""

    def __init__(self, distribution: Any, bijector: FlowBijector, name: str = "flow") -> None:
        parameters = dict(locals())
        # tf.Module finds raw variables only, and reports them as this object's own.
        self._flow_variables = [variable.value for variable in bijector.store.weights]
        super().__init__(distribution, bijector, parameters=parameters, name=name)

    @classmethod
    def _parameter_properties(cls, dtype: Any, num_classes: Any = None) -> Any:
        return super()._parameter_properties(dtype, num_classes)

    def _log_prob(self, y: Tensor, **_: Any) -> Tensor:
        latent, ldj = self.bijector.inverse_and_ldj(y)
        return self.distribution.log_prob(latent) + ldj

    def _sample_and_log_prob(self, sample_shape: Any, seed: Any, **_: Any) -> Any:
        latent, log_prob = self.distribution.experimental_sample_and_log_prob(sample_shape, seed)
        event, ldj = self.bijector.forward_and_ldj(latent)
        return event, log_prob - ldj


def _base(store: Store, features: Tensor | None) -> Any:
    """The base with the batch shape of the context."""
    layer, plan = store.base, store.plan
    lead = tf.zeros(0, tf.int32) if features is None else tf.shape(features)[:-1]
    rows = {
        name: tf.reshape(part, (-1, part.shape[-1]))
        for name, part in split(store, features).items()
    }
    raw = layer.kind.raw(layer.bind([rows[name] for name in layer.record.reads]))
    if layer.record.reads:
        raw = tf.reshape(raw, tf.concat([lead, tf.shape(raw)[1:]], 0))
    return layer.kind.distribution(raw, tf.concat([lead, [plan.event.size]], 0), plan.dtype)

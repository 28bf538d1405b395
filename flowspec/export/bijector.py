"""The flow's map from latent to event as a `tfb.Bijector`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flowspec.backend import Tensor, np, tf, tfp
from flowspec.build import Store
from flowspec.export.chain import run
from flowspec.export.features import as_tensors, encode, inner_axes


@tf.autograph.experimental.do_not_convert
def bijector(store: Store, context: Mapping[str, Any]) -> FlowBijector:
    """The map given the context, whose leading axes become the batch shape."""
    return FlowBijector(store, as_tensors(store, context))


class FlowBijector(tfp.bijectors.Bijector):
    """The chain of layers given the context, forward from latent to event.

    Calling it runs the store's own encoders and layers, so it follows the flow's variables, and
    gradients reach them. It is equal to no other bijector: TFP lets equal ones share what they
    have computed, which would outlive a change of the variables.
    """

    def __init__(
        self,
        store: Store,
        context: Mapping[str, Tensor],
        validate_args: bool = False,
        name: str = "flow_bijector",
    ) -> None:
        parameters = dict(locals())
        with tf.name_scope(name) as scope:
            self._store = self._no_dependency(store)
            self._context = dict(context)
            # tf.Module finds raw variables only, and reports them as this object's own.
            self._flow_variables = [
                variable.value
                for part in (*store.contexts.values(), *store.chain.values())
                for variable in part.weights
            ]
            super().__init__(
                forward_min_event_ndims=1,
                dtype=tf.as_dtype(store.plan.dtype),
                validate_args=validate_args,
                parameters=parameters,
                name=scope,
            )

    @property
    def context(self) -> dict[str, Tensor]:
        """The context inputs by name, `(…, size)` or `(…)` each."""
        return dict(self._context)

    @property
    def store(self) -> Store:
        """The built flow."""
        return self._store

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        """The variables that training moves, as it is set in Keras now."""
        return moving(self._store, self.variables)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copied and pickled as what it is made from, so that its variables stay its store's."""
        return remake, (type(self), dict(self.parameters))

    @classmethod
    def _parameter_properties(cls, dtype: Any) -> dict[str, Any]:
        return {"context": tfp.util.ParameterProperties(event_ndims=_event_ndims)}

    def _forward(self, x: Tensor) -> Tensor:
        return self._run(x, inverse=False)[0]

    def _inverse(self, y: Tensor) -> Tensor:
        latent, ldj = self._run(y, inverse=True)
        # TFP takes the density of y from the latent alone, which is that of a value inside.
        self._cache.inverse_attributes(y)["outside"] = tf.math.is_inf(ldj)
        return latent

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        ldj = self._run(x, inverse=False)[1]
        outside = self._cache.forward_attributes(x).get("outside")
        return ldj if outside is None else tf.where(outside, tf.constant(np.inf, ldj.dtype), ldj)

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        return self._run(y, inverse=True)[1]

    def _run(self, value: Tensor, *, inverse: bool) -> tuple[Tensor, Tensor]:
        return run(self._store, value, encode(self._store, self._context), inverse=inverse)


def moving(store: Store, variables: Sequence[Any]) -> tuple[Any, ...]:
    """Those of raw variables that are trainable: the store's as Keras says, others as they say.

    A raw variable keeps what it was made with.
    """
    said = {id(variable.value): variable.trainable for variable in store.weights}
    return tuple(raw for raw in variables if said.get(id(raw), raw.trainable))


def remake(view: type, parameters: Mapping[str, Any]) -> Any:
    """A view of this class with these parameters."""
    return view(**parameters)


def _event_ndims(bijector: FlowBijector, x_event_ndims: int | None) -> dict[str, Any] | None:
    """How many axes of each context input belong to one event of that many axes."""
    if x_event_ndims is None:
        return None
    more = x_event_ndims - 1
    return {name: inner + more for name, inner in inner_axes(bijector.store).items()}

"""The Keras optimizer that a spec describes, and its state as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec.backend import keras, np
from flowspec.build import Store
from flowspec.bundle.compare import Wanted, check_forms, forms_of

_CLASSES = {"adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "sgd": "SGD"}


def make_optimizer(node: Mapping[str, Any]) -> Any:
    """The optimizer of a resolved `training.optimizer`."""
    options = dict(node)
    return getattr(keras.optimizers, _CLASSES[options.pop("kind")])(**options)


def state_arrays(store: Store, optimizer: Any) -> dict[str, Any]:
    """What training needs to go on: the optimizer's variables, and the states of dropout.

    Keys are `iteration`, `learning_rate`, and for what belongs to a variable or a layer its path,
    a slash and a word, such as `layers.0.conditioner.dense_0.kernel/momentum`.
    """
    return {key: np.asarray(variable) for key, variable in _state(store, optimizer).items()}


def restore_state(store: Store, optimizer: Any, arrays: Mapping[str, Any]) -> None:
    """Set the state to what `state_arrays` returned.

    Raises:
        BundleError: If the arrays are not exactly this optimizer's; nothing is set.
    """
    state = _state(store, optimizer)
    now = {key: np.asarray(variable) for key, variable in state.items()}
    # A count or a rate may have been kept in the float dtype that Keras had then.
    arrays = {
        key: array.astype(now[key].dtype) if key in now and array.dtype.kind == "f" else array
        for key, array in arrays.items()
    }
    check_forms(Wanted(forms_of(now), "the optimizer"), forms_of(arrays), "the optimizer's state")
    for key, variable in state.items():
        variable.assign(arrays[key])


def _state(store: Store, optimizer: Any) -> dict[str, Any]:
    """The variables by key; the optimizer must be built."""
    flat = {variable.path.replace("/", "_"): path for path, variable in store.by_path().items()}
    state = {_key(variable.path, flat): variable for variable in optimizer.variables}
    for part in store.parts:
        for network in part.networks.values():
            for name, layer in network.inner.items():
                if hasattr(layer, "seed_generator"):
                    path = f"{part.record.path}.{network.name}.{name}"
                    state[f"{path}/seed"] = layer.seed_generator.state
    return state


def _key(name: str, flat: Mapping[str, str]) -> str:
    """Keras calls a slot by its optimizer, the path of its variable without slashes, and a word."""
    own = name.partition("/")[2]
    owner = max((f for f in flat if own.startswith(f"{f}_")), key=len, default=None)
    return own if owner is None else f"{flat[owner]}/{own.removeprefix(f'{owner}_')}"

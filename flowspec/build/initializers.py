"""Initializers and dtypes of the Keras layers that a plan describes."""

from __future__ import annotations

from typing import Any

from flowspec.backend import keras, np
from flowspec.records import VariableRecord


def make_initializer(variable: VariableRecord) -> Any:
    """The Keras initializer of a variable, seeded where it is random."""
    options = {} if variable.seed is None else {"seed": variable.seed}
    return keras.initializers.get({"class_name": variable.initializer, "config": options})


def initial_value(variable: VariableRecord) -> Any:
    """The value that a variable has in a fresh flow."""
    return np.asarray(make_initializer(variable)(variable.shape, variable.dtype))


def network_policy(dtype: str) -> str:
    """The name of the dtype policy of networks in a flow of `dtype` that is compiled now.

    A mixed-precision policy that the user set for Keras applies where its variables have the
    flow's dtype; everything else runs in the flow's dtype.
    """
    policy = keras.config.dtype_policy()
    mixed = policy.compute_dtype != policy.variable_dtype
    return f"mixed_{policy.compute_dtype}" if mixed and policy.variable_dtype == dtype else dtype

"""How the flow is trained by `flow.fit`; never part of what callers see."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from flowspec.catalog.kind import Node
from flowspec.spec.choice import Choice

Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Decay = Annotated[float, Field(ge=0, lt=1)]


class NegativeLogLikelihood(Node):
    """The mean of -log_prob over the rows, in nats, plus the networks' own losses."""

    kind: Literal["negative_log_likelihood"] = "negative_log_likelihood"


class Optimizer(Node):
    """What every optimizer may say; names and meanings are those of Keras."""

    learning_rate: Rate = 1e-3
    """The step size."""
    clipnorm: Rate | None = None
    """Clip the gradient of each variable to this norm."""
    global_clipnorm: Rate | None = None
    """Clip the gradient of all variables together to this norm."""

    @model_validator(mode="after")
    def _one_norm(self) -> Optimizer:
        if self.clipnorm is not None and self.global_clipnorm is not None:
            raise PydanticCustomError(
                "conflicting-keys",
                "`clipnorm` and `global_clipnorm` exclude each other",
                {"key": "clipnorm", "help": "remove one of them"},
            )
        return self


class Adam(Optimizer):
    """Adam (Kingma, Ba, 2015, https://arxiv.org/abs/1412.6980)."""

    kind: Literal["adam"] = "adam"
    beta_1: Decay = 0.9
    """Decay of the first moment."""
    beta_2: Decay = 0.999
    """Decay of the second moment."""
    epsilon: Rate = 1e-7
    """Added to the root of the second moment."""
    amsgrad: bool = False
    """Whether to keep the greatest second moment."""


class Adamw(Adam):
    """Adam with decoupled weight decay (Loshchilov, Hutter, 2019)."""

    kind: Literal["adamw"] = "adamw"  # pyright: ignore[reportIncompatibleVariableOverride]
    weight_decay: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 4e-3
    """The share by which every variable shrinks a step, times the learning rate."""


class Sgd(Optimizer):
    """Stochastic gradient descent."""

    kind: Literal["sgd"] = "sgd"
    momentum: Decay = 0.0
    """The share of the last step that is kept."""
    nesterov: bool = False
    """Whether the momentum looks ahead."""


class Rmsprop(Optimizer):
    """RMSprop (Hinton, 2012)."""

    kind: Literal["rmsprop"] = "rmsprop"
    rho: Decay = 0.9
    """Decay of the squared gradient."""
    momentum: Decay = 0.0
    """The share of the last step that is kept."""
    epsilon: Rate = 1e-7
    """Added to the root of the squared gradient."""


class EarlyStopping(Node):
    """Stop when the validation loss no longer falls, and keep the best variables."""

    patience: Annotated[int, Field(ge=1)] = 20
    """Epochs without an improvement before training stops."""
    min_delta: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    """The least fall, in nats, that counts as an improvement."""


class Training(Node):
    """The loss, the optimizer, and how long and on what it runs."""

    loss: Annotated[NegativeLogLikelihood, Choice(NegativeLogLikelihood)] = NegativeLogLikelihood()
    """What is made small."""
    optimizer: Annotated[Optimizer, Choice(Adam, Adamw, Rmsprop, Sgd)] = Adam()
    """How it is made small."""
    epochs: Annotated[int, Field(ge=1)] = 100
    """Passes over the training rows."""
    batch_size: Annotated[int, Field(ge=1)] = 256
    """Rows per step."""
    shuffle: bool = True
    """Whether rows come in a new order each epoch."""
    validation_split: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """The share of rows, chosen at random by the flow's seed, that is held out of training."""
    early_stopping: EarlyStopping | None = None
    """When to stop early; needs validation rows."""

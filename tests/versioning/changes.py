"""One change of every option of the language, and the categories that it touches.

Each starts from one of a few small specs. Kinds are written `family.kind.option`, the rest by its
place; a test checks that none is missing.
"""

from dataclasses import dataclass
from typing import Any

MLP = {"kind": "mlp", "hidden": [4], "activation": "tanh"}
AFFINE = {"kind": "affine"}
SPLINE = {"kind": "rational_quadratic_spline", "bins": 4}


def spec(layers: list[Any], **parts: Any) -> dict[str, Any]:
    """A spec of three features given a vector and a category."""
    return {
        "flowspec": 1, "name": "tiny", "version": "1.2.3", "event": {"name": "y", "shape": [3]},
        "context": {"x": {"kind": "vector", "size": 2}, "side": {"kind": "category", "count": 3}},
        "layers": layers, **parts,
    }  # fmt: skip


COUPLING = {"kind": "coupling", "mask": [1, 0, 0], "transform": AFFINE, "conditioner": MLP}
OTHER = {**COUPLING, "mask": [0, 1, 1], "transform": {"kind": "additive"}}
BENT = {**OTHER, "transform": SPLINE}
NAMED = {"first": {"returns": ["y"]}, "score": {"inputs": ["y"], "returns": ["log_prob"]}}
ENCODED = {
    "x": {"kind": "vector", "size": 2, "encoder": {"kind": "mlp", "hidden": [4], "size": 3}},
    "side": {"kind": "category", "count": 3, "encoder": {"kind": "embedding", "size": 2}},
}
BASES = {
    "plain": spec([COUPLING, OTHER]),
    "turned": spec([COUPLING, {"kind": "permutation", "order": [1, 2, 0]}, COUPLING, OTHER]),
    "bent": spec([COUPLING, BENT]),
    "scaled": spec([COUPLING, OTHER, {"kind": "elementwise", "transform": AFFINE}]),
    "encoded": spec([COUPLING, OTHER], context=ENCODED),
    "bounded": spec(
        [COUPLING, OTHER],
        event={"name": "y", "shape": [3], "support": {"kind": "interval", "low": 0, "high": 1}},
    ),
    "asked": spec([COUPLING, OTHER], outputs=NAMED),
    "given": spec([COUPLING, OTHER], base={"kind": "normal", "conditioner": MLP}),
}

C, W, N, T = "callers", "weights", "numbers", "training"


@dataclass(frozen=True)
class Change:
    """An option, what is set, and what that touches."""

    option: str
    base: str
    override: str
    touches: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.option}-{'-'.join(self.touches) or 'nothing'}"


FIRST, SECOND = "layers.0", "layers.1"
CHANGES = [
    Change(*entry)
    for entry in [
        ("flowspec", "plain", "flowspec=1", ()),
        ("name", "plain", "name=other", (C,)),
        ("version", "plain", "version=2.0.0", ()),
        ("description", "plain", "description=words", ()),
        ("dtype", "plain", "dtype=float64", (C, W)),
        ("seed", "plain", "seed=1", (T,)),
        ("event.name", "plain", "event.name=z", (C,)),
        ("event.shape", "scaled", "event.shape=[3]", ()),
        ("event.support", "plain", "event.support={kind: positive}", (C, N)),
        ("event.fields", "plain", "event.fields=[a, b, c]", (C,)),
        ("event.standardize", "plain", "event.standardize=true", (W, N, T)),
        ("context", "plain", "context.more={kind: vector, size: 1}", (C, W, N)),
        ("base", "plain", "base={kind: normal, learned: true}", (W, N, T)),
        ("layers", "plain", "layers.1.mask=[0, 0, 1]", (W, N)),
        ("outputs", "plain", "outputs={score: {inputs: [y], returns: [log_prob]}}", (C, N)),
        ("outputs.inputs", "asked", "outputs.score.inputs=[latent]", (C, N)),
        ("outputs.returns", "asked", "outputs.first.returns=[y, log_prob]", (C,)),
        ("outputs.draws", "asked", "outputs.first.draws=2", (C,)),
        ("outputs.temperature", "asked", "outputs.first.temperature=0.5", (N,)),
        ("outputs.deterministic", "asked", "outputs.first.deterministic=true", (C, N)),
        ("training", "plain", "training.optimizer={kind: sgd}", (T,)),
        ("training", "plain", "training.epochs=3", (T,)),
        ("renames", "plain", "renames={old: layers.0}", ()),
        ("bases.normal.trainable", "given", "base.trainable=false", (T,)),
        ("bases.normal.learned", "plain", "base={kind: normal, learned: true}", (W, N, T)),
        ("bases.normal.conditioner", "plain", "base={kind: normal, conditioner: {kind: mlp}}",
         (W, N, T)),
        ("conditioners.mlp.hidden", "plain", f"{FIRST}.conditioner.hidden=[5]", (W,)),
        ("conditioners.mlp.activation", "plain", f"{FIRST}.conditioner.activation=relu", (N,)),
        ("conditioners.mlp.initializer", "plain", f"{FIRST}.conditioner.initializer=zeros", (T,)),
        ("conditioners.mlp.dropout", "plain", f"{FIRST}.conditioner.dropout=0.5", (T,)),
        ("conditioners.mlp.l2", "plain", f"{FIRST}.conditioner.l2=0.5", (T,)),
        ("conditioners.mlp.trainable", "plain", f"{FIRST}.conditioner.trainable=false", (T,)),
        ("conditioners.mlp.name", "plain", f"{FIRST}.conditioner.name=net", (W, T)),
        ("conditioners.mlp.context", "plain", f"{FIRST}.conditioner.context=[x]", (W, N)),
        ("contexts.category.count", "plain", "context.side.count=4", (C, W)),
        ("contexts.category.labels", "plain", "context.side.labels=[a, b, c]", (C,)),
        ("contexts.category.encoder", "plain",
         "context.side.encoder={kind: embedding, size: 3}", (W, N, T)),
        ("contexts.vector.size", "plain", "context.x.size=3", (C, W)),
        ("contexts.vector.fields", "plain", "context.x.fields=[a, b]", (C,)),
        ("contexts.vector.standardize", "plain", "context.x.standardize=true", (W, N, T)),
        ("contexts.vector.encoder", "plain",
         "context.x.encoder={kind: mlp, hidden: [], size: 2}", (W, N, T)),
        ("encoders.embedding.size", "encoded", "context.side.encoder.size=3", (W,)),
        ("encoders.embedding.trainable", "encoded", "context.side.encoder.trainable=false", (T,)),
        ("encoders.embedding.name", "encoded", "context.side.encoder.name=table", (W, T)),
        ("encoders.mlp.hidden", "encoded", "context.x.encoder.hidden=[5]", (W,)),
        ("encoders.mlp.activation", "encoded", "context.x.encoder.activation=tanh", (N,)),
        ("encoders.mlp.initializer", "encoded", "context.x.encoder.initializer=zeros", (T,)),
        ("encoders.mlp.dropout", "encoded", "context.x.encoder.dropout=0.5", (T,)),
        ("encoders.mlp.l2", "encoded", "context.x.encoder.l2=0.5", (T,)),
        ("encoders.mlp.trainable", "encoded", "context.x.encoder.trainable=false", (T,)),
        ("encoders.mlp.name", "encoded", "context.x.encoder.name=net", (W, T)),
        ("encoders.mlp.size", "encoded", "context.x.encoder.size=4", (W,)),
        ("encoders.identity.trainable", "plain",
         "context.x.encoder={kind: identity, trainable: false}", ()),
        ("encoders.identity.name", "plain", "context.x.encoder={kind: identity, name: same}", ()),
        ("encoders.one_hot.trainable", "plain",
         "context.side.encoder={kind: one_hot, trainable: false}", ()),
        ("encoders.one_hot.name", "plain", "context.side.encoder={kind: one_hot, name: hot}", ()),
        ("layers.coupling.trainable", "plain", f"{FIRST}.trainable=false", (T,)),
        ("layers.coupling.name", "plain", f"{FIRST}.name=trunk", (W, N, T)),
        ("layers.coupling.mask", "turned", f"{FIRST}.mask=[0, 1, 0]", (N,)),
        ("layers.coupling.transform", "plain", f"{SECOND}.transform={{kind: affine}}", (W, N)),
        ("layers.coupling.conditioner", "plain", f"{FIRST}.conditioner.hidden=[]", (W, T)),
        ("layers.elementwise.trainable", "scaled", "layers.2.trainable=false", (T,)),
        ("layers.elementwise.name", "scaled", "layers.2.name=scale", (W, N, T)),
        ("layers.elementwise.transform", "scaled", "layers.2.transform={kind: additive}", (W, N)),
        ("layers.elementwise.conditioner", "scaled", "layers.2.conditioner={kind: mlp}",
         (W, N, T)),
        ("layers.permutation.trainable", "turned", f"{SECOND}.trainable=false", ()),
        ("layers.permutation.name", "turned", f"{SECOND}.name=turn", ()),
        ("layers.permutation.order", "turned", f"{SECOND}.order=[2, 0, 1]", (N,)),
        ("supports.interval.low", "bounded", "event.support.low=-1", (C,)),
        ("supports.interval.low", "bounded", "event.support.low=[0, 0, 0]", ()),
        ("supports.interval.high", "bounded", "event.support.high=2", (C,)),
        ("transforms.affine.log_scale_bound", "plain", f"{FIRST}.transform.log_scale_bound=1",
         (N,)),
        ("transforms.rational_quadratic_spline.bins", "bent", f"{SECOND}.transform.bins=5", (W,)),
        ("transforms.rational_quadratic_spline.bound", "bent", f"{SECOND}.transform.bound=3",
         (N,)),
        ("transforms.rational_quadratic_spline.min_bin", "bent",
         f"{SECOND}.transform.min_bin=0.2", (N,)),
        ("transforms.rational_quadratic_spline.min_slope", "bent",
         f"{SECOND}.transform.min_slope=0.5", (N,)),
    ]
]  # fmt: skip

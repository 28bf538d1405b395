"""Version 2 of a language that only tests speak: other words for two things."""

from collections.abc import Iterator

from flowspec.source.edit import Edit, Rename, Replace
from flowspec.spec.migrations import Place, Step


def words(top: Place) -> Iterator[Edit]:
    """`clip` of an affine transform is called `log_scale_bound`, a `realnvp` is a `coupling`."""
    for transform in top.select("layers.**.transform"):
        if transform.kind == "affine":
            yield Rename(transform.at("clip"), "log_scale_bound")
    for layer in top.select("layers.**"):
        if layer.is_map and layer.value.get("kind") == "realnvp":
            yield Replace(layer.at("kind"), "coupling")


STEP = Step(to=2, passes=(words,))

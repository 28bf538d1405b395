"""Whether the base reaches the boxes of the transforms, and stays inside them.

Outside its box a transform is the identity, so what leaves the box is not bent at all; and a box
much wider than the base has most of its bins where nothing falls. The check follows features
only as long as nothing but such transforms has moved them: then they are spread as in the base.
"""

from __future__ import annotations

from flowspec.plan.chain import Chain, Link
from flowspec.plan.problems import Problems

OFTEN = 0.03
"""A share of draws, per feature, that should not leave the box."""

NEVER = 1e-6
"""A share of draws, per feature, that is as good as none."""

EIGHTH = 0.125
"""The part of a box that the base should reach beyond."""


def check_reach(chain: Chain, problems: Problems) -> None:
    """Warn of boxes that the base often leaves, or of which it reaches hardly anything."""
    boxed: dict[int, Link] = {}

    def seen(as_base: bool, link: Link) -> bool:
        if as_base and link.layer.box is not None:
            boxed[id(link)] = link
        return as_base and link.layer.box is not None

    chain.follow(True, seen)
    for link in boxed.values():
        _check_box(chain, link, problems)


def _check_box(chain: Chain, link: Link, problems: Problems) -> None:
    box = link.layer.box
    outside = None if box is None else chain.spec.base.outside(box.bound)
    beyond = None if box is None else chain.spec.base.outside(EIGHTH * box.bound)
    if box is None or outside is None or beyond is None:
        return
    source = (*link.record.source, *box.keys)
    if outside > OFTEN:
        problems.report(
            "box-too-small",
            f"{outside:.1%} of the draws of the base lie outside this box in each feature",
            source, severity="warning", expected=f"at most {OFTEN:.0%}", got=f"{box.bound:g}",
            help="outside the box the transform is the identity: make the box larger",
        )  # fmt: skip
    elif beyond < NEVER:
        problems.report(
            "box-too-large",
            "the base hardly ever reaches beyond an eighth of this box",
            source, severity="warning", got=f"{box.bound:g}",
            help="most bins start where nothing falls: make the box smaller",
        )  # fmt: skip

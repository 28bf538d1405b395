"""Every feature must be moved by some layer, wherever permutations carry it."""

from __future__ import annotations

from flowspec.plan.chain import Chain
from flowspec.plan.problems import Problems

_SHOWN = 8


def check_coverage(chain: Chain, problems: Problems) -> None:
    """Report the features of the event that no layer moves.

    Masks and orders that were refused say nothing about it.
    """
    if problems.refused("layers"):
        return
    moved = chain.follow(False, lambda _, link: True)
    still = [index for index, done in enumerate(moved) if not done]
    if not still:
        return
    names = chain.spec.event.fields or tuple(map(str, range(len(moved))))
    listed = ", ".join(names[index] for index in still[:_SHOWN]) + ("…" if still[_SHOWN:] else "")
    problems.report(
        "unmoved-feature", f"no layer ever moves these features of the event: {listed}",
        ("layers",), key=True, help="add a layer with another mask, or a permutation",
    )  # fmt: skip

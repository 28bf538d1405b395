"""Names of a spec as identifiers of generated code, which has names of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def camel(name: str) -> str:
    """A name as that of a class.

    Example:
        >>> camel("sample_and_log_prob")
        'SampleAndLogProb'
    """
    return "".join(word.capitalize() for word in name.split("_"))


def classes(names: Iterable[str]) -> dict[str, str]:
    """A class name for each name; two that would be called the same are told apart.

    Example:
        >>> classes(["draw_2", "draw2"])
        {'draw_2': 'Draw2', 'draw2': 'Draw2_'}
    """
    found: dict[str, str] = {}
    for name in names:
        found[name] = free(camel(name), found.values())
    return found


def identifiers(names: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """An identifier for each name: the name itself, unless it is taken.

    Example:
        >>> identifiers(["state", "self"], {"self"})
        {'state': 'state', 'self': 'self_'}
    """
    listed = list(names)
    found: dict[str, str] = {}
    for name in listed:
        others = {*taken, *listed, *found.values()}
        found[name] = free(name, others) if name in taken else name
    return found


def free(name: str, taken: Iterable[str]) -> str:
    """The name with as many underscores at its end as it takes."""
    used = set(taken)
    while name in used:
        name += "_"
    return name

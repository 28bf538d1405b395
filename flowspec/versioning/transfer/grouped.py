"""Items whose paths differ in their numbers alone, such as those of a repeat, told as one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, Protocol, TypeVar


class HasPath(Protocol):
    """Something about a variable or a part."""

    @property
    def path(self) -> str:
        """Where it is in the plan."""
        ...


T = TypeVar("T", bound=HasPath)


def grouped(items: Iterable[T], same: Callable[[T], Hashable]) -> list[list[T]]:
    """Groups of items, in the order of their first ones.

    Args:
        items: Things with paths.
        same: What items of a group have in common beside the words of their paths.
    """
    found: dict[Hashable, list[Any]] = {}
    for item in items:
        found.setdefault((general(item.path), same(item)), []).append(item)
    return list(found.values())


def general(path: str) -> str:
    """The path with `*` for every number."""
    return ".".join("*" if name.isdigit() else name for name in path.split("."))


def common(paths: Iterable[str]) -> str:
    """Paths of a group as one, with all their numbers where they differ.

    Example:
        >>> common(["layers.0.0.raw", "layers.0.1.raw", "layers.0.2.raw"])
        'layers.0.{0-2}.raw'
    """
    columns = zip(*(path.split(".") for path in paths), strict=True)
    return ".".join(map(_together, columns))


def _together(names: tuple[str, ...]) -> str:
    """The one word that all are, or their numbers."""
    if len(set(names)) == 1:
        return names[0]
    numbers = sorted(set(map(int, names)))
    if numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{{{numbers[0]}-{numbers[-1]}}}"
    return f"{{{','.join(map(str, numbers))}}}"

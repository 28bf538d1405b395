"""Semantic versions: their order, and the next one after a step.

References: Preston-Werner, "Semantic Versioning 2.0.0", 2013, https://semver.org
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering
from typing import Any, Final, Literal, TypeAlias

Bump: TypeAlias = Literal["none", "patch", "minor", "major"]
BUMPS: Final[tuple[Bump, ...]] = ("none", "patch", "minor", "major")
"""Steps of a version, the smallest first."""

_NUMBER = r"(0|[1-9][0-9]{0,99})"
_FORM = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-([0-9A-Za-z.-]{{1,200}}))?(?:\+[0-9A-Za-z.-]+)?"
)


@total_ordering
@dataclass(frozen=True, slots=True)
class Version:
    """A version; what stands behind a `+` is not part of it.

    Attributes:
        core: Its three numbers.
        pre: The identifiers of a pre-release; none for a release, which comes after them.
    """

    core: tuple[int, int, int]
    pre: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Version | None:
        """The version that a text is; None where it is none.

        Example:
            >>> Version.parse("1.2.0-rc.1+linux")
            Version(core=(1, 2, 0), pre=('rc', '1'))
        """
        found = _FORM.fullmatch(text)
        if found is None:
            return None
        major, minor, patch = (int(number) for number in found.groups()[:3])
        return cls((major, minor, patch), tuple(found[4].split(".")) if found[4] else ())

    def after(self, step: Bump) -> Version:
        """The smallest release that is such a step away; a pre-release may already be on its way.

        Example:
            >>> (
            ...     str(Version((1, 2, 3)).after("minor")),
            ...     str(Version((2, 0, 0), ("rc",)).after("minor")),
            ... )
            ('1.3.0', '2.0.0')
        """
        major, minor, patch = self.core
        reached = {"none": True, "patch": True, "minor": patch == 0, "major": patch == minor == 0}
        if self.pre and reached[step]:
            return Version(self.core)
        following = {
            "none": self.core,
            "patch": (major, minor, patch + 1),
            "minor": (major, minor + 1, 0),
            "major": (major + 1, 0, 0),
        }
        return Version(following[step])

    def __lt__(self, other: Version) -> bool:
        return self._rank() < other._rank()

    def __str__(self) -> str:
        pre = f"-{'.'.join(self.pre)}" if self.pre else ""
        return ".".join(map(str, self.core)) + pre

    def _rank(self) -> tuple[Any, ...]:
        return (self.core, not self.pre, tuple(map(_identifier, self.pre)))


def _identifier(text: str) -> tuple[int, int, str]:
    """Numbers by their value and before words, words by ASCII."""
    if text.isdigit():
        digits = text.lstrip("0")
        return (0, len(digits), digits)
    return (1, 0, text)


def honest(old: Version, new: Version, step: Bump) -> bool:
    """Whether a version says that it is at least such a step after another."""
    if step == "none":
        return new >= old
    return new > old and new.core >= old.after(step).core

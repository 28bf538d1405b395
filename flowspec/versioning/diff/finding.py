"""What was found by a rule, and how equal findings of a repeat become one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from flowspec.diagnostics import Span
from flowspec.records import SpecPath
from flowspec.versioning.diff.rules import DIFF_RULES, DiffRule, Severity, Touched
from flowspec.versioning.diff.side import Side

Sign: TypeAlias = Literal["+", "~", "-"]
Section: TypeAlias = Literal[
    "event", "inputs", "layers", "outputs", "variables", "training", "docs"
]


_MOST_DETAILS = 2
"""How many different details of one finding are told."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A change between two versions.

    Attributes:
        rule: The rule that names it.
        message: One sentence that stands alone, lower case, without a full stop.
        old: Where it stands in the old version; None for what was not there.
        new: Where it stands in the new version; None for what is no longer there.
        help: What to do about it.
        section: Under which heading a summary lists it.
        sign: Whether something was added, changed or removed.
        subject: What was.
        detail: In which way, in few words.
    """

    rule: DiffRule
    message: str
    old: Span | None
    new: Span | None
    help: str | None
    section: Section
    sign: Sign
    subject: str
    detail: str

    @property
    def id(self) -> str:
        """The id of the rule."""
        return self.rule.id

    @property
    def category(self) -> Touched:
        """What the change touches."""
        return self.rule.category

    @property
    def severity(self) -> Severity:
        """Whether it breaks what its category promises."""
        return self.rule.severity


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of one part, before those of a repeat are told as one.

    Attributes:
        rule: The id of its rule.
        section: See `Finding`.
        sign: See `Finding`.
        subject: The part, by its path where it has one.
        says: The sentence, with `{it}` for the subject.
        detail: What follows the sentence, such as the old and the new value.
        old: The place in the old spec.
        new: The place in the new spec.
        at_key: Whether the keys of these places are meant.
        help: What to do about it.
    """

    rule: str
    section: Section
    sign: Sign
    subject: str
    says: str
    detail: str = ""
    old: SpecPath | None = None
    new: SpecPath | None = None
    at_key: bool = False
    help: str | None = None


def findings(changes: Iterable[Change], old: Side, new: Side) -> Iterator[Finding]:
    """One finding for the equal changes of each place."""
    groups: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        key = (change.rule, change.says, change.sign, change.old, change.new)
        groups.setdefault(key, []).append(change)
    for group in groups.values():
        yield _finding(group, old, new)


def _finding(group: list[Change], old: Side, new: Side) -> Finding:
    first, details = group[0], list(dict.fromkeys(change.detail for change in group))
    path, times = _common([change.subject for change in group]), len(group)
    count = f" ({times} times)" if times > 1 else ""
    detail = " or ".join(details) if len(details) <= _MOST_DETAILS else ""
    sentence = first.says.replace("{it}", f"`{path}`{count}")
    return Finding(
        rule=DIFF_RULES[first.rule],
        message=f"{sentence}: {detail}" if detail else sentence,
        old=old.span(first.old, key=first.at_key),
        new=new.span(first.new, key=first.at_key),
        help=first.help,
        section=first.section,
        sign=first.sign,
        subject=f"{path}{count}",
        detail=detail,
    )


def _common(paths: list[str]) -> str:
    """One path for several, with `*` where they differ."""
    names = zip(*(path.split(".") for path in paths), strict=False)
    return ".".join(at[0] if len(set(at)) == 1 else "*" for at in names)

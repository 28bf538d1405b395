"""Which findings break a promise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flowspec.diagnostics import Diagnostic, UsageError, nearest
from flowspec.records import CATEGORIES, Category
from flowspec.versioning.diff.finding import Finding
from flowspec.versioning.diff.rules import DIFF_RULES, SEVERITIES, TOUCHED, DiffRule, Severity

NONE = "none"
"""The word for no promise at all."""

PROMISED: Final[tuple[Category, ...]] = ("callers", "weights", "numbers")
"""What is promised unless something else is said."""

_ASKED = "version-too-low"


@dataclass(frozen=True)
class Promise:
    """What a new version must not break.

    Attributes:
        categories: Those in which no error may be found.
        rules: Ids of rules by which nothing at all may be found.
    """

    categories: frozenset[str] = frozenset(PROMISED)
    rules: frozenset[str] = frozenset()

    def is_broken_by(self, found: Finding) -> bool:
        """Whether a finding breaks it; what was asked for by `--check-version` always does."""
        by_category = found.severity == "error" and found.category in self.categories
        return by_category or found.id in self.rules or found.id == _ASKED

    def broken(self, found: Iterable[Finding]) -> list[Finding]:
        """The findings that break it."""
        return [one for one in found if self.is_broken_by(one)]

    def level(self, found: Finding) -> Severity:
        """How bad a finding is under this promise: an error breaks it, and nothing else does."""
        if self.is_broken_by(found):
            return "error"
        return "warning" if found.severity == "error" else found.severity


def promised(texts: Sequence[str]) -> frozenset[str]:
    """The categories that lists of words name.

    Args:
        texts: Categories with commas between them, or `none`; without any the usual ones.

    Raises:
        UsageError: Of the first word that is no category.
    """
    if not texts:
        return frozenset(PROMISED)
    words = _words(texts)
    for word in words:
        if word not in (*CATEGORIES, NONE):
            raise _unknown("promise", word, (*CATEGORIES, NONE))
    return frozenset(words) - {NONE}


def forbidden(
    texts: Sequence[str], rules: Mapping[str, DiffRule] = DIFF_RULES
) -> tuple[frozenset[str], tuple[Diagnostic, ...]]:
    """The rules that lists of words name, and warnings of those that are retired.

    Args:
        texts: Ids of rules, categories and severities with commas between them. A category means
            all its rules, a severity those that are as bad or worse.
        rules: The table of rules.

    Raises:
        UsageError: Of the first word that is none of them.
    """
    chosen: set[str] = set()
    warnings: list[Diagnostic] = []
    for word in _words(texts):
        if word in rules and rules[word].successor is not None:
            following = successor(word, rules)
            chosen.add(following)
            warnings.append(_retired(word, following))
        elif word in rules:
            chosen.add(word)
        elif word in TOUCHED:
            chosen |= {rule.id for rule in rules.values() if rule.category == word}
        elif word in SEVERITIES:
            worse = SEVERITIES[: SEVERITIES.index(word) + 1]
            chosen |= {rule.id for rule in rules.values() if rule.severity in worse}
        else:
            raise _unknown("rule", word, (*rules, *TOUCHED, *SEVERITIES))
    return frozenset(chosen), tuple(warnings)


def successor(rule: str, rules: Mapping[str, DiffRule] = DIFF_RULES) -> str:
    """The rule that is looked for in place of one that may be retired."""
    while (following := rules[rule].successor) is not None:
        rule = following
    return rule


def _words(texts: Iterable[str]) -> list[str]:
    return [word.strip() for text in texts for word in text.split(",") if word.strip()]


def _unknown(what: str, word: str, choices: Sequence[str]) -> UsageError:
    options = {"promise": "--promise", "rule": "--fail-on"}
    listed = ", ".join(choices) if len(choices) < 10 else "the id of a rule, a category, a severity"
    return UsageError(
        Diagnostic(
            slug="unknown-rule",
            message=f"`{word}` means nothing to {options[what]}",
            expected=listed,
            nearest=nearest(word, choices),
            help=None if what == "promise" else "docs/versions.md lists the rules",
        )
    )


def _retired(rule: str, following: str) -> Diagnostic:
    return Diagnostic(
        slug="retired-rule",
        message=f"the rule `{rule}` is retired, `{following}` took its place",
        severity="warning",
        help=f"write `{following}`",
    )

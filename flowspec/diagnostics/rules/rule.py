"""The page of a slug."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Form: TypeAlias = Literal["keys", "file", "override", "text"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a diagnostic means and what to do about it.

    Attributes:
        slug: The slug of the diagnostic.
        title: What is wrong, in some words.
        meaning: Why it is wrong; may have several paragraphs.
        example: What causes it.
        mend: What to do about it.
        form: What the example is: `keys` of an otherwise valid spec, a whole spec `file`, an
            `override`, or any other `text`.
    """

    slug: str
    title: str
    meaning: str
    example: str
    mend: str
    form: Form = "keys"

"""YAML 1.2 scalars: what a piece of text means.

The core schema of YAML 1.2.2, section 10.3.2:

    null     null Null NULL ~ and nothing at all
    bool     true True TRUE false False FALSE
    int      12  012 (also twelve)  0o14  0xC
    float    1.5  .5  1.  1e-3  .inf  -.inf  .nan
    str      everything else, among it yes, no, on, off, 1_000, 12:30 and 2001-01-01

References:
    Ben-Kiki, Evans, döt Net, *YAML Ain't Markup Language*, version 1.2.2, 2021.
    https://yaml.org/spec/1.2.2/
"""

from __future__ import annotations

import math
import re

from flowspec.source.limits import MAX_DIGITS
from flowspec.source.node import Scalar

NON_SPECIFIC_TAG = "!"

_TAG_PREFIX = "tag:yaml.org,2002:"
_CORE_TAGS = frozenset({"null", "bool", "int", "float", "str", "seq", "map"})
_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **{f"{sign}{word}": math.inf for sign in ("", "+") for word in (".inf", ".Inf", ".INF")},
    **{f"-{word}": -math.inf for word in (".inf", ".Inf", ".INF")},
}
_TYPES = {"int": int, "float": float, "bool": bool, "null": type(None)}
_INTEGERS = (
    (re.compile(r"[-+]?[0-9]+"), 10),
    (re.compile(r"0o[0-7]+"), 8),
    (re.compile(r"0x[0-9a-fA-F]+"), 16),
)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_HELP = {
    "number-out-of-range": "write a smaller number",
    "number-too-long": "round it, or put it in quotes where a text is meant",
    "tag-mismatch": "remove the tag",
    "unknown-tag": "remove the tag",
}


class ScalarError(Exception):
    """A text or tag that cannot mean what it claims.

    Attributes:
        slug: The slug of the diagnostic.
        message: The message of the diagnostic.
        help: What to do about it.
    """

    def __init__(self, slug: str, message: str) -> None:
        """Hold what the diagnostic will say.

        Args:
            slug: The slug of the diagnostic.
            message: The message of the diagnostic.
        """
        super().__init__(slug, message)
        self.slug = slug
        self.message = message
        self.help = _HELP[slug]


def scalar(text: str, tag: str | None, *, quoted: bool) -> Scalar:
    """The meaning of a scalar.

    Args:
        text: The text without its quotes.
        tag: The tag in full, if there is one.
        quoted: Whether it stands in quotes or in a block, which makes it a string.

    Returns:
        The value.

    Raises:
        ScalarError: The tag is unknown or does not fit, or a number is too long or too large.
    """
    if tag is None:
        return text if quoted else plain_scalar(text)
    name = _core_name(tag)
    if name in {"str", NON_SPECIFIC_TAG}:
        return text
    value = plain_scalar(text)
    if name == "float" and type(value) is int:
        return float(value)
    if type(value) is not _TYPES.get(name):
        raise ScalarError("tag-mismatch", f"the tag !!{name} stands on a text that is no {name}")
    return value


def check_collection_tag(tag: str | None, name: str) -> None:
    """Refuse a tag that does not fit a map or a list.

    Args:
        tag: The tag in full, if there is one.
        name: What the collection is, `map` or `seq`.

    Raises:
        ScalarError: The tag is unknown or belongs to something else.
    """
    if tag is not None and (found := _core_name(tag)) not in {name, NON_SPECIFIC_TAG}:
        raise ScalarError("tag-mismatch", f"the tag !!{found} stands on a !!{name}")


def check_key_tag(tag: str | None) -> None:
    """Refuse a tag that makes a key anything but a string.

    Args:
        tag: The tag in full, if there is one.

    Raises:
        ScalarError: The tag is unknown or not that of strings.
    """
    if tag is not None and (found := _core_name(tag)) not in {"str", NON_SPECIFIC_TAG}:
        raise ScalarError(
            "tag-mismatch", f"the tag !!{found} stands on a key, but keys are strings"
        )


def plain_scalar(text: str) -> Scalar:
    """The meaning of a scalar without quotes and without a tag.

    Args:
        text: The text as it stands in the document.

    Returns:
        The value; the text itself when it means nothing else.

    Raises:
        ScalarError: The text is a number that is too long or too large.

    Example:
        >>> [plain_scalar(text) for text in ("1e-3", "012", "no", "~")]
        [0.001, 12, 'no', None]
    """
    if text in _WORDS:
        return _WORDS[text]
    for pattern, base in _INTEGERS:
        if pattern.fullmatch(text):
            return int(_short(text), base)
    if _FLOAT.fullmatch(text):
        return _finite(_short(text))
    return text


def _core_name(tag: str) -> str:
    name = tag.removeprefix(_TAG_PREFIX)
    if tag == NON_SPECIFIC_TAG or (name != tag and name in _CORE_TAGS):
        return name
    shown = f"!!{name}" if name != tag else tag
    raise ScalarError("unknown-tag", f"the tag {shown} is not one of YAML's core tags")


def _short(text: str) -> str:
    if len(text) > MAX_DIGITS:
        message = f"a number is {len(text)} characters long, more than {MAX_DIGITS}"
        raise ScalarError("number-too-long", message)
    return text


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ScalarError("number-out-of-range", f"the number {text} is too large for a float")
    return value

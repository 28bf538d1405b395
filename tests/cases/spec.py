"""A valid spec, and how an example of a few keys stands in it."""

import re

BASE = {
    "flowspec": "flowspec: 1\n",
    "name": "name: example\n",
    "event": "event: {name: action, shape: [2]}\n",
    "layers": "layers:\n"
    "  - {kind: coupling, transform: {kind: affine}}\n"
    "  - {kind: coupling, transform: {kind: affine}}\n",
}
"""The text of each key."""


def whole(example):
    """The text of the base with the keys of an example, in place of its own and after them."""
    keys = re.findall(r"^([a-z_]+):", example, re.MULTILINE)
    kept = (text for key, text in BASE.items() if key not in keys)
    return "".join(kept) + example + "\n"

"""Requests that were good until something in them was made to lie."""

import copy
import json
import zlib

from hypothesis import strategies as st

SIZES = [
    -1, 0, 1, 2, 3, 7, 8, 2**31, 2**53, 2**63, 2**64, 10**30, -(2**63), 1.0, 1.5, True, False, None,
    "8", "", [], [8], {}, {"size": 8},
]  # fmt: skip
"""What may stand where a size should."""

WORDS = [
    "FP32", "FP64", "FP16", "BF16", "BOOL", "BYTES", "INT8", "INT32", "INT64", "UINT8", "fp32", "",
    "x", "y", "group", "latent", "seed", "draws", "ldj", "é", "\u2028", "a" * 200, "\x00", "`",
]  # fmt: skip
"""What may stand where a word should."""

LENGTHS = [
    b"-1", b"", b"abc", b"0", b"1", b"2", b"7", b"1e3", b"0x10", b"+5", b"5 5", b"5.0", b"1_0",
    b"9" * 18, b"9" * 19, b"9" * 400, b"\xb2", b"\xff",
]  # fmt: skip
"""What may stand where the length of the JSON should."""

scalars = st.sampled_from([*SIZES, *WORDS]) | st.floats() | st.integers(-(2**70), 2**70)
junk = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner),
    max_leaves=4,
)
"""What may stand anywhere."""


def places(node, path=()):
    """The paths to everything in a tree."""
    pairs = enumerate(node) if isinstance(node, list) else ()
    pairs = node.items() if isinstance(node, dict) else pairs
    return [path, *(place for key, value in pairs for place in places(value, (*path, key)))]


@st.composite
def changed_trees(draw, tree):
    """A tree with one to three places changed, taken away, put in or doubled."""
    tree = copy.deepcopy(tree)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(tree)))
        if not path:
            tree = copy.deepcopy(draw(junk)) if draw(st.integers(0, 9)) == 0 else tree
            continue
        parent = tree
        for key in path[:-1]:
            parent = parent[key]
        match draw(st.sampled_from(["set", "set", "take", "put", "double"])):
            case "set":
                parent[path[-1]] = copy.deepcopy(draw(junk))
            case "take":
                del parent[path[-1]]
            case "put" if isinstance(parent, dict):
                parent[draw(st.sampled_from(WORDS))] = copy.deepcopy(draw(junk))
            case _ if isinstance(parent, list):
                parent.append(copy.deepcopy(parent[path[-1]]))
    return tree


@st.composite
def changed_bytes(draw, data):
    """Bytes of which a piece was taken away, changed, put in, or said twice."""
    at = draw(st.integers(0, len(data)))
    to = draw(st.integers(at, min(len(data), at + 20)))
    match draw(st.sampled_from(["take", "change", "put", "double", "cut", "longer"])):
        case "take":
            return data[:at] + data[to:]
        case "change":
            return data[:at] + draw(st.binary(max_size=4)) + data[to:]
        case "put":
            return data[:at] + draw(st.sampled_from(TEXTS)) + data[at:]
        case "double":
            return data[:to] + data[at:]
        case "cut":
            return data[:at]
        case _:
            return data + draw(st.binary(min_size=1, max_size=9))


TEXTS = [
    b"[" * 300, b"[" * 100_000, b'{"a":' * 100_000, b"NaN", b"-Infinity", b"1e999", b"9" * 5000,
    b"\xff", b"\xed\xa0\x80", b'"\\ud800"', b"\x00", b"//", b'"x":', b",", b"]", b"}", b"-", b"0" * 50,
    b"\xef\xbb\xbf", b" " * 5000,
]  # fmt: skip
"""What may be put between the bytes of a JSON text."""


@st.composite
def changed_encodings(draw, body):
    """A body and what its header says of how it is compressed, which may be true."""
    good = {
        "gzip": zlib.compress(body, 1, 31), "deflate": zlib.compress(body, 1),
        "identity": body, "": body, "br": body, "gzip, gzip": body, "GZIP": zlib.compress(body, 1, 31),
    }  # fmt: skip
    said = draw(st.sampled_from(list(good)))
    sent = good[draw(st.sampled_from([said, *good]))]
    return (draw(changed_bytes(sent)) if draw(st.booleans()) else sent), said


def dumped(tree):
    """A tree as JSON, with the words for infinite numbers that Python uses."""
    return json.dumps(tree).encode()

"""Feeds damaged specs to everything before building, for as long as it is told.

    python tests/fuzz/fuzz_spec.py --seconds 60

Each round takes a spec of the project and damages its text or its tree; what comes of it must be
valid, or a FlowspecError that renders. Anything else is a bug: the text is kept in the folder
`--keep`, and the exit code is 1. Run by hand.
"""

import argparse
import json
import random
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from flowspec.diagnostics import FlowspecError, as_data, render_all
from flowspec.diagnostics.rules import RULES
from flowspec.diagnostics.sarif import sarif
from flowspec.plan import check, render
from flowspec.source import read_text
from flowspec.spec import load_bytes
from flowspec.spec.templates import template, templates

ROOT = Path(__file__).parents[2]
WORDS = [
    "kind", "affine", "coupling", "repeat", "layers", "event", "latent", "log_prob", "null", "~",
    "&a", "*a", "<<", "!!int", "---", "...", "%YAML 1.1", "{", "}", "[", "]", ": ", "- ", "? ", "'",
    '"', "|", ">", "#", "\t", "\n", "\r", "\0", "\u2028", "\ufeff", "1e999", "-1", "0x", ".nan",
    "extends: a.yaml\n", "9" * 120, "[" * 70, "seed: ", "trainable: false", "name: x",
]  # fmt: skip
VALUES = [
    None, True, 0, -1, 2**40, 1.5, "", "x", "affine", "mlp", "state", "latent", "random", [], {},
    [1, 0], {"kind": "affine"}, {"kind": "normal"}, {"repeat": 2},
]  # fmt: skip
OVERRIDES = ["layers.0=", "layers.0.repeat=3", "event.shape=[9]", "seed=x", "outputs={}", "a.b.c=1"]


def sources():
    """The texts that are damaged: half of all rounds begin with a valid one."""
    invalid = [path.read_bytes() for path in (ROOT / "tests/cases/invalid").rglob("*.yaml")]
    valid = [path.read_bytes() for path in (ROOT / "specs").rglob("*.yaml")]
    valid += [template(name).encode() for name in templates()]
    return [*invalid, *valid * (len(invalid) // len(valid) + 1)]


def damaged_bytes(data, rng):
    """A text with pieces removed, doubled, exchanged or put in."""
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 3, 8])):
        at, length = rng.randrange(len(data) + 1), rng.randrange(1, 30)
        piece = data[at : at + length]
        match rng.randrange(5):
            case 0:
                del data[at : at + length]
            case 1:
                data[at:at] = rng.choice(WORDS).encode()
            case 2:
                data[at:at] = rng.randbytes(rng.randrange(1, 4))
            case 3:
                to = rng.randrange(len(data) + 1)
                data[to:to] = piece
            case _:
                data[at : at + length] = rng.choice(WORDS).encode()
    return bytes(data)


def damaged_tree(node, rng, depth=0):
    """A tree with one place changed; places near the top are chosen less often."""
    if isinstance(node, dict) and node and (depth == 0 or rng.random() < 0.8):
        key = rng.choice(list(node))
        if rng.random() < 0.15:
            return {k: v for k, v in node.items() if k != key}
        if rng.random() < 0.1:
            return {**node, rng.choice(WORDS): node[key]}
        return {**node, key: damaged_tree(node[key], rng, depth + 1)}
    if isinstance(node, list) and node and rng.random() < 0.8:
        at = rng.randrange(len(node))
        if rng.random() < 0.2:
            return [*node[:at], *node[at + 1 :]]
        if rng.random() < 0.2:
            return [*node, node[at]]
        return [*node[:at], damaged_tree(node[at], rng, depth + 1), *node[at + 1 :]]
    return rng.choice([*VALUES, node])


def trees(texts):
    """The trees of those texts that can be read."""
    for text in texts:
        try:
            yield read_text(text.decode(), "a.yaml").plain()
        except (FlowspecError, UnicodeDecodeError):
            continue


def outcome(text, overrides):
    """The slugs that are told, or `valid`; whatever is told must render."""
    try:
        plan, found = check(load_bytes(text, "a.yaml", overrides))
        render(plan)
        result = ["valid"]
    except FlowspecError as error:
        found = error.diagnostics
        result = sorted({one.slug for one in found})
        assert set(result) <= RULES.keys(), result
    render_all(found)
    json.dumps([as_data(found), sarif({"a.yaml": found}, "1.2.3")])
    return result


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-findings"))
    return parser.parse_args()


def main():
    chosen = arguments()
    rng = random.Random(chosen.seed)
    texts = sources()
    nodes = list(trees(texts))
    counts, bugs, rounds, slowest = Counter(), 0, 0, 0.0
    end = time.monotonic() + chosen.seconds
    while time.monotonic() < end:
        rounds += 1
        if rng.random() < 0.5:
            text = damaged_bytes(rng.choice(texts), rng)
        else:
            node = rng.choice(nodes)
            for _ in range(rng.choice([1, 1, 2, 4])):
                node = damaged_tree(node, rng)
            text = json.dumps(node, ensure_ascii=False).encode("utf-8", "replace")
        overrides = rng.sample(OVERRIDES, rng.choice([0, 0, 0, 1, 2]))
        began = time.process_time()
        try:
            counts.update(outcome(text, overrides))
        except Exception:
            bugs += 1
            chosen.keep.mkdir(exist_ok=True)
            (chosen.keep / f"{chosen.seed}-{rounds}.yaml").write_bytes(text)
            print(f"round {rounds}, overrides {overrides}\n{traceback.format_exc()}")
        slowest = max(slowest, time.process_time() - began)
    print(f"{rounds} rounds, {counts.pop('valid', 0)} valid, {bugs} bugs, slowest {slowest:.2f} s")
    print(", ".join(f"{slug} {count}" for slug, count in counts.most_common()))
    sys.exit(1 if bugs else 0)


if __name__ == "__main__":
    main()

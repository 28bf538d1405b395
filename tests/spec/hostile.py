"""Validates hostile specs, one after the other, in little memory; says how each was refused.

Run by a test as a process of its own: `python hostile.py FOLDER`.
"""

import json
import resource
import sys
from pathlib import Path

MEMORY = 512 * 1024 * 1024
"""Bytes of address space, that of the interpreter included."""

HEAD = "flowspec: 1\nname: a\nevent: {shape: [2]}\n"
LAYER = "{kind: coupling, transform: {kind: affine}}"
LAUGHS = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
NETWORK = f"conditioner: {{kind: mlp, hidden: [{', '.join(['65536'] * 64)}]}}"
WIDE = f"{{kind: coupling, transform: {{kind: affine}}, {NETWORK}}}"

TEXTS = {
    "a huge file": (HEAD + "#" * 10_000_000, "too-large"),
    "a billion laughs": ("\n".join(["a0: &a0 [x]", *LAUGHS]), "too-many-nodes"),
    "merged laughs": (
        "a0: &a0 {x: 1}\n"
        + "\n".join(
            f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 10)}]}}" for i in range(1, 12)
        ),
        "too-many-nodes",
    ),
    "many layers": (HEAD + f"layers:\n{f'- {LAYER}'}\n" + f"- {LAYER}\n" * 10**5, "too-large"),
    "many small layers": (HEAD + "layers: [" + "{kind: x}," * 10**5 + "]", "too-many-nodes"),
    "many unknown layers": (HEAD + "layers: [" + "{kind: x}," * 30_000 + "]", "unknown-kind"),
    "aliased layers": (HEAD + f"layers: [&c {LAYER}," + "*c," * 10**5 + "]", "too-many-nodes"),
    "aliased layers that fit": (
        HEAD + f"layers: [&c {LAYER}," + "*c," * 10**4 + "]",
        "wrong-length",
    ),
    "nested repeats": (HEAD + "layers: " + "[{repeat: 2, layers: " * 10**4, "too-deep"),
    "repeats of repeats": (
        HEAD + "layers: " + "[{repeat: 1024, layers: " * 15 + f"[{LAYER}]" + "}]" * 15,
        "too-many-layers",
    ),
    "a huge repeat": (
        HEAD + f"layers: [{{repeat: 1000000000, layers: [{LAYER}]}}]",
        "out-of-range",
    ),
    "wide masks": (
        HEAD.replace("[2]", "[65536]") + f"layers: [{{repeat: 1024, layers: [{LAYER}]}}]",
        "too-many-layers",
    ),
    "huge networks": (HEAD + f"layers: [{{repeat: 512, layers: [{WIDE}]}}]", "too-many-parameters"),
    "brackets": ("a: " + "[" * 10**5, "too-deep"),
    "braces": ("{a: " * 10**5, "too-deep"),
    "a long number": (HEAD + "seed: " + "1" * 10**6, "number-too-long"),
    "a long fraction": (HEAD + "seed: 0." + "1" * 10**6, "number-too-long"),
    "a large number": (HEAD + "seed: 1e1000000", "number-out-of-range"),
    "a huge key": (HEAD + '? "' + "k" * 10**6 + '"\n: 1', "unknown-key"),
    "a huge key without quotes": (HEAD + "k" * 10**6 + ": 1", "yaml-syntax"),
    "a huge kind": (HEAD + "layers: [{kind: " + "k" * 10**6 + "}]", "unknown-kind"),
    "many keys": (HEAD + "".join(f"k{i}: 1\n" for i in range(45_000)), "unknown-key"),
    "many anchors": ("".join(f"a{i}: &a{i} 1\n" for i in range(40_000)), "unknown-key"),
    "a circle": ("a: &a [*a]", "recursive-alias"),
    "a circle of merges": ("a: &a {<<: *a}", "recursive-alias"),
    "bytes": (b"name: \xff\xfe", "unreadable-file"),
    "another encoding": (HEAD.encode("utf-16"), "unreadable-file"),
    "nothing but zeros": (b"\0" * 10**6, "unacceptable-character"),
    "tabs": (HEAD + "layers:\n\t- a", "yaml-syntax"),
    "documents": ((HEAD + "---\n") * 10**4, "several-documents"),
    "directives": ("%YAML 1.2\n" * 10**4 + "---\n" + HEAD, "yaml-syntax"),
    "another directive": ("%FOO bar\n---\n" + HEAD, "yaml-syntax"),
    "a byte order mark": (b"\xef\xbb\xbf" + f"{HEAD}layers: [{LAYER}, {LAYER}]".encode(), None),
    "carriage returns": ((HEAD + f"layers: [{LAYER}, {LAYER}]").replace("\n", "\r\n"), None),
    "a directive": ("%YAML 1.2\n---\n" + HEAD + f"layers: [{LAYER}, {LAYER}]\n...\n", None),
}
"""Each text and a slug that is told of it, or None where it is valid."""


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from flowspec.diagnostics import SpecError, as_data, render_all
    from flowspec.diagnostics.sarif import sarif
    from flowspec.plan import check
    from flowspec.spec import load_spec

    file, told = Path(sys.argv[1]) / "spec.yaml", {}
    for name, (text, _) in TEXTS.items():
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        try:
            found = check(load_spec(file))[1]
        except SpecError as error:
            found = error.diagnostics
        told[name] = sorted({one.slug for one in found})
        size = len(render_all(found)) + len(json.dumps([as_data(found), sarif({"a": found}, "1")]))
        assert size < 4 * 1024 * 1024, f"{name}: {size} characters are told"
        assert len(found) <= 51, f"{name}: {len(found)} problems are told"
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()

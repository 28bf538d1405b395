"""Pages of what is wrong with a text before it is looked at as a spec."""

from __future__ import annotations

from flowspec.diagnostics.rules.rule import Rule

TITLE = "Reading a file"

RULES = (
    Rule(
        "unreadable-file",
        "A file that cannot be read",
        "The file is missing, is a folder, may not be read, or is not UTF-8.",
        "extends: polcy.yaml",
        "Check the name; the nearest file of the folder is offered. Save texts as UTF-8.",
    ),
    Rule(
        "too-large",
        "A file that is too large",
        "A spec has at most 1 MiB. Files of data and bundles have limits of their own, which the "
        "message tells. What is larger is refused before it is read.",
        "a file of 2 MiB",
        "A spec of that size is a mistake, or was generated: use `repeat`, anchors or `extends`. "
        "Read large data in pieces, as a tf.data.Dataset.",
        "text",
    ),
    Rule(
        "empty-document",
        "A file that holds nothing",
        "There is no value in the file, or only null.",
        "# only a comment",
        "`flowspec new` writes a spec to begin with.",
        "file",
    ),
    Rule(
        "top-not-a-map",
        "A file that is no map",
        "A spec is a map: lines of `key: value`.",
        "- flowspec: 1",
        "Take the list or the quotes away from around the keys.",
        "file",
    ),
    Rule(
        "yaml-syntax",
        "A text that is no YAML",
        "The parser stops at the first place where the text is no YAML, so that further mistakes "
        "may come after it.",
        "description: an example: with two colons",
        "Put values that contain `: ` or ` #` in quotes; close brackets and quotes; indent with "
        "spaces.",
    ),
    Rule(
        "unacceptable-character",
        "A character that cannot stand in YAML",
        "Control characters are not allowed in YAML, and neither here are the line separators "
        "U+0085, U+2028 and U+2029.",
        'description: "a\u2028b"',
        r"Remove it, or write it as an escape such as `\u2028` in double quotes.",
    ),
    Rule(
        "several-documents",
        "A second document in one file",
        "A file holds one spec; `---` begins another document.",
        "description: the first\n---\ndescription: the second",
        "Put each into its own file.",
    ),
    Rule(
        "yaml-version",
        "A file that calls itself YAML 1.1",
        "Specs are read as YAML 1.2, in which `no` is a text and `012` is twelve.",
        "%YAML 1.1\n---\nflowspec: 1\nname: example",
        "Remove the line `%YAML`.",
        "file",
    ),
    Rule(
        "duplicate-key",
        "A key that is given twice",
        "In one map each key stands once; which of two values is meant cannot be known.",
        "dtype: float32\ndtype: float64",
        "Remove one of them.",
    ),
    Rule(
        "non-scalar-key",
        "A key that is a map or a list",
        "Keys are texts.",
        "outputs:\n  [a, b]: {returns: [action]}",
        "Write the key as a text.",
    ),
    Rule(
        "unknown-tag",
        "A tag that YAML's core does not have",
        "Only the core tags such as `!!str` and `!!float` are known. No tag makes an object.",
        "description: !python/name:os.system",
        "Remove the tag.",
    ),
    Rule(
        "tag-mismatch",
        "A tag on a text of another type",
        "A core tag stands on something that does not have its type.",
        "seed: !!int seven",
        "Remove the tag, or write a value of its type.",
    ),
    Rule(
        "number-too-long",
        "A number of too many characters",
        "A number has at most 100 characters. No float64 has more than 17 digits.",
        "seed: " + 101 * "1",
        "Round it, or put it in quotes where a text is meant.",
    ),
    Rule(
        "number-out-of-range",
        "A number that no float holds",
        "The greatest float64 is about 1.8e308.",
        "training: {epochs: 1e999}",
        "Write a smaller number.",
    ),
    Rule(
        "unknown-alias",
        "An alias without an anchor",
        "`*name` repeats the node that an anchor `&name` before it, in the same file, marks.",
        "layers: [*coupling]",
        "Mark the node with the anchor first.",
    ),
    Rule(
        "recursive-alias",
        "An alias inside its own anchor",
        "A node cannot hold itself.",
        "context: &inputs\n  state: *inputs",
        "Repeat another node; `repeat` repeats layers.",
    ),
    Rule(
        "merge-of-non-map",
        "A merge key that merges no map",
        "`<<` takes a map, or a list of maps, whose keys it brings in.",
        "event: {<<: [1], shape: [2]}",
        "Give it an alias of a map.",
    ),
    Rule(
        "too-deep",
        "Maps and lists too deep inside one another",
        "Maps and lists are nested at most 64 deep, aliases expanded.",
        "description: " + 70 * "[" + 70 * "]",
        "No valid spec is as deep; look for a missing bracket.",
    ),
    Rule(
        "too-many-nodes",
        "Too many values",
        "A spec has at most 100000 keys and values, aliases expanded. They are counted before they "
        "are expanded.",
        "\n".join(
            ["training: &l0 {epochs: 1}"]
            + [f"k{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]" for i in range(1, 7)]
        ),
        "Use `repeat` for equal layers; do not repeat lists by aliases of aliases.",
    ),
    Rule(
        "data-type",
        "Data from Python that YAML cannot say",
        "A spec that is given as a dict holds what a YAML file could hold: maps with texts as "
        "keys, lists, numbers, texts, booleans, None, and NumPy's scalars.",
        'flowspec.validate({"flowspec": 1, "event": {"shape": {2}}})',
        "Convert the value, here to a list.",
        "text",
    ),
    Rule(
        "not-a-spec",
        "Something that is no spec",
        "From Python a spec is given as a path, a map, or a validated `Spec`.",
        "flowspec.compile(3)",
        "Pass one of these.",
        "text",
    ),
)

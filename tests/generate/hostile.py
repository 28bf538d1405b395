"""Texts that break out of languages, and a flow that carries them wherever a spec takes text."""

TEXTS = (
    '"""',
    "'''",
    'ends with a quote"',
    "ends with a backslash\\",
    '\\"""\\',
    "two\nlines\r\nand\ttabs",
    "# no comment",
    "--> no end <!--",
    "*/ /* //",
    "{{ 7 * 7 }} {% raw %} {# #}",
    "${HOME} $(touch pwned) `touch pwned`",
    "key: [value, {other: *anchor}] &anchor !!python/object",
    "- item | pipe > fold",
    "```\n# heading\n```",
    "](javascript:pwned) <script>pwned</script>",
    '"] --> pwned["',
    "\x00\x07\x1b[31m\u2028\u202e\ufeff",
    "naïve θ ≤ 1 — 日本",
    "0",
)

NAMES = ("np", "json", "list", "str", "int", "client", "httpx", "dict", "model_config", "copy")
"""Names of a spec that are also names in generated code."""

OUTPUTS = ("sample", "close", "aclose", "ask", "app", "numbers", "test", "log_prob", "draw_2",
           "draw2")  # fmt: skip

COUPLING = {
    "kind": "coupling",
    "transform": {"kind": "affine"},
    "conditioner": {"kind": "mlp", "hidden": [2]},
}

SPEC = {
    "flowspec": 1,
    "name": "hostile",
    "version": "1.0.0-rc.1+build.7",
    "description": " ".join(TEXTS),
    "event": {
        "name": "request",
        "shape": [2],
        "fields": [TEXTS[4], TEXTS[5]],
        "support": {"kind": "interval", "low": 0, "high": [1, 2.5]},
    },
    "context": {
        "labels": {"kind": "category", "labels": TEXTS},
        "fields": {"kind": "vector", "size": len(TEXTS), "fields": TEXTS},
        **{name: {"kind": "vector", "size": 1} for name in NAMES},
    },
    "layers": [COUPLING, COUPLING],
    "outputs": {
        name: {"inputs": ["request"], "returns": ["log_prob"]}
        if name == "log_prob"
        else {"returns": ["request", "log_prob"], **({"draws": 2} if name == "draw_2" else {})}
        for name in OUTPUTS
    },
}

"""What becomes of methods: their code computes what they compute, and what cannot is refused."""

from __future__ import annotations

import pytest

from flowspec.generate.python.block import Block
from flowspec.generate.python.code import code
from flowspec.generate.python.module import Module
from flowspec.generate.python.names import Names
from tests.generate.python import methods

NUMBERS = (1.25, -0.5), (0.5, 3.0), (-2.0, 0.75)


def lines_of(name: str) -> tuple[list[str], Module]:
    """The body of a function of x and y, and the module it is for."""
    module = Module(Names(()), {})
    block = Block(module, ["x", "y"])
    function = getattr(methods, name)
    result = block.run(function, methods.Settings(), code("x"), code("y"), last=True)
    return block.lines(result), module


def compiled(name: str):
    """The function that is left."""
    lines, module = lines_of(name)
    excerpts = [excerpt.text for excerpt in module.excerpts.texts()]
    text = "\n".join([*excerpts, "def left(x, y):", *(f"    {line}" for line in lines)])
    namespace: dict[str, object] = {}
    exec(text, namespace)
    return namespace["left"]


@pytest.mark.parametrize(
    "name",
    ["loop", "branch", "swap", "swap_computed", "alias", "nested", "last", "twice", "pair", "items",
     "keywords", "builtin"],
)  # fmt: skip
def test_what_is_left_computes_the_same(name):
    left, whole = compiled(name), getattr(methods, name)
    for x, y in NUMBERS:
        assert left(x, y) == whole(methods.Settings(), x, y)


def test_loops_and_branches_on_what_is_known_are_gone():
    assert lines_of("loop")[0] == ["total = y + x ** 1", "return total + x ** 2"]
    assert lines_of("branch")[0] == ["return scaled(x, factor=2.0)"]


def test_what_is_used_twice_is_computed_once():
    assert lines_of("twice")[0] == ["value = x + y", "return value * value"]


def test_names_are_given_anew_only_where_they_are_still_needed():
    assert lines_of("last")[0] == [
        "value = x + y",
        "value = value * value",
        "value = value * value",
        "value = value + 1.0",
        "return value / 2.0",
    ]
    assert lines_of("alias")[0] == ["x2 = scaled(x, factor=2.0)", "return x - x2"]


def test_an_excerpt_is_the_text_of_the_file_with_its_comments_and_constants():
    _, module = lines_of("branch")
    [excerpt] = module.excerpts.texts()
    assert excerpt.text == (
        'FACTOR = 3.0\n\n\ndef scaled(x, factor):\n    """`factor · x`."""\n'
        "    # A comment that says why.\n    return FACTOR * factor * x"
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("while_loop", "it cannot be part of a kind's method"),
        ("undecided", "only the generated module can decide on it"),
        ("closure", "it cannot be part of a kind's method"),
        ("endless", "only the generated module knows its items"),
        ("shadowed", "variables hide functions of the same name: scaled"),
    ],
)
def test_what_cannot_become_code_is_refused(name, reason):
    with pytest.raises(TypeError, match=reason):
        lines_of(name)

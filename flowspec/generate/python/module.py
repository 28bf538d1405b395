"""The generated module while it is written: its names, imports, excerpts and constants."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flowspec.generate.python.code import Code, Option, plain
from flowspec.generate.python.excerpts import Excerpts
from flowspec.generate.python.imports import Imports
from flowspec.generate.python.literals import literal
from flowspec.generate.python.names import Names

DEFAULTS = {
    "keras.layers.Dense": {
        "activation": "linear",
        "bias_initializer": "zeros",
        "kernel_initializer": "glorot_uniform",
    }
}
"""Arguments that say what Keras does without them, and so are left out."""


@dataclass(frozen=True)
class Class:
    """A class of the module: its text, and the module of the kind that it was made from."""

    text: str
    origin: str


class Module:
    """What code is written into.

    Args:
        names: The names it has.
        options: The values that options of the spec have in it, by name; those of one value
            become constants.
    """

    def __init__(self, names: Names, options: dict[str, set[Any]]) -> None:
        self.names = names
        self.imports = Imports()
        self.excerpts = Excerpts(names, self.imports)
        self.constants: dict[str, str] = {}
        self.classes: list[Class] = []
        self._options = options

    def constant(self, value: Any, *wanted: str, text: str | None = None) -> str:
        """The name of a constant of that value, which the module now has."""
        name = self.names.of(("constant", *wanted, value), *wanted)
        self.constants[name] = literal(value) if text is None else text
        return name

    def written(self, value: Any) -> ast.expr:
        """The value as an expression of the module."""
        if isinstance(value, Code):
            return value.node
        if isinstance(value, Option):
            return self._option(value)
        if isinstance(value, list):
            return ast.List(self._all(value), ast.Load())
        if isinstance(value, tuple):
            return ast.Tuple(self._all(value), ast.Load())
        if isinstance(value, slice):
            bounds = (value.start, value.stop, value.step)
            return ast.Slice(*(None if one is None else self.written(one) for one in bounds))
        if value is ...:
            return ast.Constant(...)
        if value is None or isinstance(value, bool | int | float | str):
            return ast.parse(repr(value), mode="eval").body
        raise TypeError(f"{value!r} cannot be written into a module")

    def library_call(
        self, function: Code, args: Iterable[Any], options: dict[str, Any]
    ) -> ast.Call:
        """A call of TensorFlow, Keras or of what they return."""
        known = DEFAULTS.get(str(function), {})
        options = {name: value for name, value in options.items() if known.get(name) != value}
        return ast.Call(function.node, self._all(args), self._keywords(options))

    def function_call(
        self, function: Callable[..., Any], args: list[Any], options: dict[str, Any]
    ) -> ast.Call:
        """A call of a function of the catalogue, of which the module now has an excerpt.

        Numbers at the end are given by name, so that one sees what they are.
        """
        name = self.excerpts.name_of(function.__module__, function.__name__)
        parameters = list(inspect.signature(function).parameters)
        given = self._all(args)
        named = self._keywords(options)
        while given and _is_number(given[-1]):
            number = given.pop()
            named.insert(0, ast.keyword(parameters[len(given)], number))
        return ast.Call(ast.Name(name, ast.Load()), given, named)

    def _option(self, option: Option) -> ast.expr:
        """A constant named like the option, or where its name has several values the value."""
        if len(self._options.get(option.name, ())) != 1:
            return self.written(plain(option))
        short = option.name.upper()
        name = self.constant(option.value, short, f"{option.kind.upper()}_{short}")
        return ast.Name(name, ast.Load())

    def _all(self, values: Iterable[Any]) -> list[ast.expr]:
        return [self.written(value) for value in values]

    def _keywords(self, options: dict[str, Any]) -> list[ast.keyword]:
        return [ast.keyword(name, self.written(value)) for name, value in options.items()]


def _is_number(node: ast.expr) -> bool:
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)

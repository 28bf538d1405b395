"""Values while code is written: what is known now, and what is left for the generated module."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn


@dataclass(frozen=True, eq=False)
class Code:
    """An expression that the generated module computes; a tensor, or what a class is made with.

    It is never None or false: what may be missing is known when code is written.
    """

    node: ast.expr

    def __str__(self) -> str:
        return ast.unparse(self.node)

    def __bool__(self) -> NoReturn:
        raise TypeError(f"only the generated module can decide on `{self}`")

    @property
    def is_atom(self) -> bool:
        """Whether it may be written twice: a name, an attribute, or an element by a constant."""
        node = self.node
        while isinstance(node, ast.Attribute) or (
            isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
        ):
            node = node.value
        return isinstance(node, ast.Name | ast.Constant)

    @property
    def names(self) -> set[str]:
        """The names it mentions."""
        return {node.id for node in ast.walk(self.node) if isinstance(node, ast.Name)}


@dataclass(frozen=True)
class Option:
    """The value of an option of a kind, which may become a constant of the module."""

    kind: str
    name: str
    value: Any


class Symbolic:
    """What a kind's arithmetic is given in place of an object that only a running flow has.

    Its methods are called while code is written, and return code.
    """


def code(text: str) -> Code:
    """An expression from its text."""
    return Code(ast.parse(text, mode="eval").body)


def plain(value: Any) -> Any:
    """The value as Python has it, options among it read."""
    if isinstance(value, Option):
        return value.value
    if type(value) in (list, tuple):
        return type(value)(map(plain, value))
    if type(value) is dict:
        return {plain(key): plain(one) for key, one in value.items()}
    return value


def leaves(value: Any) -> Iterable[Any]:
    """The value, or what lists, tuples and dicts in it hold."""
    if isinstance(value, list | tuple):
        return (leaf for one in value for leaf in leaves(one))
    if isinstance(value, dict):
        return leaves(list(value.values()))
    return (value,)


def can_be_written(value: Any) -> bool:
    """Whether it can stand in the generated module: code, or plain data."""
    if isinstance(value, list | tuple):
        return all(map(can_be_written, value))
    return isinstance(value, Code | Option | bool | int | float | str)


def is_open(value: Any) -> bool:
    """Whether some of it is left for the generated module."""
    return any(isinstance(leaf, Code | Symbolic) for leaf in leaves(value))

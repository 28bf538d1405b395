"""Expressions of a kind's method, evaluated as far as the plan decides them.

What is known (options, records, masks' absence) is computed now, by Python itself; what depends on
tensors is left as code, its known parts as literals.
"""

from __future__ import annotations

import ast
import builtins
import copy
import inspect
import sys
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flowspec import backend
from flowspec.catalog.kind import Kind
from flowspec.generate.python.code import (
    Code,
    Option,
    Symbolic,
    can_be_written,
    code,
    is_open,
    plain,
)
from flowspec.generate.python.frame import Frame
from flowspec.generate.python.imports import BACKEND
from flowspec.generate.python.module import Module

_LIBRARIES = {id(getattr(backend, name)): name for name in BACKEND}
"""TensorFlow and its like, which are never looked into."""


class Evaluator:
    """Evaluates expressions; `unfold` says what becomes of a call of a function of the catalogue.

    Args:
        module: The module that the code is for.
    """

    def __init__(self, module: Module) -> None:
        self.module = module
        self.frames: list[Frame] = []

    @abstractmethod
    def unfold(self, function: Callable[..., Any], args: list[Any], options: Any) -> Any:
        """What a function returns, its body made part of the code that is written."""

    def value(self, node: ast.expr) -> Any:
        """What an expression comes to."""
        method = getattr(self, f"_{type(node).__name__.lower()}", self._by_parts)
        return method(node)

    def decide(self, node: ast.expr) -> bool:
        """Whether a condition holds, which must be known now."""
        found = plain(self.value(node))
        if is_open(found):
            raise self.unsupported(node, "only the generated module can decide on it")
        return bool(found)

    def unsupported(self, node: ast.AST, reason: str) -> TypeError:
        """What is said of arithmetic that cannot become code."""
        return TypeError(f"in {self.frames[-1].function}: `{ast.unparse(node)}`: {reason}")

    def _constant(self, node: ast.Constant) -> Any:
        return node.value

    def _name(self, node: ast.Name) -> Any:
        try:
            value = self.frames[-1].value(node.id)
        except KeyError:
            raise self.unsupported(node, "there is no such name") from None
        library = _LIBRARIES.get(id(value))
        if library is None:
            return value
        self.module.imports.backend(library)
        return code(library)

    def _attribute(self, node: ast.Attribute) -> Any:
        base = self.value(node.value)
        if isinstance(base, Code):
            return Code(ast.Attribute(base.node, node.attr, ast.Load()))
        found = getattr(plain(base), node.attr)
        if isinstance(base, Kind) and node.attr in type(base).model_fields and _is_numeric(found):
            return Option(base.kind, node.attr, found)
        return found

    def _call(self, node: ast.Call) -> Any:
        return self.call(*self.called(node))

    def called(self, node: ast.Call) -> tuple[Any, list[Any], dict[str, Any]]:
        """What a call calls, and with what."""
        options: dict[str, Any] = {}
        for keyword in node.keywords:
            found = self.value(keyword.value)
            options |= plain(found) if keyword.arg is None else {keyword.arg: found}
        return self.value(node.func), list(self._elements(node.args)), options

    def call(self, function: Any, args: list[Any], options: dict[str, Any]) -> Any:
        """What a call comes to: a value, a call in the generated module, or what it unfolds to."""
        given = [*args, *options.values()]
        if isinstance(function, Code):
            return Code(self.module.library_call(function, args, options))
        if isinstance(getattr(function, "__self__", None), Symbolic):
            return function(*args, **options)
        if not is_open(given):
            return function(*plain(args), **plain(options))
        if _is_ours(function):
            if inspect.isfunction(function) and all(map(can_be_written, given)):
                return Code(self.module.function_call(function, args, options))
            return self.unfold(function, args, options)
        if any(isinstance(one, Code) for one in given):
            return Code(self.module.library_call(self._outside(function), args, options))
        return function(*plain(args), **plain(options))

    def _outside(self, function: Any) -> Code:
        """A class of the catalogue, or a function of Python itself, as the module names it."""
        origin, name = getattr(function, "__module__", None), getattr(function, "__name__", "")
        if inspect.isclass(function) and origin not in sys.stdlib_module_names:
            return code(self.module.excerpts.name_of(str(origin), name))
        if getattr(builtins, name, None) is function:
            return code(name)
        if getattr(sys.modules.get(str(origin)), name, None) is not function:
            raise TypeError(f"in {self.frames[-1].function}: {function!r} cannot be called later")
        self.module.imports.add(str(origin))
        return code(f"{origin}.{name}")

    def _ifexp(self, node: ast.IfExp) -> Any:
        return self.value(node.body if self.decide(node.test) else node.orelse)

    def _boolop(self, node: ast.BoolOp) -> Any:
        found = None
        for one in node.values:
            found = self.value(one)
            # Code is never None or false.
            holds = isinstance(found, Code) or bool(plain(found))
            if holds == isinstance(node.op, ast.Or):
                return found
        return found

    def _compare(self, node: ast.Compare) -> Any:
        if isinstance(node.ops[0], ast.Is | ast.IsNot):
            left, right = self.value(node.left), self.value(node.comparators[0])
            return (left is right) == isinstance(node.ops[0], ast.Is)
        return self._by_parts(node)

    def _tuple(self, node: ast.Tuple) -> Any:
        return tuple(self._elements(node.elts))

    def _list(self, node: ast.List) -> Any:
        return list(self._elements(node.elts))

    def _dict(self, node: ast.Dict) -> Any:
        found: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            one = self.value(value)
            found |= one if key is None else {plain(self.value(key)): one}
        return found

    def _elements(self, nodes: list[ast.expr]) -> Iterator[Any]:
        for node in nodes:
            if isinstance(node, ast.Starred):
                yield from self.known_items(node.value)
            else:
                yield self.value(node)

    def _subscript(self, node: ast.Subscript) -> Any:
        base, index = self.value(node.value), self.value(node.slice)
        if isinstance(base, Code) or is_open(index):
            written = self.module.written
            return Code(ast.Subscript(written(base), written(index), ast.Load()))
        return plain(base)[plain(index)]

    def _slice(self, node: ast.Slice) -> Any:
        parts = (node.lower, node.upper, node.step)
        return slice(*(None if part is None else self.value(part) for part in parts))

    def _joinedstr(self, node: ast.JoinedStr) -> str:
        pieces = [one.value if isinstance(one, ast.FormattedValue) else one for one in node.values]
        values = [plain(self.value(piece)) for piece in pieces]
        if is_open(values):
            raise self.unsupported(node, "only the generated module knows this text")
        return "".join(map(str, values))

    def _listcomp(self, node: ast.ListComp) -> list[Any]:
        with self.frames[-1].inner():
            return list(self._comprehended(node.elt, node.generators))

    def _generatorexp(self, node: ast.GeneratorExp) -> tuple[Any, ...]:
        with self.frames[-1].inner():
            return tuple(self._comprehended(node.elt, node.generators))

    def _comprehended(self, element: ast.expr, loops: list[ast.comprehension]) -> Iterator[Any]:
        if not loops:
            yield self.value(element)
            return
        loop, *inner = loops
        for item in self.known_items(loop.iter):
            self.bind(loop.target, item)
            if all(map(self.decide, loop.ifs)):
                yield from self._comprehended(element, inner)

    def known_items(self, node: ast.expr) -> list[Any]:
        """The items of what is looped over, whose number must be known now."""
        found = plain(self.value(node))
        if isinstance(found, Code):
            raise self.unsupported(node, "only the generated module knows its items")
        return list(found)

    def bind(self, target: ast.expr, value: Any) -> None:
        """Give a name, or several, a value, without any code."""
        if isinstance(target, ast.Name):
            self.frames[-1].variables[target.id] = value
            return
        if not isinstance(target, ast.Tuple):
            raise self.unsupported(target, "only names can be bound")
        for one, item in zip(target.elts, plain(value), strict=True):
            self.bind(one, item)

    def _by_parts(self, node: ast.expr) -> Any:
        """An operator on values: computed where all are known, else left as it stands."""
        if isinstance(node, ast.Lambda | ast.DictComp | ast.SetComp):
            raise self.unsupported(node, "it cannot be part of a kind's method")
        whole = copy.copy(node)
        values: dict[str, Any] = {}
        for name, old in ast.iter_fields(node):
            if isinstance(old, ast.expr):
                setattr(whole, name, self._part(old, values))
            elif isinstance(old, list) and old and isinstance(old[0], ast.expr):
                setattr(whole, name, [self._part(one, values) for one in old])
        if not is_open(list(values.values())):
            text = compile(ast.Expression(ast.fix_missing_locations(whole)), "<plan>", "eval")
            return eval(text, {}, plain(values))
        return Code(_Replaced(values, self.module).visit(whole))

    def _part(self, node: ast.expr, values: dict[str, Any]) -> ast.expr:
        name = f"_part{len(values)}"
        values[name] = self.value(node)
        return ast.Name(name, ast.Load())


class _Replaced(ast.NodeTransformer):
    """Puts what parts came to in the place of their names."""

    def __init__(self, values: Mapping[str, Any], module: Module) -> None:
        self._values = values
        self._module = module

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._module.written(self._values[node.id])


def _is_numeric(value: Any) -> bool:
    numbers = value if isinstance(value, tuple) else (value,)
    return bool(numbers) and all(type(one) in (int, float) for one in numbers)


def _is_ours(function: Any) -> bool:
    """Whether it is a function or a method of the catalogue, not of Python's own library."""
    if not (inspect.isfunction(function) or inspect.ismethod(function)):
        return False
    return function.__module__.partition(".")[0] not in sys.stdlib_module_names

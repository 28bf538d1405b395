"""Statements of a kind's methods, with everything known decided and every loop written out.

Functions of tensors and plain data are called, and become excerpts; those that are given what only
flowspec has (a kind, its record, its networks, nothing in place of a tensor) are unfolded: their
statements stand where they were called.
"""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flowspec.generate.python.code import Code, code, plain
from flowspec.generate.python.evaluate import Evaluator
from flowspec.generate.python.frame import Frame
from flowspec.generate.python.module import Module


class Block(Evaluator):
    """The body of one function of the generated module.

    Args:
        module: The module.
        parameters: The function's parameters that kinds are given, each as code.
        kept: Names that the function has besides, and must keep.
    """

    def __init__(
        self, module: Module, parameters: Iterable[str] = (), kept: Iterable[str] = ()
    ) -> None:
        super().__init__(module)
        self._lines: list[str] = []
        self._parameters = set(parameters)
        self._used = {*self._parameters, *kept}
        self._free: set[str] = set()
        self._left: set[str] = set()

    def run(self, function: Callable[..., Any], *args: Any, last: bool = False) -> Any:
        """What a function comes to, given values and code.

        Args:
            function: A method of a kind.
            *args: Its arguments.
            last: Whether nothing but its result is needed afterwards.
        """
        self._free = self._parameters if last else set()
        return self.unfold(function, list(args), {})

    def let(self, name: str, value: Any) -> Any:
        """The value under a name, which may have been another's; no name where it needs none."""
        if not isinstance(value, Code) or value.is_atom:
            return value
        self._lines.append(f"{name} = {value}")
        self._used.add(name)
        return code(name)

    def lines(self, *results: Any) -> list[str]:
        """The lines of the body, ended by a return of the results if there are any."""
        hidden = {name for name in self._used if self.module.excerpts.has(name)}
        if hidden:
            raise TypeError(f"variables hide functions of the same name: {', '.join(hidden)}")
        written = [self.module.written(result) for result in results]
        if not written:
            return self._lines
        end = _text(written[0] if len(written) == 1 else ast.Tuple(written, ast.Load()))
        # What was computed last may be returned as it is.
        *before, last = self._lines or [""]
        if last.startswith(f"{end} = "):
            return [*before, f"return {last.removeprefix(f'{end} = ')}"]
        return [*self._lines, f"return {end}"]

    def unfold(self, function: Callable[..., Any], args: list[Any], options: Any) -> Any:
        """Run the statements of a function, and return what it returns."""
        definition = _definition(function)
        bound = inspect.signature(function).bind(*args, **options)
        bound.apply_defaults()
        variables = dict(bound.arguments)
        if inspect.ismethod(function):
            variables = {definition.args.args[0].arg: function.__self__, **variables}
        scope = inspect.unwrap(getattr(function, "__func__", function)).__globals__
        self.frames.append(Frame(function.__qualname__, variables, scope, set(self._left)))
        self._left = set()
        for name in bound.arguments:
            self._settle(name, definition)
        returned = self._body(definition.body)
        self.frames.pop()
        return returned.value if isinstance(returned, _Returned) else None

    def _settle(self, name: str, definition: ast.FunctionDef) -> None:
        """Give an argument a name of its own, where it would be computed more than once."""
        value = self.frames[-1].variables[name]
        uses = sum(isinstance(n, ast.Name) and n.id == name for n in ast.walk(definition))
        if isinstance(value, Code) and not value.is_atom and uses > 1:
            self._assign(ast.Name(name, ast.Store()), value)

    def _body(self, statements: Sequence[ast.stmt]) -> _Returned | None:
        for statement in statements:
            returned = self._statement(statement)
            if returned is not None:
                return returned
        return None

    def _statement(self, node: ast.stmt) -> _Returned | None:
        match node:
            case ast.Return(value=ast.Call() as call):
                return _Returned(self._last_call(*self.called(call)))
            case ast.Return():
                return _Returned(None if node.value is None else self.value(node.value))
            case ast.Assign(targets=[target]):
                self._assign(target, self.value(node.value))
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, self.value(value))
            case ast.AugAssign(target=ast.Name() as target):
                changed = ast.BinOp(ast.Name(target.id, ast.Load()), node.op, node.value)
                self._assign(target, self.value(changed))
            case ast.If():
                return self._body(node.body if self.decide(node.test) else node.orelse)
            case ast.For(orelse=[]):
                return self._loop(node)
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                pass
            case _:
                raise self.unsupported(node, "it cannot be part of a kind's method")
        return None

    def _last_call(self, function: Any, args: list[Any], options: dict[str, Any]) -> Any:
        """What a function returns from a call: it needs none of its names any more."""
        frame = self.frames[-1]
        frame.variables.clear()
        self._left = frame.written
        returned = self.call(function, args, options)
        self._left = set()
        return returned

    def _loop(self, node: ast.For) -> _Returned | None:
        """A loop whose items are known, written out."""
        for item in self.known_items(node.iter):
            self.bind(node.target, item)
            returned = self._body(node.body)
            if returned is not None:
                return returned
        return None

    def _assign(self, target: ast.expr, value: Any) -> None:
        """Bind what is known or needs no name; compute the rest under the name it has."""
        if isinstance(target, ast.Subscript):
            self.value(target.value)[plain(self.value(target.slice))] = value
        elif isinstance(target, ast.Tuple):
            self._assign_each(target.elts, value)
        elif isinstance(value, Code) and not value.is_atom:
            self._compute([target], value.node)
        elif isinstance(target, ast.Name) and type(value) in (list, tuple):
            self.bind(target, self._computed_items(target.id, value))
        else:
            self.bind(target, value)

    def _computed_items(self, word: str, items: Any) -> Any:
        """A list or tuple whose items are computed once each."""
        found: list[Any] = []
        for index, item in enumerate(items):
            name = ast.Name(f"{word}_{index}", ast.Store())
            self._assign(name, item)
            found.append(self.frames[-1].variables.pop(name.id))
        return type(items)(found)

    def _assign_each(self, targets: list[ast.expr], value: Any) -> None:
        if isinstance(value, Code):
            self._compute(targets, value.node)
            return
        pairs = list(zip(targets, plain(value), strict=True))
        computed = [
            pair for pair in pairs if isinstance(pair[1], Code) and not pair[1].is_atom
        ]  # fmt: skip
        for target, one in pairs:
            if (target, one) not in computed:
                self.bind(target, one)
        if computed:
            whole = self.module.written(tuple(one for _, one in computed))
            only = whole.elts[0] if len(computed) == 1 and isinstance(whole, ast.Tuple) else whole
            self._compute([target for target, _ in computed], only)

    def _compute(self, targets: list[ast.expr], node: ast.expr) -> None:
        """Write an assignment to names, and bind the variables to them."""
        words = [target.id for target in targets if isinstance(target, ast.Name)]
        if len(words) < len(targets):
            raise self.unsupported(targets[0], "only names can be bound")
        names = [self._name_for(word) for word in words]
        self._lines.append(f"{', '.join(names)} = {_text(node)}")
        self._used.update(names)
        frame = self.frames[-1]
        frame.written.update(names)
        frame.variables |= {word: code(name) for word, name in zip(words, names, strict=True)}

    def _name_for(self, word: str) -> str:
        """The variable's own name, unless something that is still needed has it."""
        name, number = word, 1
        while not self._is_free(name, word):
            number += 1
            name = f"{word}{number}"
        return name

    def _is_free(self, name: str, word: str) -> bool:
        """Whether a name means nothing that is needed, but for the variable that gets it."""
        if name not in self._used:
            return not self.module.excerpts.has(name)
        here = self.frames[-1]
        mentioned = here.mentions(name, but=word) or any(
            frame.mentions(name) for frame in self.frames[:-1]
        )
        return name in here.written | self._free and not mentioned


def _text(node: ast.expr) -> str:
    """What is assigned or returned; several values without parentheses."""
    if isinstance(node, ast.Tuple) and len(node.elts) > 1:
        return ", ".join(map(ast.unparse, node.elts))
    return ast.unparse(node)


class _Returned:
    """What a function returned, so that nothing after it runs."""

    def __init__(self, value: Any) -> None:
        self.value = value


@functools.cache
def _tree(function: Callable[..., Any]) -> ast.FunctionDef:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    if not isinstance(tree, ast.FunctionDef):
        raise TypeError(f"{function.__qualname__} is no function that can be unfolded")
    return tree


def _definition(function: Callable[..., Any]) -> ast.FunctionDef:
    return _tree(inspect.unwrap(getattr(function, "__func__", function)))

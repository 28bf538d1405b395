"""The definitions at the top of a module of Python, read from its file without running it."""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Definition:
    """A function, class or constant, with the decorators or the docstring that belong to it."""

    name: str
    node: ast.stmt
    first: int
    last: int


@dataclass(frozen=True)
class Source:
    """A module: its lines, its docstring, what it defines, and what it imports by local name."""

    lines: tuple[str, ...]
    docstring: str
    definitions: dict[str, Definition]
    imports: dict[str, tuple[str, str | None]]

    def text(self, definition: Definition) -> str:
        """The text of a definition, comments inside it included."""
        return "\n".join(self.lines[definition.first : definition.last])


@functools.cache
def source_of(module: str) -> Source:
    """The source of a module, by its dotted name."""
    text = _file(module).read_text(encoding="utf-8")
    tree = ast.parse(text)
    return Source(
        lines=tuple(text.splitlines()),
        docstring=ast.get_docstring(tree) or "",
        definitions={one.name: one for one in _definitions(tree.body)},
        imports=dict(_imports(tree.body)),
    )


def global_names(node: ast.AST) -> Iterator[ast.Name]:
    """Every mention of a name that a definition takes from around it."""
    local = {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)}
    local |= {
        one.id
        for one in ast.walk(node)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
    inner = {
        one.name
        for one in ast.walk(node)
        if isinstance(one, ast.FunctionDef | ast.ClassDef) and one is not node
    }
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and one.id not in local | inner:
            yield one


def _file(module: str) -> Path:
    """The file of a module; only its outermost package needs to be imported."""
    if module in sys.modules:
        return Path(str(sys.modules[module].__file__))
    root, *rest = module.split(".")
    path = Path(str(sys.modules[root].__file__)).parent.joinpath(*rest)
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _definitions(body: list[ast.stmt]) -> Iterator[Definition]:
    for index, node in enumerate(body):
        first, last = node.lineno - 1, node.end_lineno or node.lineno
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            first = min([first, *(one.lineno - 1 for one in node.decorator_list)])
            yield Definition(node.name, node, first, last)
            continue
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        after = body[index + 1] if index + 1 < len(body) else None
        if after is not None and _is_text(after):
            last = after.end_lineno or last
        for target in targets:
            if isinstance(target, ast.Name):
                yield Definition(target.id, node, first, last)


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _imports(body: list[ast.stmt]) -> Iterator[tuple[str, tuple[str, str | None]]]:
    for node in body:
        if isinstance(node, ast.Import):
            for one in node.names:
                yield one.asname or one.name, (one.name, None)
        elif isinstance(node, ast.ImportFrom):
            for one in node.names:
                yield one.asname or one.name, (str(node.module), one.name)

"""Definitions of flowspec as they stand in its files, with everything they use.

The arithmetic of the catalogue is functions of tensors and plain data that import only
`flowspec.backend`, so their own text is what the generated module needs. Only names change: of
what would be called the same, and of `Tensor`.
"""

from __future__ import annotations

import ast
import builtins
import functools
import sys
from dataclasses import dataclass

from flowspec.generate.python.imports import Imports
from flowspec.generate.python.names import Names
from flowspec.generate.python.sources import Definition, Source, global_names, source_of

_TENSOR = "tf.Tensor"


@dataclass(frozen=True)
class Excerpt:
    """What was taken from one module of flowspec: its docstring, and text of definitions."""

    module: str
    docstring: str
    text: str


class Excerpts:
    """Collects definitions, each once.

    Args:
        names: The names of the generated module.
        imports: Its imports.
    """

    def __init__(self, names: Names, imports: Imports) -> None:
        self._names = names
        self._imports = imports
        self._taken: dict[str, dict[str, str]] = {}
        self._found: set[str] = set()
        self._uses: dict[str, dict[str, None]] = {}

    def name_of(self, module: str, name: str) -> str:
        """What a definition of flowspec is called in the generated module, which now has it."""
        source = source_of(module)
        if name not in source.definitions:
            return self._resolved(source, name, module)
        definition = source.definitions[name]
        kind = module.rpartition(".")[2]
        long = f"{kind.upper()}_{name}" if name.isupper() else f"{kind}_{name.lstrip('_')}"
        wanted = (long,) if _is_method(module, name) else (name, long)
        found = self._names.of((module, name), *wanted)
        self._found.add(found)
        taken = self._taken.setdefault(module, {})
        if name not in taken:
            taken[name] = ""  # for those that call themselves
            taken[name] = self._renamed(source, definition, found, module)
        return found

    def has(self, name: str) -> bool:
        """Whether a definition that was taken is called so in the generated module."""
        return name in self._found

    def texts(self) -> list[Excerpt]:
        """All that was taken, by module, after those that it uses; in the order of its file."""
        ordered: dict[str, None] = {}
        for module in self._taken:
            self._order(module, ordered)
        return [self._excerpt(module) for module in ordered]

    def _order(self, module: str, ordered: dict[str, None]) -> None:
        for used in self._uses.get(module, {}):
            if used not in ordered:
                self._order(used, ordered)
        ordered[module] = None

    def _excerpt(self, module: str) -> Excerpt:
        source, taken = source_of(module), self._taken[module]
        text = ""
        for name in sorted(taken, key=lambda name: source.definitions[name].first):
            node = source.definitions[name].node
            is_constant = not isinstance(node, ast.FunctionDef | ast.ClassDef)
            text += ("\n" if is_constant and text else "\n\n\n") + taken[name]
        return Excerpt(module, source.docstring, text.strip())

    def _renamed(self, source: Source, definition: Definition, name: str, module: str) -> str:
        """The text of a definition, every name in it as the generated module has it."""
        lines = [line.encode() for line in source.lines]
        mentions = sorted(
            global_names(definition.node), key=lambda one: (one.lineno, one.col_offset)
        )
        for mention in reversed(mentions):
            old, new = mention.id, self._resolved(source, mention.id, module)
            line, start = lines[mention.lineno - 1], mention.col_offset
            lines[mention.lineno - 1] = line[:start] + new.encode() + line[start + len(old) :]
        text = "\n".join(line.decode() for line in lines[definition.first : definition.last])
        return _with_name(text, definition, name)

    def _resolved(self, source: Source, name: str, module: str) -> str:
        """What a global name of a module of flowspec is called in the generated module."""
        if name in source.definitions:
            return self.name_of(module, name)
        if name not in source.imports:
            if not hasattr(builtins, name):
                raise TypeError(f"`{name}` is not defined at the top of {module}")
            return name
        origin, inner = source.imports[name]
        if origin == "flowspec.backend":
            self._imports.backend("tf" if inner == "Tensor" else str(inner))
            return _TENSOR if inner == "Tensor" else name
        if origin.partition(".")[0] in sys.stdlib_module_names:
            self._imports.add(origin, inner, known_as=name)
            return name
        self._uses.setdefault(module, {})[origin] = None
        return self.name_of(origin, str(inner))


def _with_name(text: str, definition: Definition, name: str) -> str:
    """The text of a function, class or constant under another name."""
    if isinstance(definition.node, ast.FunctionDef | ast.ClassDef):
        keyword = "def" if isinstance(definition.node, ast.FunctionDef) else "class"
        return text.replace(f"{keyword} {definition.name}", f"{keyword} {name}", 1)
    return name + text.removeprefix(definition.name)


@functools.cache
def _is_method(module: str, name: str) -> bool:
    """Whether a function of a kind's file is what the kind's method of that name computes."""
    words = module.rpartition(".")[2].split("_")
    kind = getattr(sys.modules.get(module), "".join(map(str.capitalize, words)), None)
    return hasattr(kind, name)

"""One function of the catalogue while it is unfolded."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flowspec.generate.python.code import Code, leaves


@dataclass
class Frame:
    """Its variables, and the globals around it.

    Attributes:
        function: How messages call it.
        variables: What its variables are now: values, code, or both.
        globals: The names of its module.
        written: The names that it has given to variables in the generated module.
    """

    function: str
    variables: dict[str, Any]
    globals: Mapping[str, Any]
    written: set[str] = field(default_factory=set[str])

    def value(self, name: str) -> Any:
        """What a name means in the function.

        Raises:
            KeyError: If it means nothing.
        """
        for known in (self.variables, self.globals):
            if name in known:
                return known[name]
        return vars(builtins)[name]

    def mentions(self, name: str, *, but: str | None = None) -> bool:
        """Whether code that a variable stands for has a name; one variable may be left out."""
        others = (value for variable, value in self.variables.items() if variable != but)
        code = (leaf for value in others for leaf in leaves(value) if isinstance(leaf, Code))
        return any(name in leaf.names for leaf in code)

    @contextmanager
    def inner(self) -> Iterator[None]:
        """The scope of a comprehension: what is bound in it is not bound after it."""
        before = dict(self.variables)
        yield
        self.variables = before

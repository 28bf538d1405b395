"""The imports of the generated module: what its code was seen to use, in the usual order."""

from __future__ import annotations

import sys

BACKEND = {
    "keras": "import keras",
    "np": "import numpy as np",
    "tf": "import tensorflow as tf",
    "tfp": "import tensorflow_probability as tfp",
}
"""How the modules of `flowspec.backend` are imported by everybody else."""

LIBRARIES = frozenset({"keras", "numpy", "safetensors", "tensorflow", "tensorflow_probability"})


class Imports:
    """Collects imports, each once."""

    def __init__(self) -> None:
        self._modules: set[str] = set()
        self._names: dict[str, set[str]] = {}

    def backend(self, name: str) -> None:
        """Import TensorFlow, TFP, Keras or NumPy under the name it has in `flowspec.backend`."""
        self._modules.add(BACKEND[name])

    def add(self, module: str, name: str | None = None, *, known_as: str = "") -> None:
        """Import a module, or a name from it."""
        word = name or module
        text = word if known_as in ("", word) else f"{word} as {known_as}"
        if name is None:
            self._modules.add(f"import {text}")
        else:
            self._names.setdefault(module, set()).add(text)

    def __str__(self) -> str:
        """Standard library, then the rest, each in alphabetic order."""
        lines = sorted(self._modules) + [
            f"from {module} import {', '.join(sorted(names))}"
            for module, names in sorted(self._names.items())
        ]
        standard = [line for line in lines if _root(line) in sys.stdlib_module_names]
        others = [line for line in lines if line not in standard]
        return "\n\n".join("\n".join(block) for block in (standard, others) if block)


def _root(line: str) -> str:
    return line.split()[1].partition(".")[0]

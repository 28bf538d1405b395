"""How specs in an older version of the language are read, and rewritten.

A new version N of the language is one new file here, `to_N.py`, that holds a `Step` called `STEP`;
with it the number in `spec/spec.py` is raised. Steps are found by the names of their files.
"""

from __future__ import annotations

import importlib
import pkgutil
import re

from flowspec.spec.migrations.chain import Migrated, migrate
from flowspec.spec.migrations.language import Language
from flowspec.spec.migrations.outdated import difference, outdated
from flowspec.spec.migrations.place import Place
from flowspec.spec.migrations.rewritten import rewritten
from flowspec.spec.migrations.step import Step
from flowspec.spec.spec import LANGUAGE, Spec

__all__ = [
    "CURRENT",
    "Language",
    "Migrated",
    "Place",
    "Step",
    "difference",
    "find_steps",
    "migrate",
    "outdated",
    "rewritten",
]


def find_steps(package: str) -> tuple[Step, ...]:
    """The steps of a package, one a file, in order.

    Args:
        package: Its name; the steps are its modules `to_2`, `to_3` and so on.
    """
    path = importlib.import_module(package).__path__
    names = (info.name for info in pkgutil.iter_modules(path))
    numbers = sorted(int(found[1]) for name in names if (found := re.fullmatch(r"to_(\d+)", name)))
    return tuple(importlib.import_module(f"{package}.to_{number}").STEP for number in numbers)


CURRENT = Language(LANGUAGE, find_steps(__name__), Spec)
"""The language as it is now, with the steps that lead to it."""

"""From a file, or data given from Python, to a validated spec."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from pydantic import ValidationError

from flowspec.diagnostics import Diagnostic, SpecError, UsageError
from flowspec.source import Node, from_data, resolve, resolve_bytes, resolve_node
from flowspec.spec.problems import diagnose
from flowspec.spec.spec import Spec

Source = str | os.PathLike[str] | Mapping[str, Any] | Spec
"""What a spec can be given as: a path, a map, or a spec that was validated before."""


def load_spec(source: Source, overrides: Sequence[str] = ()) -> Spec:
    """The validated spec.

    Args:
        source: The path of a YAML file, a map with the same content, or a `Spec`.
        overrides: Changes such as `layers.0.repeat=8`, applied before validation.

    Raises:
        SpecError: If the spec cannot be read or its form is not valid; it holds every problem of
            the first of these steps that fails. Whether its parts fit together is not looked at.
    """
    if isinstance(source, Spec):
        if not overrides:
            return source
        return validate(resolve_node(from_data(source.as_node()), overrides))
    if isinstance(source, Mapping):
        return validate(resolve_node(from_data(source), overrides))
    if is_path(source):
        return validate(resolve(source, overrides))
    raise UsageError(
        Diagnostic(
            slug="not-a-spec",
            message="a spec is given as a path, a map or a Spec",
            got=type(source).__name__,
        )
    )


def load_bytes(data: bytes, file: str, overrides: Sequence[str] = ()) -> Spec:
    """The validated spec whose text is given, as standard input gives it.

    Args:
        data: The text in UTF-8; files that it extends are looked for from the working folder on.
        file: What it is called in messages.
        overrides: Changes such as `layers.0.repeat=8`, applied before validation.

    Raises:
        SpecError: As of `load_spec`.
    """
    return validate(resolve_bytes(data, file, overrides))


def is_path(source: Any) -> TypeGuard[str | os.PathLike[str]]:
    """Whether a spec is given by the file that holds it."""
    return isinstance(source, str | os.PathLike)


def validate(node: Node) -> Spec:
    """The spec that a resolved document describes, with every default filled in."""
    try:
        spec = Spec.model_validate_json(json.dumps(node.plain()), strict=True)
    except ValidationError as error:
        raise SpecError(*diagnose(error, node)) from None
    spec._source = node  # pyright: ignore[reportPrivateUsage]
    return spec

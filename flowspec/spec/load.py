"""From a file, or data given from Python, to a validated spec."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from pydantic import ValidationError

from flowspec.diagnostics import Diagnostic, SpecError, UsageError
from flowspec.source import (
    Node,
    SourceFile,
    file_of_data,
    from_data,
    merged,
    read_chain,
    read_chain_of,
)  # fmt: skip
from flowspec.spec.migrations import CURRENT, Language, migrate, outdated
from flowspec.spec.problems import diagnose
from flowspec.spec.spec import Spec

Source = str | os.PathLike[str] | Mapping[str, Any] | Spec
"""What a spec can be given as: a path, a map, or a spec that was validated before."""


def load_spec(
    source: Source, overrides: Sequence[str] = (), *, language: Language | None = None
) -> Spec:
    """The validated spec. Of a file in an older version of the language it holds a warning.

    Args:
        source: The path of a YAML file, a map with the same content, or a `Spec`.
        overrides: Changes such as `layers.0.repeat=8`, in the current version of the language,
            applied before validation.
        language: The language, where it is not flowspec's own.

    Raises:
        SpecError: If the spec cannot be read or its form is not valid; it holds every problem of
            the first of these steps that fails. Whether its parts fit together is not looked at.
    """
    if isinstance(source, Spec):
        if not overrides:
            return source
        chain = [file_of_data(from_data(source.as_node()))]
        return load_chain(chain, overrides, language=language)
    if isinstance(source, Mapping):
        return load_chain([file_of_data(from_data(source))], overrides, language=language)
    if is_path(source):
        return load_chain(read_chain(source), overrides, language=language)
    raise UsageError(
        Diagnostic(
            slug="not-a-spec",
            message="a spec is given as a path, a map or a Spec",
            got=type(source).__name__,
        )
    )


def load_bytes(
    data: bytes, file: str, overrides: Sequence[str] = (), *, language: Language | None = None
) -> Spec:
    """The validated spec whose text is given, as standard input gives it.

    Args:
        data: The text in UTF-8; files that it extends are looked for from the working folder on.
        file: What it is called in messages.
        overrides: Changes such as `layers.0.repeat=8`, applied before validation.
        language: The language, where it is not flowspec's own.

    Raises:
        SpecError: As of `load_spec`.
    """
    return load_chain(read_chain_of(data, file), overrides, language=language)


def in_current_language(
    data: dict[str, Any], *, language: Language | None = None
) -> dict[str, Any]:
    """A resolved spec that was kept in the language of its time, in the current one.

    Args:
        data: The spec as plain data; whether it is valid is not looked at.
        language: The language, where it is not flowspec's own.

    Returns:
        The same data where it is in the current language already.

    Raises:
        SpecError: It is in a newer language, or too large.
    """
    language = language or CURRENT
    if data.get("flowspec") == language.current:
        return data
    (only,) = migrate([file_of_data(from_data(data))], language)
    return merged([only.top]).plain() if only.is_old else data


def is_path(source: Any) -> TypeGuard[str | os.PathLike[str]]:
    """Whether a spec is given by the file that holds it."""
    return isinstance(source, str | os.PathLike)


def load_chain(
    chain: Sequence[SourceFile], overrides: Sequence[str] = (), *, language: Language | None = None
) -> Spec:
    """The validated spec of files that were read.

    Args:
        chain: A file, the one that it extends, and so on.
        overrides: Changes such as `layers.0.repeat=8`, applied before validation.
        language: The language, where it is not flowspec's own.

    Raises:
        SpecError: As of `load_spec`.
    """
    language = language or CURRENT
    files = migrate(chain, language)
    warnings = [outdated(file, language) for file in files if file.is_old]
    return validate(merged([file.top for file in files], overrides), language, warnings)


def validate(node: Node, language: Language = CURRENT, warnings: Sequence[Diagnostic] = ()) -> Spec:
    """The spec that a resolved document describes, with every default filled in.

    Args:
        node: The document, in the current version of the language.
        language: The language.
        warnings: What the spec will hold, or the error that tells why there is none.

    Raises:
        SpecError: Its form is not valid.
    """
    try:
        spec = language.model.model_validate_json(json.dumps(node.plain()), strict=True)
    except ValidationError as error:
        raise SpecError(*diagnose(error, node), *warnings) from None
    spec._source = node  # pyright: ignore[reportPrivateUsage]
    spec._warnings = tuple(warnings)  # pyright: ignore[reportPrivateUsage]
    return spec

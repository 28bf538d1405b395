"""What can be wrong with a registry, told as errors that name the file and the difference."""

from __future__ import annotations

from collections.abc import Iterable

from flowspec.diagnostics import Diagnostic, RegistryError, UsageError, nearest
from flowspec.registry.names import MARKER, VARIABLE

_SHOWN = 100
_LISTED = 20


def no_registry() -> UsageError:
    """Nobody said which registry is meant."""
    return UsageError(
        Diagnostic(
            slug="no-registry",
            message="nothing says which registry is meant",
            expected="a folder or a URL, as in s3://models/registry",
            help=f"give --registry, or set {VARIABLE}",
        )
    )


def wrong_registry(place: str, reason: str, *, help: str | None = None) -> UsageError:
    """What was named cannot be a registry."""
    message = f"`{_shown(place)}` cannot be a registry: {reason}"
    return UsageError(Diagnostic(slug="wrong-registry", message=message, help=help))


def not_a_registry(place: str) -> RegistryError:
    """There is none where one should be read."""
    return RegistryError(
        Diagnostic(
            slug="not-a-registry",
            message=f"there is no registry at `{place}`: it has no {MARKER}",
            help="`flowspec registry add` makes one",
        )
    )


def newer_registry(file: str, *, schema: int, known: int) -> RegistryError:
    """A record has a form that this version does not know."""
    return RegistryError(
        Diagnostic(
            slug="newer-registry",
            message=f"`{file}` was written by a newer flowspec",
            expected=f"schema {known} or older",
            got=f"schema {schema}",
            help="upgrade flowspec to read it",
        )
    )


def registry_damaged(
    file: str,
    what: str,
    *,
    expected: str | None = None,
    got: str | None = None,
    help: str | None = None,
) -> RegistryError:
    """A file of the registry is not what was written there."""
    return RegistryError(
        Diagnostic(
            slug="registry-damaged",
            message=f"`{file}` is damaged: {what}",
            expected=expected,
            got=got,
            help=help,
        )
    )


def registry_failed(file: str, reason: str) -> RegistryError:
    """The system, or whoever keeps the registry, refuses."""
    message = f"`{file}` cannot be read or written: {reason}"
    return RegistryError(Diagnostic(slug="registry-failed", message=message))


def not_in_registry(what: str, wanted: str, known: Iterable[str]) -> RegistryError:
    """There is no such name, revision, version or alias."""
    words = tuple(known)
    return RegistryError(
        Diagnostic(
            slug="not-in-registry",
            message=f"the registry has no {what} `{wanted}`",
            expected=", ".join(words[:_LISTED]) or None,
            nearest=nearest(wanted, words),
        )
    )


def revision_removed(what: str) -> RegistryError:
    """What is asked for was there, and is no more."""
    message = f"{what} was removed from the registry"
    return RegistryError(Diagnostic(slug="revision-removed", message=message))


def revision_in_use(what: str, aliases: Iterable[str]) -> RegistryError:
    """A revision that has an alias is not removed."""
    names = ", ".join(aliases)
    return RegistryError(
        Diagnostic(
            slug="revision-in-use",
            message=f"{what} has the alias {names}, and is not removed",
            help="move the alias, or take it away with `flowspec registry alias … --remove`",
        )
    )


def wrong_reference(text: str, expected: str | None = None) -> UsageError:
    """A name or a label that no registry can have."""
    return UsageError(
        Diagnostic(
            slug="wrong-reference",
            message=f"`{_shown(text)}` names nothing that a registry can hold",
            expected=expected or "NAME, NAME@3, NAME@1.2.0, NAME@alias or NAME@latest",
        )
    )


def not_a_reference(bundle: str) -> UsageError:
    """A registry is named for a bundle that is in none."""
    return UsageError(
        Diagnostic(
            slug="option-without-effect",
            message=f"`registry` has no effect: `{_shown(bundle)}` is a folder",
            help="say registry:NAME@LABEL for a bundle in a registry",
        )
    )


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"

"""Which bundles are served, under which revisions and labels."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from flowspec.catalog.kind import NAME
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.registry import Registry, is_reference, parse_reference

_REVISION = re.compile(r"([1-9][0-9]{0,17})=(.+)", re.DOTALL)
_LABEL = re.compile(rf"({NAME.pattern})@([A-Za-z][A-Za-z0-9_.-]{{0,99}})=([1-9][0-9]{{0,17}})")


@dataclass(frozen=True, slots=True)
class Source:
    """A bundle's folder, and the revision of its flow that it is.

    Attributes:
        folder: The folder.
        revision: The revision.
        sha256: The hash of the bundle, where it comes from a registry.
    """

    folder: Path
    revision: int = 1
    sha256: str | None = None

    @property
    def label(self) -> str | None:
        """What it is called beside its number: nothing."""
        return None

    def now(self, known: Source | None = None) -> Source:
        """Itself: a folder stands for nothing but itself."""
        return self

    def absolute(self) -> Source:
        """The same for processes that run in another folder."""
        return replace(self, folder=self.folder.absolute())


@dataclass(frozen=True, slots=True)
class RegistrySource:
    """A bundle in a registry, by what it is called there.

    Attributes:
        registry: The registry.
        reference: The name, and the label that stands for one revision now, and maybe for
            another later.
        revision: The revision as which it is served; without it, its number in the registry.
    """

    registry: str
    reference: str
    revision: int | None = None

    @property
    def label(self) -> str | None:
        """The alias, which is a label here too."""
        return parse_reference(self.reference).alias

    def now(self, known: Source | None = None) -> Source:
        """The bundle that it stands for now, in the cache of this machine.

        Args:
            known: What it stood for when it was last asked; fetched no second time.

        Raises:
            RegistryError: If there is none, or it is damaged, or the registry does not answer.
            BundleError: If the cache cannot be written.
        """
        registry = Registry(self.registry)
        found = registry.find(self.reference)
        number = self.revision or found.revision
        if known is not None and (known.sha256, known.revision) == (found.bundle, number):
            return known
        return Source(registry.fetch(found), number, found.bundle)

    def absolute(self) -> RegistrySource:
        """Itself: its registry is absolute already."""
        return self


AnySource = Source | RegistrySource


@dataclass(frozen=True, slots=True)
class Label:
    """A name for a revision of a flow."""

    flow: str
    name: str
    revision: int


def parse_source(text: str) -> AnySource:
    """A bundle on the command line: `policy.bundle`, or `2=policy.bundle` for revision 2.

    Either may be one in the registry of the environment, as in `registry:engel@champion`.

    Raises:
        UsageError: If no registry is named, or the reference has another form.
    """
    match = _REVISION.fullmatch(text)
    place, revision = (match[2], int(match[1])) if match else (text, None)
    if is_reference(place):
        reference = str(parse_reference(place))
        return RegistrySource(Registry.named().address, reference, revision)
    return Source(Path(place), revision or 1)


def parse_label(text: str) -> Label:
    """A label on the command line: `latent_policy@stable=2`.

    Raises:
        UsageError: If it has another form.
    """
    match = _LABEL.fullmatch(text)
    if match is None:
        raise UsageError(
            Diagnostic(
                slug="wrong-label",
                message=f"`{text}` is no label of a revision",
                expected="FLOW@LABEL=REVISION, as in latent_policy@stable=2",
            )
        )
    return Label(match[1], match[2], int(match[3]))

"""What is served at one moment: flows by name, their revisions, and labels for these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flowspec.diagnostics import Diagnostic, UsageError, nearest
from flowspec.serve.endpoint import Endpoint
from flowspec.serve.request_error import UNKNOWN, RequestError
from flowspec.serve.served import Served
from flowspec.serve.sources import Label

Revisions = Mapping[int, Served]


@dataclass(frozen=True)
class Shelf:
    """What is served; it never changes, another takes its place.

    Attributes:
        flows: The revisions of each flow, the latest last.
        labels: The revision that each label of a flow stands for.
    """

    flows: Mapping[str, Revisions]
    labels: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, served: Iterable[Served], labels: Iterable[Label] = ()) -> Shelf:
        """The shelf of some bundles.

        Raises:
            UsageError: If two are the same revision of a flow, or a label has no revision.
        """
        flows: dict[str, dict[int, Served]] = {}
        for one in sorted(served, key=lambda one: one.revision):
            revisions = flows.setdefault(one.flow, {})
            if one.revision in revisions:
                raise UsageError(_same_revision(revisions[one.revision], one))
            revisions[one.revision] = one
        named: dict[str, dict[str, int]] = {name: {} for name in flows}
        for label in labels:
            if label.revision not in flows.get(label.flow, {}):
                raise UsageError(_label_of_nothing(label, flows))
            named[label.flow][label.name] = label.revision
        return cls(MappingProxyType(flows), MappingProxyType(named))

    @property
    def served(self) -> list[Served]:
        """Every revision of every flow."""
        return [one for revisions in self.flows.values() for one in revisions.values()]

    @property
    def names(self) -> dict[str, list[str]]:
        """What can be named in a request: flows, outputs, models, versions, labels."""
        endpoints = [one for served in self.served for one in served.endpoints.values()]
        labels = (label for those in self.labels.values() for label in those)
        return {
            "flow": list(self.flows),
            "output": sorted({one.name for one in endpoints}),
            "model": sorted({one.model for one in endpoints}),
            "version": sorted({str(one.revision) for one in self.served}),
            "label": sorted(set(labels)),
        }

    def find(self, flow: str, revision: int | str | None = None) -> Served:
        """A revision of a flow, by its number or label; the latest where neither is given.

        Raises:
            RequestError: If there is none.
        """
        revisions = self.flows.get(flow)
        if revisions is None:
            raise RequestError(UNKNOWN, _unknown("unknown-flow", "flow", flow, self.flows))
        if revision is None:
            return revisions[max(revisions)]
        if isinstance(revision, str):
            labels = self.labels[flow]
            if revision not in labels:
                raise RequestError(UNKNOWN, _unknown("unknown-label", "label", revision, labels))
            revision = labels[revision]
        if revision not in revisions:
            known = map(str, revisions)
            fault = _unknown("unknown-revision", "revision", str(revision), known)
            raise RequestError(UNKNOWN, fault)
        return revisions[revision]

    def endpoint(self, flow: str, output: str, revision: int | str | None = None) -> Endpoint:
        """An output of a revision of a flow.

        Raises:
            RequestError: If there is none.
        """
        known = self.find(flow, revision).endpoints
        if output not in known:
            raise RequestError(UNKNOWN, _unknown("unknown-output", "output", output, known))
        return known[output]

    def model(self, name: str, revision: int | None = None) -> Endpoint:
        """An output by the name that it has where every output is a model: `latent_policy.act`.

        Raises:
            RequestError: If there is none.
        """
        flow, _, output = name.partition(".")
        found = self.flows.get(flow)
        if found is None or output not in self.find(flow, revision).endpoints:
            raise RequestError(UNKNOWN, _unknown("unknown-model", "model", name, self.models))
        return self.endpoint(flow, output, revision)

    @property
    def models(self) -> list[str]:
        """The names of all outputs where every output is a model."""
        return [e.model for flow in self.flows for e in self.find(flow).endpoints.values()]


def revision_of(text: str) -> int:
    """The revision that a protocol's version is.

    Raises:
        RequestError: If it is no number.
    """
    if text.isascii() and text.isdecimal() and len(text) < 19:
        return int(text)
    shown = text if len(text) <= 100 else f"{text[:100]}…"
    raise RequestError(
        UNKNOWN,
        Diagnostic(
            slug="unknown-revision", message=f"there is no version `{shown}` here",
            expected="a revision, as in 1",
        ),
    )  # fmt: skip


def _unknown(slug: str, what: str, name: str, known: Iterable[str]) -> Diagnostic:
    words = tuple(known)
    shown = name if len(name) <= 100 else f"{name[:100]}…"
    return Diagnostic(
        slug=slug,
        message=f"there is no {what} `{shown}` here",
        expected=", ".join(words[:20]) or None,
        nearest=nearest(shown, words),
    )


def _same_revision(one: Served, other: Served) -> Diagnostic:
    return Diagnostic(
        slug="same-revision",
        message=f"`{one.source.folder}` and `{other.source.folder}` are both revision "
        f"{one.revision} of {one.flow}",
        help=f"say which is which, as in 2={other.source.folder}",
    )


def _label_of_nothing(label: Label, flows: Mapping[str, Revisions]) -> Diagnostic:
    known = [f"{name} {revision}" for name, those in flows.items() for revision in those]
    return Diagnostic(
        slug="wrong-label",
        message=f"the label `{label.name}` is for revision {label.revision} of "
        f"`{label.flow}`, which is not served",
        expected=", ".join(known),
    )

"""What callers see of the context inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flowspec import shapes
from flowspec.records import ContextRecord
from flowspec.versioning.diff.compare.words import listed, turned
from flowspec.versioning.diff.finding import Change, Sign
from flowspec.versioning.diff.pairing import Pairing


def context_changes(pairing: Pairing) -> Iterator[Change]:
    """Context inputs added, removed, renamed, and those that accept something else."""
    old = {context.name: context for context in pairing.old.contexts}
    had = set(pairing.contexts.values())
    for name, context in old.items():
        if name not in had:
            yield _change("context-removed", "-", context, None, "the context input {it} is gone",
                          _accepts(context))  # fmt: skip
    for context in pairing.new.contexts:
        if context.name not in pairing.contexts:
            yield _change("context-added", "+", None, context, "{it} is a new context input",
                          _accepts(context))  # fmt: skip
            continue
        before = old[pairing.contexts[context.name]]
        if before.name != context.name:
            yield _change("context-renamed", "~", before, context,
                          "the context input {it} has another name",
                          turned(before.name, context.name))  # fmt: skip
        yield from _kept(before, context)


def _kept(old: ContextRecord, new: ContextRecord) -> Iterator[Change]:
    if old.kind != new.kind:
        yield _change("context-kind-changed", "~", old, new,
                      "the context input {it} is of another kind",
                      f"{_accepts(old)} → {_accepts(new)}", "kind")  # fmt: skip
        return
    if old.shape != new.shape:
        yield _change("context-size-changed", "~", old, new,
                      "the context input {it} has another number of entries",
                      f"{shapes.text(old.shape)} → {shapes.text(new.shape)}", "size")  # fmt: skip
    if old.count != new.count:
        yield _count(old, new)
    if old.labels != new.labels:
        yield _labels(old, new)
    if old.fields != new.fields:
        yield _change("context-fields-changed", "~", old, new,
                      "the entries of the context input {it} have other names or another order",
                      f"{listed(old.fields or ())} → {listed(new.fields or ())}",
                      "fields")  # fmt: skip


def _count(old: ContextRecord, new: ContextRecord) -> Change:
    raised = (new.count or 0) > (old.count or 0)
    rule = "context-count-raised" if raised else "context-count-lowered"
    says = f"the context input {{it}} has {'more' if raised else 'fewer'} values"
    return _change(rule, "~", old, new, says, turned(old.count, new.count),
                   "labels" if new.labels and old.labels else "count")  # fmt: skip


def _labels(old: ContextRecord, new: ContextRecord) -> Change:
    before, after = old.labels or (), new.labels or ()
    if after[: len(before)] == before:
        return _change("context-labels-added", "~", old, new,
                       "the context input {it} has labels that it did not have",
                       listed(after[len(before) :]), "labels")  # fmt: skip
    return _change("context-labels-changed", "~", old, new,
                   "labels of the context input {it} are gone or stand for other values",
                   listed(_moved(before, after)), "labels")  # fmt: skip


def _moved(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """The labels that no longer stand for the value that they stood for."""
    now = dict(zip(after, range(len(after)), strict=True))
    return [label for index, label in enumerate(before) if now.get(label) != index]


def _accepts(context: ContextRecord) -> str:
    values = f" below {context.count}" if context.count is not None else ""
    return f"{context.kind} {shapes.text(context.shape)} {context.dtype}{values}"


def _change(
    rule: str, sign: Sign, old: ContextRecord | None, new: ContextRecord | None,
    says: str, detail: str, *keys: str,
) -> Change:  # fmt: skip
    named = old or new
    return Change(
        rule=rule, section="inputs", sign=sign, subject=named.name if named else "", says=says,
        detail=detail, old=("context", old.name, *keys) if old else None,
        new=("context", new.name, *keys) if new else None, at_key=not keys,
    )  # fmt: skip

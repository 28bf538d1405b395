"""What callers see of the flow and its event."""

from __future__ import annotations

from collections.abc import Iterator

from flowspec.plan.facts import event_range
from flowspec.records import EventRecord
from flowspec.spec.shown import shown
from flowspec.versioning.diff.compare.words import listed, turned
from flowspec.versioning.diff.finding import Change
from flowspec.versioning.diff.pairing import Pairing


def flow_changes(pairing: Pairing) -> Iterator[Change]:
    """The flow's name and dtype."""
    old, new = pairing.old, pairing.new
    if old.name != new.name:
        yield _change(
            "flow-renamed", "name", "the flow has another name", turned(old.name, new.name)
        )
    if old.event.dtype != new.event.dtype:
        yield _change(
            "dtype-changed", "dtype", "the flow computes in another dtype",
            turned(old.event.dtype, new.event.dtype),
        )  # fmt: skip


def event_changes(pairing: Pairing) -> Iterator[Change]:
    """The event's name, size, range and fields."""
    old, new = pairing.old.event, pairing.new.event
    if old.name != new.name:
        yield _event("event-renamed", "name", "the event has another name",
                     turned(old.name, new.name))  # fmt: skip
    if old.size != new.size:
        yield _event("event-size-changed", "shape", "the event has another number of features",
                     turned(old.size, new.size))  # fmt: skip
    elif event_range(old) != event_range(new):
        yield _event("event-range-changed", "support", "the event lives in another range",
                     f"{_range(old)} → {_range(new)}")  # fmt: skip
    if old.fields != new.fields:
        says = "the features of the event have other names"
        if set(old.fields or ()) == set(new.fields or ()):
            says = "the features of the event have their names in another order"
        yield _event("event-fields-changed", "fields", says,
                     f"{listed(old.fields or ())} → {listed(new.fields or ())}")  # fmt: skip


def _range(event: EventRecord) -> str:
    options = ", ".join(
        f"{key} {shown(value)}" for key, value in event.support.items() if key != "kind"
    )
    return f"{event.support.get('kind')} ({options})" if options else str(event.support.get("kind"))


def _event(rule: str, key: str, says: str, detail: str) -> Change:
    place = ("event", key)
    return Change(rule=rule, section="event", sign="~", subject=key, says=says, detail=detail,
                  old=place, new=place)  # fmt: skip


def _change(rule: str, key: str, says: str, detail: str) -> Change:
    return Change(rule=rule, section="event", sign="~", subject=key, says=says, detail=detail,
                  old=(key,), new=(key,))  # fmt: skip

"""What callers see of the outputs, and what else decides their answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flowspec.records import OutputRecord, Plan
from flowspec.versioning.diff.compare.words import listed, turned
from flowspec.versioning.diff.finding import Change, Sign
from flowspec.versioning.diff.pairing import Pairing

_STARTS = {"draw": "a draw", "centre": "the centre", "latent": "the latent", "event": "the event"}


def output_changes(pairing: Pairing) -> Iterator[Change]:
    """Outputs added, removed, renamed, and those that take, return or draw something else."""
    old = {output.name: output for output in pairing.old.outputs}
    new = {output.name: output for output in pairing.new.outputs}
    before = _renamed(pairing)
    for name, output in old.items():
        if name not in new and name not in before.values():
            yield _change("output-removed", "-", output, None, "the output {it} is gone",
                          _question(output))  # fmt: skip
    for name, output in new.items():
        if name in old:
            yield from _kept(old[name], output, pairing)
        elif name in before:
            yield _change("output-renamed", "~", old[before[name]], output,
                          "the output {it} has another name",
                          turned(before[name], name))  # fmt: skip
        else:
            yield _change("output-added", "+", None, output, "{it} is a new output",
                          _question(output))  # fmt: skip


def answer_changes(pairing: Pairing) -> Iterator[Change]:
    """Outputs whose answers are others though they take and return the same."""
    old = {output.name: output for output in pairing.old.outputs}
    before = _renamed(pairing)
    for new in pairing.new.outputs:
        was = old.get(new.name) or old.get(before.get(new.name, ""))
        if was is None:
            continue
        if was.temperature != new.temperature:
            yield _change("output-temperature-changed", "~", was, new,
                          "the output {it} has another temperature",
                          turned(was.temperature, new.temperature), "temperature")  # fmt: skip
        if was.origin != new.origin:
            yield _change("output-origin-changed", "~", was, new,
                          "the output {it} starts elsewhere",
                          f"{_STARTS[was.origin]} → {_STARTS[new.origin]}")  # fmt: skip


def _kept(old: OutputRecord, new: OutputRecord, pairing: Pairing) -> Iterator[Change]:
    names = _names(pairing)
    takes = _inputs(old, pairing.old, names), _inputs(new, pairing.new, {})
    if set(takes[0]) != set(takes[1]):
        yield _change("output-inputs-changed", "~", old, new, "the output {it} takes other inputs",
                      f"{listed(takes[0])} → {listed(takes[1])}", "inputs")  # fmt: skip
    before, after = _returns(old, names), _returns(new, {})
    lost = [name for name in before if name not in after]
    gained = [name for name in after if name not in before]
    if lost:
        yield _change("output-returns-lost", "~", old, new,
                      "the output {it} no longer returns a quantity", listed(lost),
                      "returns")  # fmt: skip
    if gained:
        yield _change("output-returns-gained", "~", old, new,
                      "the output {it} returns another quantity", listed(gained),
                      "returns")  # fmt: skip
    if old.draws != new.draws:
        yield _change("output-draws-changed", "~", old, new,
                      "the output {it} makes another number of draws per row",
                      turned(old.draws, new.draws), "draws")  # fmt: skip


def _renamed(pairing: Pairing) -> dict[str, str]:
    """The old name of each new output that asks what an old one asked that is gone."""
    old = {output.name: output for output in pairing.old.outputs}
    new = {output.name: output for output in pairing.new.outputs}
    gone = {name: _asked(o, pairing.old, _names(pairing)) for name, o in old.items()
            if name not in new}  # fmt: skip
    added = {name: _asked(o, pairing.new, {}) for name, o in new.items() if name not in old}
    found: dict[str, str] = {}
    for name, asked in added.items():
        same = [other for other, question in gone.items() if question == asked]
        if len(same) == 1 and list(added.values()).count(asked) == 1:
            found[name] = same[0]
    return found


def _asked(output: OutputRecord, plan: Plan, names: Mapping[str, str]) -> tuple[object, ...]:
    """Everything that decides the answers of an output, its name apart."""
    takes, returns = _inputs(output, plan, names), _returns(output, names)
    return (sorted(takes), sorted(returns), output.draws, output.temperature, output.origin)


def _names(pairing: Pairing) -> dict[str, str]:
    """The new name of the event by the old one."""
    return {pairing.old.event.name: pairing.new.event.name}


def _inputs(output: OutputRecord, plan: Plan, names: Mapping[str, str]) -> list[str]:
    given = {context.name for context in plan.contexts}
    return [names.get(i.name, i.name) for i in output.inputs if i.name not in given]


def _returns(output: OutputRecord, names: Mapping[str, str]) -> list[str]:
    return [names.get(record.name, record.name) for record in output.returns]


def _question(output: OutputRecord) -> str:
    takes = ", ".join(record.name for record in output.inputs)
    return f"({takes}) → {listed(record.name for record in output.returns)}"


def _change(
    rule: str, sign: Sign, old: OutputRecord | None, new: OutputRecord | None,
    says: str, detail: str, *keys: str,
) -> Change:  # fmt: skip
    named = old or new
    return Change(
        rule=rule, section="outputs", sign=sign, subject=named.name if named else "", says=says,
        detail=detail, old=("outputs", old.name, *keys) if old else None,
        new=("outputs", new.name, *keys) if new else None, at_key=not keys,
    )  # fmt: skip

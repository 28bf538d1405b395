"""Whether trained weights load: variables added, removed, reshaped, renamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from flowspec import shapes
from flowspec.records import LayerRecord, SpecPath, VariableRecord
from flowspec.versioning.diff.compare.words import renames_text, several, turned, variable
from flowspec.versioning.diff.finding import Change, Sign
from flowspec.versioning.diff.owners import Counterparts, Owner, counterparts, owners
from flowspec.versioning.diff.pairing import Pairing, unpaired


def variable_changes(pairing: Pairing) -> Iterator[Change]:
    """Changes of variables, one of each sort for a part or a network of it."""
    gone, added = unpaired(pairing)
    moved = _undeclared(pairing, gone, added)
    yield from moved.changes()
    yield from _lonely("variables-removed", "-", pairing.old.parts, gone.keys() - moved.paths)
    yield from _lonely("variables-added", "+", pairing.new.parts, added.keys() - moved.paths)
    yield from _kept(pairing)


@dataclass(frozen=True)
class _Moved:
    """Parts of which equal variables have other paths, by the start of the paths."""

    parts: list[tuple[LayerRecord, LayerRecord, dict[str, str]]]
    paths: set[str]

    def changes(self) -> Iterator[Change]:
        """One for each part; the first says what to write for all."""
        starts = {old: new for _, _, found in self.parts for old, new in found.items()}
        help_ = renames_text("if they are, say in the new spec", starts)
        for old, new, found in self.parts:
            yield _change(
                "undeclared-rename", "~", new.path,
                "the variables of {it} have other paths, and nothing says that they are the old "
                "ones", " → ".join(next(iter(found.items()))), old=old.source, new=new.source,
                help=help_,
            )  # fmt: skip
            help_ = None


def _undeclared(
    pairing: Pairing, gone: Mapping[str, VariableRecord], added: Mapping[str, VariableRecord]
) -> _Moved:
    moved = _Moved([], set())
    for old, new in pairing.parts:
        lost = [v for v in old.variables if v.path in gone]
        found = [v for v in new.variables if v.path in added]
        if lost and [_form(v) for v in lost] == [_form(v) for v in found]:
            starts = [_renaming(a.path, b.path) for a, b in zip(lost, found, strict=True)]
            moved.parts.append((old, new, dict(starts)))
            moved.paths.update(v.path for v in (*lost, *found))
    return moved


def _lonely(
    rule: str, sign: Sign, parts: Iterable[LayerRecord], chosen: Set[str]
) -> Iterator[Change]:
    """The variables of each owner that have no counterpart."""
    for owner in owners(parts):
        found = [v for v in owner.variables if v.path in chosen]
        if found:
            added = sign == "+"
            is_or_are = "are" if len(found) > 1 else "is"
            yield _change(
                rule, sign, owner.path,
                f"{_count(len(found))} of {{it}} {is_or_are} {'new' if added else 'gone'}",
                several([variable(v, owner.path) for v in found]),
                old=None if added else owner.source, new=owner.source if added else None,
            )  # fmt: skip


def _kept(pairing: Pairing) -> Iterator[Change]:
    for owner, pairs in counterparts(pairing):
        yield from _renamed(owner, pairs)
        reshaped = [(a, b) for _, a, b in pairs if a.shape != b.shape]
        if reshaped:
            says = f"{_count(len(reshaped))} of {{it}} {'have' if reshaped[1:] else 'has'}"
            yield _change(
                "variables-reshaped", "~", owner.path, f"{says} another shape",
                several([_reshaped(a, b, owner.path) for a, b in reshaped]),
                old=pairs[0][0].source, new=owner.source,
            )  # fmt: skip
        retyped = [(a, b) for _, a, b in pairs if a.dtype != b.dtype]
        if retyped and pairing.old.dtype == pairing.new.dtype:
            a, b = retyped[0]
            yield _change("variables-retyped", "~", owner.path,
                          "the variables of {it} have another dtype", turned(a.dtype, b.dtype),
                          old=pairs[0][0].source, new=owner.source)  # fmt: skip
    if pairing.old.dtype != pairing.new.dtype and pairing.variables:
        yield _change("variables-retyped", "~", "dtype", "all variables have the flow's new dtype",
                      turned(pairing.old.dtype, pairing.new.dtype),
                      old=("dtype",), new=("dtype",))  # fmt: skip


def _renamed(owner: Owner, pairs: Counterparts) -> Iterator[Change]:
    renamed = [_renaming(a.path, b.path) for _, a, b in pairs if a.path != b.path]
    if renamed:
        yield _change(
            "variables-renamed", "~", owner.path, "the variables of {it} have other paths",
            " → ".join(renamed[0]), old=pairs[0][0].source, new=owner.source,
            help="`flowspec transfer` moves the weights along",
        )  # fmt: skip


def _renaming(old: str, new: str) -> tuple[str, str]:
    """The starts of two paths that differ: the same end of both is left out."""
    a, b = old.split("."), new.split(".")
    while len(a) > 1 and len(b) > 1 and a[-1] == b[-1]:
        a.pop()
        b.pop()
    return ".".join(a), ".".join(b)


def _reshaped(old: VariableRecord, new: VariableRecord, start: str) -> str:
    name = new.path.removeprefix(f"{start}.")
    return f"{name} {shapes.text(old.shape)} → {shapes.text(new.shape)}"


def _form(record: VariableRecord) -> tuple[tuple[int, ...], str, str]:
    return (record.shape, record.dtype, record.path.rpartition(".")[2])


def _count(number: int) -> str:
    return "1 variable" if number == 1 else f"{number} variables"


def _change(
    rule: str, sign: Sign, subject: str, says: str, detail: str, *,
    old: SpecPath | None = None, new: SpecPath | None = None, help: str | None = None,
) -> Change:  # fmt: skip
    return Change(rule=rule, section="variables", sign=sign, subject=subject, says=says,
                  detail=detail, old=old, new=new, help=help)  # fmt: skip

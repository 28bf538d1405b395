"""Edits applied to a text: nothing but what they are about is touched.

Comments, quotes, flow and block style, indentation and line ends stay as they are. What an edit
takes away leaves its comments behind.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flowspec.source.edit.draft import Draft, RewriteError
from flowspec.source.edit.edits import Edit, Insert, Move, Path, Remove, Rename, Replace, Wrap
from flowspec.source.edit.insert import insert, key_quotes
from flowspec.source.edit.move import move
from flowspec.source.edit.pieces import Entry, Piece
from flowspec.source.edit.remove import remove
from flowspec.source.edit.values import replace_value
from flowspec.source.edit.wrap import wrap
from flowspec.source.edit.written import written

_IN_PLACE = (Rename, Replace, Wrap)


def rewrite(text: str, edits: Iterable[Edit]) -> str:
    """The text changed by edits.

    What several aliases lead to is changed once; so the result has to be read again and compared
    by whoever wants to know that it means the same as the changed tree.

    Args:
        text: One YAML document that was read before, without a byte order mark.
        edits: Those that change its tree, as `apply_edits` returns them.

    Returns:
        The new text.

    Raises:
        RewriteError: It is written in a way that leaves no room for an edit.
    """
    draft = Draft(text)
    work = _Work(draft)
    # Braces around a value end where a key that comes behind it begins.
    ordered = sorted(edits, key=lambda edit: not isinstance(edit, _IN_PLACE))
    for edit in ordered:
        work.take_out(edit)
    for edit in ordered:
        work.put_in(edit)
    work.finish()
    return draft.finished()


class _Work:
    """What edits want of a text, each once for each place of it."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._done: set[tuple[int, str]] = set()
        self._removed: dict[int, tuple[Piece, list[Entry]]] = {}
        self._gone: set[int] = set()
        self._carried: set[int] = set()

    def take_out(self, edit: Edit) -> None:
        """Note what an edit takes away from its place."""
        if isinstance(edit, Move | Remove):
            owner, entry = self._found(edit.path)
            if id(entry) not in self._gone:
                self._gone.add(id(entry))
                self._removed.setdefault(id(owner), (owner, []))[1].append(entry)

    def put_in(self, edit: Edit) -> None:
        """Do everything else that an edit says."""
        match edit:
            case Insert():
                self._insert(edit)
            case Move():
                self._move(edit)
            case Rename() | Replace() | Wrap():
                self._in_place(edit)
            case Remove():
                pass

    def finish(self) -> None:
        """Take out what is to be removed, all of one map or list together."""
        for owner, entries in self._removed.values():
            remove(self._draft, owner, entries, self._carried)

    def _insert(self, edit: Insert) -> None:
        owner, key = self._map(edit.path[:-1]), edit.path[-1]
        if self._is_new(owner, edit, key, edit.value):
            pair = f"{written(key, key_quotes(owner))}: {written(edit.value)}"
            insert(self._draft, owner, pair, self._gone, after=edit.after, first=edit.first)

    def _move(self, edit: Move) -> None:
        owner, entry = self._found(edit.path)
        target, key = self._map(edit.to[:-1]), str(edit.to[-1])
        if self._is_new(entry, edit, id(target), key):
            self._carried |= move(self._draft, owner, entry, target, key, self._gone)

    def _in_place(self, edit: Rename | Replace | Wrap) -> None:
        owner, entry = self._found(edit.path)
        match edit:
            case Rename(to=to):
                if entry.key and self._is_new(entry, edit, to):
                    quotes = entry.key.style
                    self._draft.change(entry.key.content, entry.key.end, written(to, quotes))
            case Replace(value=value):
                if self._is_new(entry, edit, value):
                    replace_value(self._draft, entry, value)
            case Wrap(key=key, beside=beside):
                if self._is_new(entry, edit, key, dict(beside)):
                    wrap(self._draft, owner, entry, key, beside)

    def _is_new(self, place: Piece | Entry, edit: Edit, *what: Any) -> bool:
        key = (id(place), f"{type(edit).__name__}{what!r}")
        is_new = key not in self._done
        self._done.add(key)
        return is_new

    def _map(self, path: Path) -> Piece:
        piece = self._draft.layout.value(path)
        if piece is None or piece.shape != "map":
            raise RewriteError(f"there is no place for `{_shown(path)}` in it")
        return piece

    def _found(self, path: Path) -> tuple[Piece, Entry]:
        found = self._draft.layout.find(path)
        if found is None:
            raise RewriteError(f"`{_shown(path)}` stands nowhere in it")
        return found


def _shown(path: Path) -> str:
    return ".".join(map(str, path))

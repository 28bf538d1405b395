"""How many rows may wait for an answer, of all outputs together."""

from __future__ import annotations

from flowspec.diagnostics import Diagnostic
from flowspec.serve.request_error import BUSY, RequestError


class Room:
    """How many rows of all outputs may wait.

    Attributes:
        used: The rows that wait.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.used = 0

    def taken(self, rows: int) -> _Taken:
        """A context in which so many rows wait.

        Raises:
            RequestError: If there is no room for them.
        """
        if self.used and self.used + rows > self.size:
            raise RequestError(
                BUSY,
                Diagnostic(
                    slug="queue-full",
                    message="too many rows wait for an answer already",
                    expected=f"at most {self.size}",
                    got=str(self.used + rows),
                    help="come again later, or ask for fewer rows at once",
                ),
            )
        return _Taken(self, rows)


class _Taken:
    def __init__(self, room: Room, rows: int) -> None:
        self._room = room
        self._rows = rows

    def __enter__(self) -> None:
        self._room.used += self._rows

    def __exit__(self, *_: object) -> None:
        self._room.used -= self._rows

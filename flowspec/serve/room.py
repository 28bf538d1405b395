"""How much may wait for an answer, of all requests together."""

from __future__ import annotations

from flowspec.diagnostics import Diagnostic
from flowspec.serve.request_error import BUSY, RequestError


class Room:
    """How many rows, or bytes, of all requests may wait.

    Attributes:
        size: How many may.
        used: How many do.
        what: What they are.
    """

    def __init__(self, size: int, what: str = "rows") -> None:
        self.size = size
        self.used = 0
        self.what = what

    def taken(self, amount: int = 0) -> Share:
        """A context in which a request has so much of the room.

        Raises:
            RequestError: If there is no room for it.
        """
        share = Share(self)
        share.add(amount)
        return share


class Share:
    """What one request has of a room, until the end of its context."""

    __slots__ = ("_amount", "_room")

    def __init__(self, room: Room) -> None:
        self._room = room
        self._amount = 0

    def __enter__(self) -> Share:
        return self

    def __exit__(self, *_: object) -> None:
        self._room.used -= self._amount

    def add(self, amount: int) -> None:
        """Take more; a request that is alone may have more than there is.

        Raises:
            RequestError: If there is no room for it.
        """
        room = self._room
        wanted = room.used + amount
        if wanted > room.size and room.used > self._amount:
            raise RequestError(
                BUSY,
                Diagnostic(
                    slug="queue-full",
                    message=f"too many {room.what} wait for an answer already",
                    expected=f"at most {room.size}",
                    got=str(wanted),
                    help="come again later, or ask for fewer rows at once",
                ),
            )
        room.used = wanted
        self._amount += amount

"""A request that is not answered, and why.

Every protocol tells it in its own way: HTTP by status and body, gRPC by code and details.
"""

from __future__ import annotations

from flowspec.diagnostics import Diagnostic, FlowspecError

MALFORMED, UNAUTHORIZED, UNKNOWN, WRONG_METHOD, SLOW, TOO_LARGE = 400, 401, 404, 405, 408, 413
UNFIT, BUSY, BROKEN, UNAVAILABLE = 422, 429, 500, 503

RETRY_AFTER = 1
"""Seconds after which a caller who was sent away for want of room may come again."""


class RequestError(FlowspecError):
    """A request is not answered.

    Attributes:
        status: The HTTP status that says whose fault it is.
    """

    def __init__(self, status: int, *diagnostics: Diagnostic) -> None:
        super().__init__(*diagnostics)
        self.status = status

    @property
    def may_come_again(self) -> bool:
        """Whether the same request may be answered later."""
        return self.status in (BUSY, UNAVAILABLE)

    @property
    def sentence(self) -> str:
        """All faults in a line, without their places in a text."""
        return "; ".join(map(_sentence, self.diagnostics))


def unfit(*diagnostics: Diagnostic) -> RequestError:
    """Values do not fit the output."""
    return RequestError(UNFIT, *diagnostics)


def _sentence(diagnostic: Diagnostic) -> str:
    notes = {"expected": diagnostic.expected, "got": diagnostic.got}
    told = ", ".join(f"{label} {note}" for label, note in notes.items() if note is not None)
    near = f"; did you mean `{diagnostic.nearest}`?" if diagnostic.nearest else ""
    return diagnostic.message + (f" ({told})" if told else "") + near

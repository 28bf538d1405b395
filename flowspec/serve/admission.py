"""Who may ask, and when: whoever carries the token, until the service is told to stop."""

from __future__ import annotations

import hmac

from flowspec.diagnostics import Diagnostic
from flowspec.serve.request_error import UNAUTHORIZED, UNAVAILABLE, RequestError
from flowspec.serve.service import Service


def admit(service: Service, authorization: str) -> None:
    """Let a caller in.

    Args:
        service: What is asked.
        authorization: What the caller says of itself, empty where it says nothing.

    Raises:
        RequestError: If the service is shutting down, or the caller does not carry its token.
    """
    if service.is_closing:
        raise RequestError(UNAVAILABLE, _closing())
    token = service.options.token
    if token is not None and not is_allowed(authorization, token):
        raise RequestError(UNAUTHORIZED, _unauthorized())


def is_allowed(given: str, token: str) -> bool:
    """Whether what a caller says as `authorization` holds the token."""
    scheme, _, said = given.partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(said.encode(), token.encode())


def _closing() -> Diagnostic:
    return Diagnostic(slug="shutting-down", message="the service is shutting down")


def _unauthorized() -> Diagnostic:
    return Diagnostic(
        slug="token-refused",
        message="the request does not carry the right token",
        expected="Authorization: Bearer TOKEN",
    )

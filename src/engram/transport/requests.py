"""A transport over a `requests.Session`, for teams whose proxies, certificates and logins live in one.

Optional: importing this module needs `requests`, and nothing else of the package imports it. The session's own
retries should be off, or they multiply with ours.
"""

from __future__ import annotations

import math
from typing import Iterator

import requests
import urllib3

from ..errors import ConnectionFailedError, EngramError, TimeoutExceededError
from .base import Headers, Request, Response
from .deadline import socket_timeout
from .decoding import decoded
from .http import split_base_url

_PIECE_BYTES = 64 * 1024
_FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)


class RequestsTransport:
    """Carries requests over a session that stays its owner's: `close()` leaves it open.

    `requests` bounds each silence, and by the time that was left at the start. So where the standard transport stops
    at the deadline, this one may take up to one more timeout. It needs urllib3 2.1 or newer.

        EngramClient(transport=RequestsTransport(session, "https://memory.example.com"), api_key=...)

    Raises:
        ConfigurationError: the base URL can never work.
    """

    def __init__(self, session: requests.Session, base_url: str) -> None:
        self._session = session
        self._base = split_base_url(base_url)

    def __repr__(self) -> str:
        return f"RequestsTransport({self._base.url!r})"

    def send(self, request: Request, /) -> Response:
        """Send one request; return the response with its body still unread."""
        wait = min(request.deadline.remaining(), math.inf if request.read_timeout is None else request.read_timeout)
        if wait <= 0:
            raise TimeoutExceededError("no time was left to send the request", outcome="not_sent")
        try:
            answer = self._session.request(
                request.method,
                self._base.url + request.target,
                headers=dict(request.headers),
                data=request.body,
                stream=True,
                allow_redirects=False,
                timeout=socket_timeout(wait),
            )
        except _FAILURES as error:
            raise _failure(error) from error
        headers = Headers(answer.headers.items())
        pieces = decoded(_pieces(answer, request), headers.get("content-encoding", ""))
        return Response(answer.status_code, headers, pieces, answer.close)

    def close(self) -> None:
        """Do nothing: the session is its owner's to close."""


def _pieces(answer: requests.Response, request: Request) -> Iterator[bytes]:
    """Yield the body as it comes. `iter_content` would wait until a piece of the size asked for is full."""
    while True:
        if request.deadline.remaining() <= 0:
            raise TimeoutExceededError("the time ran out while the response was read")
        try:
            piece: bytes = answer.raw.read1(_PIECE_BYTES, decode_content=False)
        except _FAILURES as error:
            raise _failure(error) from error
        if not piece:
            return
        yield piece


def _failure(error: Exception) -> EngramError:
    if isinstance(error, requests.ConnectTimeout):
        return TimeoutExceededError(f"the time ran out while connecting: {error}", outcome="not_sent")
    if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError)):
        return TimeoutExceededError(f"the time ran out while waiting for the response: {error}")
    return ConnectionFailedError(f"the connection failed: {error}")

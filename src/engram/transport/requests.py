"""A transport over a `requests.Session`, for teams whose proxies, certificates and logins live in one.

Optional: importing this module needs `requests`, and nothing else of the package imports it. The session's own
retries should be off, or they multiply with ours.
"""

from __future__ import annotations

import math
from typing import Iterator

import requests

from ..errors import ConnectionFailedError, EngramError, TimeoutExceededError
from .base import Headers, Request, Response
from .http import split_base_url

_PIECE_BYTES = 64 * 1024


class RequestsTransport:
    """Carries requests over a session that stays its owner's: `close()` leaves it open.

    The standard transport stops within the deadline whatever the peer does. `requests` bounds each silence only, so
    here a body that trickles may go on for up to one more timeout.

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
                timeout=wait if wait < math.inf else None,
            )
        except (requests.RequestException, OSError, ValueError) as error:
            raise _failure(error) from error
        return Response(answer.status_code, Headers(answer.headers.items()), _pieces(answer, request), answer.close)

    def close(self) -> None:
        """Do nothing: the session is its owner's to close."""


def _pieces(answer: requests.Response, request: Request) -> Iterator[bytes]:
    # None means chunk by chunk, as they come, and without chunks all at once: right for a stream only.
    pieces = answer.iter_content(None if request.stream else _PIECE_BYTES)
    try:
        for piece in pieces:
            if request.deadline.remaining() <= 0:
                raise TimeoutExceededError("the time ran out while the response was read")
            yield piece
    except (requests.RequestException, OSError, ValueError) as error:
        raise _failure(error) from error


def _failure(error: Exception) -> EngramError:
    if isinstance(error, requests.ConnectTimeout):
        return TimeoutExceededError(f"the time ran out while connecting: {error}", outcome="not_sent")
    # While a body is read, requests reports a timeout as a broken connection.
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return TimeoutExceededError(f"the time ran out while waiting for the response: {error}")
    return ConnectionFailedError(f"the connection failed: {error}")

"""The seam between the client and whatever carries its requests.

A transport turns one `Request` into one `Response` or raises an `EngramError`; it knows no retry, no JSON and no
call of the API. Statuses are not errors here. Three carry requests: `http` (urllib and a pool), `local` (the
server's App in the process) and `requests` (a session that the user brings).
"""

from __future__ import annotations

from typing import Callable, Dict, Iterable, Iterator, NamedTuple, Optional, Protocol

from ..errors import EngramError, TooLargeError
from .deadline import Deadline

# Twice the largest page of memories, far below what hurts a laptop.
MAX_RESPONSE_BYTES = 32 * 1024 * 1024

_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"})


class Headers(Dict[str, str]):
    """Header names in lower case to values. Secrets stay out of the repr, so no log can leak them."""

    def __init__(self, items: Iterable["tuple[str, str]"] = ()) -> None:
        super().__init__((name.lower(), value) for name, value in items)

    def copy(self) -> Headers:
        """Return a copy that hides its secrets as well."""
        other = Headers()
        other.update(self)
        return other

    def __repr__(self) -> str:
        shown = {name: "<hidden>" if name in _SECRET_HEADERS else value for name, value in self.items()}
        return f"Headers({shown})"


class Request(NamedTuple):
    """One request as it goes out. `target` is the path and query, already percent-encoded."""

    method: str
    target: str
    headers: Headers
    body: Optional[bytes]
    #: The whole attempt, from connecting to the last byte, must be over by then.
    deadline: Deadline
    #: The longest silence of the peer that is waited out, in seconds.
    read_timeout: Optional[float]
    #: Whether the body is read piece by piece while it comes.
    stream: bool = False


class Response:
    """One response as it came in. Read it whole with `read()`, or iterate over its bytes as they arrive.

    Whoever gets a response closes it; `read()` does so by itself.
    """

    __slots__ = ("_chunks", "_close", "_content", "_leave", "attempts", "headers", "limit", "status")

    def __init__(
        self,
        status: int,
        headers: Headers,
        chunks: Iterable[bytes],
        close: Callable[[], None] = lambda: None,
        leave: Optional[Callable[[], None]] = None,
    ) -> None:
        self.status = status
        self.headers = headers
        #: How many requests it took, retries included.
        self.attempts = 1
        #: How many bytes of body are read whole at most.
        self.limit = MAX_RESPONSE_BYTES
        self._chunks = iter(chunks)
        self._close = close
        self._leave = leave or close
        self._content: Optional[bytes] = None

    def __repr__(self) -> str:
        return f"<Response {self.status} {self.headers!r}>"

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks if self._content is None else iter((self._content,))

    def read(self) -> bytes:
        """Return the whole body, and the same bytes when asked again.

        Raises:
            TooLargeError: the body has more than `limit` bytes; the connection is dropped.
        """
        if self._content is None:
            pieces, size = [], 0
            try:
                for chunk in self._chunks:
                    size += len(chunk)
                    if size > self.limit:
                        raise TooLargeError(
                            f"the response is larger than {self.limit} bytes, the client's max_response_bytes",
                            self.status,
                            outcome="unknown",
                        )
                    pieces.append(chunk)
            finally:
                self.close()
            self._content = b"".join(pieces)
        return self._content

    def mark(self, error: EngramError) -> None:
        """Write on an error about this response what is known of the call that ends with it."""
        error.attempts = self.attempts
        error.request_id = error.request_id or self.headers.get("x-request-id")

    def close(self) -> None:
        """Give the connection back, or drop it when the body was not read to its end. Safe to call again."""
        self._close()

    def leave(self) -> None:
        """Close it when no more of the body is wanted: the connection is given back if the end comes at once."""
        self._leave()


class Transport(Protocol):
    """What carries requests. Bring your own by writing these two methods."""

    def send(self, request: Request, /) -> Response:
        """Send one request; return the response with its body still unread.

        Raises:
            ConnectionFailedError, TimeoutExceededError, ProtocolError: with `outcome` telling `not_sent` (not one
            byte of the request can have been acted on) from `unknown`.
        """

    def close(self) -> None:
        """Release what is held. Safe to call again."""


Next = Callable[[Request], Response]
Hook = Callable[[Request, Next], Response]
"""Wraps each attempt: look at or replace the request, call the next link, look at or replace the response."""

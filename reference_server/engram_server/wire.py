"""What passes between a door and the App: a request, a response, an error. No sockets, no SQL, no rules."""

from __future__ import annotations

import json
import threading
from typing import Callable, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Tuple, Union

from engram.types import ErrorBody, JsonObject, JsonValue
from engram.types.limits import MAX_BODY_BYTES

JSON_TYPE = "application/json"
EVENT_STREAM_TYPE = "text/event-stream"

# Made once: `json.dumps` makes one for each value, which costs more than writing a small one.
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class Request(NamedTuple):
    """One request as a door read it. `path` and `query` are raw: still percent-encoded."""

    method: str
    path: str
    query: str
    #: Names in lower case. A door refuses a request in which a header that matters stands twice.
    headers: Mapping[str, str]
    body: bytes


class Last(bytes):
    """The piece of a stream in which its work is told to be done: who reads it may ask again at once."""


class Stream:
    """A response body that comes piece by piece. Whoever drops it before its end must close it."""

    def __init__(self, pieces: Iterator[bytes], *on_close: Callable[[], None]) -> None:
        self._pieces = pieces
        self._on_close = list(on_close)
        self._is_closing = False
        # Held while a piece is made, in the middle of which nothing can be closed.
        self._making = threading.Lock()

    def __iter__(self) -> Iterator[bytes]:
        try:
            while True:
                with self._making:
                    piece = next(self._pieces, None)
                if self._is_closing or isinstance(piece, Last):
                    self.close()
                if piece is None:
                    return
                yield bytes(piece)  # WSGI takes nothing that is only a kind of bytes.
        finally:
            self.close()

    def on_close(self, release: Callable[[], None]) -> None:
        """Have `release` called once, when the stream comes to its `Last` piece, fails or is closed, begun or not."""
        self._on_close.append(release)

    def close(self) -> None:
        """Give back what the stream holds (a slot, a provider's connection). Safe to call again.

        Where another thread waits for a piece, that one does so after it.
        """
        self._is_closing = True
        if self._making.acquire(blocking=False):
            try:
                held, self._on_close = self._on_close, []
                for release in held:
                    release()
            finally:
                self._making.release()


class Response(NamedTuple):
    """One response. A door adds framing (`Content-Length` or chunks) and nothing else."""

    status: int
    headers: List[Tuple[str, str]]
    body: Union[bytes, Stream]


class ApiError(Exception):
    """A request that is refused: the one exception that becomes an error body."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Optional[JsonObject] = None,
        headers: Iterable[Tuple[str, str]] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details: JsonObject = details or {}
        self.headers: Dict[str, str] = dict(headers)


def body_too_large() -> ApiError:
    """Return the refusal of a body over the limit, whoever measures it: a door before reading it, or the App."""
    limit = MAX_BODY_BYTES
    return ApiError(413, "body_too_large", f"The body is larger than {limit} bytes", {"limit_bytes": limit})


def encode_json(value: object) -> bytes:
    """Return compact UTF-8 JSON. NaN is a bug of ours and raises."""
    return _ENCODER.encode(value).encode("utf-8")


def json_response(status: int, value: object, headers: Iterable[Tuple[str, str]] = ()) -> Response:
    """Return a response whose body is `value` as JSON."""
    return Response(status, [("Content-Type", JSON_TYPE), *headers], encode_json(value))


def written_response(body: bytes) -> Response:
    """Return a response with status 200 whose body is JSON already."""
    return Response(200, [("Content-Type", JSON_TYPE)], body)


def error_response(error: ApiError, request_id: str) -> Response:
    """Return the response that tells of `error` in the one shape of all errors."""
    body: ErrorBody = {
        "error": error.message,
        "code": error.code,
        "request_id": request_id,
        "details": error.details,
    }
    return json_response(error.status, body, [*error.headers.items(), ("X-Request-Id", request_id)])


def data_frame(value: JsonValue) -> bytes:
    """Return one server-sent event of one line, the only byte-level shape that all published clients read."""
    return b"data: " + encode_json(value) + b"\n\n"


DONE_FRAME = b"data: [DONE]\n\n"

"""The other end of the wire: a socket that sends any bytes and reads responses strictly, and a handler that counts.

Shared by all tests of the HTTP door. It knows as little of HTTP as it can, so that it shares no mistake with the
code under test.
"""

from __future__ import annotations

import json
import socket
import threading
from types import TracebackType
from typing import Dict, Iterator, List, NamedTuple, Optional, Type

from engram_server.wire import Request, Response, json_response

# Long enough never to decide a test, short enough that a stuck server fails it.
PATIENCE_SECONDS = 20


class Answer(NamedTuple):
    """A response as it came; header names in lower case."""

    status: int
    headers: Dict[str, str]
    body: bytes


class Peer:
    """A raw connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._inbox = b""

    def __enter__(self) -> Peer:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.sock.close()

    def send(self, data: bytes, piece_size: int = 0) -> None:
        """Send bytes, whole or in pieces. A server that has heard enough may stop listening."""
        size = piece_size or len(data) or 1
        try:
            for at in range(0, len(data), size):
                self.sock.sendall(data[at : at + size])
        except (BrokenPipeError, ConnectionResetError):
            return

    def finish_sending(self) -> None:
        """Close our half."""
        self.sock.shutdown(socket.SHUT_WR)

    def read_answer(self, *, is_bodiless: bool = False) -> Answer:
        """Read one response: its head, then as many bytes as it says."""
        lines = self.read_to(b"\r\n\r\n").decode("ascii").split("\r\n")[:-2]
        version, status, _ = lines[0].split(" ", 2)
        assert version == "HTTP/1.1"
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
        assert len(headers) == len(lines) - 1
        if is_bodiless or status in ("100", "204", "304"):
            return Answer(int(status), headers, b"")
        if headers.get("transfer-encoding") == "chunked":
            return Answer(int(status), headers, b"".join(self.read_chunks()))
        if "content-length" in headers:
            return Answer(int(status), headers, self._read_exactly(int(headers["content-length"])))
        return Answer(int(status), headers, self.read_to_end())

    def read_chunks(self) -> Iterator[bytes]:
        """Yield the chunks of a body up to and without the last, empty one."""
        while True:
            size = int(self.read_to(b"\r\n"), 16)
            piece = self._read_exactly(size + 2)
            assert piece.endswith(b"\r\n")
            if not size:
                return
            yield piece[:-2]

    def read_to(self, end: bytes) -> bytes:
        """Read up to and with `end`."""
        while end not in self._inbox:
            self._receive()
        taken, self._inbox = self._inbox[: self._inbox.index(end) + len(end)], self._inbox.split(end, 1)[1]
        return taken

    def read_to_end(self) -> bytes:
        """Read until the server closes. A reset is not a close."""
        pieces = [self._inbox]
        while pieces[-1] or len(pieces) == 1:
            pieces.append(self.sock.recv(65536))
        self._inbox = b""
        return b"".join(pieces)

    def is_closed(self) -> bool:
        """Wait for the server to close; say whether it sent nothing before that."""
        return self.read_to_end() == b""

    def _read_exactly(self, size: int) -> bytes:
        while len(self._inbox) < size:
            self._receive()
        taken, self._inbox = self._inbox[:size], self._inbox[size:]
        return taken

    def _receive(self) -> None:
        piece = self.sock.recv(65536)
        if not piece:
            raise EOFError(f"the server closed after {self._inbox!r}")
        self._inbox += piece


class Counter:
    """A handler that remembers what it was asked to run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: List[Request] = []

    def __call__(self, request: Request) -> Response:
        with self._lock:
            self._requests.append(request)
        return json_response(200, {"path": request.path, "size": len(request.body)})

    def take(self) -> List[Request]:
        """Return what was run since the last call."""
        with self._lock:
            taken, self._requests = self._requests, []
            return taken


def assert_is_our_error(answer: Answer) -> None:
    """Check the one shape of all errors."""
    assert answer.headers["content-type"] == "application/json"
    body = json.loads(answer.body)
    assert list(body) == ["error", "code", "request_id", "details"]
    assert body["error"] and body["code"].replace("_", "").isalpha()
    assert body["request_id"] == answer.headers["x-request-id"]
    assert body["request_id"].startswith("req_")


def get(path: str, *headers: str) -> bytes:
    """Return a well-formed GET."""
    return request("GET", path, *headers)


def post(path: str, body: bytes, *headers: str) -> bytes:
    """Return a well-formed POST."""
    return request("POST", path, f"Content-Length: {len(body)}", *headers) + body


def request(method: str, path: str, *headers: str) -> bytes:
    """Return a well-formed head."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1")

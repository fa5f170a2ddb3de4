"""A model provider for tests: a socket that sends the bytes it is told to and keeps the request byte for byte."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager
from typing import Callable, Iterator, List, Sequence, Union

from engram_server.provider import Provider, Timeouts

KEY = "sk-canary-0123456789"
PATIENCE_SECONDS = 20
STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
CHUNKED_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
DONE = b"data: [DONE]\n\n"

Step = Union[bytes, Callable[[socket.socket], None]]


class Peer:
    """A server for one connection: it reads one request, unless told not to, and does what its script says."""

    def __init__(self, script: Sequence[Step], *, reads: bool = True) -> None:
        self.requests: List[bytes] = []
        #: Set when the client closed the connection or the script ended.
        self.ended = threading.Event()
        self._script = script
        self._reads = reads
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._name = self._listener.getsockname()
        self.url = f"http://127.0.0.1:{self._name[1]}/v1"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def body(self) -> "dict[str, object]":
        sent = json.loads(self.requests[0].partition(b"\r\n\r\n")[2])
        assert isinstance(sent, dict)
        return sent

    def close(self) -> None:
        # Wakes the thread where no client ever came.
        with socket.socket() as waker:
            waker.connect_ex(self._name)
        self._thread.join(PATIENCE_SECONDS)
        self._listener.close()
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection:
            connection.settimeout(PATIENCE_SECONDS)
            try:
                if self._reads:
                    self.requests.append(_request(connection))
                for step in self._script:
                    if isinstance(step, bytes):
                        connection.sendall(step)
                    else:
                        step(connection)
            except (ConnectionError, ValueError):
                pass
        self.ended.set()


def _request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            raise ConnectionError("no request")
        data += piece
    length = int(data.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(data.partition(b"\r\n\r\n")[2]) < length:
        data += connection.recv(65536)
    return data


@contextmanager
def serving(*script: Step, reads: bool = True) -> Iterator[Peer]:
    """Have a server as long as the block runs."""
    peer = Peer(script, reads=reads)
    try:
        yield peer
    finally:
        peer.close()


def provider(peer: Peer, timeouts: Timeouts = Timeouts(connect=PATIENCE_SECONDS, silence=PATIENCE_SECONDS)) -> Provider:
    """Return a provider that asks a peer, and waits for long."""
    return Provider(peer.url, "test-model", KEY, timeouts=timeouts)


def response(body: bytes, status: str = "200 OK", kind: str = "application/json") -> bytes:
    """Return an answer in one piece."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def answer(content: object, **more: object) -> bytes:
    """Return the body of an answer that says something."""
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}], **more}).encode()


def frame(content: object = None, finish: object = None, **more: object) -> bytes:
    """Return a piece of a streamed answer."""
    chunk = {"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish}], **more}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def until_closed(connection: socket.socket) -> None:
    """Wait, as a step of a script, until the client closes the connection."""
    while connection.recv(65536):
        pass


def chunk(data: bytes) -> bytes:
    """Return one chunk of a chunked body."""
    return b"%x\r\n%s\r\n" % (len(data), data)

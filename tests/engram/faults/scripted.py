"""A server that reads a request properly and then does what its script says, byte by byte.

A script is a list of steps for one request; the server plays its scripts in order, one a request, and the last one
for every request after that. A connection stays open after a script unless a step closes it.

    with ScriptedServer([send(b"HTTP/1.1 200 OK\\r\\nContent-Le"), reset]) as server:
        EngramClient(base_url=server.url, ...)
"""

from __future__ import annotations

import contextlib
import functools
import json
import select
import socket
import ssl
import struct
import threading
from typing import Callable, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple


class Received(NamedTuple):
    """A request as it came in."""

    #: Which connection brought it, counted from 1.
    connection: int
    method: str
    target: str
    headers: Dict[str, str]
    body: bytes
    #: How many reads it took; one, if it was sent in one go.
    reads: int


class Peer:
    """The server's end of one connection."""

    def __init__(self, sock: socket.socket, stopped: threading.Event) -> None:
        self.sock = sock
        self.stopped = stopped
        self.open = True
        #: The request that the script answers.
        self.request = Received(0, "", "", {}, b"", 0)

    def close(self) -> None:
        """Close the connection."""
        self.open = False
        self.sock.close()


Step = Callable[[Peer], None]
Script = Sequence[Step]

# Only a test that is about to fail waits for as long as this.
_PATIENCE_SECONDS = 30.0


def send(data: bytes) -> Step:
    """Send bytes at once."""
    return lambda peer: peer.sock.sendall(data)


def drip(data: bytes, gap_seconds: float) -> Step:
    """Send one byte, wait, send the next."""

    def step(peer: Peer) -> None:
        for byte in data:
            peer.sock.sendall(bytes([byte]))
            if peer.stopped.wait(gap_seconds):
                return

    return step


def stall(peer: Peer) -> None:
    """Say nothing until the client gives up."""
    while peer.sock.recv(65536):
        pass
    peer.close()


def close(peer: Peer) -> None:
    """Close politely."""
    peer.close()


def reset(peer: Peer) -> None:
    """Break the connection: the client sees ECONNRESET."""
    peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


def answer(
    body: bytes = b"{}",
    status: str = "200 OK",
    content_type: str = "application/json",
    headers: Iterable[Tuple[str, str]] = (),
) -> Step:
    """Send a whole, proper response."""
    return send(head(status, [("Content-Type", content_type), ("Content-Length", str(len(body))), *headers]) + body)


def answer_json(value: object, status: str = "200 OK", headers: Iterable[Tuple[str, str]] = ()) -> Step:
    """Send a whole, proper response with a JSON body."""
    return answer(json.dumps(value).encode(), status, headers=headers)


def echo(peer: Peer) -> None:
    """Answer with what was asked for."""
    answer_json({"target": peer.request.target, "body": peer.request.body.decode()})(peer)


def tunnel(host: str) -> Step:
    """Agree to a CONNECT and pass bytes on, both ways, until one side closes."""

    def step(peer: Peer) -> None:
        name, _, port = host.partition(":")
        with socket.create_connection((name, int(port))) as far:
            peer.sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            other = {far: peer.sock, peer.sock: far}
            while True:
                for ready in select.select(list(other), [], [])[0]:
                    data = ready.recv(65536)
                    if not data:
                        peer.close()
                        return
                    other[ready].sendall(data)

    return step


def head(status: str = "200 OK", headers: Iterable[Tuple[str, str]] = ()) -> bytes:
    """Return the head of a response."""
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def chunk(data: bytes) -> bytes:
    """Return one chunk of a chunked body; of nothing, the last one."""
    return b"%x\r\n%s\r\n" % (len(data), data)


@contextlib.contextmanager
def nobody_listens() -> Iterator[str]:
    """Yield a `127.0.0.1:port` that refuses connections, and that nobody else can be given meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield "127.0.0.1:%d" % taken.getsockname()[1]


class ScriptedServer:
    """Plays its scripts on a free port of this machine."""

    def __init__(self, *scripts: Script, ssl_context: Optional[ssl.SSLContext] = None) -> None:
        self._scripts = scripts
        self._ssl_context = ssl_context
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        #: `127.0.0.1:port`.
        self.host = "127.0.0.1:%d" % self._listener.getsockname()[1]
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._peers: List[Peer] = []
        self._threads: List[threading.Thread] = []
        #: What came in, in order.
        self.received: List[Received] = []
        #: How many connections were accepted.
        self.connections = 0

    @property
    def url(self) -> str:
        """What to use as a base URL."""
        return f"http{'s' if self._ssl_context else ''}://{self.host}"

    def __enter__(self) -> ScriptedServer:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        # On Linux only a shutdown wakes the thread that waits in accept().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        # From then on there is no peer but those that are in the list.
        self._threads[0].join(_PATIENCE_SECONDS)
        for peer in self._peers:
            with contextlib.suppress(OSError):
                peer.sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(_PATIENCE_SECONDS)

    def wait_for_closed_connections(self) -> None:
        """Return once every connection so far was closed by its client or its script."""
        with self._lock:
            threads = self._threads[1:]
        for thread in threads:
            thread.join(_PATIENCE_SECONDS)
            assert not thread.is_alive(), "a connection is still open"

    def _start(self, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            peer = Peer(sock, self._stopped)
            with self._lock:
                self.connections += 1
                number = self.connections
                self._peers.append(peer)
            self._start(functools.partial(self._converse, peer, number))

    def _converse(self, peer: Peer, number: int) -> None:
        with contextlib.suppress(OSError):
            peer.sock = self._secured(peer.sock)
            while peer.open:
                request = _read(peer.sock, number)
                if request is None:
                    break
                with self._lock:
                    self.received.append(request)
                    script = self._scripts[min(len(self.received), len(self._scripts)) - 1]
                peer.request = request
                for step in script:
                    step(peer)
        peer.close()

    def _secured(self, sock: socket.socket) -> socket.socket:
        if self._ssl_context is None:
            return sock
        return self._ssl_context.wrap_socket(sock, server_side=True)


def _read(sock: socket.socket, number: int) -> Optional[Received]:
    data, reads = b"", 0
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        if not more:
            return None
        data, reads = data + more, reads + 1
    start, _, body = data.partition(b"\r\n\r\n")
    request_line, *lines = start.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        more = sock.recv(65536)
        if not more:
            return None
        body, reads = body + more, reads + 1
    method, target, _ = request_line.split(" ")
    return Received(number, method, target, headers, body, reads)

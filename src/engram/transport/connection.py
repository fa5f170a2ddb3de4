"""One connection: dial, tunnel, shake hands, send, receive, all of it under the request's deadline.

Everything that touches a socket is in this module, and everything that a socket can do wrong leaves it as an
`EngramError`. The socket's timeout is worked out anew before each system call from what is left of the deadline, so
a peer that sends one byte at a time gains nothing by it.

No retry, no pool and no meaning of a status here.
"""

from __future__ import annotations

import functools
import math
import os
import re
import select
import socket
from typing import TYPE_CHECKING, Iterator, Mapping, NamedTuple, Optional, Tuple, Union
from urllib.parse import urlsplit

from ..errors import ConnectionFailedError, EngramError, Outcome, ProtocolError, TimeoutExceededError
from .deadline import Deadline, socket_timeout
from .dial import dial
from .http1 import MAX_HEAD_BYTES, ChunkedBody, Head, compose_request, parse_head

if TYPE_CHECKING:
    import ssl

# What one read takes at most: a common socket buffer, and most answers whole.
_RECEIVE_BYTES = 64 * 1024
# `100 Continue`, `103 Early Hints`: none is asked for, so a server that sends more than these is not well.
_MAX_INTERIM_HEADS = 8

_BOUNDS = "timeout_seconds bounds an attempt, deadline_seconds the whole call"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NO_HEADERS: Mapping[str, str] = {}
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_HEAD_START = b"HTTP/1."


class Route(NamedTuple):
    """Where a connection goes, and what makes two of them interchangeable. Hosts are `name` or `name:port`."""

    scheme: str
    host: str
    #: The host that a proxy (then `host`) is asked to connect to.
    tunnel: Optional[str] = None


class Connection:
    """An open connection to a route, with the deadline of the request that it carries."""

    __slots__ = ("_buffer", "_deadline", "_readable", "_silence", "_socket", "answered", "idle_since", "pid", "route")

    def __init__(
        self,
        route: Route,
        deadline: Deadline,
        silence: Optional[float],
        ssl_context: Optional[ssl.SSLContext] = None,
        proxy_headers: Mapping[str, str] = _NO_HEADERS,
    ) -> None:
        self.route = route
        #: The process that opened it: after a fork the socket is the parent's.
        self.pid = os.getpid()
        #: When it was last given back, on the pool's clock.
        self.idle_since = 0.0
        #: Whether one byte has come since the last request went out.
        self.answered = False
        self._buffer = b""
        self.bound(deadline, silence)
        try:
            self._socket: socket.socket = dial(*_address(route.scheme, route.host), deadline.within(silence))
        except (OSError, ValueError) as error:
            raise _failure(f"connecting to {route.host}", error, "not_sent") from error
        opened = False
        try:
            if route.tunnel is not None:
                self._open_tunnel(route.tunnel, proxy_headers)
            if route.scheme == "https":
                self._start_tls(ssl_context or default_ssl_context())
            opened = True
        except EngramError as error:
            error.outcome = "not_sent"
            raise
        finally:
            if not opened:
                self.close()
        self._readable = _Readable(self._socket)

    def bound(self, deadline: Deadline, silence: Optional[float]) -> None:
        """Hold whatever comes next to `deadline`, and each wait for the peer to `silence` seconds."""
        self._deadline = deadline
        self._silence = math.inf if silence is None else silence

    def send(self, data: memoryview) -> None:
        """Send one request whole."""
        self.answered = False
        left, doing = data, f"sending to {self.route.host}"
        while left:
            wait = self._patience(doing, "not_sent" if len(left) == len(data) else "unknown")
            try:
                self._socket.settimeout(wait)
                left = left[self._socket.send(left) :]
            except (OSError, ValueError) as error:
                raise _failure(doing, error) from error

    def read_head(self, method: str) -> Head:
        """Return the head of the response to a `method` request; the body stays unread."""
        for _ in range(_MAX_INTERIM_HEADS):
            head = parse_head(self._head_bytes(), method)
            if head.status >= 200:
                return head
            if head.status == 101:
                break
        raise ProtocolError("the server keeps sending interim responses that nobody asked for")

    def read_body(self, head: Head) -> Iterator[bytes]:
        """Yield the body in the pieces in which it comes.

        Raises:
            ConnectionFailedError: it ended before its end.
        """
        return self._chunked_body() if head.chunked else self._plain_body(head.length)

    def reusable(self) -> bool:
        """Say whether it can carry another request: the peer has neither closed it nor sent what nobody asked for."""
        return not self._buffer and not self._readable()

    def close(self) -> None:
        """Close the socket. Safe to call again."""
        self._socket.close()

    # -- opening

    def _open_tunnel(self, tunnel: str, headers: Mapping[str, str]) -> None:
        host, port = _address(self.route.scheme, tunnel)
        authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.send(compose_request("CONNECT", authority, authority, headers, None))
        status = self.read_head("CONNECT").status
        if not 200 <= status < 300:
            raise ConnectionFailedError(
                f"the proxy {self.route.host} answered {status} when asked to connect to {authority}"
                + ("; it wants a user and a password in its URL" if status == 407 else "")
            )
        if self._buffer:
            raise ProtocolError(f"the proxy {self.route.host} goes on talking after it has opened the tunnel")

    def _start_tls(self, context: ssl.SSLContext) -> None:
        host, _ = _address(self.route.scheme, self.route.tunnel or self.route.host)
        try:
            self._socket.settimeout(self._patience(f"agreeing on TLS with {host}"))
            self._socket = context.wrap_socket(self._socket, server_hostname=host)
        except (OSError, ValueError) as error:
            raise _failure(f"agreeing on TLS with {host}", error) from error

    # -- receiving

    def _receive(self) -> bytes:
        """Return what came, `b""` once the peer has closed."""
        doing = f"waiting for {self.route.host}"
        wait = self._patience(doing)
        try:
            self._socket.settimeout(wait)
            data = self._socket.recv(_RECEIVE_BYTES)
        except (OSError, ValueError) as error:
            raise _failure(doing, error) from error
        self.answered = self.answered or bool(data)
        return data

    def _patience(self, doing: str, outcome: Outcome = "unknown") -> Optional[float]:
        """Return how long the next system call may take, as sockets want it said."""
        wait = min(self._deadline.remaining(), self._silence)
        if wait <= 0:
            raise TimeoutExceededError(f"no time was left while {doing}; {_BOUNDS}", outcome=outcome)
        return socket_timeout(wait)

    def _head_bytes(self) -> bytes:
        searched = 0
        while True:
            end = _HEAD_END.search(self._buffer, max(0, searched - 3))
            if end is not None:
                data, self._buffer = self._buffer[: end.start()], self._buffer[end.end() :]
                return data
            if len(self._buffer) > MAX_HEAD_BYTES:
                raise ProtocolError(f"the head of the response is larger than {MAX_HEAD_BYTES} bytes")
            if not _HEAD_START.startswith(self._buffer[: len(_HEAD_START)]):
                shown = self._buffer[:40].decode("latin-1")
                raise ProtocolError(f"{self.route.host} does not speak HTTP/1: its answer begins with {shown!r}")
            searched = len(self._buffer)
            data = self._receive()
            if not data:
                raise ConnectionFailedError(
                    f"{self.route.host} closed the connection "
                    + ("in the middle of its answer" if self._buffer else "without an answer")
                )
            self._buffer += data

    def _plain_body(self, length: Optional[int]) -> Iterator[bytes]:
        left = math.inf if length is None else length
        while left:
            data = self._buffer or self._receive()
            self._buffer = b""
            if not data and length is None:
                return
            if not data:
                raise ConnectionFailedError(f"the response broke off {left} bytes before its end")
            if len(data) > left:
                data, self._buffer = data[: int(left)], data[int(left) :]
            left -= len(data)
            yield data

    def _chunked_body(self) -> Iterator[bytes]:
        chunks, data = ChunkedBody(), self._buffer
        self._buffer = b""
        while True:
            yield from chunks.feed(data)
            if chunks.ended:
                self._buffer = chunks.rest
                return
            data = self._receive()
            if not data:
                raise ConnectionFailedError("the response broke off before its last chunk")


@functools.lru_cache(maxsize=1)
def default_ssl_context() -> ssl.SSLContext:
    """Return the context of every connection that is given none: building one takes 20 ms.

    Certificates come from where the standard library takes them, `SSL_CERT_FILE` and `SSL_CERT_DIR` included.
    """
    import ssl

    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


class _Readable:
    """Asks the system, without waiting, whether a socket has something to read: data, or its end."""

    __slots__ = ("_poll", "_socket")

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        # select() cannot watch descriptors above 1,023, and poll() is missing on Windows.
        self._poll = select.poll() if hasattr(select, "poll") else None
        if self._poll is not None:
            self._poll.register(sock, select.POLLIN)

    def __call__(self) -> bool:
        if self._poll is not None:
            return bool(self._poll.poll(0))
        return bool(select.select([self._socket], [], [], 0)[0])


def _failure(doing: str, error: Union[OSError, ValueError], outcome: Outcome = "unknown") -> EngramError:
    if isinstance(error, socket.timeout):
        return TimeoutExceededError(f"the time ran out while {doing}; {_BOUNDS}", outcome=outcome)
    return ConnectionFailedError(f"the connection failed while {doing}: {error}", outcome=outcome)


def _address(scheme: str, host: str) -> Tuple[str, int]:
    parts = urlsplit(f"//{host}")
    return parts.hostname or "", parts.port or _DEFAULT_PORTS[scheme]

"""One connection to a provider, on which no wait outlasts its bound: connecting, silence, and all of it together.

Nothing here knows what is said. Redirects are not followed, because the key would go with them.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
import ssl
from functools import lru_cache
from typing import TYPE_CHECKING, Callable, Mapping, NamedTuple, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_WRITE_BYTES = _READ_BYTES = 64 * 1024
_PLAIN_URL = re.compile(r"[!-~]+")


class Timeouts(NamedTuple):
    """How long to wait, in seconds."""

    connect: float = 5.0
    #: Between two pieces of what the provider sends.
    silence: float = 30.0
    #: For everything together.
    whole: float = 120.0


class Address(NamedTuple):
    """Where a provider is, taken from its URL."""

    secure: bool
    host: str
    port: int
    #: What the `Host` header says.
    netloc: str
    path: str
    query: str


def address(base_url: str) -> Address:
    """Return where `base_url` points.

    Raises:
        ValueError: it is not a plain http or https URL. The message names the field and does not repeat the value.
    """
    if not _PLAIN_URL.fullmatch(base_url):
        raise ValueError("base_url: must be printable ASCII without spaces")
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError:
        raise ValueError("base_url: its host is malformed, or its port is not a number from 0 to 65535") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("base_url: must be an http or https URL with a host")
    if parts.username is not None or parts.fragment:
        raise ValueError("base_url: must hold neither a user name nor a fragment")
    secure = parts.scheme == "https"
    return Address(
        secure, parts.hostname, port or (443 if secure else 80), parts.netloc, parts.path.rstrip("/"), parts.query
    )


class Connection:
    """An open connection. To `http.client` it passes for a socket."""

    def __init__(self, to: Address, timeouts: Timeouts, clock: Callable[[], float]) -> None:
        """Connect.

        Raises:
            OSError: there is no connection, or no trust in it.
        """
        self._ends = clock() + timeouts.whole
        self._silence = timeouts.silence
        self._clock = clock
        self._to = to
        self._socket = socket.create_connection((to.host, to.port), timeouts.connect)
        try:
            # Head and body go out in two writes, and the second must not wait for the first to be acknowledged.
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if to.secure:
                self._socket = _tls().wrap_socket(self._socket, server_hostname=to.host)
        except OSError:
            self._socket.close()
            raise

    def post(self, target: str, headers: Mapping[str, str], body: bytes) -> http.client.HTTPResponse:
        """Send a POST and return the response, its body unread.

        Raises:
            OSError, http.client.HTTPException: it broke, was silent for too long, or is not HTTP.
        """
        request = http.client.HTTPConnection(self._to.host, self._to.port)
        request.sock = cast(socket.socket, self)
        request.request("POST", target, body, {"Host": self._to.netloc, "Connection": "close", **headers})
        # Not `request.getresponse`, which closes a connection that is not to be kept before its body was read.
        response = http.client.HTTPResponse(cast(socket.socket, self), method="POST")
        response.begin()
        return response

    def sendall(self, data: bytes) -> None:
        """Send all of `data`."""
        rest = memoryview(data)
        while rest:
            self._bound()
            rest = rest[self._socket.send(rest[:_WRITE_BYTES]) :]

    def recv_into(self, buffer: "WriteableBuffer") -> int:
        """Fill `buffer` with what comes next."""
        self._bound()
        return self._socket.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return what comes as a file."""
        return io.BufferedReader(_Incoming(self), _READ_BYTES)

    def close(self) -> None:
        """Close it. Safe to call again."""
        self._socket.close()

    def _bound(self) -> None:
        """Let the next wait end with the silence allowed or with the call, whichever is sooner."""
        left = self._ends - self._clock()
        if left <= 0:
            raise socket.timeout
        self._socket.settimeout(min(left, self._silence))


class _Incoming(io.RawIOBase):
    """What comes over a connection, for `BufferedReader`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        return self._connection.recv_into(buffer)


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """Return the system's TLS settings; reading its certificates takes 20 ms."""
    return ssl.create_default_context()

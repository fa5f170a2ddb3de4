"""One connection: http.client's, but dialled, tunnelled, sent over and read from under the request's deadline.

http.client composes requests and reads bodies, `head` reads what stands before them. Added to it is what keeps one
caller from reading another's answer: a response must leave no doubt about where it ends, and one that ends before that
is an error.

No retry, no pool and no meaning of a status here.
"""

from __future__ import annotations

import functools
import http.client
import os
import ssl
from typing import Iterator, Mapping, NamedTuple, Optional, Tuple, cast
from urllib.parse import urlsplit

from ..errors import ConnectionFailedError, EngramError, ProtocolError, ValidationError
from .base import Headers, Request
from .dial import dial
from .head import FIRST_BYTES, read_head
from .wire import Reader, Wire, failure

# What one read of a body takes at most: a common socket buffer, and most answers whole.
_RECEIVE_BYTES = 64 * 1024
# `103 Early Hints` and its like: none is asked for, so a server that sends more than these is not well.
_MAX_INTERIM_HEADS = 8

_DEFAULT_PORTS = {"http": 80, "https": 443}
_NO_HEADERS = Headers()
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
# The connection's own affair: it knows better than a caller or a hook.
_FRAMING_HEADERS = frozenset({"host", "connection", "content-length", "transfer-encoding"})


class Route(NamedTuple):
    """Where a connection goes, and what makes two of them interchangeable. Hosts are `name` or `name:port`."""

    scheme: str
    host: str
    #: The host that a proxy (then `host`) is asked to connect to.
    tunnel: Optional[str] = None


class Answer(http.client.HTTPResponse):
    """The final response to a request."""

    #: Its headers, as the client shows them.
    fields: Headers

    def begin(self) -> None:
        """Read the head, and any interim one before it.

        Raises:
            HTTPException: it leaves doubt about what it says, or where its body ends.
        """
        # What was asked with is kept by http.client.
        of_head = self._method == "HEAD"  # type: ignore[attr-defined]  # known to no stub
        for _ in range(_MAX_INTERIM_HEADS):
            head = read_head(self.fp.readline, of_head=of_head)
            if head.status >= 200:
                self.status, self.fields = head.status, head.fields
                self.length, self.chunked, self.chunk_left = head.length, head.chunked, None
                self.will_close = not head.keep_alive
                return
            if head.status == 101:
                break
        raise http.client.HTTPException("interim responses that nobody asked for")


class Connection:
    """A connection to a route, opened when the first request goes over it."""

    __slots__ = ("_http", "_proxy_headers", "_reader", "_ssl_context", "_wire", "idle_since", "pid", "route")

    def __init__(
        self, route: Route, ssl_context: Optional[ssl.SSLContext] = None, proxy_headers: Headers = _NO_HEADERS
    ) -> None:
        self.route = route
        #: The process that opened it: after a fork the socket is the parent's.
        self.pid = os.getpid()
        #: When it was last given back, on the pool's clock.
        self.idle_since = 0.0
        self._ssl_context = ssl_context
        self._proxy_headers = proxy_headers
        self._http = _Conversation()
        self._wire: Optional[Wire] = None

    @property
    def answered(self) -> bool:
        """Whether one byte has come since the last request went out."""
        return self._wire is not None and self._wire.answered

    def ask(self, request: Request, target: str, host: str, headers: Mapping[str, str]) -> Answer:
        """Send a request; return the answer with its body unread.

        Raises:
            ValidationError: something in it cannot stand in an HTTP head. The message never quotes a header's value.
        """
        data = self._http.compose(request.method, target, host, headers, request.body)
        if self._wire is None:
            self._open(request)
        else:
            self._wire.bound(request.deadline, request.read_timeout)
            self._wire.watch_stop()
        return self._converse(self._http, data)

    def read_body(self, answer: Answer) -> Iterator[bytes]:
        """Yield the body in the pieces in which it comes.

        Raises:
            ConnectionFailedError: it ended before its end.
        """
        # A length of 0 is also that of a status without a body, where http.client would wait for chunks.
        while answer.length != 0:
            try:
                piece = answer.read1(_RECEIVE_BYTES)
            except (http.client.HTTPException, ValueError) as error:
                raise self._misunderstood(error, cut_off=self._reader.raw.ended) from error
            if not piece:
                break
            yield piece
        if answer.length or (answer.chunked and self._reader.raw.ended):
            raise ConnectionFailedError("the response broke off before its end")
        answer.close()

    def hurry(self, seconds: float) -> None:
        """Wait no longer than so many seconds for the rest of the body."""
        if self._wire is not None:
            self._wire.hurry(seconds)

    def reusable(self) -> bool:
        """Say whether it can carry another request: the peer has neither closed it nor sent what nobody asked for."""
        return self._reader.silent()

    def let_go(self) -> bool:
        """Be bound to the last request no more; say whether its call was not stopped, which ends the connection."""
        return self._wire is not None and self._wire.let_go()

    def close(self) -> None:
        """Close the socket, also under another thread that waits for it. Safe to call again."""
        if self._wire is not None:
            # A forked child has a copy only; to shut that down would end the parent's talk.
            self._wire.hang_up(for_all=self.pid == os.getpid())

    def _open(self, request: Request) -> None:
        scheme, host, tunnel = self.route
        try:
            sock = dial(*_address(scheme, host), request.deadline.within(request.read_timeout))
        except (OSError, ValueError) as error:
            raise failure(f"connecting to {host}", error, "not_sent") from error
        self._wire = Wire(sock, host, request.deadline, request.read_timeout)
        self._reader = Reader(self._wire)
        self._wire.watch_stop()
        try:
            if tunnel is not None:
                self._open_tunnel(*_address(scheme, tunnel))
            if scheme == "https":
                name, _ = _address(scheme, tunnel or host)
                self._wire.start_tls(self._ssl_context or default_ssl_context(), name)
        except EngramError as error:
            error.outcome = "not_sent"
            raise

    def _open_tunnel(self, host: str, port: int) -> None:
        authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        asking = _Conversation()
        answer = self._converse(asking, asking.compose("CONNECT", authority, authority, self._proxy_headers, None))
        if not 200 <= answer.status < 300:
            raise ConnectionFailedError(
                f"the proxy {self.route.host} answered {answer.status} when asked to connect to {authority}"
                + ("; it wants a user and a password in its URL" if answer.status == 407 else "")
            )
        if not self._reader.silent():
            raise ProtocolError(f"the proxy {self.route.host} goes on talking after it has opened the tunnel")

    def _converse(self, conversation: _Conversation, data: memoryview) -> Answer:
        try:
            self._reader.raw.send(data)
        except ConnectionFailedError as broken:
            # A server may refuse a request that it has not read to its end (413, say) and close: its answer counts.
            try:
                answer = self._hear(conversation)
            except EngramError:
                raise broken from broken.__cause__
            answer.will_close = True
            return answer
        return self._hear(conversation)

    def _hear(self, conversation: _Conversation) -> Answer:
        # http.client waits for the end of a line that another protocol may never send.
        start = self._reader.peek(1)[: len(FIRST_BYTES)]
        if not start:
            raise ConnectionFailedError(f"{self.route.host} closed the connection without an answer")
        if not FIRST_BYTES.startswith(start):
            raise ProtocolError(
                f"{self.route.host} does not speak HTTP/1: its answer begins with {start.decode('latin-1')!r}"
            )
        conversation.sock = self._reader
        try:
            return conversation.getresponse()
        except (http.client.HTTPException, ValueError) as error:
            raise self._misunderstood(error, cut_off=isinstance(error, http.client.IncompleteRead)) from error

    def _misunderstood(self, error: Exception, *, cut_off: bool) -> EngramError:
        if cut_off:
            return ConnectionFailedError(f"{self.route.host} closed the connection in the middle of its answer")
        return ProtocolError(f"{self.route.host} does not speak HTTP/1 as it should: {error!r}")


class _Conversation(http.client.HTTPConnection):
    """http.client's part in it. It never dials: it is given what to read from, and its requests are sent for it."""

    response_class = Answer
    _composed = b""

    def __init__(self) -> None:
        super().__init__("")

    def compose(
        self, method: str, target: str, host: str, headers: Mapping[str, str], body: Optional[bytes]
    ) -> memoryview:
        """Return a whole request, ready to be sent at once: as a view, whose repr does not show the API key."""
        if not self._compose(method, target, host, headers, body):
            # Apart from what went wrong, for that quotes the header, and a traceback may show the key among its locals.
            raise ValidationError(
                "the request line or a header holds a line break or another character that HTTP cannot carry: "
                "check the API key and every header that you added",
                outcome="not_sent",
            )
        head, self._composed = self._composed, b""
        return memoryview(head + (body or b""))

    def _compose(
        self, method: str, target: str, host: str, headers: Mapping[str, str], body: Optional[bytes]
    ) -> bool:
        try:
            self.putrequest(method, target, skip_host=True, skip_accept_encoding="accept-encoding" in headers)
            self.putheader("Host", host)
            for name, value in headers.items():
                if name not in _FRAMING_HEADERS:
                    self.putheader(name, value)
            if body is not None or method in _METHODS_WITH_BODY:
                self.putheader("Content-Length", str(len(body or b"")))
            self.endheaders()
        except (ValueError, http.client.InvalidURL):
            return False
        return True

    def send(self, data: object) -> None:
        """Keep what http.client would send: it would do so in pieces, and tell every audit hook the key."""
        self._composed = cast(bytes, data)

    def getresponse(self) -> Answer:
        return cast(Answer, super().getresponse())


@functools.lru_cache(maxsize=1)
def default_ssl_context() -> ssl.SSLContext:
    """Return the context of every connection that is given none: building one takes 20 ms.

    Certificates come from where the standard library takes them, `SSL_CERT_FILE` and `SSL_CERT_DIR` included.
    """
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _address(scheme: str, host: str) -> Tuple[str, int]:
    parts = urlsplit(f"//{host}")
    return parts.hostname or "", parts.port or _DEFAULT_PORTS[scheme]

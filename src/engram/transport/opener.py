"""urllib as far as it goes: its openers, its proxies, and a handler of ours that sends over kept connections.

The only module that imports `urllib.request`, which takes longer than everything else together; it is imported when
the first request goes out. The opener is put together by hand: without a redirect handler a redirect is an answer
like any other, without an error processor a status is no exception, and without file, ftp and data handlers those
schemes lead nowhere.
"""

from __future__ import annotations

import urllib.request
from contextlib import suppress
from typing import TYPE_CHECKING, Iterator, Mapping, Optional, Type, cast

from ..errors import ConnectionFailedError, EngramError
from .base import Headers, Request, Response
from .connection import Answer, Connection, Route
from .deadline import Clock
from .decoding import decoded
from .pool import Pool

if TYPE_CHECKING:
    import ssl

_SAFE_METHODS = frozenset({"GET", "HEAD"})
_NO_HEADERS = Headers()
# For the end of a body of which no more is wanted. Most come with what was wanted last, and a new connection, which
# is the price of one that does not, takes about as long.
_REST_SECONDS = 0.05


def environment_proxies() -> Mapping[str, str]:
    """Return the proxies of the environment or the system, by scheme, as urllib finds them."""
    return urllib.request.getproxies()


class Opener:
    """Sends requests to one origin (`http://host:port`), over kept connections where it can."""

    def __init__(
        self,
        origin: str,
        proxies: Mapping[str, str],
        ssl_context: Optional[ssl.SSLContext],
        max_idle: int,
        clock: Clock,
    ) -> None:
        self._origin = origin
        self._pool = Pool(max_idle, clock)
        self._opener = urllib.request.OpenerDirector()
        self._opener.add_handler(urllib.request.ProxyHandler(dict(proxies)))
        self._opener.add_handler(_KeptConnections(origin.partition("://")[2], self._pool, ssl_context))

    def send(self, request: Request, target: str) -> Response:
        """Send one request to `target` of the origin; return the response with its body unread."""
        # The one call of `OpenerDirector.open`, which is typed Any: our handler answers, and it returns a Response.
        return cast(Response, self._opener.open(_Call(self._origin + target, request)))

    def close(self) -> None:
        """Close the idle connections, and from now on those that are given back."""
        self._pool.close()

    def __del__(self) -> None:
        # Here and not in the pool: urllib's handlers and their opener hold on to one another, and to the pool.
        self.close()


class _Call(urllib.request.Request):
    """A request of ours in urllib's clothes, for its proxy handler to re-route.

    urllib is not shown the headers: its audit events would pass on the API key.
    """

    def __init__(self, url: str, request: Request) -> None:
        # A host for cookies that nobody keeps; urllib would parse the URL once more to find it.
        super().__init__(url, method=request.method, origin_req_host="")
        self.request = request


class _KeptConnections(urllib.request.BaseHandler):
    def __init__(self, host: str, pool: Pool, ssl_context: Optional[ssl.SSLContext]) -> None:
        self._host = host
        self._pool = pool
        self._ssl_context = ssl_context

    def http_open(self, call: _Call) -> Response:
        headers, login = call.request.headers, _for_proxy(call)
        if login:
            headers = Headers([*headers.items(), *login.items()])
        return self._send(call, Route(call.type, call.host), headers)

    def https_open(self, call: _Call) -> Response:
        # A proxy for plain http that is itself reached over TLS comes by here too, with the whole URL as selector.
        if call.has_proxy():
            return self.http_open(call)
        tunnel = self._host if call.host != self._host else None
        return self._send(call, Route(call.type, call.host, tunnel), call.request.headers)

    def _send(self, call: _Call, route: Route, headers: Headers) -> Response:
        kept = self._pool.take(route)
        if kept is not None:
            try:
                return self._exchange(kept, call, headers)
            except ConnectionFailedError:
                # Most likely the server closed it just now and has read nothing of this request; but "most likely"
                # is enough only for a request that may be repeated.
                if kept.answered or not _repeatable(call.request):
                    raise
        return self._exchange(Connection(route, self._ssl_context, _for_proxy(call)), call, headers)

    def _exchange(self, connection: Connection, call: _Call, headers: Headers) -> Response:
        with _Lease(connection, self._pool) as lease:
            answer = connection.ask(call.request, call.selector, self._host, headers)
            pieces = decoded(lease.pieces_of(answer), answer.fields.get("content-encoding", ""))
            leave = None if answer.will_close else lease.leave
            return Response(answer.status, answer.fields, pieces, lease.close, leave)


class _Lease:
    """A connection that one response holds: given back when its body was read to the end, else closed."""

    __slots__ = ("_connection", "_pieces", "_pool")

    def __init__(self, connection: Connection, pool: Pool) -> None:
        self._connection: Optional[Connection] = connection
        self._pieces: Iterator[bytes] = iter(())
        self._pool = pool

    def __enter__(self) -> _Lease:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], *_: object) -> None:
        if kind is not None:
            self.close()

    def pieces_of(self, answer: Answer) -> Iterator[bytes]:
        self._pieces = self._read(answer)
        return self._pieces

    def leave(self) -> None:
        if self._connection is not None:
            self._connection.hurry(_REST_SECONDS)
            with suppress(EngramError):
                for _ in self._pieces:
                    pass
        self.close()

    def _read(self, answer: Answer) -> Iterator[bytes]:
        connection = self._connection
        if connection is None:
            raise ConnectionFailedError("the response was closed before its body was read")
        yield from connection.read_body(answer)
        if not answer.will_close and connection.let_go():
            self._connection = None
            self._pool.give_back(connection)
        else:
            self.close()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _for_proxy(call: _Call) -> Headers:
    """Return what urllib wants the proxy to be told: nothing, or a login."""
    login = call.get_header("Proxy-authorization")
    return _NO_HEADERS if login is None else Headers([("proxy-authorization", login)])


def _repeatable(request: Request) -> bool:
    return request.method in _SAFE_METHODS or "idempotency-key" in request.headers

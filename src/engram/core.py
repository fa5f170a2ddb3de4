"""What every client is beneath its verbs: its options, its transport, and the one way in which a call is sent.

No verb and no socket in here. Encoding is in `codec`, the attempt loop in `transport.exchange`, and what carries the
bytes is behind `transport.base.Transport`.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Dict, Mapping, Optional, Sequence, Tuple, Type, TypeVar, Union

from .calls import Call
from .codec import decode, encode
from .errors import EngramError
from .options import (
    DEFAULT_MAX_RETRIES,
    DEFAULT_MAX_RETRIES_ON_429,
    DEFAULT_STREAM_TIMEOUT_SECONDS,
    DEFAULT_TIMEOUT_SECONDS,
    KEEP,
    ClientOptions,
    Keep,
    api_key_of,
    base_url_of,
    headers_of,
    time_left,
)
from .paths import QueryValue, target_of
from .stream import QueryStream
from .transport.base import MAX_RESPONSE_BYTES, Headers, Hook, Response, Transport
from .transport.exchange import Exchange
from .transport.http import HttpTransport
from .transport.retry import RetryPolicy
from .transport.stop import Stop

if TYPE_CHECKING:
    from ssl import SSLContext

T = TypeVar("T")
C = TypeVar("C", bound="ClientCore")

# As many as a UUID has: no two calls ever share one.
_IDEMPOTENCY_KEY_BYTES = 16


class ClientCore:
    """Options, transport and sending.

    Raises:
        ConfigurationError: no API key here or in `ENGRAM_API_KEY`, or a base URL that is not http or https.
    """

    def __init__(
        self,
        *,
        api_key: Optional[str] = None,
        base_url: Optional[str] = None,
        timeout_seconds: Optional[float] = DEFAULT_TIMEOUT_SECONDS,
        stream_timeout_seconds: Optional[float] = DEFAULT_STREAM_TIMEOUT_SECONDS,
        max_retries_on_429: int = DEFAULT_MAX_RETRIES_ON_429,
        max_retries: int = DEFAULT_MAX_RETRIES,
        deadline_seconds: Optional[float] = None,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        headers: Optional[Mapping[str, str]] = None,
        hooks: Sequence[Hook] = (),
        proxy: Optional[str] = None,
        ssl_context: "Optional[SSLContext]" = None,
        transport: Optional[Transport] = None,
    ) -> None:
        self._options = ClientOptions(
            timeout_seconds,
            stream_timeout_seconds,
            deadline_seconds,
            max_retries_on_429,
            max_retries,
            max_response_bytes,
            tuple((headers or {}).items()),
            tuple(hooks),
        ).checked()
        # None after unpickling: a pickle has no key, so it is read from the environment at the first call.
        self._headers: Optional[Headers] = headers_of(api_key_of(api_key), self._options.headers)
        self._transport = transport or HttpTransport(
            base_url_of(base_url), proxy=proxy, ssl_context=ssl_context
        )
        self._exchange = _exchange_of(self._transport, self._options)

    @classmethod
    def local(cls: Type[C], path: "Union[str, os.PathLike[str], None]" = None) -> C:
        """Return a client with the reference server in this process: same results, no socket, no thread.

        `path` is the database file, made if need be; None keeps everything in memory until `close()`. A file
        can be opened by `engram-server --db` later: the memories belong to its development key.

            engram = EngramClient.local("engram.db")

        Raises:
            ConfigurationError: the file is corrupt, foreign, newer or cannot be written. It was not touched.
        """
        from .transport.local import open_local

        transport, api_key = open_local(path)
        return cls(api_key=api_key, transport=transport)

    # -- the client itself

    #: Ends its calls; only those of an asynchronous client have one.
    _stop: Optional[Stop] = None

    @property
    def hooks(self) -> Tuple[Hook, ...]:
        """The hooks that wrap each attempt, the outermost first."""
        return self._options.hooks

    def with_options(
        self: C,
        *,
        timeout_seconds: Union[float, None, Keep] = KEEP,
        stream_timeout_seconds: Union[float, None, Keep] = KEEP,
        deadline_seconds: Union[float, None, Keep] = KEEP,
        max_retries_on_429: Union[int, Keep] = KEEP,
        max_retries: Union[int, Keep] = KEEP,
        max_response_bytes: Union[int, Keep] = KEEP,
        hooks: Union[Sequence[Hook], Keep] = KEEP,
    ) -> C:
        """Return a client with other options that shares this one's connections; this one stays as it is.

            engram.with_options(deadline_seconds=2.0, max_retries_on_429=0).query("Where does Ana live?")
        """
        changes: Dict[str, object] = {
            "timeout_seconds": timeout_seconds,
            "stream_timeout_seconds": stream_timeout_seconds,
            "deadline_seconds": deadline_seconds,
            "max_retries_on_429": max_retries_on_429,
            "max_retries": max_retries,
            "max_response_bytes": max_response_bytes,
            "hooks": hooks if hooks is KEEP else tuple(hooks),
        }
        return _changed(self, self._options.changed(changes), self._stop)

    def close(self) -> None:
        """Close idle connections; of a local client, the store. Safe to call again."""
        self._transport.close()

    def __enter__(self: C) -> C:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} over {self._transport!r}>"

    def __getstate__(self) -> Dict[str, object]:
        """Return what is pickled: everything but the API key, which is read from the environment again."""
        return {"_options": self._options, "_transport": self._transport}

    def __setstate__(self, state: Dict[str, object]) -> None:
        self.__dict__.update(state, _headers=None)
        self._exchange = _exchange_of(self._transport, self._options)

    # -- one way to send

    def _call(
        self,
        call: Call[T],
        path: Mapping[str, str],
        *,
        query: Optional[Mapping[str, QueryValue]] = None,
        body: Optional[Mapping[str, object]] = None,
        headers: Optional[Mapping[str, str]] = None,
        deadline_seconds: Optional[float] = None,
    ) -> T:
        response = self._send(call, path, query, body, deadline_seconds, headers=headers)
        content = response.read()
        if not content and call.result_unread:
            return call.result({}, response.status)
        try:
            value = decode(content, response.status, response.headers.get("content-type", ""))
            return call.result(value, response.status)
        except EngramError as error:
            response.mark(error)
            raise

    def _open(
        self, call: Call[T], body: Mapping[str, object], deadline_seconds: Optional[float]
    ) -> QueryStream:
        return QueryStream(self._send(call, {}, None, body, deadline_seconds, stream=True))

    def _send(
        self,
        call: Call[T],
        path: Mapping[str, str],
        query: Optional[Mapping[str, QueryValue]],
        body: Optional[Mapping[str, object]],
        deadline_seconds: Optional[float],
        *,
        headers: Optional[Mapping[str, str]] = None,
        stream: bool = False,
    ) -> Response:
        if self._headers is None:
            self._headers = headers_of(api_key_of(None), self._options.headers)
        sent = self._headers.copy()
        sent.update(headers or {})
        if body is not None:
            sent["content-type"] = "application/json"
        if stream:
            sent["accept"] = "text/event-stream"
        if call.writes:
            sent["idempotency-key"] = os.urandom(_IDEMPOTENCY_KEY_BYTES).hex()
        return self._exchange.send(
            call.method,
            target_of(call.template, path, query),
            sent,
            None if body is None else encode(body),
            # A read changes nothing, and a write with the key in its headers happens once.
            repeatable=not call.writes or "idempotency-key" in sent,
            stream=stream,
            deadline_seconds=deadline_of(self, deadline_seconds),
        )


def stoppable(client: C, stop: Stop) -> C:
    """Return a client like this one, over the same connections, whose calls end when `stop` is requested."""
    return _changed(client, client._options, stop)


def send_body(client: ClientCore, call: Call[T], body: Mapping[str, object]) -> T:
    """Make a call whose arguments are all in its body: for faces that have a client and are none."""
    return client._call(call, {}, body=body)


def deadline_of(client: ClientCore, given: Optional[float]) -> Optional[float]:
    """Return the bound of a call in seconds: its own, else the client's.

    Raises:
        ValidationError: it is no number.
    """
    return client._options.deadline_seconds if given is None else time_left(given)


def _changed(client: C, options: ClientOptions, stop: Optional[Stop]) -> C:
    other = client.__class__.__new__(client.__class__)
    other._headers, other._transport = client._headers, client._transport
    other._options, other._stop = options, stop
    other._exchange = _exchange_of(other._transport, options, stop)
    return other


def _exchange_of(transport: Transport, options: ClientOptions, stop: Optional[Stop] = None) -> Exchange:
    return Exchange(
        transport,
        policy=RetryPolicy(max_retries_on_429=options.max_retries_on_429, max_retries=options.max_retries),
        hooks=options.hooks,
        timeout_seconds=options.timeout_seconds,
        stream_timeout_seconds=options.stream_timeout_seconds,
        max_response_bytes=options.max_response_bytes,
        sleep=time.sleep if stop is None else stop.sleep,
        stop=stop,
    )

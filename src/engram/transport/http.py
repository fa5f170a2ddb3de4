"""The transport over HTTP: one base URL, a pool of kept connections, urllib's openers in between.

What may be configured is checked here, when the client is made; nothing is sent and nothing heavy is imported until
the first request.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Dict, Mapping, NamedTuple, Optional, Union
from urllib.parse import urlsplit

from ..errors import ConfigurationError
from .base import Request, Response
from .deadline import Clock

if TYPE_CHECKING:
    import ssl

    from .opener import Opener

_SCHEMES = ("http", "https")
# As many as a busy thread pool has threads. More may be open while they are used.
_DEFAULT_MAX_IDLE = 32


class HttpTransport:
    """Carries requests to `base_url` over connections that are kept alive and shared by all threads.

    A kept connection that turns out to be dead before a byte of the answer came is replaced at once, if the request
    may be repeated: GET, HEAD, or anything with an `Idempotency-Key`. Redirects are answers, never followed.

    Args:
        base_url: where the API lives: http or https, a path in front of `/v1` allowed.
        ssl_context: instead of the standard library's default context.
        proxy: a URL for all requests, or URLs by scheme; `{}` for none. The environment's when left out (they are
            read at the first request). `NO_PROXY` is honoured in every case, as urllib does.
        max_idle: how many unused connections are kept.
        clock: a monotonic clock, in seconds.

    Raises:
        ConfigurationError: the base URL or the proxy can never work.
    """

    def __init__(
        self,
        base_url: str,
        *,
        ssl_context: Optional[ssl.SSLContext] = None,
        proxy: Union[None, str, Mapping[str, str]] = None,
        max_idle: int = _DEFAULT_MAX_IDLE,
        clock: Clock = time.monotonic,
    ) -> None:
        self._base = split_base_url(base_url)
        self._ssl_context = ssl_context
        self._proxies = None if proxy is None else _proxies_for(self._base.scheme, proxy)
        self._max_idle = max_idle
        self._clock = clock
        self._opener: Optional[Opener] = None

    def __repr__(self) -> str:
        return f"HttpTransport({self._base.url!r})"

    def __reduce__(self) -> "tuple[object, ...]":
        # Settings travel, connections do not: whoever unpickles opens its own.
        return _remade, (self._base.url, self._ssl_context, self._proxies, self._max_idle, self._clock)

    def send(self, request: Request, /) -> Response:
        """Send one request; return the response with its body still unread."""
        opener = self._opener or self._make_opener()
        return opener.send(request, self._base.prefix + request.target)

    def close(self) -> None:
        """Close the connections that are not in use. Safe to call again; a later request works and keeps none."""
        if self._opener is not None:
            self._opener.close()

    def _make_opener(self) -> Opener:
        from .opener import Opener, environment_proxies

        proxies = self._proxies
        if proxies is None:
            proxies = _proxies_for(self._base.scheme, environment_proxies())
        # When two threads come by here at once, the opener of one is not used again: all that costs is a connection.
        self._opener = opener = Opener(
            self._base.origin, proxies, self._ssl_context, self._max_idle, self._clock
        )
        return opener


class BaseUrl(NamedTuple):
    """A base URL in its parts; `prefix` has no slash at its end."""

    scheme: str
    origin: str
    prefix: str

    @property
    def url(self) -> str:
        """The whole of it again."""
        return self.origin + self.prefix


def split_base_url(base_url: str) -> BaseUrl:
    """Check a base URL and take it apart.

    Raises:
        ConfigurationError: not http or https, no host, a bad port, or with a user, query or fragment. The message
            does not quote it: it may hold a password.
    """
    try:
        parts = urlsplit(base_url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigurationError(f"base_url: {error}", outcome="not_sent") from None
    wrong = ""
    if parts.scheme not in _SCHEMES:
        wrong = f"must begin with http:// or https:// (it has the scheme {parts.scheme!r})"
    elif not host:
        wrong = "has no host"
    elif "@" in parts.netloc:
        wrong = "must not hold a user or a password"
    elif parts.query or parts.fragment or base_url.endswith(("?", "#")):
        wrong = "must not have a query or a fragment"
    elif not all("!" <= char <= "~" for char in base_url):
        wrong = "may hold ASCII letters, digits and signs only: write a host in its xn-- form, percent-encode a path"
    if wrong:
        raise ConfigurationError(f"base_url: {wrong}", outcome="not_sent")
    return BaseUrl(parts.scheme, f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/"))


def _proxies_for(scheme: str, proxy: Union[str, Mapping[str, str]]) -> Dict[str, str]:
    """Return the one proxy that requests of `scheme` take, if any, in the form that urllib's handler reads."""
    url = proxy if isinstance(proxy, str) else proxy.get(scheme, "")
    if not url:
        return {}
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in _SCHEMES:
        raise ConfigurationError(
            f"proxy: the one for {scheme} must be an http:// or https:// URL with a host; SOCKS is not spoken here",
            outcome="not_sent",
        )
    return {scheme: url}


def _remade(
    base_url: str,
    ssl_context: Optional[ssl.SSLContext],
    proxies: Optional[Dict[str, str]],
    max_idle: int,
    clock: Clock,
) -> HttpTransport:
    return HttpTransport(base_url, ssl_context=ssl_context, proxy=proxies, max_idle=max_idle, clock=clock)

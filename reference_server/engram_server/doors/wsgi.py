"""The WSGI door: the same handler under any WSGI server.

A path must be split before it is decoded, or a bucket named `a/b` becomes two segments, but WSGI hands `PATH_INFO`
over decoded. So the raw target is used where the server passes it on (gunicorn's `RAW_URI`; the `REQUEST_URI` of
waitress, uWSGI and mod_wsgi). Under a server that does not, the path is encoded again, and a `%2F` in it has become
a slash for good: names with a slash cannot be reached there.
"""

from __future__ import annotations

from typing import Callable, Dict, Iterable, List, Mapping, Protocol, Tuple, cast
from urllib.parse import quote

from ..wire import ApiError, Request, Response, Stream, error_response
from . import Handler, NewRequestId, new_request_id, reply
from .head import check_method, content_length, incomplete

Environ = Mapping[str, object]
StartResponse = Callable[[str, List[Tuple[str, str]]], object]

# What stands in a path as it is: the pchar of RFC 3986, and the slash.
_PATH_SAFE = "/-._~!$&'()*+,;=:@"
_UNPREFIXED = ("CONTENT_TYPE", "CONTENT_LENGTH")


class _Input(Protocol):
    def read(self, size: int, /) -> bytes: ...


class WsgiApp:
    """A handler as a WSGI application."""

    def __init__(self, handler: Handler, request_ids: NewRequestId = new_request_id) -> None:
        self._handler = handler
        self._request_ids = request_ids

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as PEP 3333 says."""
        try:
            response = self._handler(request_of(environ))
        except ApiError as refusal:
            response = error_response(refusal, self._request_ids())
        return _respond(response, _text(environ, "REQUEST_METHOD") == "HEAD", start_response)


def request_of(environ: Environ) -> Request:
    """Return the request in a WSGI environment, its body read.

    Raises:
        ApiError: the method is unknown, or the body is too large, too short or of no known length.
    """
    method = _text(environ, "REQUEST_METHOD")
    check_method(method)
    headers = _headers(environ)
    size = content_length(headers)
    body = cast(_Input, environ["wsgi.input"]).read(size) if size else b""
    if len(body) < size:
        raise incomplete("body")
    is_head = method == "HEAD"
    return Request("GET" if is_head else method, _path(environ), _text(environ, "QUERY_STRING"), headers, body)


def _respond(response: Response, is_bodiless: bool, start_response: StartResponse) -> Iterable[bytes]:
    headers = list(response.headers)
    body = response.body
    if isinstance(body, Stream):
        start_response(reply.status_text(response.status), headers)
        if not is_bodiless:
            return body  # The server closes it, read to its end or not.
        body.close()
        return []
    if reply.has_length(response.status):
        headers.append(("Content-Length", str(len(body))))
    start_response(reply.status_text(response.status), headers)
    return [] if is_bodiless else [body]


def _text(environ: Environ, name: str) -> str:
    return cast(str, environ.get(name, ""))


def _headers(environ: Environ) -> Dict[str, str]:
    headers = {name[5:]: name for name in environ if name.startswith("HTTP_")}
    headers.update((name, name) for name in _UNPREFIXED if environ.get(name))
    return {short.replace("_", "-").lower(): _text(environ, name) for short, name in headers.items()}


def _path(environ: Environ) -> str:
    """Return the raw path below the place where the application is mounted."""
    mount = _quoted(_text(environ, "SCRIPT_NAME"))
    for name in ("RAW_URI", "REQUEST_URI"):
        raw = _text(environ, name).partition("?")[0]
        if raw.startswith(mount + "/"):
            return raw[len(mount) :]
    return _quoted(_text(environ, "PATH_INFO")) or "/"


def _quoted(decoded: str) -> str:
    # PEP 3333: bytes dressed as Latin-1.
    return quote(decoded.encode("latin-1"), safe=_PATH_SAFE)

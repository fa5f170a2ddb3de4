"""The WSGI door: what it makes of an environment, checked by the standard library's own validator."""

from __future__ import annotations

import io
import json
import re
from typing import Callable, Dict, Iterator, List, Tuple
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from engram.types.limits import MAX_BODY_BYTES
from engram_server.doors.wsgi import WsgiApp, request_of
from engram_server.wire import ApiError, Request, Response, Stream, json_response

Environ = Dict[str, object]


def _environ(**given: object) -> Environ:
    environ: Environ = {"PATH_INFO": "/x", "QUERY_STRING": "", "SCRIPT_NAME": "", "SERVER_PROTOCOL": "HTTP/1.1"}
    setup_testing_defaults(environ)
    environ.update(given)
    return environ


def _posted(body: bytes, length: str, **given: object) -> Environ:
    return _environ(REQUEST_METHOD="POST", CONTENT_LENGTH=length, **{"wsgi.input": io.BytesIO(body)}, **given)


class Called:
    """What a WSGI server does with an application: call it, read its answer, close it."""

    def __init__(self, handler: Callable[[Request], Response], environ: Environ) -> None:
        self.status = ""
        self.headers: List[Tuple[str, str]] = []
        pieces = validator(WsgiApp(handler))(environ, self._start)
        try:
            self.pieces = [piece for piece in pieces if piece]
        finally:
            close = getattr(pieces, "close")
            close()

    def _start(self, status: str, headers: List[Tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
        self.status, self.headers = status, headers
        return lambda data: None

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)


def _echo(request: Request) -> Response:
    return json_response(200, [request.method, request.path, request.query, request.body.decode("latin-1")])


def test_a_request_passes_through() -> None:
    called = Called(_echo, _posted(b"body and more", "4", QUERY_STRING="a=%20&b"))
    assert called.status == "200 OK"
    assert json.loads(called.body) == ["POST", "/x", "a=%20&b", "body"]
    assert dict(called.headers) == {"Content-Type": "application/json", "Content-Length": str(len(called.body))}


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"RAW_URI": "/v1/a%2Fb?x=/y"}, "/v1/a%2Fb"),
        ({"REQUEST_URI": "/v1/a%2Fb"}, "/v1/a%2Fb"),
        ({"REQUEST_URI": "/v1/a%2Fb", "RAW_URI": "/v1/c%2Fd"}, "/v1/c%2Fd"),
        ({"RAW_URI": "/app/v1/a%2Fb", "SCRIPT_NAME": "/app"}, "/v1/a%2Fb"),
        ({"RAW_URI": "/my%20app/v1/a", "SCRIPT_NAME": "/my app"}, "/v1/a"),
        ({"RAW_URI": "/apple/v1", "SCRIPT_NAME": "/app", "PATH_INFO": "/le"}, "/le"),
        ({"RAW_URI": "http://evil/v1", "PATH_INFO": "/v1"}, "/v1"),
        ({"PATH_INFO": "/v1/a b"}, "/v1/a%20b"),
        ({"PATH_INFO": "/v1/a%b?c#d"}, "/v1/a%25b%3Fc%23d"),
        ({"PATH_INFO": "/v1/\xc3\xa9+~"}, "/v1/%C3%A9+~"),
        ({"PATH_INFO": "", "SCRIPT_NAME": "/app"}, "/"),
    ],
)
def test_the_path_stays_raw_where_the_server_lets_it(given: Dict[str, str], path: str) -> None:
    assert request_of(_environ(**given)).path == path


def test_headers_get_their_names_back() -> None:
    environ = _posted(b"{}", "2", CONTENT_TYPE="application/json", HTTP_IDEMPOTENCY_KEY="k", HTTP_HOST="a")
    headers = request_of(environ).headers
    assert headers == {"content-length": "2", "content-type": "application/json", "host": "a", "idempotency-key": "k"}


@pytest.mark.parametrize("length", [None, ""])
def test_no_length_is_no_body(length: object) -> None:
    environ = _posted(b"body", "4")
    environ["CONTENT_LENGTH"] = length
    assert request_of({name: value for name, value in environ.items() if value is not None}).body == b""


class Untouchable(io.BytesIO):
    """A body that must not be read."""

    def read(self, size: object = -1, /) -> bytes:
        raise AssertionError("the body was read")


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"CONTENT_LENGTH": "-1"}, 400),
        ({"CONTENT_LENGTH": "x"}, 400),
        ({"CONTENT_LENGTH": "+4"}, 400),
        ({"CONTENT_LENGTH": "1_0"}, 400),
        ({"CONTENT_LENGTH": str(MAX_BODY_BYTES + 1)}, 413),
        ({"CONTENT_LENGTH": "9" * 30}, 413),
        ({"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}, 501),
        ({"CONTENT_LENGTH": "4", "HTTP_TRANSFER_ENCODING": "chunked"}, 400),
        ({"REQUEST_METHOD": "BREW"}, 501),
    ],
)
def test_what_cannot_be_read_is_refused_unread(given: Dict[str, str], status: int) -> None:
    environ = _environ(**{"REQUEST_METHOD": "POST", "wsgi.input": Untouchable(), **given})
    with pytest.raises(ApiError) as caught:
        request_of(environ)
    assert caught.value.status == status


def test_a_refusal_has_the_shape_of_all_errors() -> None:
    called = Called(_echo, _posted(b"bod", "4"))
    assert called.status == "400 Bad Request"
    error = json.loads(called.body)
    assert (error["code"], error["details"]) == ("incomplete_request", {})
    assert dict(called.headers)["X-Request-Id"] == error["request_id"]
    assert re.fullmatch(r"req_\w+", error["request_id"])


def test_head_is_answered_like_get_without_a_body() -> None:
    called = Called(_echo, _environ(REQUEST_METHOD="HEAD"))
    length = len(Called(_echo, _environ(REQUEST_METHOD="GET")).body)
    assert (called.body, dict(called.headers)["Content-Length"]) == (b"", str(length))


def test_no_content_has_no_length() -> None:
    called = Called(lambda request: Response(204, [], b""), _environ())
    assert (called.status, called.headers) == ("204 No Content", [])


def _streaming(closed: List[bool]) -> Callable[[Request], Response]:
    def pieces() -> Iterator[bytes]:
        yield b"one"
        yield b"two"

    stream = Stream(pieces(), lambda: closed.append(True))
    return lambda request: Response(200, [("Content-Type", "text/event-stream")], stream)


def test_a_stream_comes_in_pieces_and_is_closed() -> None:
    closed: List[bool] = []
    called = Called(_streaming(closed), _environ())
    assert called.pieces == [b"one", b"two"]
    assert called.headers == [("Content-Type", "text/event-stream")]
    assert closed == [True]


def test_a_stream_that_the_server_drops_is_closed() -> None:
    closed: List[bool] = []
    answer = WsgiApp(_streaming(closed))(_environ(), lambda status, headers: None)
    assert next(iter(answer)) == b"one"
    getattr(answer, "close")()
    assert closed == [True]


def test_a_stream_that_nobody_wants_to_read_is_closed() -> None:
    closed: List[bool] = []
    assert Called(_streaming(closed), _environ(REQUEST_METHOD="HEAD")).pieces == []
    assert closed == [True]

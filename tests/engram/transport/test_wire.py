"""What goes over the wire and what is taken from it, with http.client in between: only bytes on a socket count."""

from __future__ import annotations

import sys
import traceback
from typing import Dict, List, Mapping, Optional, Tuple

import pytest

from engram.errors import ConnectionFailedError, EngramError, ProtocolError, ValidationError
from engram.transport.base import Response
from engram.transport.http import HttpTransport
from tests.engram.faults.scripted import Received, Script, ScriptedServer, answer, close, drip, echo, head, send, stall

from .support import KEY, request

CHUNKED = head("200 OK", [("Transfer-Encoding", "chunked")])


def _received(method: str, headers: Mapping[str, str], body: Optional[bytes]) -> Received:
    with ScriptedServer([answer(b"")]) as server:
        transport = HttpTransport(server.url)
        transport.send(request("/", method, headers, body)).read()
        transport.close()
    return server.received[0]


def _answered(*script: bytes, method: str = "GET") -> Response:
    """Return the response to a request, read whole, of a server that says this and then nothing more."""
    with ScriptedServer([*map(send, script), stall]) as server:
        transport = HttpTransport(server.url)
        try:
            response = transport.send(request("/", method))
            response.read()
        finally:
            transport.close()
    return response


# -- requests


@pytest.mark.parametrize(
    ("method", "body", "length"),
    [
        ("GET", None, None),
        ("DELETE", None, None),
        ("POST", None, "0"),
        ("POST", b"", "0"),
        ("PATCH", b"ab", "2"),
        ("DELETE", b"a", "1"),
    ],
)
def test_a_length_goes_with_every_body_and_every_method_that_has_one(
    method: str, body: Optional[bytes], length: Optional[str]
) -> None:
    received = _received(method, {}, body)
    assert (received.headers.get("content-length"), received.body) == (length, body or b"")


def test_framing_is_not_the_callers_affair() -> None:
    evil = {"host": "evil", "transfer-encoding": "chunked", "content-length": "99", "connection": "close"}
    headers = _received("POST", evil, b"a").headers
    assert headers["host"].startswith("127.0.0.1:") and headers["content-length"] == "1"
    assert "transfer-encoding" not in headers and "connection" not in headers


@pytest.mark.parametrize(("asked", "sent"), [({}, "identity"), ({"Accept-Encoding": "gzip"}, "gzip")])
def test_the_caller_may_ask_for_a_coding(asked: Dict[str, str], sent: str) -> None:
    assert _received("GET", asked, None).headers["accept-encoding"] == sent


def test_latin_1_and_tabs_may_stand_in_a_value() -> None:
    assert _received("GET", {"X-A": "a\té"}, None).headers["x-a"] == "a\té"


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        ("/", {"authorization": f"Bearer {KEY}\n"}),
        ("/", {"authorization": f"Bearer {KEY}\r\nx: y"}),
        ("/", {"authorization": f"Bearer {KEY}ключ"}),
        ("/", {"": "1"}),
        ("/", {"x:": "1"}),
        ("/", {"x\n": "1"}),
        ("/a b", {}),
        ("/ä", {}),
        ("//x\r\nhost: y", {}),
    ],
)
@pytest.mark.parametrize("kept", [False, True])
def test_what_http_cannot_carry_is_refused_and_not_told(target: str, headers: Dict[str, str], kept: bool) -> None:
    with ScriptedServer([echo]) as server:
        transport = HttpTransport(server.url)
        if kept:
            transport.send(request()).read()
        with pytest.raises(ValidationError) as caught:
            transport.send(request(target, headers=headers))
        assert len(server.received) == server.connections == int(kept)
        # What was begun over a kept connection does not come before the next request.
        assert transport.send(request("/b")).read()
        transport.close()
    assert caught.value.outcome == "not_sent"
    # The error must not drag an exception along whose text or object holds the header.
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    told = traceback.extract_tb(caught.value.__traceback__)
    assert not any("http/client" in frame.filename for frame in told)


def test_no_audit_hook_is_told_the_key() -> None:
    told: List[str] = []
    listening = True

    def hook(event: str, args: Tuple[object, ...]) -> None:
        # There is no way to take a hook away again.
        if listening and event.startswith(("http.", "urllib.", "socket.")):
            told.append(f"{event} {args!r}")

    sys.addaudithook(hook)
    try:
        _received("POST", {}, b"{}")
    finally:
        listening = False
    assert told
    assert KEY not in "".join(told)


# -- heads of responses

HELLO = "\r\nContent-Length: 5\r\n\r\nhello"


@pytest.mark.parametrize(
    ("text", "method", "body", "kept"),
    [
        ("HTTP/1.1 200 OK" + HELLO, "GET", b"hello", True),
        ("HTTP/1.1 200" + HELLO, "GET", b"hello", True),
        ("HTTP/1.1 200 " + HELLO, "GET", b"hello", True),
        ("HTTP/1.1 200 OK\nContent-Length: 5 \n\nhello", "GET", b"hello", True),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "GET", b"", True),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD", b"", True),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n", "GET", b"", True),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HEAD", b"", True),
        ("HTTP/1.1 204 No Content\r\n\r\n", "GET", b"", True),
        ("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", "GET", b"", True),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "GET", b"", True),
        ("HTTP/1.0 200 OK\r\nConnection: Keep-Alive" + HELLO, "GET", b"hello", True),
        ("HTTP/1.0 200 OK" + HELLO, "GET", b"hello", False),
        ("HTTP/1.1 200 OK\r\nConnection: Close, x" + HELLO, "GET", b"hello", False),
    ],
)
def test_the_framing_of_a_body(text: str, method: str, body: bytes, kept: bool) -> None:
    with ScriptedServer([send(text.encode())], [echo]) as server:
        transport = HttpTransport(server.url)
        assert transport.send(request("/", method)).read() == body
        assert transport.send(request("/b")).read()
        transport.close()
        assert server.connections == (1 if kept else 2)


def test_headers_are_in_lower_case_trimmed_and_joined() -> None:
    response = _answered(b"HTTP/1.1 204 X\r\nX-A:  1\t\r\nx-a:2\r\nVary:\r\nX-B: \xe9\r\n\r\n")
    assert response.headers == {"x-a": "1, 2", "vary": "", "x-b": "é"}


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/2 200",
        b"HTTP/1.1 20 OK",
        b"HTTP/1.1 2000 OK",
        b"HTTP/1.1 099 OK",
        b"HTTP/1.1 abc OK",
        b"HTTP/1.1 200 OK\r\nno colon",
        b"HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 5",
        b"HTTP/1.1 200 OK\r\n: no name",
        b"HTTP/1.1 200 OK\r\nContent-Length : 4",
        b"HTTP/1.1 200 OK\r\n folded: line",
        b"HTTP/1.1 200 OK\r\nX: a\r\n folded: line",
        b"HTTP/1.1 200 OK\r\nX: a\rb",
        b"HTTP/1.1 200 OK\r\nX: a\r b",
        b"HTTP/1.1 200 OK\r\nX: a\0b",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: -1",
        b"HTTP/1.1 200 OK\r\nContent-Length: +4",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1_0",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0x10",
        b"HTTP/1.1 200 OK\r\nContent-Length:",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4, 4",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999",
        "HTTP/1.1 200 OK\r\nContent-Length: ٣".encode("utf-8"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    ],
)
def test_a_head_that_leaves_doubt_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        _answered(data + b"\r\n\r\nhello")
    assert caught.value.outcome == "unknown"


@pytest.mark.parametrize("cut", range(1, len(head("200 OK", [("Content-Length", "0"), ("X", "y")]))))
def test_a_head_that_is_cut_anywhere_is_no_head(cut: int) -> None:
    whole = head("200 OK", [("Content-Length", "0"), ("X", "y")])
    with ScriptedServer([send(whole[:cut]), close]) as server, pytest.raises(ConnectionFailedError):
        HttpTransport(server.url).send(request("/", "POST"))


# -- chunks

WHOLE = b"5\r\nhello\r\n1;name=value\r\n \r\n6 \r\nwor\r\nd\r\n00A\r\n0123456789\r\n000\r\nTrailer: x\r\n\r\n"
PAYLOAD = b"hello wor\r\nd0123456789"


@pytest.mark.parametrize("script", [[send(CHUNKED + WHOLE)], [drip(CHUNKED + WHOLE, 0.0)]], ids=["at once", "drip"])
def test_chunks_come_off_however_they_are_split(script: Script) -> None:
    with ScriptedServer(script) as server:
        transport = HttpTransport(server.url)
        for _ in range(2):
            assert transport.send(request()).read() == PAYLOAD
        transport.close()
        assert server.connections == 1


@pytest.mark.parametrize("cut", range(len(WHOLE)))
def test_a_body_that_is_cut_anywhere_has_not_ended(cut: int) -> None:
    payload = b""
    with ScriptedServer([send(CHUNKED + WHOLE[:cut]), close]) as server:
        response = HttpTransport(server.url).send(request())
        with pytest.raises(ConnectionFailedError):
            for piece in response:
                payload += piece
        response.close()
    assert PAYLOAD.startswith(payload)


def test_what_was_in_order_before_a_broken_chunk_is_delivered() -> None:
    payload = b""
    with ScriptedServer([send(CHUNKED + b"2\r\nab\r\n1\r\nc\r\nzz\r\n"), stall]) as server:
        response = HttpTransport(server.url).send(request())
        with pytest.raises(ProtocolError):
            for piece in response:
                payload += piece
        response.close()
    assert payload == b"abc"


@pytest.mark.parametrize("data", [b"\r\n", b"xyz\r\n", b"5\r\nhello world\r\n", b"5" * 70_000, b"5;" + b"x" * 70_000])
def test_a_broken_chunk_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        _answered(CHUNKED + data)


def test_a_chunk_of_less_than_nothing_is_no_body() -> None:
    with ScriptedServer([send(CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n"), close]) as server:
        with pytest.raises(EngramError):
            HttpTransport(server.url).send(request()).read()

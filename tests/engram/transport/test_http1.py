from __future__ import annotations

import traceback
from typing import Dict, List, Optional, Tuple

import pytest

from engram.errors import ProtocolError, ValidationError
from engram.transport.base import Headers
from engram.transport.http1 import ChunkedBody, Head, compose_request, parse_head

KEY = "eng_test_canary"


# -- requests


def _bytes(method: str, target: str, host: str, headers: Dict[str, str], body: Optional[bytes]) -> bytes:
    return bytes(compose_request(method, target, host, headers, body))


def test_a_request_is_one_piece_of_bytes() -> None:
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
    assert _bytes("POST", "/v1/query", "example.com:8377", headers, b'{"query":"x"}') == (
        b"POST /v1/query HTTP/1.1\r\n"
        b"host: example.com:8377\r\n"
        b"authorization: Bearer eng_test_canary\r\n"
        b"content-type: application/json\r\n"
        b"accept-encoding: identity\r\n"
        b"content-length: 13\r\n\r\n"
        b'{"query":"x"}'
    )


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
    data = _bytes(method, "/", "h", {}, body).decode()
    lines = data.partition("\r\n\r\n")[0].split("\r\n")
    assert [line for line in lines if line.startswith("content-length")] == (
        [] if length is None else [f"content-length: {length}"]
    )


def test_framing_is_not_the_callers_affair() -> None:
    headers = {"host": "evil", "transfer-encoding": "chunked", "content-length": "99", "connection": "close"}
    assert _bytes("GET", "/", "h", headers, None) == b"GET / HTTP/1.1\r\nhost: h\r\naccept-encoding: identity\r\n\r\n"


def test_the_caller_may_ask_for_another_coding() -> None:
    data = _bytes("GET", "/", "h", {"accept-encoding": "gzip"}, None)
    assert data.count(b"accept-encoding") == 1 and b"gzip" in data


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("GET", "/", {"authorization": f"Bearer {KEY}\n"}),
        ("GET", "/", {"authorization": f"Bearer {KEY}\r\nx: y"}),
        ("GET", "/", {"authorization": f"Bearer {KEY}\0"}),
        ("GET", "/", {"authorization": f"Bearer {KEY}ключ"}),
        ("GET", "/", {"x y": "1"}),
        ("GET", "/", {"": "1"}),
        ("GET", "/", {"x:": "1"}),
        ("GET", "/a b", {}),
        ("GET", "/ä", {}),
        ("GET", "", {}),
        ("GET", "v1", {}),
        ("GET", "//x\r\nhost: y", {}),
        ("get", "/", {}),
        ("GET /", "/", {}),
    ],
)
def test_what_http_cannot_carry_is_refused_and_not_quoted(method: str, target: str, headers: Dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        _bytes(method, target, "h", headers, None)
    assert caught.value.outcome == "not_sent"
    assert KEY not in str(caught.value)
    # The error must not drag an exception along whose text or object holds the header.
    assert caught.value.__cause__ is None and caught.value.__context__ is None


def test_neither_a_repr_nor_a_traceback_shows_the_key() -> None:
    assert KEY not in repr(compose_request("GET", "/", "h", {"authorization": KEY}, None))
    with pytest.raises(ValidationError) as caught:
        compose_request("GET", "/", "h", Headers([("authorization", KEY + "\n")]), None)
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert KEY not in "".join(told.format())


def test_latin_1_and_tabs_may_stand_in_a_value() -> None:
    assert "x: \té\r\n".encode("latin-1") in _bytes("GET", "/", "h", {"x": "\té"}, None)


def test_a_proxy_gets_the_whole_url() -> None:
    assert _bytes("GET", "http://h/v1", "h", {}, None).startswith(b"GET http://h/v1 HTTP/1.1\r\n")


# -- heads of responses

# Response line and headers, method -> length, chunked, keep-alive.
FRAMINGS: List[Tuple[str, str, Optional[int], bool, bool]] = [
    ("HTTP/1.1 200 OK\nContent-Length: 5", "GET", 5, False, True),
    ("HTTP/1.1 200 OK\nContent-Length: 0", "GET", 0, False, True),
    ("HTTP/1.1 200 OK\nTransfer-Encoding: Chunked", "GET", None, True, True),
    ("HTTP/1.1 200 OK", "GET", None, False, False),
    ("HTTP/1.1 200", "GET", None, False, False),
    ("HTTP/1.1 200 ", "GET", None, False, False),
    ("HTTP/1.1 200 OK\nContent-Length: 5", "HEAD", 0, False, True),
    ("HTTP/1.1 204 No Content", "GET", 0, False, True),
    ("HTTP/1.1 304 Not Modified\nContent-Length: 5", "GET", 0, False, True),
    ("HTTP/1.1 100 Continue", "POST", 0, False, True),
    ("HTTP/1.1 200 OK\nContent-Length: 5\nConnection: close", "GET", 5, False, False),
    ("HTTP/1.1 200 OK\nContent-Length: 5\nConnection: Close, x", "GET", 5, False, False),
    ("HTTP/1.0 200 OK\nContent-Length: 5", "GET", 5, False, False),
    ("HTTP/1.0 200 OK\nContent-Length: 5\nConnection: Keep-Alive", "GET", 5, False, True),
    # Chunks count, as RFC 9112 has it, but the connection is not trusted any more.
    ("HTTP/1.1 200 OK\nContent-Length: 5\nTransfer-Encoding: chunked", "GET", None, True, False),
]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(("text", "method", "length", "chunked", "keep_alive"), FRAMINGS)
def test_the_framing_of_a_body(
    text: str, method: str, length: Optional[int], chunked: bool, keep_alive: bool, line_end: str
) -> None:
    head = parse_head(text.replace("\n", line_end).encode(), method)
    assert (head.length, head.chunked, head.keep_alive) == (length, chunked, keep_alive)


def test_headers_are_in_lower_case_trimmed_and_joined() -> None:
    head = parse_head(b"HTTP/1.1 200 OK\r\nX-A:  1\t\r\nx-a:2\r\nVary:\r\nX-\xe9: \xe9", "GET")
    assert head == Head(200, head.headers, None, False, False)
    assert dict(head.headers) == {"x-a": "1, 2", "vary": "", "x-é": "é"}


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH",
        b"HTTP/2 200",
        b"HTTP/1.2 200 OK",
        b"HTTP/1.1 20 OK",
        b"HTTP/1.1 2000 OK",
        b"HTTP/1.1 099 OK",
        b"HTTP/1.1 abc OK",
        b"HTTP/1.1  200 OK",
        b"HTTP/1.1 200 OK\r\nno colon",
        b"HTTP/1.1 200 OK\r\n: no name",
        b"HTTP/1.1 200 OK\r\nContent-Length : 4",
        b"HTTP/1.1 200 OK\r\n folded: line",
        b"HTTP/1.1 200 OK\r\nX: a\rb",
        b"HTTP/1.1 200 OK\r\nX: a\0b",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1",
        b"HTTP/1.1 200 OK\r\nContent-Length: +4",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1_0",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0x10",
        b"HTTP/1.1 200 OK\r\nContent-Length:",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999",
        "HTTP/1.1 200 OK\r\nContent-Length: ٣".encode("utf-8"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    ],
)
def test_a_head_that_leaves_doubt_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_head(data, "GET")


# -- chunks

WHOLE = b"5\r\nhello\r\n1;name=value\r\n \r\n6 \r\nwor\r\nd\r\n000\r\nTrailer: x\r\n\r\n"
PAYLOAD = b"hello wor\r\nd"


def _fed(data: bytes, size: int) -> "Tuple[bytes, ChunkedBody]":
    body, payload = ChunkedBody(), b""
    for at in range(0, len(data), size):
        payload += b"".join(body.feed(data[at : at + size]))
    return payload, body


@pytest.mark.parametrize("size", [1, 2, 3, 7, len(WHOLE)])
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_chunks_come_off_however_they_are_split(size: int, line_end: bytes) -> None:
    data = WHOLE.replace(b"wor\r\nd", b"wor_d").replace(b"\r\n", line_end).replace(b"wor_d", b"wor\r\nd")
    payload, body = _fed(data, size)
    assert payload == PAYLOAD
    assert body.ended and body.rest == b""


def test_what_follows_the_last_chunk_is_left_over() -> None:
    payload, body = _fed(WHOLE + b"HTTP/1.1 200 OK", len(WHOLE) + 15)
    assert payload == PAYLOAD
    assert body.ended and body.rest == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize("cut", range(len(WHOLE)))
def test_a_body_that_is_cut_anywhere_has_not_ended(cut: int) -> None:
    payload, body = _fed(WHOLE[:cut], 4)
    assert not body.ended
    assert PAYLOAD.startswith(payload)


@pytest.mark.parametrize("size", [1, 1 << 20])
def test_what_was_in_order_before_a_broken_chunk_is_delivered(size: int) -> None:
    data, body, payload = b"2\r\nab\r\n1\r\nc\r\nzz\r\n", ChunkedBody(), b""
    with pytest.raises(ProtocolError):
        for at in range(0, len(data), size):
            for piece in body.feed(data[at : at + size]):
                payload += piece
    assert payload == b"abc"


@pytest.mark.parametrize("size", [1, 1 << 20])
@pytest.mark.parametrize(
    "data",
    [
        b"-5\r\n",
        b"0x5\r\n",
        b"1_0\r\n",
        b" 5\r\n",
        b"\r\n",
        b"xyz\r\n",
        b"FFFFFFFFFFFFFFFF\r\n",
        b"5\r\nhello world\r\n",
        b"5\r\nhelloX\n",
        b"5" * 10_000,
        b"5;" + b"x" * 10_000 + b"\n",
        b"0\r\n" + b"Trailer: x\r\n" * 1_000,
    ],
)
def test_a_broken_chunk_is_refused(data: bytes, size: int) -> None:
    with pytest.raises(ProtocolError):
        _fed(data, size)


def test_many_small_chunks_in_one_piece_take_linear_time() -> None:
    """Copying the rest once a chunk would take minutes here."""
    payload, body = _fed(b"1\r\nx\r\n" * 200_000 + b"0\r\n\r\n", 1 << 24)
    assert len(payload) == 200_000 and body.ended

"""The reader of request heads: what it makes of good ones, and that it says the same however the bytes come."""

from __future__ import annotations

from typing import Dict, Iterable, List, Tuple, Union

import pytest

from engram.types.limits import MAX_BODY_BYTES
from engram_server.doors.head import MAX_HEADERS, MAX_LINE_BYTES, ParsedHead, end_of_head, parse_head
from engram_server.wire import ApiError
from tests.wire import vectors
from tests.wire.peer import get, request

HEADS = [vector for vector in vectors.ALL if len(vector.statuses) == 1 and not vector.is_cut]

# Refusals that have to name what is wrong: the bytes, the code, the details.
NAMED: List[Tuple[bytes, str, Dict[str, object]]] = [
    (b"GET / HTTP/1.1\r\n\r\n", "malformed_request", {"header": "host"}),
    (get("/", "Host: b"), "malformed_request", {"header": "host"}),
    (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "malformed_request", {"header": "host"}),
    (get("/", "Content-Length: -1"), "malformed_request", {"header": "content-length"}),
    (get("/", "Content-Length: 1", "Content-Length: 1"), "malformed_request", {"header": "content-length"}),
    (get("/", "Content-Length: 1", "Transfer-Encoding: a"), "malformed_request", {"header": "transfer-encoding"}),
    (get("/", "Transfer-Encoding: a"), "transfer_encoding_not_implemented", {"header": "transfer-encoding"}),
    (get("/", "Content-Length: 99999999"), "body_too_large", {"limit_bytes": MAX_BODY_BYTES}),
    (get("/", "Expect: x"), "expectation_failed", {"header": "expect"}),
    (get("/", *["X: y"] * MAX_HEADERS), "headers_too_large", {"limit_headers": MAX_HEADERS}),
    (get("/", "X: " + "y" * MAX_LINE_BYTES), "headers_too_large", {"limit_bytes": MAX_LINE_BYTES}),
    (get("/" + "y" * MAX_LINE_BYTES), "uri_too_long", {"limit_bytes": MAX_LINE_BYTES}),
    (b"BREW / HTTP/1.1\r\n\r\n", "method_not_implemented", {}),
    (b"GET / HTTP/2.0\r\n\r\n", "http_version_not_supported", {}),
]


def _read(pieces: Iterable[bytes]) -> Union[ParsedHead, int]:
    """Return the head, or the status of its refusal."""
    data, seen = bytearray(), 0
    try:
        for piece in pieces:
            data += piece
            end = end_of_head(data, seen)
            if end is not None:
                return parse_head(data[:end])
            seen = len(data)
    except ApiError as refusal:
        return refusal.status
    raise AssertionError("the head has no end")


def _one_by_one(data: bytes) -> Iterable[bytes]:
    return (data[at : at + 1] for at in range(len(data)))


@pytest.mark.parametrize("vector", HEADS, ids=lambda vector: str(vector.name))
def test_a_head_reads_the_same_however_it_comes(vector: vectors.Vector) -> None:
    whole = _read([vector.sent])
    assert isinstance(whole, ParsedHead) if vector.executed else whole == vector.statuses[0]
    assert _read(_one_by_one(vector.sent)) == whole
    if isinstance(whole, ParsedHead):
        assert _read([vector.sent + b"\x00garbage\n"]) == whole


@pytest.mark.parametrize(("data", "code", "details"), NAMED)
def test_a_refusal_names_what_is_wrong(data: bytes, code: str, details: Dict[str, object]) -> None:
    with pytest.raises(ApiError) as caught:
        parse_head(data)
    assert (caught.value.code, caught.value.details) == (code, details)
    assert caught.value.message


def test_what_is_read() -> None:
    head = parse_head(
        b"POST /v1/a%2Fb/c?x=1&y=%20?z HTTP/1.1\r\nHOST: Example\r\nContent-Length:  12 \t\r\n"
        b"X-Two: a\r\nAccept:*/*\r\nx-two: b, c\r\nX-Empty:\r\n\r\n"
    )
    assert head == ParsedHead(
        "POST",
        "/v1/a%2Fb/c",
        "x=1&y=%20?z",
        {"host": "Example", "content-length": "12", "x-two": "a, b, c", "accept": "*/*", "x-empty": ""},
        12,
        is_http_11=True,
        keep_alive=True,
        expects_continue=False,
    )


def test_a_head_ends_where_it_ends() -> None:
    head = get("/")
    assert end_of_head(bytearray(head + get("/next")), 0) == len(head)
    assert end_of_head(bytearray(head), len(head) - 1) == len(head)
    assert end_of_head(bytearray(head[:-1]), 0) is None
    assert end_of_head(bytearray(), 0) is None


@pytest.mark.parametrize(
    ("version", "connection", "keep_alive"),
    [
        ("1.1", "", True),
        ("1.1", "keep-alive", True),
        ("1.1", "close", False),
        ("1.1", "upgrade , Close", False),
        ("1.1", "closed", True),
        ("1.0", "", False),
        ("1.0", "keep-alive", False),
    ],
)
def test_how_long_a_connection_lives(version: str, connection: str, keep_alive: bool) -> None:
    head = parse_head(f"GET / HTTP/{version}\r\nHost: a\r\nConnection: {connection}\r\n\r\n".encode())
    assert head.keep_alive is keep_alive
    assert head.is_http_11 is (version == "1.1")


@pytest.mark.parametrize("expectation", ["100-continue", "100-Continue"])
def test_a_peer_may_wait_before_its_body(expectation: str) -> None:
    assert parse_head(request("POST", "/", f"Expect: {expectation}", "Content-Length: 1")).expects_continue


def test_a_peer_of_http_10_cannot_wait() -> None:
    assert not parse_head(b"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n").expects_continue


def test_the_largest_body_is_taken() -> None:
    assert parse_head(get("/", f"Content-Length: {MAX_BODY_BYTES}")).content_length == MAX_BODY_BYTES


def test_a_line_at_its_limit_may_come_in_any_pieces() -> None:
    """The limit is of the line without its end, so a CR that waits for its LF counts no more than both do."""
    head = get("/", "X: " + "y" * (MAX_LINE_BYTES - 3))
    assert isinstance(_read([head[:-4], *_one_by_one(head[-4:])]), ParsedHead)
    first = get("/" + "y" * (MAX_LINE_BYTES - len("GET / HTTP/1.1")))
    assert isinstance(_read([*_one_by_one(first[: MAX_LINE_BYTES + 2]), first[MAX_LINE_BYTES + 2 :]]), ParsedHead)


def test_a_hopeless_first_line_is_refused_before_the_head_ends() -> None:
    assert [_read([line, b""]) for line in (b"GARBAGE\r\n", b"G\r\n", b"\r\n\r\n", b"\x16\x03\x01")] == [400] * 4

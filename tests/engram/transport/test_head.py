"""Heads of responses: what they say, and that no head says two things."""

from __future__ import annotations

import http.client
import io
from typing import Dict, Optional, Tuple

import pytest

from engram.transport.head import Head, read_head


def _read(text: str, *, of_head: bool = False) -> Head:
    return read_head(io.BytesIO(text.encode("latin-1")).readline, of_head=of_head)


def _response(*lines: str, first: str = "HTTP/1.1 200 OK") -> str:
    return "\r\n".join([first, *lines, "", ""])


# A first line, header lines, and what they say: status, length, whether in chunks, whether the connection goes on.
FRAMINGS: "Dict[str, Tuple[str, Tuple[str, ...], Tuple[int, Optional[int], bool, bool]]]" = {
    "a length": ("HTTP/1.1 200 OK", ("Content-Length: 5",), (200, 5, False, True)),
    "no body": ("HTTP/1.1 200 OK", ("content-length:0",), (200, 0, False, True)),
    "chunks": ("HTTP/1.1 200 OK", ("Transfer-Encoding: Chunked",), (200, None, True, True)),
    "chunks and a length": (
        "HTTP/1.1 200 OK",
        ("Transfer-Encoding: chunked", "Content-Length: 5"),
        (200, None, True, False),
    ),
    "until the end": ("HTTP/1.1 200 OK", (), (200, None, False, False)),
    "no reason": ("HTTP/1.1 404", ("Content-Length: 5",), (404, 5, False, True)),
    "an odd reason": ("HTTP/1.1\t599 \xe9 : x", ("Content-Length: 5",), (599, 5, False, True)),
    "a status without a body": ("HTTP/1.1 204 X", (), (204, 0, False, True)),
    "unchanged": ("HTTP/1.1 304 X", ("Content-Length: 5",), (304, 0, False, True)),
    "to be closed": ("HTTP/1.1 200 OK", ("Content-Length: 5", "Connection: x, Close"), (200, 5, False, False)),
    "an old server": ("HTTP/1.0 200 OK", ("Content-Length: 5",), (200, 5, False, False)),
    "an old server that stays": (
        "HTTP/1.0 200 OK",
        ("Content-Length: 5", "Connection: Keep-Alive"),
        (200, 5, False, True),
    ),
}


@pytest.mark.parametrize(("first", "lines", "said"), FRAMINGS.values(), ids=FRAMINGS)
def test_where_a_body_ends(first: str, lines: Tuple[str, ...], said: Tuple[int, Optional[int], bool, bool]) -> None:
    head = _read(_response(*lines, first=first))
    assert (head.status, head.length, head.chunked, head.keep_alive) == said


@pytest.mark.parametrize(("first", "lines"), [row[:2] for row in FRAMINGS.values()], ids=FRAMINGS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_http_client_reads_the_same(first: str, lines: Tuple[str, ...], method: str) -> None:
    text = _response(*lines, first=first)
    head = _read(text, of_head=method == "HEAD")

    class Incoming:
        def makefile(self, mode: str) -> io.BytesIO:
            return io.BytesIO(text.encode("latin-1"))

    theirs = http.client.HTTPResponse(Incoming(), method=method)  # type: ignore[arg-type]  # all that it asks of one
    theirs.begin()
    assert (head.status, head.length, head.chunked) == (theirs.status, theirs.length, bool(theirs.chunked))
    assert head.fields == {name.lower(): value for name, value in theirs.getheaders()}
    # They would go on after a head with a coding and a length.
    assert head.keep_alive is not theirs.will_close or (head.chunked and "content-length" in head.fields)
    theirs.close()


def test_headers_are_joined_and_stripped_of_blanks_alone() -> None:
    head = _read(_response("X-A:\t a  b \t", "x-a: c", "X-B:", "X-C: \xe9:\x1b\xa0"))
    assert head.fields == {"x-a": "a  b, c", "x-b": "", "x-c": "\xe9:\x1b\xa0"}


def test_lines_may_end_without_a_carriage_return() -> None:
    assert _read("HTTP/1.1 200 OK\nX-A: b\n\nrest").fields == {"x-a": "b"}


def test_nothing_is_read_beyond_a_head() -> None:
    incoming = io.BytesIO(_response("Content-Length: 4").encode() + b"body")
    read_head(incoming.readline)
    assert incoming.read() == b"body"


REFUSED = {
    "no status line": _response(first="hello"),
    "another protocol that ends at once": "Hello",
    "another version": _response(first="HTTP/2 200 OK"),
    "a status of two digits": _response(first="HTTP/1.1 20 OK"),
    "a status of four digits": _response(first="HTTP/1.1 2000 OK"),
    "a status below all": _response(first="HTTP/1.1 099 OK"),
    "a status in other digits": _response(first="HTTP/1.1 \xb2\xb2\xb2 OK"),
    "no colon": _response("X-A"),
    "no name": _response(": x"),
    "a space before the colon": _response("Content-Length : 5"),
    "a space before the name": _response(" Content-Length: 5"),
    "a folded line": _response("X-A: b", " c"),
    "a bare carriage return": _response("X-A: b\rContent-Length: 5"),
    "a NUL": _response("X-A: b\0"),
    "two lengths": _response("Content-Length: 5", "Content-Length: 6"),
    "the same length twice": _response("Content-Length: 5", "Content-Length: 5"),
    "a signed length": _response("Content-Length: +5"),
    "a negative length": _response("Content-Length: -5"),
    "an empty length": _response("Content-Length:"),
    "a length in other digits": _response("Content-Length: \xb2"),
    "a length beyond all": _response(f"Content-Length: {'9' * 19}"),
    "another coding": _response("Transfer-Encoding: gzip, chunked"),
    "two codings": _response("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
    "too many lines": _response(*["X: y"] * 101),
    "a long line": _response("X: " + "y" * 65_536),
    "a line of blanks and a NUL": _response(f"X:{' ' * 65_000}\0"),
    "a first line of blanks": _response(first=f"HTTP/1.1{' ' * 65_000}x"),
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_leaves_doubt_is_refused(text: str) -> None:
    with pytest.raises(http.client.HTTPException) as caught:
        _read(text)
    assert len(str(caught.value)) < 120
    assert not isinstance(caught.value, http.client.IncompleteRead)


@pytest.mark.parametrize(
    "text",
    ["", "HTT", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\nX-A", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"],
)
def test_what_ends_too_soon_is_told_apart(text: str) -> None:
    with pytest.raises(http.client.IncompleteRead):
        _read(text)

"""Heads of responses, to the byte."""

from __future__ import annotations

from typing import List, Optional

import pytest

from engram.types import VERSION
from engram_server.doors import reply


@pytest.mark.parametrize(
    ("status", "length", "is_chunked", "is_last", "framing"),
    [
        (200, 0, False, False, "Content-Length: 0\r\n"),
        (200, 7, False, True, "Content-Length: 7\r\nConnection: close\r\n"),
        (200, None, True, False, "Transfer-Encoding: chunked\r\n"),
        (200, None, False, True, "Connection: close\r\n"),
        (204, 0, False, False, ""),
        (304, 0, False, False, ""),
    ],
)
def test_head(status: int, length: Optional[int], is_chunked: bool, is_last: bool, framing: str) -> None:
    head = reply.head(status, [("A", "b")], "Date: now\r\n", length=length, is_chunked=is_chunked, is_last=is_last)
    first, _, rest = head.decode("ascii").partition("\r\n")
    assert first == f"HTTP/1.1 {reply.status_text(status)}"
    assert rest == f"Server: engram-reference/{VERSION}\r\nDate: now\r\nA: b\r\n{framing}\r\n"


@pytest.mark.parametrize(("status", "text"), [(200, "200 OK"), (404, "404 Not Found"), (499, "499 ")])
def test_status_text(status: int, text: str) -> None:
    assert reply.status_text(status) == text


def test_chunks_say_their_size_in_hexadecimal() -> None:
    assert reply.chunk(b"a" * 26) == b"1a\r\n" + b"a" * 26 + b"\r\n"


def test_the_date_is_that_of_the_second() -> None:
    moments: List[float] = [1_778_248_560.2, 1_778_248_560.9, 1_778_248_561.0, 1_778_248_560.0]
    date = reply.DateHeader(iter(moments).__next__)
    lines = [date.line() for _ in moments]
    assert lines[0] == "Date: Fri, 08 May 2026 13:56:00 GMT\r\n"
    assert lines[1] is lines[0]
    assert lines[2] == "Date: Fri, 08 May 2026 13:56:01 GMT\r\n"
    assert lines[3] == lines[0]

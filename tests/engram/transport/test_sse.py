from __future__ import annotations

from typing import List, Tuple

import pytest

from engram.errors import ProtocolError, TooLargeError
from engram.transport.sse import ServerSentEvent, SseParser

BOM = b"\xef\xbb\xbf"


def _event(data: str, event: str = "message", id: str = "") -> ServerSentEvent:
    return ServerSentEvent(event, data, id)


CASES: List[Tuple[str, bytes, List[ServerSentEvent]]] = [
    ("one", b"data: a\n\n", [_event("a")]),
    ("two", b"data: a\n\ndata: b\n\n", [_event("a"), _event("b")]),
    ("CRLF", b"data: a\r\n\r\ndata: b\r\n\r\n", [_event("a"), _event("b")]),
    ("CR", b"data: a\r\rdata: b\r\r", [_event("a"), _event("b")]),
    ("mixed line ends", b"data: a\r\ndata: b\rdata: c\n\r\n", [_event("a\nb\nc")]),
    ("several lines", b"data: a\ndata: b\ndata\ndata: c\n\n", [_event("a\nb\n\nc")]),
    ("no space", b"data:a\n\n", [_event("a")]),
    ("two spaces", b"data:  a\n\n", [_event(" a")]),
    ("colons", b"data: a: b\n\n", [_event("a: b")]),
    ("byte order mark", BOM + b"data: a\n\n", [_event("a")]),
    ("byte order mark inside", b"data: a\n\ndata: " + BOM + b"b\n\n", [_event("a"), _event("\ufeffb")]),
    ("comments", b": hello\n:\ndata: a\n: between\ndata: b\n\n: after\n\n", [_event("a\nb")]),
    ("named", b"event: error\ndata: a\n\ndata: b\n\n", [_event("a", "error"), _event("b")]),
    ("an id stays", b"id: 7\ndata: a\n\ndata: b\n\n", [_event("a", id="7"), _event("b", id="7")]),
    ("an id goes", b"id: 7\ndata: a\n\nid\ndata: b\n\n", [_event("a", id="7"), _event("b")]),
    ("an id with a NUL is none", b"id: 7\0\ndata: a\n\n", [_event("a")]),
    ("retry and unknown fields", b"retry: 10\nfoo: bar\ndata: a\n\n", [_event("a")]),
    ("an event with no data is none", b"event: ping\n\nid: 1\n\ndata: a\n\n", [_event("a", id="1")]),
    ("empty data", b"data\n\ndata:\n\n", [_event(""), _event("")]),
    ("blank lines", b"\n\n\r\n\rdata: a\n\n\n", [_event("a")]),
    ("every length of UTF-8", "data: aé€🙂\u2028\x85\n\n".encode(), [_event("aé€🙂\u2028\x85")]),
    ("field names are exact", b"Data: a\n data: b\ndata : c\n\n", []),
    ("no end", b"data: a\n\ndata: b\n", [_event("a")]),
    ("half a line at the end", b"data: a\n\ndata: b", [_event("a")]),
    ("half a character at the end", b"data: a\n\ndata: \xe2\x82", [_event("a")]),
    ("nothing", b"", []),
]


def _fed(*pieces: bytes) -> List[ServerSentEvent]:
    parser = SseParser(1 << 30)
    return [event for piece in pieces for event in parser.feed(piece)]


@pytest.mark.parametrize(("data", "events"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_events_are_the_same_however_the_bytes_come(data: bytes, events: List[ServerSentEvent]) -> None:
    assert _fed(data) == events
    assert _fed(*(data[at : at + 1] for at in range(len(data)))) == events
    for cut in range(len(data) + 1):
        assert _fed(data[:cut], b"", data[cut:]) == events


@pytest.mark.parametrize(("data", "events"), [case[1:] for case in CASES[:-4]], ids=[case[0] for case in CASES[:-4]])
def test_what_follows_does_not_change_what_came(data: bytes, events: List[ServerSentEvent]) -> None:
    assert _fed(data, b"garbage: \x00 \x7f and no end")[: len(events)] == events


@pytest.mark.parametrize("text", [b"\xff", b"\xe2\x28", b"\xed\xa0\x80", b"\xe2"])
def test_invalid_utf_8_is_refused(text: bytes) -> None:
    before, data = b"data: a\n\n", b"data: " + text + b"\n\n"
    for size in (1, 1_000):
        parser = SseParser(1 << 30)
        events: List[ServerSentEvent] = []
        with pytest.raises(ProtocolError):
            for at in range(0, len(before + data), size):
                events += parser.feed((before + data)[at : at + size])
        # What came before is not lost with it.
        assert events == [_event("a")]


@pytest.mark.parametrize("data", [b"data: " + b"x" * 100, b"data: x\n" * 20, b": " + b"x" * 100, b"x" * 100])
def test_an_event_has_a_limit(data: bytes) -> None:
    parser = SseParser(max_event_bytes=90)
    with pytest.raises(TooLargeError):
        list(parser.feed(data))


def test_the_limit_is_one_events_not_the_streams() -> None:
    parser = SseParser(max_event_bytes=90)
    for _ in range(100):
        assert list(parser.feed(b": a comment that nobody keeps\n" * 3 + b"data: " + b"x" * 40 + b"\n\n"))


def test_a_long_event_in_many_pieces_takes_linear_time() -> None:
    """Joining what was held with each piece would copy 8 GB here."""
    pieces = [b"data: "] + [b"x" * 1_000] * 16_000 + [b"\n\n"]
    assert len(_fed(*pieces)[0].data) == 16_000_000

"""The answer while it is written: from frames to events, with one end and no half answer that looks whole."""

from __future__ import annotations

import gc
import json
import pickle
from typing import Iterator, List, Optional

import pytest

from engram.errors import ConnectionFailedError, EngramError, ProtocolError, StreamInterruptedError
from engram.stream import QueryStream
from engram.transport.base import Headers, Response
from engram.types import QueryStreamEvent

DONE = b"data: [DONE]\n\n"
USAGE = {"input_tokens": 3, "output_tokens": 2}


def frame(value: object, line: bytes = b"data: ") -> bytes:
    """Return one frame."""
    return line + json.dumps(value).encode() + b"\n\n"


def delta(content: object) -> bytes:
    """Return a frame with a piece of the answer."""
    return frame({"choices": [{"delta": {"content": content}}]})


LAST = frame({"usage": USAGE})
WHOLE = delta("Hel") + delta("lo") + LAST + DONE


class Source:
    """A response that says when it was closed."""

    def __init__(
        self,
        *pieces: bytes,
        content_type: Optional[str] = "text/event-stream; charset=utf-8",
        ends_with: Optional[EngramError] = None,
    ) -> None:
        self._closed = False
        self._pieces = pieces
        self._ends_with = ends_with
        headers = Headers([("X-Request-Id", "req_1")])
        if content_type is not None:
            headers["content-type"] = content_type
        self.response = Response(200, headers, self._read(), self._close)

    def _read(self) -> Iterator[bytes]:
        yield from self._pieces
        if self._ends_with is not None:
            raise self._ends_with

    def _close(self) -> None:
        self._closed = True

    def was_closed(self) -> bool:
        return self._closed

    def stream(self) -> QueryStream:
        return QueryStream(self.response)

    def events(self) -> List[QueryStreamEvent]:
        return list(self.stream())


def _done(answer: str, **more: object) -> "dict[str, object]":
    return {"type": "done", "answer": answer, "usage": USAGE, **more}


HELLO = [{"type": "delta", "content": "Hel"}, {"type": "delta", "content": "lo"}, _done("Hello")]

X = {"type": "delta", "content": "x"}

WHOLE_STREAMS: "list[tuple[str, bytes, object]]" = [
    ("as the server sends it", WHOLE, HELLO),
    ("no [DONE]", delta("Hel") + delta("lo") + LAST, HELLO),
    ("CRLF", WHOLE.replace(b"\n", b"\r\n"), HELLO),
    ("CR", WHOLE.replace(b"\n", b"\r"), HELLO),
    ("a byte order mark", b"\xef\xbb\xbf" + WHOLE, HELLO),
    ("no space", WHOLE.replace(b"data: ", b"data:"), HELLO),
    ("comments, names, ids", b": hi\n\n" + WHOLE.replace(b"data: ", b"event: x\nid: 1\ndata: "), HELLO),
    ("empty data", b"data:\n\n" + WHOLE, HELLO),
    ("a frame over two lines", WHOLE.replace(b'"choices": [', b'"choices": [\ndata: '), HELLO),
    ("no deltas", LAST, [_done("")]),
    ("an empty list of choices", frame({"choices": [], "usage": USAGE}), [_done("", choices=[])]),
    ("choices that are null", frame({"choices": None, "usage": USAGE}), [_done("", choices=None)]),
    ("the server's answer", frame({"answer": "Hello", "usage": USAGE}), [_done("Hello")]),
    ("an answer that is null", frame({"answer": None, "usage": USAGE}), [_done("")]),
    ("an answer that is null after deltas", delta("x") + frame({"answer": None, "usage": USAGE}), [X, _done("x")]),
    ("an answer that is not the deltas", delta("x") + frame({"answer": "Hello", "usage": USAGE}), [X, _done("Hello")]),
    ("a type of its own", frame({"type": "evil", "usage": USAGE}), [_done("")]),
    ("more keys", frame({"usage": USAGE, "answer_json": [1], "x": None}), [_done("", answer_json=[1], x=None)]),
    ("an error that is null", frame({"usage": USAGE, "error": None}), [_done("", error=None)]),
    ("deltas without content", frame({"choices": [{"delta": {}}]}) + delta("") + delta(None) + LAST, [_done("")]),
    ("two last frames", LAST + frame({"usage": {}}) + DONE, [_done("")]),
    ("what follows the last frame", LAST + b"data: {broken\n\n" + frame({"error": "late"}), [_done("")]),
    ("non-ASCII", delta("é€🙂") + LAST, [{"type": "delta", "content": "é€🙂"}, _done("é€🙂")]),
]


@pytest.mark.parametrize(("data", "events"), [row[1:] for row in WHOLE_STREAMS], ids=[row[0] for row in WHOLE_STREAMS])
def test_a_whole_stream(data: bytes, events: object) -> None:
    for pieces in ((data,), tuple(data[at : at + 1] for at in range(len(data)))):
        source = Source(*pieces)
        assert source.events() == events
        assert source.was_closed()


HALF = delta("Hel") + delta("lo")

CUT_STREAMS: "list[tuple[str, bytes, str]]" = [
    ("nothing", b"", "connection ended"),
    ("no last frame", HALF, "connection ended"),
    ("[DONE] and no last frame", HALF + DONE, "ended the stream"),
    ("a last frame that is cut", HALF + LAST[:-1], "connection ended"),
    ("an error", HALF + frame({"error": "model is gone"}), "model is gone"),
    ("an error object", HALF + frame({"error": {"message": "model is gone", "code": "c"}}), "model is gone"),
    ("an empty error", HALF + frame({"error": ""}), "did not say why"),
    ("an error with usage", HALF + frame({"error": "model is gone", "usage": USAGE}), "model is gone"),
    ("an error event", HALF + b"event: error\n" + frame({"message": "model is gone"}), "model is gone"),
    ("broken JSON", HALF + b'data: {"choices": [\n\n' + LAST, "JSON"),
    ("no JSON", HALF + b"data: hello\n\n" + LAST, "JSON"),
    ("NaN", HALF + b'data: {"usage": NaN}\n\n', "JSON"),
    ("deep JSON", HALF + b"data: " + b"[" * 100_000 + b"\n\n", "JSON"),
    ("no object", HALF + frame([1]) + LAST, "not an object"),
    ("null", HALF + frame(None) + LAST, "not an object"),
    ("invalid UTF-8", HALF + b"data: \xff\n\n" + LAST, "UTF-8"),
    ("a delta that is null", HALF + frame({"choices": [{"delta": None}]}) + LAST, "delta"),
    ("no delta", HALF + frame({"choices": [{}]}) + LAST, "delta"),
    ("choices an object", HALF + frame({"choices": {"delta": {}}}) + LAST, "delta"),
    ("choices of strings", HALF + frame({"choices": ["a"]}) + LAST, "delta"),
    ("choices false", HALF + frame({"choices": False}) + LAST, "delta"),
    ("content that is a number", HALF + delta(7) + LAST, "not text"),
    ("content that is a list", HALF + delta(["a"]) + LAST, "not text"),
    ("an answer that is no text", HALF + frame({"answer": 7}), "not text"),
]


@pytest.mark.parametrize(("data", "words"), [row[1:] for row in CUT_STREAMS], ids=[row[0] for row in CUT_STREAMS])
def test_a_stream_that_breaks_off_says_so_and_keeps_the_text(data: bytes, words: str) -> None:
    source = Source(data)
    events: List[QueryStreamEvent] = []
    with pytest.raises(StreamInterruptedError) as caught:
        for event in source.stream():
            events.append(event)
    error = caught.value
    assert "".join(event["content"] for event in events if event["type"] == "delta") == error.text
    assert error.text == ("Hello" if data else "")
    assert words in str(error)
    assert (error.status, error.outcome, error.request_id) == (0, "unknown", "req_1")
    assert isinstance(error.__cause__, EngramError)
    assert source.was_closed()
    again = pickle.loads(pickle.dumps(error))
    assert again.text == error.text and str(again) == str(error)


def test_an_error_frame_is_told_in_full() -> None:
    with pytest.raises(StreamInterruptedError) as caught:
        Source(frame({"error": "model is gone", "code": "provider_failed"})).events()
    assert caught.value.code == "provider_failed"
    assert caught.value.body == {"error": "model is gone", "code": "provider_failed"}


def test_a_connection_that_breaks_is_the_cause() -> None:
    broken = ConnectionFailedError("reset")
    with pytest.raises(StreamInterruptedError) as caught:
        Source(HALF, ends_with=broken).events()
    assert caught.value.__cause__ is broken
    assert caught.value.text == "Hello"


# -- what is no stream


def test_a_server_that_ignored_stream_answers_all_the_same() -> None:
    body = json.dumps({"answer": "Hello", "usage": USAGE}).encode()
    source = Source(body, content_type="application/json")
    assert source.events() == [{"type": "delta", "content": "Hello"}, _done("Hello")]
    assert source.was_closed()
    assert Source(b'{"answer": ""}', content_type="application/json").events() == [{"type": "done", "answer": ""}]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<html>login</html>", "text/html"),
        (b"", None),
        (b"", "text/html"),
        (b"data: {}", "text/plain"),
        (b"\xff", "application/octet-stream"),
        (b"", "application/json"),
        (b"null", "application/json"),
        (b'{"answer": "cut', "application/json"),
        (b'{"answer": 7}', "application/json"),
        (b'{"error": "no"}', "application/json"),
        (b"[]", "application/json; charset=utf-8"),
    ],
)
def test_what_is_no_answer_is_refused_at_once(body: bytes, content_type: Optional[str]) -> None:
    source = Source(body, content_type=content_type)
    with pytest.raises(ProtocolError) as caught:
        source.stream()
    assert caught.value.status == 200
    assert source.was_closed()


# -- ends


def test_leaving_a_loop_closes_although_a_variable_holds_the_stream() -> None:
    source = Source(WHOLE)
    stream = source.stream()
    for _ in stream:
        break
    assert source.was_closed()
    assert list(stream) == []


def test_an_exception_in_a_loop_closes() -> None:
    source = Source(WHOLE)
    stream = source.stream()
    with pytest.raises(KeyError):
        for _ in stream:
            raise KeyError
    # The traceback holds the loop; the exception that is gone lets go of it.
    gc.collect()
    assert source.was_closed()
    assert next(stream, None) is None


def test_closing_within_a_loop_ends_it() -> None:
    source = Source(WHOLE)
    stream = source.stream()
    seen = []
    for event in stream:
        seen.append(event)
        stream.close()
    assert seen == HELLO[:1]


def test_leaving_the_block_closes() -> None:
    source = Source(WHOLE)
    with source.stream() as stream:
        assert next(stream) == HELLO[0]
        assert not source.was_closed()
    assert source.was_closed()
    assert next(stream, None) is None


def test_closing_may_be_repeated() -> None:
    source = Source(WHOLE)
    stream = source.stream()
    stream.close()
    stream.close()
    assert source.was_closed() and list(stream) == []


def test_a_stream_that_is_dropped_closes_at_once() -> None:
    """Without waiting for the garbage collector: nothing in a stream refers back to it."""
    source = Source(WHOLE)
    gc.disable()
    try:
        stream = source.stream()
        next(stream)
        del stream
        assert source.was_closed()
    finally:
        gc.enable()


def test_next_and_a_loop_share_the_stream() -> None:
    stream = Source(WHOLE).stream()
    assert next(stream) == HELLO[0]
    assert list(stream) == HELLO[1:]
    assert list(stream) == []


def test_after_an_error_nothing_comes() -> None:
    stream = Source(HALF).stream()
    with pytest.raises(StreamInterruptedError):
        list(stream)
    assert list(stream) == []

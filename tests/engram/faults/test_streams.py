"""What the published client gets wrong in a stream: each line of that list, over a real socket."""

from __future__ import annotations

import json
import linecache
import socket
import sys
import threading
from typing import Dict, List, NamedTuple, Type

import pytest

from engram.errors import (
    AuthenticationError,
    ConnectionFailedError,
    EngramError,
    ProtocolError,
    RateLimitError,
    ServerError,
    StreamInterruptedError,
    TimeoutExceededError,
)
from engram.types import QueryStreamEvent

from .scripted import (
    Script,
    ScriptedServer,
    Step,
    answer,
    answer_json,
    chunk,
    close,
    drip,
    head,
    nobody_listens,
    reset,
    send,
    stall,
)
from .verbs import impatient_client

EVENT_STREAM = ("Content-Type", "text/event-stream")
CHUNKED = head("200 OK", [EVENT_STREAM, ("Transfer-Encoding", "chunked")])
UNTIL_CLOSE = head("200 OK", [EVENT_STREAM])
USAGE = {"input_tokens": 1, "output_tokens": 2}
PATIENCE_SECONDS = 5.0


def frame(value: object) -> bytes:
    """Return one frame."""
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def delta(content: object) -> bytes:
    """Return a frame with a piece of the answer."""
    return frame({"choices": [{"delta": {"content": content}}]})


HALF = delta("Hel") + delta("lo")
LAST = frame({"usage": USAGE})
DONE = b"data: [DONE]\n\n"
HELLO = [
    {"type": "delta", "content": "Hel"},
    {"type": "delta", "content": "lo"},
    {"type": "done", "answer": "Hello", "usage": USAGE},
]


def _stream(data: bytes) -> Script:
    return [send(CHUNKED + chunk(data) + chunk(b""))]


# -- at the call: nothing has to be iterated for an error to be seen


class Opening(NamedTuple):
    """What a server does before the first event."""

    script: Script
    error: Type[EngramError]
    seconds: float = 10.0


OPENINGS: Dict[str, Opening] = {
    "timeout before the head": Opening([stall], TimeoutExceededError, 0.1),
    "closed before the head": Opening([close], ConnectionFailedError),
    "reset before the head": Opening([reset], ConnectionFailedError),
    "garbage": Opening([send(b"garbage\n\n"), close], ProtocolError),
    "refused": Opening([answer_json({"error": "Invalid API key"}, "401 X")], AuthenticationError),
    "refused without a word": Opening([answer(b"", "401 X")], AuthenticationError),
    "busy": Opening([answer_json({"error": "busy"}, "503 X")], ServerError),
    "crowded": Opening([answer_json({"error": "busy"}, "429 X")], RateLimitError),
    "redirect": Opening([answer(b"", "302 X", headers=[("Location", "/")])], ProtocolError),
    "200 with HTML": Opening([answer(b"<html>", content_type="text/html")], ProtocolError),
    "200 with no type": Opening([send(head("200 OK", [("Content-Length", "0")]))], ProtocolError),
    "200 with JSON that is no answer": Opening([answer_json({"success": True})], ProtocolError),
    "200 with JSON that is cut": Opening([answer(b'{"answer": "He')], ProtocolError),
}


@pytest.mark.parametrize("opening", OPENINGS.values(), ids=OPENINGS)
def test_what_goes_wrong_at_the_opening_is_raised_by_the_call(opening: Opening) -> None:
    with ScriptedServer(opening.script) as server:
        with impatient_client(server.url, seconds=opening.seconds) as engram:
            with pytest.raises(opening.error) as caught:
                engram.query_stream("x")
    assert not isinstance(caught.value, StreamInterruptedError)
    assert caught.value.attempts == 1


def test_connection_refused() -> None:
    with nobody_listens() as host, impatient_client(f"http://{host}") as engram, pytest.raises(ConnectionFailedError):
        engram.query_stream("x")


def test_a_refusal_reads_the_same_as_in_a_buffered_call() -> None:
    with ScriptedServer([answer_json({"error": "Invalid API key"}, "401 X")]) as server:
        with impatient_client(server.url) as engram:
            texts = []
            for verb in (engram.query, engram.query_stream):
                with pytest.raises(AuthenticationError) as caught:
                    verb("x")
                texts.append((str(caught.value), caught.value.body))
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    "fault", [[close], [reset], [answer_json({}, "503 X", [("Retry-After", "0")])], [answer_json({}, "502 X")]]
)
def test_an_opening_that_failed_is_tried_again(fault: Script) -> None:
    with ScriptedServer(fault, _stream(HALF + LAST + DONE)) as server:
        with impatient_client(server.url, retries=1) as engram:
            assert list(engram.query_stream("x")) == HELLO


# -- whole streams

WHOLE: Dict[str, Script] = {
    "as the server sends it": _stream(HALF + LAST + DONE),
    "no [DONE]": _stream(HALF + LAST),
    "not chunked": [send(UNTIL_CLOSE + HALF + LAST + DONE), close],
    "byte by byte": [send(UNTIL_CLOSE), drip(HALF + LAST + DONE, 0.0001), close],
    "a chunk a byte": [send(CHUNKED + b"".join(chunk(bytes([byte])) for byte in HALF + LAST)), stall],
    "no end after the last frame": [send(CHUNKED + chunk(HALF + LAST)), stall],
    "a reset after the last frame": [send(CHUNKED + chunk(HALF + LAST)), reset],
    "CRLF": _stream((HALF + LAST + DONE).replace(b"\n", b"\r\n")),
    "CR": _stream((HALF + LAST + DONE).replace(b"\n", b"\r")),
    "a byte order mark": _stream(b"\xef\xbb\xbf" + HALF + LAST + DONE),
    "no space": _stream((HALF + LAST + DONE).replace(b"data: ", b"data:")),
    "a frame over two lines": _stream((HALF + LAST).replace(b'"choices": [', b'"choices": [\ndata: ')),
    "two last frames": _stream(HALF + LAST + frame({"usage": {}}) + DONE),
    "a type in the last frame": _stream(HALF + frame({"usage": USAGE, "type": "evil"})),
}


@pytest.mark.parametrize("script", WHOLE.values(), ids=WHOLE)
def test_a_whole_stream(script: Script) -> None:
    with ScriptedServer(script) as server, impatient_client(server.url) as engram:
        assert list(engram.query_stream("x")) == HELLO


def test_a_server_that_ignored_stream_answers_all_the_same() -> None:
    with ScriptedServer([answer_json({"answer": "Hello", "usage": USAGE})]) as server:
        with impatient_client(server.url) as engram:
            assert list(engram.query_stream("x")) == [{"type": "delta", "content": "Hello"}, HELLO[2]]


# -- streams that break off


class Break(NamedTuple):
    """How a stream ends too soon, after the deltas in `HALF` unless it says otherwise."""

    script: Script
    cause: Type[EngramError]
    seconds: float = 10.0


def _then(data: bytes, *steps: Step) -> Script:
    return [send(CHUNKED + chunk(HALF + data)), *(steps or (send(chunk(b"")),))]


BREAKS: Dict[str, Break] = {
    "timeout between frames": Break(_then(b": a comment\n\n", stall), TimeoutExceededError, 1.0),
    "reset": Break(_then(b"", reset), ConnectionFailedError),
    "reset, not chunked": Break([send(UNTIL_CLOSE + HALF), reset], ConnectionFailedError),
    "cut inside a chunk": Break(_then(b"", send(b"99\r\ndata"), close), ConnectionFailedError),
    "cut between chunks": Break(_then(b"", close), ConnectionFailedError),
    "a bad chunk": Break(_then(b"", send(b"zz\r\n"), close), ProtocolError),
    "closed with no last frame": Break([send(UNTIL_CLOSE + HALF), close], ProtocolError),
    "ended with no last frame": Break(_then(b""), ProtocolError),
    "[DONE] with no last frame": Break(_then(DONE), ProtocolError),
    "malformed JSON": Break(_then(b"data: {broken\n\n" + LAST), ProtocolError),
    "invalid UTF-8": Break(_then(b"data: \xff\n\n" + LAST), ProtocolError),
    "an error": Break(_then(frame({"error": "gone"})), EngramError),
    "an error object": Break(_then(frame({"error": {"message": "gone"}})), EngramError),
    "an empty error": Break(_then(frame({"error": ""})), EngramError),
    "an error event": Break(_then(b"event: error\n" + frame({"message": "gone"})), EngramError),
    "delta null": Break(_then(frame({"choices": [{"delta": None}]}) + LAST), ProtocolError),
    "choices an object": Break(_then(frame({"choices": {"a": 1}}) + LAST), ProtocolError),
    "content no string": Break(_then(delta(7) + LAST), ProtocolError),
}


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
def test_a_stream_that_breaks_off_says_so_and_keeps_the_text(broken: Break) -> None:
    events: List[QueryStreamEvent] = []
    with ScriptedServer(broken.script) as server:
        with impatient_client(server.url, seconds=broken.seconds) as engram:
            with pytest.raises(StreamInterruptedError) as caught:
                for event in engram.query_stream("x"):
                    events.append(event)
    assert events == HELLO[:2]
    assert caught.value.text == "Hello"
    assert type(caught.value.__cause__) is broken.cause
    assert (caught.value.status, caught.value.attempts, caught.value.outcome) == (0, 1, "unknown")
    # In words, not as the repr of a dict.
    assert "{'" not in str(caught.value)


def test_an_empty_stream_is_no_answer() -> None:
    with ScriptedServer(_stream(b"")) as server, impatient_client(server.url) as engram:
        with pytest.raises(StreamInterruptedError) as caught:
            list(engram.query_stream("x"))
    assert caught.value.text == ""


def test_a_stream_is_over_by_its_deadline() -> None:
    with ScriptedServer([send(CHUNKED + chunk(HALF)), drip(chunk(b": still here\n\n") * 999, 0.001)]) as server:
        with impatient_client(server.url, deadline_seconds=1.0) as engram:
            with pytest.raises(StreamInterruptedError) as caught:
                list(engram.query_stream("x"))
    assert isinstance(caught.value.__cause__, TimeoutExceededError)
    assert caught.value.text == "Hello"


# -- leaving early


def test_leaving_a_loop_closes_the_connection() -> None:
    with ScriptedServer([send(CHUNKED + chunk(HALF)), stall]) as server:
        with impatient_client(server.url) as engram:
            stream = engram.query_stream("x")
            for _ in stream:
                break
            server.wait_for_closed_connections()
            assert list(stream) == []


def _line_of(thread: threading.Thread) -> str:
    """Return the line of code that a thread is at."""
    frame = sys._current_frames()[thread.ident or 0]
    return linecache.getline(frame.f_code.co_filename, frame.f_lineno)


@pytest.mark.parametrize("waits", [True, False], ids=["in the middle of a wait", "between two events"])
def test_whoever_reads_a_stream_that_another_thread_closes_is_told_at_once(waits: bool) -> None:
    told: List[object] = []
    begun, closed = threading.Event(), threading.Event()

    def read() -> None:
        try:
            for event in stream:
                told.append(event)
                if len(told) == 2:
                    begun.set()
                    closed.wait(0 if waits else PATIENCE_SECONDS)
        except StreamInterruptedError as error:
            told.append(error.text)

    with ScriptedServer([send(CHUNKED + chunk(HALF)), stall]) as server:
        with impatient_client(server.url, seconds=10 * PATIENCE_SECONDS) as engram:
            stream = engram.query_stream("x")
            reader = threading.Thread(target=read)
            reader.start()
            assert begun.wait(PATIENCE_SECONDS)
            while waits and "recv_into" not in _line_of(reader):
                pass
            stream.close()
            closed.set()
            reader.join(PATIENCE_SECONDS)
            assert not reader.is_alive()
            server.wait_for_closed_connections()
            assert list(stream) == []
    assert told == [*HELLO[:2], "Hello"]


def test_a_stream_that_was_read_to_its_end_leaves_its_connection_to_the_next_call() -> None:
    in_parts = [send(CHUNKED + chunk(HALF + LAST)), send(chunk(DONE)), send(chunk(b""))]
    with ScriptedServer(_stream(HALF + LAST + DONE), in_parts, _stream(LAST)) as server:
        with impatient_client(server.url) as engram:
            assert [list(engram.query_stream("x"))[-1]["type"] for _ in range(3)] == ["done"] * 3
        assert server.connections == 1


@pytest.mark.parametrize("end", [[stall], [reset], [send(chunk(b"") + b"more"), stall]], ids=["none", "reset", "more"])
def test_a_stream_without_a_clean_end_costs_its_connection(end: Script) -> None:
    with ScriptedServer([send(CHUNKED + chunk(HALF + LAST)), *end], _stream(LAST)) as server:
        with impatient_client(server.url) as engram:
            assert list(engram.query_stream("x")) == HELLO
            assert len(list(engram.query_stream("x"))) == 1
        assert server.connections == 2

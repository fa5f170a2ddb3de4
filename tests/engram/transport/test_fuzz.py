"""Any bytes at all: a value or an `EngramError`, and the same one however the bytes were split.

Random bytes alone seldom get past a first character, so they are mixed with the words that mean something.
"""

from __future__ import annotations

import contextlib
import random
from typing import List, Sequence, Tuple

from engram.errors import EngramError, ProtocolError, StreamInterruptedError
from engram.stream import QueryStream
from engram.transport.base import Headers, Response
from engram.transport.decoding import decoded
from engram.transport.http import HttpTransport
from engram.transport.retry import Failure, RetryPolicy, Wait, decide
from engram.transport.sse import ServerSentEvent, SseParser
from tests.engram.faults.scripted import Peer, ScriptedServer, close

from .support import request

ROUNDS = 3_000

FIELDS = [b"\n\n", b"\r", b"\r\n", b"data: ", b"data:", b"event: error", b"id:", b": c", b"\xef\xbb\xbf", b"\xe2\x82"]
FRAMES = [b'{"choices": [{"delta": {"content": "a"}}]}', b'{"usage": {}}', b'{"error": ""}', b"[DONE]", b"null", b"[{"]
ANSWERS = [
    *(b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 204 No Content\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.0"),
    *(b"Content-Length: 2\r\n", b"Content-Length: -", b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: x\r\n"),
    *(b"Content-Encoding: gzip\r\n", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", b"Connection: close\r\n", b": "),
    *(b"\r\n", b"\n", b"\r", b"{}", b"2\r\n{}\r\n", b"0\r\n\r\n", b"1;x\r\na\r\n", b"-1", b"A"),
]
HINTS = ["1", "0.5", ".", "-", "e", "Sun, 06 Nov 1994", " 08:49:37", " GMT", " +0000", ":", "٣", "nan"]


def _mixed(rng: random.Random, words: Sequence[bytes]) -> bytes:
    return b"".join(
        rng.choice(words) if rng.random() < 0.8 else rng.randbytes(rng.randrange(6)) for _ in range(rng.randrange(25))
    )


def _split(rng: random.Random, data: bytes) -> List[bytes]:
    edges = sorted(rng.randrange(len(data) + 1) for _ in range(rng.randrange(6)))
    return [data[low:high] for low, high in zip([0, *edges], [*edges, len(data)])]


def _parsed(pieces: List[bytes]) -> Tuple[List[ServerSentEvent], bool]:
    parser = SseParser(200)
    events: List[ServerSentEvent] = []
    try:
        for piece in pieces:
            for event in parser.feed(piece):
                events.append(event)
    except EngramError:
        return events, True
    return events, False


def test_events(rng: random.Random) -> None:
    found = 0
    for _ in range(ROUNDS):
        data = _mixed(rng, FIELDS + FRAMES)
        assert _parsed(_split(rng, data)) == _parsed([data])
        found += len(_parsed([data])[0])
    assert found


def _streamed(pieces: List[bytes]) -> Tuple[List[object], str]:
    events: List[object] = []
    try:
        events.extend(QueryStream(Response(200, Headers([("content-type", "text/event-stream")]), pieces)))
    except StreamInterruptedError as error:
        return events, str(error)
    return events, ""


def test_streams(rng: random.Random) -> None:
    """A stream ends with exactly one `done` or with the error, never with neither."""
    whole = 0
    for _ in range(ROUNDS):
        data = b"".join(b"data: " + rng.choice(FRAMES) + _mixed(rng, FIELDS) + b"\n\n" for _ in range(rng.randrange(5)))
        events, broken = _streamed(_split(rng, data))
        assert (events, broken) == _streamed([data])
        done = sum(isinstance(event, dict) and event["type"] == "done" for event in events)
        assert done == (0 if broken else 1)
        whole += done
    assert whole


def test_codings(rng: random.Random) -> None:
    for _ in range(ROUNDS):
        pieces = [rng.randbytes(rng.randrange(1, 50)) for _ in range(rng.randrange(4))]
        try:
            b"".join(decoded(pieces, rng.choice(["gzip", "deflate"])))
        except ProtocolError:
            pass


def test_hints(rng: random.Random) -> None:
    for _ in range(ROUNDS):
        after, after_ms = ("".join(rng.choices(HINTS, k=rng.randrange(5))) for _ in range(2))
        failure = Failure("answered", 429, False, after, rng.choice([after_ms, None]))
        verdict = decide(
            RetryPolicy(),
            rng.randrange(1, 4),
            failure,
            repeatable=False,
            now_wall=rng.uniform(0, 4e9),
            remaining=1e9,
            random=rng.random,
        )
        assert isinstance(verdict, Wait) and 0.05 <= verdict.seconds <= 60


def test_a_server_that_says_anything(rng: random.Random) -> None:
    """Each answer is an answer or an error, and the same one however it was split."""
    said: List[bytes] = []

    def say(peer: Peer) -> None:
        # What is said next is no longer for this one, which may be given up before it has said all.
        for piece in list(said):
            peer.sock.sendall(piece)

    def heard(pieces: List[bytes]) -> Tuple[int, bytes, str]:
        said[:], status, body = pieces, 0, b""
        try:
            response = transport.send(request("/", "POST"))
            status = response.status
            with contextlib.closing(response):
                for piece in response:
                    body += piece
        except EngramError as error:
            errors.append(error)
            return status, body, type(error).__name__
        return status, body, ""

    answered, errors = 0, []  # type: int, List[EngramError]
    with ScriptedServer([say, close]) as server:
        transport = HttpTransport(server.url, max_idle=0)
        for _ in range(ROUNDS // 5):
            data = b"HTTP/1.1 200 OK\r\n" * rng.randrange(2) + _mixed(rng, ANSWERS)
            whole = heard([data])
            pieces = _split(rng, data)
            assert heard(pieces) == whole, (pieces, errors[-2:])
            answered += not whole[2]
        transport.close()
    assert answered

"""The model provider: every way in which such a server answers, and every way in which it fails to.

The other end is a socket that sends the bytes it is told to; the request it got is read back byte for byte.
"""

from __future__ import annotations

import itertools
import json
import random
import socket
import threading
from typing import Sequence

import pytest

from engram_server.provider import Completion, Provider, ProviderError, Timeouts
from tests.engram.faults.scripted import nobody_listens

from .peer import (
    CHUNKED_HEAD,
    DONE,
    KEY,
    PATIENCE_SECONDS,
    STREAM_HEAD,
    Step,
    answer,
    chunk,
    frame,
    provider,
    response,
    serving,
    until_closed,
)

MESSAGES = [{"role": "user", "content": "Who has a cat?"}]


# -- what is sent


def test_the_request() -> None:
    with serving(response(answer("A cat."))) as peer:
        provider(peer).complete(MESSAGES, 77)
    head, _, _ = peer.requests[0].partition(b"\r\n\r\n")
    lines = head.decode("ascii").split("\r\n")
    assert lines[0] == "POST /v1/chat/completions HTTP/1.1"
    assert f"Authorization: Bearer {KEY}" in lines
    assert f"Host: {peer.url.split('/')[2]}" in lines
    assert peer.body == {"model": "test-model", "messages": MESSAGES, "max_tokens": 77, "stream": False}


def test_a_streamed_request_says_so_and_nothing_that_some_servers_refuse() -> None:
    with serving(STREAM_HEAD, frame("A"), DONE) as peer:
        list(provider(peer).stream(MESSAGES, 5))
    assert peer.body == {"model": "test-model", "messages": MESSAGES, "max_tokens": 5, "stream": True}


@pytest.mark.parametrize(
    ("base", "target"),
    [
        ("", "/chat/completions"),
        ("/", "/chat/completions"),
        ("/v1", "/v1/chat/completions"),
        ("/v1/", "/v1/chat/completions"),
        ("/a/b%2Fc", "/a/b%2Fc/chat/completions"),
        ("/v1?api-version=2", "/v1/chat/completions?api-version=2"),
    ],
)
def test_the_base_url_is_taken_as_given(base: str, target: str) -> None:
    with serving(response(answer("ok"))) as peer:
        Provider(peer.url.replace("/v1", base), "m").complete(MESSAGES, 1)
    assert peer.requests[0].startswith(f"POST {target} HTTP/1.1\r\n".encode())
    assert b"Authorization" not in peer.requests[0]


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "localhost:8080",
        "ftp://host/v1",
        "file:///etc/passwd",
        "http://",
        "http://host:port/",
        "http://host:99999/",
        "http://user:secret@host/",
        "http://host/#top",
        "http://host/a b",
        "http://host/\r\nX: y",
        "http://höst/",
    ],
)
def test_a_url_that_can_never_work_is_refused_at_once(base_url: str) -> None:
    with pytest.raises(ValueError, match="^base_url: ") as caught:
        Provider(base_url, "m")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("key", ["sk-\r\nX-Evil: 1", "sk-ключ", "sk-\x00"])
def test_a_key_that_cannot_be_a_header_is_refused_unseen(key: str) -> None:
    with pytest.raises(ValueError, match="^api_key: ") as caught:
        Provider("http://127.0.0.1/v1", "m", key)
    assert "sk-" not in str(caught.value)


def test_the_key_is_in_no_repr() -> None:
    assert KEY not in repr(Provider("http://127.0.0.1:1/v1", "m", KEY))


# -- answers in one piece


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            answer("Tom. [1]", usage={"prompt_tokens": 11, "completion_tokens": 3}),
            Completion("Tom. [1]", 11, 3),
        ),
        (answer("Tom. [1]"), Completion("Tom. [1]", 4, 2)),
        (answer("Tom. [1]", usage=None), Completion("Tom. [1]", 4, 2)),
        (answer("Tom.", usage={"prompt_tokens": "11", "completion_tokens": True}), Completion("Tom.", 4, 1)),
        (answer([{"type": "text", "text": "To"}, {"type": "text", "text": "m."}]), Completion("Tom.", 4, 1)),
        (answer("caf\ud83d"), Completion("caf\ufffd", 4, 2)),
        (b"\n" + answer("猫"), Completion("猫", 4, 1)),
    ],
)
def test_an_answer_in_one_piece(body: bytes, expected: Completion) -> None:
    with serving(response(body)) as peer:
        assert provider(peer).complete(MESSAGES, 100) == expected


def test_an_answer_in_chunks_and_one_that_ends_with_the_connection() -> None:
    body = answer("A cat.")
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(body[:9]) + chunk(body[9:]) + chunk(b"")
    for script in (chunked, b"HTTP/1.0 200 OK\r\n\r\n" + body):
        with serving(script) as peer:
            assert provider(peer).complete(MESSAGES, 100).text == "A cat."


# -- answers in pieces


USAGE = {"prompt_tokens": 20, "completion_tokens": 2}

STREAMS = {
    "plain": (STREAM_HEAD, frame("A "), frame("cat."), frame(finish="stop"), DONE),
    "null and empty deltas": (STREAM_HEAD, frame(None), frame(""), frame("A "), frame("cat."), DONE),
    "a role first": (STREAM_HEAD, b'data: {"choices":[{"delta":{"role":"x"}}]}\n\n', frame("A "), frame("cat."), DONE),
    "no space": (STREAM_HEAD, frame("A ").replace(b"data: ", b"data:"), frame("cat."), DONE),
    "carriage returns": (STREAM_HEAD, (frame("A ") + frame("cat.") + DONE).replace(b"\n", b"\r\n")),
    "bare carriage returns": (STREAM_HEAD, (frame("A ") + frame("cat.") + DONE).replace(b"\n", b"\r")),
    "byte order mark": (STREAM_HEAD, b"\xef\xbb\xbf" + frame("A "), frame("cat."), DONE),
    "comments and names": (STREAM_HEAD, b": ping\n\nevent: x\nid: 7\n" + frame("A "), b": \n\n", frame("cat."), DONE),
    "no done, but an end": (STREAM_HEAD, frame("A "), frame("cat.", "stop")),
    "done without a blank line": (STREAM_HEAD, frame("A "), frame("cat."), b"data: [DONE]"),
    "chunked": (CHUNKED_HEAD, chunk(frame("A ")), chunk(frame("cat.") + DONE), chunk(b"")),
    "chunked without an end": (CHUNKED_HEAD, chunk(frame("A ")), chunk(frame("cat.") + DONE)),
    "parts": (STREAM_HEAD, frame([{"type": "text", "text": "A "}]), frame("cat."), DONE),
    "several lines": (STREAM_HEAD, frame("A ").replace(b'"index"', b'\ndata: "index"'), frame("cat."), DONE),
    "odd pieces": (STREAM_HEAD, b'data: {"choices": []}\n\n', b"data: {}\n\n", frame("A "), frame("cat."), DONE),
}


@pytest.mark.parametrize("script", STREAMS.values(), ids=STREAMS.keys())
def test_a_stream(script: Sequence[Step]) -> None:
    with serving(*script) as peer:
        assert list(provider(peer).stream(MESSAGES, 100)) == ["A ", "cat.", Completion("A cat.", 4, 2)]


@pytest.mark.parametrize("script", STREAMS.values(), ids=STREAMS.keys())
def test_a_stream_byte_by_byte(script: Sequence[Step]) -> None:
    whole = b"".join(step for step in script if isinstance(step, bytes))
    with serving(*(whole[at : at + 1] for at in range(len(whole)))) as peer:
        assert list(provider(peer).stream(MESSAGES, 100))[-1] == Completion("A cat.", 4, 2)


def test_usage_in_a_last_piece_of_its_own() -> None:
    usage = b"data: " + json.dumps({"choices": [], "usage": USAGE}).encode() + b"\n\n"
    with serving(STREAM_HEAD, frame("cat", usage=None), usage, DONE) as peer:
        assert list(provider(peer).stream(MESSAGES, 100))[-1] == Completion("cat", 20, 2)


def test_pieces_are_passed_on_as_they_come() -> None:
    seen = threading.Event()

    def wait_until_seen(_: socket.socket) -> None:
        assert seen.wait(PATIENCE_SECONDS)

    with serving(STREAM_HEAD, frame("A "), wait_until_seen, frame("cat."), DONE) as peer:
        items = provider(peer).stream(MESSAGES, 100)
        assert next(items) == "A "
        seen.set()
        assert next(items) == "cat."
        items.close()


def test_closing_a_stream_closes_the_connection() -> None:
    closed = threading.Event()

    def wait_for_close(connection: socket.socket) -> None:
        try:
            assert connection.recv(1) == b""
        except ConnectionResetError:
            pass
        closed.set()

    with serving(STREAM_HEAD, frame("A "), wait_for_close) as peer:
        items = provider(peer).stream(MESSAGES, 100)
        assert next(items) == "A "
        items.close()
        assert closed.wait(PATIENCE_SECONDS)


def test_a_server_that_does_not_stream() -> None:
    with serving(response(answer("A cat.", usage=USAGE))) as peer:
        assert list(provider(peer).stream(MESSAGES, 100)) == ["A cat.", Completion("A cat.", 20, 2)]


# -- failures


SAID = b'{"error": {"message": "the reason", "type": "x"}}'
LONG_SAID = json.dumps({"error": {"message": "long \x1b[31m\u202e " + "x" * 100_000}}).encode()
KEY_SAID = json.dumps({"error": {"message": "y" * 190 + f" bad key {KEY}."}}).encode()

REFUSALS = {
    "a redirect": (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "redirect"),
    "a permanent redirect": (b"HTTP/1.1 308 X\r\nLocation: /v2\r\nContent-Length: 0\r\n\r\n", "redirect"),
    "a bad key": (response(SAID, "401 Unauthorized"), r"refused the API key \(401\): the reason$"),
    "no such model": (response(b'{"error": "no model"}', "404 Not Found"), r"\(404\): no model$"),
    "a rate limit": (response(b'{"detail": "slow down"}', "429 X"), r"rate limit \(429\): slow down$"),
    "a failure": (response(b"<html>boom</html>", "500 X", "text/html"), r"failed \(500\)$"),
    "a failure without a body": (b"HTTP/1.1 503 X\r\n\r\n", r"failed \(503\)$"),
    "a failure with half a body": (b"HTTP/1.1 400 X\r\nContent-Length: 99\r\n\r\n{", r"refused the request \(400\)$"),
    "a web page": (response(b"<html>log in</html>", kind="text/html"), "is base_url right"),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n", "broke off"),
    "a long header": (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", "broke off"),
    "nothing": (b"", "broke off"),
}


@pytest.mark.parametrize(("script", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusals(script: bytes, message: str) -> None:
    with serving(script) as peer, pytest.raises(ProviderError, match=message):
        provider(peer).complete(MESSAGES, 10)
    with serving(script) as peer, pytest.raises(ProviderError, match=message):
        list(provider(peer).stream(MESSAGES, 10))


@pytest.mark.parametrize("body", [LONG_SAID, KEY_SAID])
def test_little_of_what_the_provider_says_is_passed_on_and_never_the_key(body: bytes) -> None:
    for script in (response(body[:16_000], "401 X"), response(body, "401 X"), response(body)):
        with serving(script) as peer, pytest.raises(ProviderError) as caught:
            provider(peer).complete(MESSAGES, 10)
        message = str(caught.value)
        assert len(message) < 300 and message.isprintable()
        assert KEY[:6] not in message and caught.value.__suppress_context__


NO_ANSWERS = {
    "no JSON": (b"{", "no JSON object"),
    "a list": (b"[]", "no JSON object"),
    "too deep": (b"[" * 100_000, "no JSON object"),
    "nothing": (b"", "no JSON object"),
    "an error with a 200": (SAID, "failed: the reason"),
    "no choices": (b"{}", "without text"),
    "odd choices": (b'{"choices": [7]}', "without text"),
    "null": (answer(None), "without text"),
    "no message": (b'{"choices": [{"message": "x"}]}', "without text"),
    "a number": (answer(7), "without text"),
}


@pytest.mark.parametrize(("body", "message"), NO_ANSWERS.values(), ids=NO_ANSWERS.keys())
def test_no_answer(body: bytes, message: str) -> None:
    with serving(response(body)) as peer, pytest.raises(ProviderError, match=message):
        provider(peer).complete(MESSAGES, 10)


BROKEN_STREAMS = {
    "cut between events": (STREAM_HEAD, frame("A ")),
    "cut in an event": (STREAM_HEAD, frame("A "), b'data: {"choi'),
    "cut between chunks": (CHUNKED_HEAD, chunk(frame("A "))),
    "cut in a chunk": (CHUNKED_HEAD, chunk(frame("A ")), b"ff\r\ndata"),
    "a bad chunk size": (CHUNKED_HEAD, chunk(frame("A ")), b"zz\r\n"),
    "cut short of its length": (response(frame("A ") + b" " * 9, kind="text/event-stream")[:-9],),
    "an error event": (STREAM_HEAD, frame("A "), b"data: " + SAID + b"\n\n", DONE),
    "no JSON": (STREAM_HEAD, frame("A "), b"data: {oops\n\n", DONE),
}


@pytest.mark.parametrize("script", BROKEN_STREAMS.values(), ids=BROKEN_STREAMS.keys())
def test_a_stream_that_breaks_never_ends_as_if_whole(script: Sequence[Step]) -> None:
    with serving(*script) as peer:
        items = provider(peer).stream(MESSAGES, 10)
        assert next(items) == "A "
        with pytest.raises(ProviderError):
            next(items)


def test_a_reset() -> None:
    def reset(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")

    with serving(STREAM_HEAD, frame("A "), reset) as peer, pytest.raises(ProviderError, match="broke off"):
        list(provider(peer).stream(MESSAGES, 10))


def test_nobody_listens() -> None:
    with nobody_listens() as host, pytest.raises(ProviderError, match="could not be reached"):
        Provider(f"http://{host}", "m", KEY).complete(MESSAGES, 10)


def test_a_server_without_tls() -> None:
    with serving(b"HTTP/1.1 400 Bad Request\r\n\r\n", reads=False) as peer:
        with pytest.raises(ProviderError, match="could not be reached"):
            Provider(peer.url.replace("http:", "https:"), "m", KEY).complete(MESSAGES, 10)


def test_a_server_that_is_silent_when_tls_begins() -> None:
    with serving(until_closed, reads=False) as peer, pytest.raises(ProviderError, match="took too long"):
        secure = peer.url.replace("http:", "https:")
        Provider(secure, "m", timeouts=Timeouts(connect=0.1)).complete(MESSAGES, 10)


def test_a_body_without_end_is_not_read_to_its_end() -> None:
    def flood(connection: socket.socket) -> None:
        while True:
            connection.sendall(b": " + b"x" * 65536 + b"\n")

    with serving(STREAM_HEAD, flood) as peer, pytest.raises(ProviderError, match="more than"):
        list(provider(peer).stream(MESSAGES, 10))


# -- time


@pytest.mark.parametrize(
    "script",
    [
        pytest.param((until_closed,), id="silent before the head"),
        pytest.param((b"HTTP/1.1 200 OK\r\n", until_closed), id="silent in the head"),
        pytest.param((STREAM_HEAD, until_closed), id="silent in the body"),
        pytest.param((STREAM_HEAD, frame("A "), until_closed), id="silent after a piece"),
        pytest.param((CHUNKED_HEAD, b"5\r\nda", until_closed), id="silent in a chunk"),
        pytest.param((b"HTTP/1.1 500 X\r\nContent-Length: 9\r\n\r\n", until_closed), id="silent in an error"),
    ],
)
def test_silence_ends(script: Sequence[Step]) -> None:
    with serving(*script) as peer, pytest.raises(ProviderError):
        list(provider(peer, timeouts=Timeouts(silence=0.1)).stream(MESSAGES, 10))


@pytest.mark.parametrize("head", [b"", STREAM_HEAD, CHUNKED_HEAD + b"ffff\r\n"], ids=["head", "body", "chunk"])
def test_dripping_ends_with_the_call(head: bytes) -> None:
    def drip(connection: socket.socket) -> None:
        while True:
            connection.sendall(b"x")

    # A second passes whenever the clock is looked at, so nobody waits for the 120 of them.
    ticks = itertools.count()
    with serving(head, drip) as peer:
        slow = Provider(peer.url, "m", timeouts=Timeouts(silence=PATIENCE_SECONDS), clock=lambda: next(ticks))
        with pytest.raises(ProviderError):
            list(slow.stream(MESSAGES, 10))
        assert peer.ended.wait(PATIENCE_SECONDS)


def test_the_whole_call_is_bounded_before_it_is_sent() -> None:
    with serving(until_closed) as peer, pytest.raises(ProviderError, match="took too long.*0 s in all"):
        provider(peer, timeouts=Timeouts(whole=0)).complete(MESSAGES, 10)


# -- anything at all


def test_noise_is_always_a_provider_error(rng: random.Random) -> None:
    """Any bytes in, an answer or a ProviderError out: whole responses with a few of their bytes spoilt."""
    streamed = frame("A ") + DONE
    good = [response(answer("A cat.")), STREAM_HEAD + streamed, CHUNKED_HEAD + chunk(streamed) + chunk(b"")]
    for _ in range(150):
        spoilt = bytearray(rng.choice(good))
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(spoilt))
            spoilt[at : at + rng.randint(0, 3)] = bytes(rng.randrange(256) for _ in range(rng.randint(0, 3)))
        with serving(bytes(spoilt)) as peer:
            try:
                list(provider(peer, timeouts=Timeouts(silence=2.0)).stream(MESSAGES, 10))
            except ProviderError:
                pass

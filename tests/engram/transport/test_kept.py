"""Connections that are kept: when one is, when it is used again, and what becomes of it when the server lets go."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Mapping

import pytest

from engram.errors import ConnectionFailedError, EngramError, TimeoutExceededError
from engram.transport.http import HttpTransport
from tests.engram.faults.scripted import (
    Script,
    ScriptedServer,
    Step,
    answer,
    chunk,
    close,
    echo,
    head,
    reset,
    send,
    stall,
)

from .support import CHUNKED, KEYED, Sending, in_chunks, request


def test_calls_in_a_row_share_a_connection() -> None:
    with Sending([echo]) as it:
        for number in range(5):
            assert f"/{number}".encode() in it.get(f"/{number}")
        assert it.server.connections == 1


@pytest.mark.parametrize(
    "script",
    [
        [answer(b"", headers=[("Connection", "close")])],
        [send(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")],
        [send(head("200 OK", [("Content-Length", "0"), *CHUNKED]) + chunk(b""))],
        # Bytes that nobody asked for would be taken for the next answer.
        [send(head("200 OK", [("Content-Length", "0")]) + b"HTTP/1.1 200 OK")],
        [send(in_chunks(b"a", b"") + b"x")],
    ],
)
def test_a_connection_that_may_be_out_of_step_is_not_kept(script: Script) -> None:
    with Sending(script, [echo]) as it:
        it.get()
        assert b"/b" in it.get("/b")
        assert [r.connection for r in it.server.received] == [1, 2]


def test_a_response_that_is_not_read_to_its_end_costs_its_connection() -> None:
    with Sending([send(in_chunks(b"a")), stall], [echo]) as it:
        response = it.transport.send(request(stream=True))
        assert next(iter(response)) == b"a"
        response.close()
        response.close()
        with pytest.raises(EngramError):
            response.read()
        it.get()
        assert it.server.connections == 2


def test_a_closed_response_does_not_look_like_an_empty_one() -> None:
    with Sending([answer(b"abc")]) as it:
        response = it.transport.send(request())
        response.close()
        with pytest.raises(ConnectionFailedError):
            response.read()


# Only a test that is about to fail waits for as long as this.
PATIENCE_SECONDS = 30.0


def _wait_until_closed(it: Sending) -> None:
    """Wait until the server's close has arrived here; nothing else tells when that is."""
    opener = it.transport._opener
    assert opener is not None
    (stack,) = opener._pool._idle.values()
    until = time.monotonic() + PATIENCE_SECONDS
    while stack[0].reusable():
        assert time.monotonic() < until
        time.sleep(0)


def test_a_kept_connection_that_the_server_closed_is_noticed_before_it_is_used() -> None:
    with Sending([answer(b"a"), close], [echo]) as it:
        it.get()
        _wait_until_closed(it)
        # Even a write without a key goes through: nothing had been sent.
        assert it.transport.send(request("/b", "POST")).read()
        assert [r.connection for r in it.server.received] == [1, 2]


@pytest.mark.parametrize("fault", [close, reset])
@pytest.mark.parametrize(
    ("method", "headers", "replaced"),
    [
        ("GET", {}, True),
        ("HEAD", {}, True),
        ("POST", KEYED, True),
        ("DELETE", KEYED, True),
        ("POST", {}, False),
        ("PATCH", {}, False),
        ("DELETE", {}, False),
    ],
)
def test_a_kept_connection_that_dies_under_a_request_is_replaced_if_that_is_safe(
    method: str, headers: Mapping[str, str], replaced: bool, fault: Step
) -> None:
    with Sending([answer(b"a")], [fault], [answer(b"")]) as it:
        it.get()
        if replaced:
            assert it.transport.send(request("/", method, headers)).read() == b""
        else:
            with pytest.raises(ConnectionFailedError) as caught:
                it.transport.send(request("/", method, headers))
            assert caught.value.outcome == "unknown"
        assert [r.connection for r in it.server.received] == [1, 1, 2][: 2 + replaced]


def test_only_one_replacement_is_tried() -> None:
    with Sending([answer(b"a")], [close]) as it:
        it.get()
        with pytest.raises(ConnectionFailedError):
            it.get()
        assert [r.connection for r in it.server.received] == [1, 1, 2]


def test_a_kept_connection_that_has_begun_to_answer_is_not_replaced() -> None:
    with Sending([answer(b"a")], [send(b"HTTP/1.1 2"), close]) as it:
        it.get()
        with pytest.raises(ConnectionFailedError):
            it.get()
        assert it.server.connections == 1


def test_a_kept_connection_that_falls_silent_is_not_replaced() -> None:
    with Sending([answer(b"a")], [stall]) as it:
        it.get()
        with pytest.raises(TimeoutExceededError):
            it.transport.send(request(seconds=0.05))
        assert it.server.connections == 1


@pytest.mark.parametrize(("seconds", "connections"), [(24.0, 1), (26.0, 2)])
def test_a_connection_grows_too_old_to_be_kept(seconds: float, connections: int) -> None:
    with Sending([echo]) as it:
        it.get()
        it.clock.now += seconds
        it.get()
        assert it.server.connections == connections


def _held(it: Sending, count: int) -> None:
    """Have `count` responses open at once, then read them all."""
    responses = [it.transport.send(request()) for _ in range(count)]
    for response in responses:
        response.read()


@pytest.mark.parametrize(("max_idle", "kept"), [(0, 0), (2, 2), (5, 3)])
def test_so_many_are_kept(max_idle: int, kept: int) -> None:
    with Sending([echo], max_idle=max_idle) as it:
        _held(it, 3)
        _held(it, 3)
        assert it.server.connections == 6 - kept


def test_the_last_one_given_back_is_the_first_one_used_and_the_rest_grow_old() -> None:
    with Sending([echo]) as it:
        _held(it, 3)
        for _ in range(3):
            it.clock.now += 20.0
            it.get()
        # Two have been idle for 60 s by now; each call that gives one back lets go of one that is too old.
        it.get()
        _held(it, 3)
        assert it.server.connections == 5


def test_close_lets_go_and_may_be_repeated() -> None:
    with Sending([echo]) as it:
        it.transport.close()
        it.get()
        it.transport.close()
        it.transport.close()
        it.get()
        it.get()
        assert [r.connection for r in it.server.received] == [1, 2, 3]


def test_a_transport_that_is_dropped_closes_what_it_kept() -> None:
    """Without that, every program that forgets `close()` gets a ResourceWarning a connection."""
    with ScriptedServer([echo]) as server:
        transport = HttpTransport(server.url)
        transport.send(request()).read()
        del transport


def test_32_threads_get_their_own_answers() -> None:
    with Sending([echo]) as it:
        with ThreadPoolExecutor(32) as pool:
            targets = [f"/{number}" for number in range(3_200)]
            mixed = sum(f'"{t}"'.encode() not in body for t, body in zip(targets, pool.map(it.get, targets)))
        assert mixed == 0
        assert it.server.connections <= 64

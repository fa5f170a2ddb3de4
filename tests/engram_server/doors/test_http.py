"""Starting, stopping and filling up the HTTP server, on live sockets."""

from __future__ import annotations

import os
import select
import socket
import statistics
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Callable, Iterator, Set

import pytest

from engram_server.doors.http import DoorLimits, HttpServer
from tests.engram_server.doors.stage import Pause, Script, Stage
from tests.wire.peer import PATIENCE_SECONDS, Answer, Peer, assert_is_our_error, get, post

CAP = 4
SMALL = DoorLimits(max_connections=CAP, max_refusals=2)


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert _threads_since(before) == set()


def _threads_since(before: Set[threading.Thread]) -> Set[threading.Thread]:
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE_SECONDS)
    return set(threading.enumerate()) - before


def _ask(port: int, path: str = "/x") -> Answer:
    with Peer(port) as peer:
        peer.send(get(path))
        return peer.read_answer()


def _is_served(port: int) -> bool:
    """Say whether there is room for one more. Who has left or was answered may keep its slot for a moment."""
    try:
        return _ask(port).status == 200
    except (EOFError, ConnectionResetError):
        return False


def _until(condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for what other threads are about to do."""
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.001)


# -- who gets a connection


def test_silent_connections_neither_pile_up_nor_lock_anybody_out(stage: Stage, no_thread_left: None) -> None:
    bound = DoorLimits().max_connections + DoorLimits().max_refusals
    with HttpServer(stage) as server, ExitStack() as stack:
        before = set(threading.enumerate())
        for _ in range(200):
            stack.enter_context(Peer(server.port))
        _until(lambda: _is_served(server.port))
        # A thread ends a moment after its connection.
        _until(lambda: len(set(threading.enumerate()) - before) <= bound)


def test_unfinished_heads_do_not_pile_up(stage: Stage, no_thread_left: None) -> None:
    limits = DoorLimits(header_seconds=2.0)
    with HttpServer(stage, limits=limits) as server, ExitStack() as stack:
        before = set(threading.enumerate())
        peers = []
        for _ in range(200):
            peers.append(stack.enter_context(Peer(server.port)))
            peers[-1].send(b"GET / HT")
        # A thread ends a moment after its connection, and none of these by itself so soon.
        bound = limits.max_connections + limits.max_refusals
        _until(lambda: len(set(threading.enumerate()) - before) <= bound, limits.header_seconds / 2)
        # The first one got a slot and runs into the deadline for heads; soon after there is room for all.
        assert peers[0].read_answer().status == 408
        for peer in peers:
            peer.sock.close()
        _until(lambda: _is_served(server.port))


def test_an_idle_connection_makes_room(stage: Stage) -> None:
    """Which one: test_slots."""
    with HttpServer(stage, limits=SMALL) as server, ExitStack() as stack:
        peers = [stack.enter_context(Peer(server.port)) for _ in range(CAP)]
        for peer in peers:
            peer.send(get("/x"))
            assert peer.read_answer().status == 200
        _until(lambda: _is_served(server.port))
        assert len(select.select([peer.sock for peer in peers], [], [], PATIENCE_SECONDS)[0]) == 1


def test_when_all_are_busy_newcomers_are_told_to_come_back(stage: Stage) -> None:
    pause = Pause()
    stage.answers["/pause"] = pause.respond
    with HttpServer(stage, limits=DoorLimits(max_connections=CAP)) as server, ExitStack() as stack:
        busy = [stack.enter_context(Peer(server.port)) for _ in range(CAP)]
        for peer in busy:
            peer.send(get("/pause"))
        pause.wait_for(CAP)
        for _ in range(5):
            with Peer(server.port) as newcomer:
                newcomer.send(post("/x", bytes(100_000)))
                answer = newcomer.read_answer()
                assert newcomer.is_closed()
            assert (answer.status, answer.headers["retry-after"]) == (503, "1")
            assert_is_our_error(answer)
        pause.may_end.set()
        assert [peer.read_answer().status for peer in busy] == [200] * CAP
        _until(lambda: _is_served(server.port))


def test_more_than_can_be_refused_politely_are_dropped(stage: Stage) -> None:
    pause = Pause()
    stage.answers["/pause"] = pause.respond
    # Who was refused keeps its place until all is over.
    limits = replace(SMALL, linger_seconds=PATIENCE_SECONDS)
    with HttpServer(stage, limits=limits) as server, ExitStack() as stack:
        busy = [stack.enter_context(Peer(server.port)) for _ in range(CAP)]
        for peer in busy:
            peer.send(get("/pause"))
        pause.wait_for(CAP)
        refused = [stack.enter_context(Peer(server.port)) for _ in range(SMALL.max_refusals)]
        assert [peer.read_answer().status for peer in refused] == [503] * SMALL.max_refusals
        assert stack.enter_context(Peer(server.port)).is_closed()
        pause.may_end.set()
        assert [peer.read_answer().status for peer in busy] == [200] * CAP


def test_a_burst_is_answered_to_the_last(stage: Stage, no_thread_left: None) -> None:
    """As many as can be served or told to come back, all of them there when the first is taken in; none is reset."""
    limits = DoorLimits()
    server = HttpServer(stage)
    with ExitStack() as stack:
        peers = [stack.enter_context(Peer(server.port)) for _ in range(limits.max_connections + limits.max_refusals)]
        for peer in peers:
            peer.send(get("/x"))
        with server:
            statuses = {peer.read_answer().status for peer in peers}
    assert {200} <= statuses <= {200, 503}


@pytest.fixture
def no_more_threads() -> Iterator[Callable[[], None]]:
    """Make every new thread of this process need more memory than there are addresses; give it back at the end."""

    def exhaust() -> None:
        try:
            threading.stack_size(sys.maxsize & ~0xFFFF)
        except ValueError:
            pytest.skip("this system bounds the stack of a thread")

    before = threading.stack_size()
    yield exhaust
    threading.stack_size(before)


def test_running_out_of_threads_is_survived(
    stage: Stage, no_more_threads: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    with HttpServer(stage) as server, Peer(server.port) as early:
        early.send(get("/x"))
        assert early.read_answer().status == 200
        no_more_threads()
        with Peer(server.port) as peer:
            assert peer.is_closed()
        threading.stack_size(0)
        early.send(get("/x"))
        assert early.read_answer().status == 200
        assert _ask(server.port).status == 200
    assert "no thread can be started" in caplog.text


# -- stopping


def test_stopping_closes_idle_connections_and_lets_busy_ones_finish(stage: Stage, no_thread_left: None) -> None:
    pause, script = Pause(), Script(b"one", b"two")
    stage.answers.update({"/pause": pause.respond, "/stream": script.respond})
    server = HttpServer(stage, limits=DoorLimits(header_seconds=PATIENCE_SECONDS))
    server.start()
    with Peer(server.port) as idle, Peer(server.port) as busy, Peer(server.port) as late, Peer(server.port) as reader:
        idle.send(get("/x"))
        assert idle.read_answer().status == 200
        busy.send(get("/pause") + get("/never-run"))
        pause.wait_for(1)
        reader.send(get("/stream"))
        reader.read_to(b"\r\n\r\n")
        # Half a request that came with a whole one has been received by the time the whole one is answered.
        late.send(get("/x") + get("/late")[:-1])
        assert late.read_answer().status == 200
        stopping = threading.Thread(target=server.stop, args=(PATIENCE_SECONDS,))
        stopping.start()
        assert idle.is_closed()
        late.send(get("/late")[-1:])
        answer = late.read_answer()
        assert (answer.status, answer.headers["retry-after"]) == (503, "1")
        assert_is_our_error(answer)
        assert late.is_closed()
        late.sock.close()
        pause.may_end.set()
        answer = busy.read_answer()
        assert (answer.body, answer.headers["connection"]) == (b'"at last"', "close")
        assert busy.is_closed()
        script.release(2)
        assert list(reader.read_chunks()) == [b"one", b"two"]
        assert reader.is_closed()
        stopping.join()
    with pytest.raises(ConnectionRefusedError):
        Peer(server.port)


def test_what_does_not_finish_in_time_is_cut_off(stage: Stage, no_thread_left: None) -> None:
    pause = Pause()
    stage.answers["/pause"] = pause.respond
    server = HttpServer(stage)
    server.start()
    with Peer(server.port) as peer:
        peer.send(get("/pause"))
        pause.wait_for(1)
        server.stop(drain_seconds=0.01)
        assert peer.is_closed()
        pause.may_end.set()


def test_stopping_does_not_wait_for_a_poll(stage: Stage) -> None:
    """Ten times what it should take, and half of what a loop that polls like `socketserver` would need."""
    seconds = []
    for _ in range(5):
        server = HttpServer(stage)
        server.start()
        with Peer(server.port) as peer:
            peer.send(get("/x"))
            assert peer.read_answer().status == 200
            began = time.perf_counter()
            server.stop()
            seconds.append(time.perf_counter() - began)
    assert statistics.median(seconds) < 0.25


def test_stop_may_be_called_at_any_time(stage: Stage, no_thread_left: None) -> None:
    server = HttpServer(stage)
    server.stop()
    server.stop()
    server.interrupt()
    server = HttpServer(stage)
    server.start()
    server.stop()
    server.stop()


def test_interrupt_ends_serve(stage: Stage, no_thread_left: None) -> None:
    server = HttpServer(stage)
    thread = threading.Thread(target=server.serve)
    thread.start()
    assert _ask(server.port).status == 200
    server.interrupt()
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()
    server.stop()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="descriptors are counted in /proc")
def test_nothing_is_left_behind(stage: Stage, no_thread_left: None) -> None:
    def cycle() -> None:
        with HttpServer(stage) as server, Peer(server.port) as peer:
            peer.send(get("/x"))
            peer.read_answer()

    cycle()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(50):
        cycle()
    assert len(os.listdir("/proc/self/fd")) <= before


# -- listening


def test_a_taken_port_is_reported_at_once(stage: Stage) -> None:
    with HttpServer(stage) as server, pytest.raises(OSError, match="in use"):
        HttpServer(stage, port=server.port)


def test_a_port_can_be_taken_again_after_a_stop(stage: Stage) -> None:
    with HttpServer(stage) as server:
        assert _ask(server.port).status == 200
    with HttpServer(stage, port=server.port) as again:
        assert _ask(again.port).status == 200


def test_connections_wait_while_the_server_starts(stage: Stage) -> None:
    server = HttpServer(stage)
    with Peer(server.port) as peer:
        peer.send(get("/x"))
        with server:
            assert peer.read_answer().status == 200


@pytest.mark.parametrize(
    ("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("0.0.0.0", "127.0.0.1")]
)
def test_the_url_is_one_that_a_client_can_use(stage: Stage, host: str, shown: str) -> None:
    with HttpServer(stage, host) as server:
        assert server.url == f"http://{shown}:{server.port}"


@pytest.mark.parametrize("host", ["::1", "::"])
def test_ipv6(stage: Stage, host: str) -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        server = HttpServer(stage, host)
    except OSError:
        pytest.skip("this machine has no IPv6 loopback address")
    with server, socket.create_connection(("::1", server.port), timeout=PATIENCE_SECONDS) as peer:
        assert server.url == f"http://[::1]:{server.port}"
        peer.sendall(get("/x"))
        assert peer.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")

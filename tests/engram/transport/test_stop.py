"""What waits is woken by another thread, whatever it waits for, and a connection is let go of in time."""

from __future__ import annotations

import socket
import threading
from typing import List

import pytest

from engram.transport.deadline import Deadline
from engram.transport.dial import shut_down
from engram.transport.http import HttpTransport
from engram.transport.stop import Stop, Stopped, woken
from tests.engram.faults.scripted import ScriptedServer, chunk, echo, head, send

from .support import request


def test_what_is_watched_is_woken_once() -> None:
    stop, woken_up = Stop(), []  # type: Stop, List[int]
    stop.watch(lambda: woken_up.append(1))
    stop.check()
    assert woken_up == []
    stop.request()
    stop.request()
    assert stop.requested
    assert woken_up == [1]


def test_what_is_forgotten_is_left_alone() -> None:
    stop, woken_up = Stop(), []  # type: Stop, List[int]

    def wake() -> None:
        woken_up.append(1)

    stop.watch(wake)
    assert stop.forget(wake) and stop.forget(wake)
    stop.request()
    assert not stop.forget(wake)
    assert woken_up == []


def test_nothing_begins_after_the_stop() -> None:
    stop = Stop()
    stop.check()
    stop.request()
    for begin in (stop.check, lambda: stop.watch(stop.check), lambda: stop.sleep(1e9)):
        with pytest.raises(Stopped):
            begin()


def test_sleep_is_no_longer_than_it_should_be() -> None:
    Stop().sleep(0.0)


def test_sleep_ends_with_the_call() -> None:
    stop, asleep, ended = Stop(), threading.Event(), threading.Event()

    def sleep() -> None:
        asleep.set()
        with pytest.raises(Stopped):
            stop.sleep(1e6)
        ended.set()

    thread = threading.Thread(target=sleep, daemon=True)
    thread.start()
    asleep.wait()
    stop.request()
    assert ended.wait(10)
    thread.join()


def test_without_a_stop_nothing_is_watched() -> None:
    with woken(None, lambda: None):
        pass
    assert Deadline(1.0).within(0.5).stop is None


def test_an_inner_deadline_ends_with_the_outer_one() -> None:
    stop = Stop()
    assert Deadline(None, stop=stop).within(1.0).stop is stop


def test_what_cannot_be_shut_down_is_left() -> None:
    sock = socket.socket()
    shut_down(sock)
    sock.close()
    shut_down(sock)


def test_a_connection_that_was_given_back_no_longer_hears_of_its_last_call() -> None:
    with ScriptedServer([echo]) as server:
        transport, stop = HttpTransport(server.url), Stop()
        stoppable = request()._replace(deadline=Deadline(10.0, stop=stop))
        transport.send(stoppable).read()
        response = transport.send(request("/next"))
        stop.request()
        assert b"/next" in response.read()
        assert server.connections == 1
        transport.close()


def test_a_connection_whose_call_was_stopped_is_not_given_back() -> None:
    """Not even when its last byte had come just then."""
    body = [send(head("200 OK", [("Transfer-Encoding", "chunked")]) + chunk(b"a") + chunk(b""))]
    with ScriptedServer(body) as server:
        transport, stop = HttpTransport(server.url), Stop()
        response = transport.send(request()._replace(deadline=Deadline(10.0, stop=stop)))
        pieces = iter(response)
        assert next(pieces) == b"a"
        stop.request()
        assert list(pieces) == []
        server.wait_for_closed_connections()
        assert transport.send(request()).read() == b"a"
        assert server.connections == 2
        transport.close()


def test_a_stopped_call_opens_no_connection() -> None:
    with ScriptedServer([echo]) as server:
        transport, stop = HttpTransport(server.url), Stop()
        stop.request()
        with pytest.raises(Stopped):
            transport.send(request()._replace(deadline=Deadline(10.0, stop=stop)))
        assert server.connections == 0
        transport.close()

"""A forked child shares no connection with its parent, waits for none of its locks and disturbs none of its talk."""

from __future__ import annotations

import json
import os
import sys
import warnings
import weakref
from typing import Callable

import pytest

from engram.transport.http import HttpTransport
from engram.transport.pool import Pool
from tests.engram.faults.scripted import ScriptedServer, answer, chunk, echo, head, send

from .support import ManualClock, request

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork()")


def _in_child(run: Callable[[], object]) -> object:
    """Return what `run` returns in a forked child."""
    sys.stdout.flush()
    sys.stderr.flush()
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Newer interpreters warn of forking beside threads, which is just what is tried here.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        # Whatever happens, the child must not go on as a second test run.
        try:
            os.write(writing, json.dumps(run()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    assert told, "the child failed"
    return json.loads(told)


def test_a_child_opens_a_connection_of_its_own() -> None:
    with ScriptedServer([echo]) as server:
        transport = HttpTransport(server.url)
        transport.send(request("/parent")).read()
        assert "/child" in str(_in_child(lambda: transport.send(request("/child")).read().decode()))
        assert b"/again" in transport.send(request("/again")).read()
        assert [(r.target, r.connection) for r in server.received] == [("/parent", 1), ("/child", 2), ("/again", 1)]
        transport.close()


def test_a_child_does_not_wait_for_a_lock_that_a_thread_of_the_parent_holds() -> None:
    with ScriptedServer([echo]) as server:
        transport = HttpTransport(server.url)
        transport.send(request()).read()
        opener = transport._opener
        assert opener is not None
        with opener._pool._lock:
            assert _in_child(lambda: bool(transport.send(request()).read())) is True
        transport.close()


def test_a_child_that_reads_its_parents_response_does_not_keep_the_parents_connection() -> None:
    body = [send(head("200 OK", [("Transfer-Encoding", "chunked")]) + chunk(b"a")), send(chunk(b""))]
    with ScriptedServer(body, [answer(b"b")]) as server:
        transport = HttpTransport(server.url)
        response = transport.send(request())

        def child() -> int:
            response.read()
            transport.send(request()).read()
            return 0

        _in_child(child)
        assert [r.connection for r in server.received] == [1, 2]
        response.close()
        transport.close()


def test_a_pool_that_is_dropped_is_not_kept_for_the_next_fork() -> None:
    pool = Pool(1, ManualClock())
    watched = weakref.ref(pool)
    del pool
    assert watched() is None

"""What real processes do in the tests of coordination.

Each function here tells its results through the pipe; one that says `READY` waits to be let go.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any, Callable, Dict, List, Sequence, Tuple

from engram.coordination import Engram
from tests.contract.doors import KEY, PATIENCE_SECONDS
from tests.processes import Worker

READY = "ready"


def opened(where: str) -> Engram:
    """Open a file, or a server by its URL."""
    return Engram(base_url=where, api_key=KEY) if where.startswith("http") else Engram(where)


def at_once(count: int, work: Callable[..., None], *arguments: object) -> "List[Any]":
    """Let processes work at the same time and return what each tells."""
    workers = [Worker(work, *arguments) for _ in range(count)]
    assert [worker.told() for worker in workers] == [READY] * count
    for worker in workers:
        worker.go()
    told = [worker.told() for worker in workers]
    for worker in workers:
        worker.end()
    return told


def _wait(pipe: Connection[Any, Any]) -> None:
    pipe.send(READY)
    pipe.recv()


def race(pipe: Connection[Any, Any], where: str, rounds: int, line: Barrier) -> None:
    """Try to get one exclusive lock, round for round; tell in which ones with what token, and how often in vain."""
    won: List[Tuple[int, int]] = []
    in_vain = 0
    with opened(where) as engram:
        me = engram.register("racer", "racing")
        _wait(pipe)
        for number in range(rounds):
            line.wait(PATIENCE_SECONDS)
            lease = engram.try_lock(me, "/r")
            line.wait(PATIENCE_SECONDS)
            if lease is None:
                in_vain += 1
            else:
                won.append((number, lease.token))
                engram.release_resource(me, "/r")
    pipe.send((won, in_vain))


def log(pipe: Connection[Any, Any], where: str, count: int) -> None:
    """Append notes; tell the session."""
    with opened(where) as engram:
        me = engram.register("writer", "writing")
        _wait(pipe)
        for number in range(count):
            assert engram.log(me, str(number))
    pipe.send(str(me))


def complete(pipe: Connection[Any, Any], where: str, count: int) -> None:
    """Register, lock and complete, again and again and several at once; tell when it is done."""
    with opened(where) as engram:

        def work(number: int) -> None:
            me = engram.register("worker", str(number))
            engram.lock_resource(me, f"/{number}")
            engram.complete(me, "done")

        _wait(pipe)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(count)))
    pipe.send("done")


def write_world(pipe: Connection[Any, Any], where: str) -> None:
    """Set the world state without end; tell each version."""
    with opened(where) as engram:
        number = 0
        while True:
            number += 1
            pipe.send(engram.set_world_state(f"{number} " * 300))


def hold(pipe: Connection[Any, Any], where: str, resource: str) -> None:
    """Hold an exclusive lock until killed; tell session and token."""
    with opened(where) as engram:
        me = engram.register("holder", "holding")
        lease = engram.lock_resource(me, resource, mode="exclusive", ttl_s=3_600)
        assert lease is not None
        pipe.send((str(me), lease.token))
        pipe.recv()


def register_in(pipe: Connection[Any, Any], zone: str, path: str, when: Sequence[Tuple[float, str]]) -> None:
    """In a time zone, register sessions at moments; tell when it is done."""
    _move_to(zone)
    for now, name in when:
        with Engram(path, clock=lambda: now) as engram:
            engram.register("cli", name)
    pipe.send("done")


def statuses_in(pipe: Connection[Any, Any], zone: str, path: str, moments: Sequence[float]) -> None:
    """In a time zone, tell the statuses of sessions at moments."""
    _move_to(zone)
    found: List[Dict[str, str]] = []
    for now in moments:
        with Engram(path, clock=lambda: now) as engram:
            found.append({row["summary"]: row["status"] for row in engram.list_sessions()["sessions"]})
    pipe.send(found)


def look_in(pipe: Connection[Any, Any], zone: str, path: str, session_id: str) -> None:
    """In a time zone, tell the report, the active sessions, the notes of one and all locks."""
    _move_to(zone)
    with Engram(path) as engram:
        notes, locks = engram.get_session_logs(session_id), engram.check_locks("/r")
        pipe.send((engram.get_situation_report(), engram.get_active_sessions(), notes, locks))


def _move_to(zone: str) -> None:
    os.environ["TZ"] = zone
    time.tzset()

"""Coordination: calls a second in this process, over HTTP and by many at once, against bare SQLite statements."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Callable, List, Tuple

from engram.coordination import Engram
from engram_server.keys import DEVELOPMENT_KEY

from .support import QUICK, server, table

CALLS = 30 if QUICK else 300
AT_ONCE = 16
SESSIONS = 1_000
_WORLD = "# World\n" + "What everybody should know. " * 70

_BARE_SCHEMA = "CREATE TABLE notes (id INTEGER PRIMARY KEY, session_id TEXT, entry TEXT)"
_BARE_INSERT = "INSERT INTO notes (session_id, entry) VALUES ('20260101-000000-01234567', 'a note')"
_BARE_SELECT = "SELECT entry FROM notes WHERE id = 1"

Verb = Tuple[str, bool, Callable[[Engram, str, int], object]]

# Name, whether it writes, and what is called.
_VERBS: List[Verb] = [
    ("register", True, lambda engram, me, n: engram.register("cli", f"task {n}")),
    ("heartbeat", True, lambda engram, me, n: engram.heartbeat(me)),
    ("log", True, lambda engram, me, n: engram.log(me, "a note")),
    ("lock, advisory", True, lambda engram, me, n: engram.lock_resource(me, f"/a/{n}")),
    ("lock, exclusive", True, lambda engram, me, n: engram.lock_resource(me, f"/x/{n}", mode="exclusive")),
    ("set world state, 2 kB", True, lambda engram, me, n: engram.set_world_state(_WORLD, me)),
    ("check locks", False, lambda engram, me, n: engram.check_locks("/a/1")),
    ("get world state", False, lambda engram, me, n: engram.get_world_state()),
]


def run() -> None:
    """Print calls/s and their ratios to a durable insert, or a read, of bare sqlite3 in the same run."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        insert, select = _bare(folder / "bare.db")
        with Engram(folder / "here.db") as here, server(folder / "there.db") as running:
            with Engram(base_url=running.url, api_key=DEVELOPMENT_KEY) as there:
                rows: List[List[object]] = []
                for what, writes, call in _VERBS:
                    bare = insert if writes else select
                    rows.append([what, *_measured(here, call, bare), *_measured(there, call, bare)])
                rows.append([f"log, {AT_ONCE} threads", *_many(here, insert), *_many(there, insert)])
                reports = [("in the process", *_reports(here)), ("over HTTP", *_reports(there))]
    head = ["what", "in the process, calls/s", "x bare", "over HTTP, calls/s", "x bare"]
    print(f"\nbare sqlite3: {insert:,.0f} inserts/s with synchronous=FULL, {select:,.0f} reads/s")
    table("Coordination", head, rows)
    table(f"Report over {SESSIONS} active sessions", ["", "characters", "ms"], reports)


def _bare(path: Path) -> Tuple[float, float]:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute(_BARE_SCHEMA)
        return _rate(lambda n: db.execute(_BARE_INSERT)), _rate(lambda n: db.execute(_BARE_SELECT).fetchall())


def _rate(call: Callable[[int], object]) -> float:
    """Return how often a second something can be done, one after the other."""
    call(0)
    start = time.perf_counter()
    for number in range(1, CALLS + 1):
        call(number)
    return CALLS / (time.perf_counter() - start)


def _measured(engram: Engram, call: Callable[[Engram, str, int], object], bare: float) -> Tuple[float, float]:
    me = engram.register("cli", "measuring")
    rate = _rate(lambda number: call(engram, me, number))
    engram.complete(me, "measured")
    return rate, rate / bare


def _many(engram: Engram, bare: float) -> Tuple[float, float]:
    """Return the rate of logging by many threads at once."""
    me = engram.register("cli", "measuring")

    def work() -> None:
        for number in range(CALLS):
            engram.log(me, str(number))

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = AT_ONCE * CALLS / (time.perf_counter() - start)
    return rate, rate / bare


def _reports(engram: Engram) -> Tuple[int, float]:
    """Return the length of the report over many sessions, and how long it takes."""
    missing = SESSIONS - len(engram.get_active_sessions())
    for number in range(missing):
        engram.register("cli", f"{number} " + "what this session is about, in many words " * 3)
    report = engram.get_situation_report()
    assert f"({SESSIONS})" in report and len(report) < 20_000
    return len(report), 1_000 / _rate(lambda number: engram.get_situation_report())

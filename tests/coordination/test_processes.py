"""Real processes: they race, they are killed, they are forked; and nothing leaks."""

from __future__ import annotations

import gc
import os
import sqlite3
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Iterator

import pytest

from engram.coordination import Engram, ResourceLocked
from engram_server.app import build_app
from engram_server.config import Settings
from engram_server.doors.http import HttpServer
from tests.contract.doors import TENANTS
from tests.processes import Worker, starting_line

from .working import READY, at_once, complete, hold, log, opened, race, write_world

PROCESSES = 8
ROUNDS = 100
LOGS = 100


@pytest.fixture(params=["http", "file"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A place that processes can share."""
    if request.param == "file":
        yield str(tmp_path / "engram.db")
        return
    with ExitStack() as stack:
        app = build_app(Settings(db=str(tmp_path / "engram.db"), api_keys=TENANTS))
        stack.callback(app.close)
        yield stack.enter_context(HttpServer(app.handle, "127.0.0.1", 0)).url


def test_eight_processes_race_for_one_exclusive_lock_and_one_wins_each_round(where: str) -> None:
    told = at_once(PROCESSES, race, where, ROUNDS, starting_line(PROCESSES))
    won = sorted(win for wins, _ in told for win in wins)
    assert won == [(number, number + 1) for number in range(ROUNDS)]
    assert sum(in_vain for _, in_vain in told) == (PROCESSES - 1) * ROUNDS


def test_eight_processes_log_a_hundred_notes_each(where: str) -> None:
    ids = at_once(PROCESSES, log, where, LOGS)
    with opened(where) as engram:
        for session_id in ids:
            rows = engram.get_session_logs(session_id, limit=-1)
            numbers = [int(str(row["id"])) for row in rows]
            assert [row["entry"] for row in rows] == [str(n) for n in range(LOGS - 1, -1, -1)]
            assert numbers == sorted(set(numbers), reverse=True)


def test_a_report_never_shows_a_lock_whose_session_it_does_not_show(tmp_path: Path) -> None:
    path = str(tmp_path / "engram.db")
    worker = Worker(complete, path, 10 * ROUNDS)
    assert worker.told() == READY
    with Engram(path) as engram:
        worker.go()
        seen = 0
        while worker.is_silent():
            found = engram.get_situation()
            shown = {row["id"] for row in found["sessions"]}
            assert {row["session_id"] for row in found["locks"]} <= shown
            seen += len(found["locks"])
            sessions, _, locks = found["report"].partition("**Locked resources:**")
            assert all(line.rsplit("`", 2)[1] in sessions for line in locks.splitlines() if line.startswith("- "))
        assert seen > 0
        assert engram.get_situation()["locks"] == []
    worker.end()


def test_a_killed_holder_is_waited_for_until_its_lease_ends(tmp_path: Path) -> None:
    path = tmp_path / "engram.db"
    worker = Worker(hold, str(path), "/r")
    holder, token = worker.told()
    worker.end(kill=True)
    now = time.time()
    with Engram(path, clock=lambda: now) as engram:
        me = engram.register("cli", "next")
        with pytest.raises(ResourceLocked, match=holder):
            engram.lock_resource(me, "/r", mode="exclusive")
        now += 3_601
        engram.heartbeat(me)
        lease = engram.lock_resource(me, "/r", mode="exclusive")
        assert lease is not None and lease.token > token
        assert (engram.validate("/r", token), engram.validate("/r", lease.token)) == (False, True)


def test_kill_9_while_the_world_state_is_set_leaves_its_history_whole(tmp_path: Path) -> None:
    path = tmp_path / "engram.db"
    acknowledged = 0
    for turn in range(8):
        worker = Worker(write_world, str(path))
        for _ in range(turn * 5 + 1):
            acknowledged = worker.told()
        worker.end(kill=True)
        with Engram(path) as engram:
            record = engram.get_world_state_record()
            newest = engram.world_state_history(1)[0]
            assert record["version"] == newest["version"] >= acknowledged
            assert engram.get_world_state(newest["version"]) == record["content"] == engram.get_world_state()
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            head = db.execute("SELECT content FROM world_state").fetchone()[0]
            last = db.execute("SELECT content FROM world_versions ORDER BY version DESC LIMIT 1").fetchone()[0]
            assert head == last


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_goes_on_with_the_file(tmp_path: Path) -> None:
    with Engram(tmp_path / "engram.db") as engram:
        me = engram.register("cli", "parent")
        child = os.fork()
        if child == 0:
            done = engram.log(me, "from the child")
            engram.close()
            os._exit(0 if done else 1)
        assert os.waitpid(child, 0)[1] == 0
        engram.log(me, "from the parent")
        assert [row["entry"] for row in engram.get_session_logs(me)] == ["from the parent", "from the child"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open descriptors are counted by /proc")
def test_nothing_stays_open_behind_calls(where: str) -> None:
    gc.collect()
    gc.disable()
    try:
        with opened(where) as engram:
            me = engram.register("cli", "x")
            engram.get_situation_report()
            before = len(os.listdir("/proc/self/fd"))
            for number in range(ROUNDS if where.startswith("http") else 10 * ROUNDS):
                engram.log(me, str(number))
                engram.get_world_state()
            assert len(os.listdir("/proc/self/fd")) <= before + 5
    finally:
        gc.enable()

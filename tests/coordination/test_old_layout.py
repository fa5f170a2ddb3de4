"""Side by side with a program of the layout that was there before, on one file, in any time zone."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Callable

import pytest

from engram.coordination import Engram
from engram_server.app import build_app
from engram_server.config import Settings
from engram_server.storage.coordination_schema import LEGACY_TABLES
from engram_server.storage.schema import MIGRATIONS, version_of
from tests.contract.doors import START, TestClock
from tests.processes import Worker

from . import old_layout
from .old_layout import OldProgram
from .working import look_in, register_in, statuses_in

MINUTE = 60.0


def _text(moment: float) -> str:
    return datetime.fromtimestamp(moment).isoformat(timespec="microseconds")


def _filled(path: Path) -> OldProgram:
    program = OldProgram(str(path))
    ids = [program.register("cli", f"task {number}") for number in range(10)]
    for session_id in ids[:5]:
        program.log(session_id, "begun")
    program.lock(ids[0], "/a", "mine")
    program.lock(ids[1], "/a")
    program.complete(ids[9], "done")
    program.set_world("# World", ids[0])
    return program


def test_a_file_of_before_opens_with_all_that_is_in_it_and_goes_on_in_both(tmp_path: Path) -> None:
    path = tmp_path / "engram.db"
    program = _filled(path)
    before = program.report()
    with Engram(path) as engram:
        assert engram.get_situation_report().splitlines()[:2] == before.splitlines()[:2]
        assert sorted(engram.get_situation_report().splitlines()) == sorted(before.splitlines())
        active = engram.get_active_sessions()
        assert len(active) == 9 and len(engram.get_recent_sessions()) == 1
        assert sum(len(engram.get_session_logs(str(row["id"]))) for row in active) == 5
        assert [row["note"] for row in engram.check_locks("/a")] == ["mine", None]
        record = engram.get_world_state_record()
        assert (record["version"], record["content"], record["updated_by"]) == (1, "# World", active[-1]["id"])
        assert engram.get_session(str(active[0]["id"]))["local_times"] is True
        mine = engram.register("cli", "by the new one")
        engram.lock_resource(mine, "/new")
        engram.set_world_state("# World 2", mine)
        engram.log(mine, "a note")
    report = program.report()
    assert "# World 2" in report and f"- ● `{mine}` (cli): by the new one" in report
    assert f"- `/new` by `{mine}`" in report
    assert program.ask("SELECT entry FROM session_logs WHERE session_id = ?", mine) == [("a note",)]
    for table, columns in LEGACY_TABLES.items():
        assert tuple(row[1] for row in program.ask(f"PRAGMA table_info({table})")) == columns


def test_what_the_old_program_does_meanwhile_is_seen_at_once(tmp_path: Path) -> None:
    path = tmp_path / "engram.db"
    with Engram(path) as engram:
        mine = engram.register("cli", "new")
        program = OldProgram(str(path))
        theirs = program.register("cli", "old")
        assert [row["id"] for row in engram.get_active_sessions()] == [theirs, mine]
        program.lock(theirs, "/r")
        assert engram.try_lock(mine, "/r") is None
        assert [lock["token"] for lock in engram.list_locks()] == [1]
        assert engram.set_world_state("one") == 1
        program.set_world("two", theirs)
        program.set_world("three", theirs)
        assert engram.get_world_state() == "three"
        assert [(row["version"], row["updated_by"]) for row in engram.world_state_history()] == [
            (3, theirs),
            (2, theirs),
            (1, None),
        ]
        assert engram.get_world_state(2) == "two"
        assert engram.set_world_state("four", if_version=3) == 4
        program.complete(theirs, "done")
        assert [row["id"] for row in engram.get_recent_sessions()] == [theirs]
        assert engram.check_locks("/r") == []
        assert engram.try_lock(mine, "/r") is not None
        assert engram.lock_resource(mine, "/r", "kept") is not None
        program.lock(mine, "/r")  # As it always did: without a note, which erases it.
        (lock,) = engram.list_locks()
        assert (lock["mode"], lock["token"], lock["note"]) == ("exclusive", 2, None)


def test_a_session_that_the_old_program_keeps_alive_lives(tmp_path: Path) -> None:
    clock = TestClock()
    path = tmp_path / "engram.db"
    with Engram(path, clock=clock) as engram:
        program = OldProgram(str(path))
        me = program.register("cli", "old", _text(START))
        clock.now = START + 31 * MINUTE
        assert "⚠ stale" in engram.get_situation_report()
        program.heartbeat(me, _text(clock.now))
        assert "- ● " in engram.get_situation_report()
        clock.now += 25 * 60 * MINUTE
        assert engram.get_active_sessions() == []
        # The old program revives what has expired, as it revives anything.
        program.heartbeat(me, _text(clock.now))
        assert [row["id"] for row in engram.get_active_sessions()] == [me]
        assert engram.get_session(me)["started_at"] == "2026-01-01T00:00:00.000Z"


def test_a_server_ends_what_is_over_though_nobody_asks_it(tmp_path: Path) -> None:
    clock = TestClock()
    path = tmp_path / "engram.db"
    program = OldProgram(str(path))
    me = program.register("cli", "old", _text(START))
    program.lock(me, "/r", None, _text(START))
    with closing(build_app(Settings(db=str(path)), clock=clock)) as app:
        app.sweep()
        assert program.ask("SELECT status FROM sessions") == [("active",)]
        clock.now += 31 * MINUTE
        app.sweep()
        assert program.ask("SELECT status FROM sessions") == [("active",)]
        assert program.ask("SELECT * FROM resource_locks") == []
        clock.now += 24 * 60 * MINUTE
        app.sweep()
        assert program.ask("SELECT status FROM sessions") == [("expired",)]
        assert program.report() == ""


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("garbage", None),
        (" ", None),
        ("2025-12-31T23:50:00+00:00", "2025-12-31T23:50:00.000Z"),
        ("2026-01-01T01:50:00+02:00", "2025-12-31T23:50:00.000Z"),
        ("2025-12-31T23:50:00Z", "2025-12-31T23:50:00.000Z"),
    ],
)
def test_an_odd_time_marks_its_session_and_spoils_nothing_else(tmp_path: Path, text: str, read: "str | None") -> None:
    clock = TestClock()
    path = tmp_path / "engram.db"
    program = OldProgram(str(path))
    good = program.register("cli", "good", _text(START))
    odd = program.register("cli", "odd", _text(START))
    program.heartbeat(odd, text)
    program.lock(odd, "/r")
    with Engram(path, clock=clock) as engram:
        report = engram.get_situation_report()
        assert f"- ● `{good}` (cli): good\n" in report
        assert f"- ⚠ odd time `{odd}` (cli): odd\n" in report
        told = engram.get_session(odd)
        assert (told["last_heartbeat"], told["odd_times"]) == (read, True)
        rows = {row["id"]: row["last_heartbeat"] for row in engram.get_active_sessions()}
        assert rows[odd] == (text if read is None else _text(START - 10 * MINUTE))
        assert engram.heartbeat(odd)
        assert f"- ● `{odd}`" in engram.get_situation_report()


@pytest.mark.parametrize(
    "text",
    [
        "9999-12-31T23:59:59.999999",
        "9999-12-31T23:59:59+00:00",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00.000000",
        "0001-01-01T00:00:00+14:00",
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_a_time_at_the_end_of_the_calendar_spoils_nothing(tmp_path: Path, text: str, zone: str) -> None:
    path = tmp_path / "engram.db"
    program = OldProgram(str(path))
    good = program.register("cli", "good")
    far = program.register("cli", "far", text)
    program.log(far, "a note", text)
    program.lock(good, "/r", None, text)
    program.set_world("# World", None, text)
    report, sessions, notes, locks = _told(look_in, zone, path, far)
    # Whoever wrote that elsewhere, without saying where, may look stale; that is what the text says here.
    assert report.replace("⚠ stale", "●") == (
        "# World\n\n**Active sessions (2):**\n"
        f"- ● `{good}` (cli): good\n- ⚠ odd time `{far}` (cli): far\n\n**Locked resources:**\n- `/r` by `{good}`\n"
    )
    assert [row["last_heartbeat"] for row in sessions if row["id"] == far] == [text]
    assert [(row["entry"], row["timestamp"]) for row in notes] == [("a note", text)]
    assert [row["resource"] for row in locks] == ["/r"]


@pytest.mark.parametrize("odd", ["x'41ff'", "CAST(x'41ff' AS TEXT)"], ids=["bytes", "no UTF-8"])
@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ("UPDATE sessions SET summary = {}, metadata = {}, completion_summary = {} WHERE id = ?", "`{}` (cli): A\ufffd\n"),
        ("UPDATE sessions SET session_type = {} WHERE id = ?", "`{}` (A\ufffd): odd\n"),
        ("UPDATE sessions SET last_heartbeat = {} WHERE id = ?", "- ⚠ odd time `{}` (cli): odd\n"),
        ("UPDATE resource_locks SET locked_at = {}, note = {} WHERE session_id = ?", "- `/r` by `{}`\n"),
        ("UPDATE resource_locks SET resource = x'41ff' WHERE session_id = ?", "- `A\ufffd` by `{}`\n"),
        ("UPDATE session_logs SET entry = {}, timestamp = {} WHERE session_id = ?", "`{}` (cli): odd\n"),
        ("UPDATE world_state SET content = {} WHERE updated_by = ?", "A\ufffd\n\n**Active"),
        ("UPDATE world_state SET updated_by = {}, updated_at = {} WHERE updated_by = ?", "# World\n\n**Active"),
    ],
)
def test_what_is_no_text_is_shown_as_far_as_it_can_be(tmp_path: Path, odd: str, change: str, shown: str) -> None:
    path = tmp_path / "engram.db"
    program = OldProgram(str(path))
    good, bad = program.register("cli", "good"), program.register("cli", "odd")
    program.lock(good, "/good")
    program.lock(bad, "/r")
    program.log(bad, "a note")
    program.set_world("# World", bad)
    with closing(sqlite3.connect(path)) as db, db:
        assert db.execute(change.replace("{}", odd), (bad,)).rowcount == 1
    with Engram(path) as engram:
        report = engram.get_situation_report()
        assert shown.replace("{}", bad) in report
        assert f"- ● `{good}` (cli): good\n" in report and f"- `/good` by `{good}`\n" in report
        assert len(engram.get_active_sessions()) == len(engram.list_locks()) == 2
        assert [len(engram.get_session_logs(bad)), len(engram.world_state_history())] == [1, 1]
        assert engram.heartbeat(bad) and engram.heartbeat(good)
        assert engram.set_world_state("# World 2") == 2
        assert engram.complete(bad, "done") and len(engram.list_locks()) == 1


def test_rows_without_sessions_disturb_nobody(tmp_path: Path) -> None:
    path = tmp_path / "engram.db"
    program = OldProgram(str(path))
    program.log("gone", "an orphan")
    program.lock("gone", "/r")
    with Engram(path) as engram:
        assert engram.check_locks("/r") == [] == engram.list_locks()
        assert [row["entry"] for row in engram.get_session_logs("gone")] == ["an orphan"]
        me = engram.register("cli", "x")
        assert engram.try_lock(me, "/r") is not None
    assert len(program.ask("SELECT * FROM resource_locks")) == 2


def test_an_adoption_that_is_killed_is_done_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "engram.db"
    program = _filled(path)
    before = program.report()
    code = (
        "import os, signal, sys\n"
        "from engram_server.storage.database import FileDatabase\n"
        "from engram_server.storage.schema import MIGRATIONS\n"
        "FileDatabase(sys.argv[1], 'full', (*MIGRATIONS, lambda db: os.kill(os.getpid(), signal.SIGKILL)))\n"
    )
    run = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert run.returncode == -signal.SIGKILL
    with closing(sqlite3.connect(path)) as db:
        assert version_of(db) == 0
    assert program.report() == before
    with Engram(path) as engram:
        assert len(engram.get_active_sessions()) == 9
    with closing(sqlite3.connect(path)) as db:
        assert version_of(db) == len(MIGRATIONS)
        once = list(db.iterdump())
    with Engram(path) as engram:
        assert len(engram.get_active_sessions()) == 9
    with closing(sqlite3.connect(path)) as db:
        assert list(db.iterdump()) == once


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="time zones are set as POSIX does")
def test_the_verdict_is_the_same_in_every_zone_and_across_a_clock_change(tmp_path: Path) -> None:
    path = tmp_path / "engram.db"
    # Los Angeles sets its clocks back at 2026-11-01T09:00:00Z: 01:30 is there twice.
    change = 1_793_523_600.0
    sessions = [(change - 30 * MINUTE, "before"), (change + 30 * MINUTE, "after")]
    assert _told(register_in, "America/Los_Angeles", path, sessions) == "done"
    for zone in ("America/Los_Angeles", "Asia/Tokyo", "UTC"):
        later, earlier = _told(statuses_in, zone, path, [change + 30 * MINUTE, change - 10 * MINUTE])
        assert later == {"before": "stale", "after": "active"}
        assert earlier["before"] == "active"


def _told(work: Callable[..., None], zone: str, path: Path, what: object) -> Any:
    worker = Worker(work, zone, str(path), what)
    told = worker.told()
    worker.end()
    return told


def test_the_old_program_of_another_process_reads_what_is_written_here(tmp_path: Path) -> None:
    path = tmp_path / "engram.db"
    with Engram(path) as engram:
        me = engram.register("cli", "here")
        command = [sys.executable, old_layout.__file__, str(path)]
        run = subprocess.run([*command, "report"], capture_output=True, text=True, check=True)
        assert run.stdout == f"**Active sessions (1):**\n- ● `{me}` (cli): here\n"
        subprocess.run([*command, "complete", me, "by the old one"], check=True)
        assert [row["completion_summary"] for row in engram.get_recent_sessions()] == ["by the old one"]

"""What a server does now and then."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import List

import pytest

from engram import EngramClient
from engram.engrams.verbs import EngramVerbs
from engram.types import ImprintBody
from engram_server.app import build_app
from engram_server.config import Settings
from engram_server.doors.http import HttpServer
from engram_server.sweeping import every
from tests.contract.doors import KEY, PATIENCE_SECONDS, TENANTS, TestClock


def test_it_sweeps_again_and_again_in_a_thread_of_its_own() -> None:
    threads: List[threading.Thread] = []
    twice = threading.Event()

    def sweep() -> None:
        threads.append(threading.current_thread())
        if len(threads) == 2:
            twice.set()

    with every(0.001, sweep):
        assert twice.wait(PATIENCE_SECONDS)
    assert threads[0] is threads[1] is not threading.current_thread()
    assert not threads[0].is_alive()


def test_what_is_left_at_once_has_not_swept() -> None:
    with every(PATIENCE_SECONDS, pytest.fail):
        pass


def test_entries_that_have_expired_are_gone(tmp_path: Path) -> None:
    path, clock = tmp_path / "engram.db", TestClock()
    app = build_app(Settings(db=str(path), api_keys=TENANTS), clock=clock)
    with HttpServer(app.handle, "127.0.0.1", 0) as server, EngramClient(base_url=server.url, api_key=KEY) as client:
        for ttl_s in (1, 100):
            body: ImprintBody = {"op": "add", "entry": {"content": "short"}, "ttl_s": ttl_s}
            EngramVerbs(client).imprint("notes", body)
        clock.now += 1
        app.sweep()
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("SELECT COUNT(*) FROM entries").fetchall() == [(1,)]
    app.close()


def test_a_storage_that_fails_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    app = build_app(Settings(db=":memory:"))
    app.sweep()
    app.close()
    assert caplog.records == []
    app.sweep()
    assert [record.levelname for record in caplog.records] == ["WARNING"]

"""What a server does now and then."""

from __future__ import annotations

import threading
from typing import List

import pytest

from engram_server.app import build_app
from engram_server.config import Settings
from engram_server.sweeping import every
from tests.contract.doors import PATIENCE_SECONDS


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


def test_a_storage_that_fails_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    app = build_app(Settings(db=":memory:"))
    app.sweep()
    app.close()
    assert caplog.records == []
    app.sweep()
    assert [record.levelname for record in caplog.records] == ["WARNING"]

"""Trying again while the database is locked."""

from __future__ import annotations

import sqlite3
from typing import List

import pytest

from engram_server.storage.patience import patiently


def _failing(*texts: str) -> List[Exception]:
    return [sqlite3.OperationalError(text) for text in texts]


def test_a_lock_is_waited_for() -> None:
    failures = _failing("database is locked", "database table is locked", "database schema is locked: main")

    def attempt() -> str:
        if failures:
            raise failures.pop(0)
        return "done"

    assert patiently(attempt) == "done"
    assert failures == []


@pytest.mark.parametrize(("text", "seconds"), [("database is locked", 0.0), ("disk I/O error", 60.0)])
def test_it_ends_when_the_time_is_up_or_the_error_is_another(text: str, seconds: float) -> None:
    (failure,) = _failing(text)

    def attempt() -> None:
        raise failure

    with pytest.raises(sqlite3.OperationalError) as caught:
        patiently(attempt, seconds)
    assert caught.value is failure

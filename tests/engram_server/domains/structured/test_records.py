"""Records as rules keep them: what is gone leaves nothing behind. What they answer is tested over the doors."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Dict, Iterator

import pytest

from engram.types import MemoryScope
from engram_server.domains.scope import Fitting, Scope
from engram_server.domains.structured import records
from engram_server.domains.structured.scopes import whole
from engram_server.ids import Ids
from engram_server.storage import open_store

START = 1_767_225_600.0
OWNER: MemoryScope = whole({"user_id": "u", "agent_id": "a", "session_id": "s", "run_id": "r"})
TABLES = ("records", "record_labels", "memories", "postings")


class _Clock:
    now = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def scope(tmp_path: Path, clock: _Clock) -> Iterator[Scope]:
    with closing(open_store(tmp_path / "engram.db")) as store:
        yield Scope(store.write(lambda writer: writer.ensure_tenant("one", 0)), store, clock, Ids(clock))


def _rows(path: Path) -> Dict[str, int]:
    """Count the rows of the file with nothing but sqlite3."""
    counts = (
        "SELECT COUNT(*) FROM records",
        "SELECT COUNT(*) FROM record_labels",
        "SELECT COUNT(*) FROM memories",
        "SELECT COUNT(*) FROM postings",
    )
    with closing(sqlite3.connect(path / "engram.db")) as db:
        return {table: db.execute(count).fetchone()[0] for table, count in zip(TABLES, counts)}


def test_what_is_deleted_leaves_nothing_behind(scope: Scope, tmp_path: Path) -> None:
    def keep(value: str) -> None:
        scope.store.write(
            lambda w: records.upsert_fact(w, scope, OWNER, {"fact_id": "1", "fact_key": "diet", "value": value})
        )
        scope.store.write(
            lambda w: records.append_episode(
                w,
                scope,
                OWNER,
                {"episode_id": "1", "time_range": {"start": "2026-01-01T00:00:00Z"}, "summary": "s", "tags": ["t"]},
            )
        )
        scope.store.write(
            lambda w: records.upsert_procedure(w, scope, OWNER, {"procedure_id": "1", "task_type": "t", "content": 1})
        )

    keep("vegan")
    keep("vegetarian")
    there = _rows(tmp_path)
    assert (there["records"], there["record_labels"], there["memories"]) == (3, 1, 3)
    assert there["postings"] > 0
    for family in (records.FACTS, records.EPISODES, records.PROCEDURES):
        assert scope.store.write(lambda w: records.remove(w, scope, family, OWNER, "1")) is True
    assert _rows(tmp_path) == dict.fromkeys(TABLES, 0)


def test_what_has_expired_is_forgotten_when_an_insight_comes(scope: Scope, clock: _Clock, tmp_path: Path) -> None:
    def append(insight_id: str, expires_at: str) -> None:
        scope.store.write(
            lambda w: records.append_insight(
                w,
                scope,
                OWNER,
                {"id": insight_id, "type": "pattern", "statement": "s", "expires_at": expires_at},
            )
        )

    append("short", "2026-01-01T00:01:00Z")
    append("long", "2026-01-02T00:00:00Z")
    clock.now += 60
    assert _rows(tmp_path)["records"] == 2
    append("run", "run_end")
    assert _rows(tmp_path)["records"] == 2


def test_a_text_that_is_no_moment_never_expires(scope: Scope, clock: _Clock) -> None:
    scope.store.write(
        lambda w: records.append_insight(
            w, scope, OWNER, {"id": "i", "type": "pattern", "statement": "s", "expires_at": "run_end"}
        )
    )
    clock.now += 1e9
    with scope.read() as reader:
        page = records.Page(10)
        fitting = Fitting(scope.now())
        rows = records.page(reader, scope, records.INSIGHTS, OWNER, fitting, page)
    assert [row.record_id for row in rows] == ["i"]

"""Entries become memories when somebody asks for memories, and before too many are put off."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Iterator, List

import pytest

from engram_server.domains.engrams import keeping_up
from engram_server.domains.engrams.imprinting import imprint, order_of
from engram_server.domains.engrams.keeping_up import Backlog, forget_expired, settle
from engram_server.domains.scope import Scope
from engram_server.ids import Ids
from engram_server.storage import open_store
from engram_server.storage import engrams as engrams_of_storage
from tests.engram_server.storage.samples import assert_consistent, contents

NOW = 1_767_225_600.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "engram.db"


@pytest.fixture
def scope(path: Path) -> Iterator[Scope]:
    with closing(open_store(path)) as store:
        tenant = store.write(lambda writer: writer.ensure_tenant("t", 0))
        yield Scope(tenant, store, lambda: NOW, Ids(lambda: NOW))


def _imprint(scope: Scope, **body: Any) -> Any:
    order = order_of(body, scope.now())  # type: ignore[arg-type]  # any body that a test makes
    return scope.store.write(lambda writer: imprint(writer, scope, "x", order))


def _written(scope: Scope) -> List[str]:
    with scope.read() as reader:
        space = reader.space(scope.tenant_id, "x")
        return [] if space is None else [row.content for row in reader.memories(space.id, limit=1_000)]


def test_entries_are_memories_once_settled(scope: Scope, path: Path) -> None:
    for number in range(200):
        _imprint(scope, op="upsert", entry={"content": f"note {number}"}, merge_key=f"k{number % 150}")
    assert _written(scope) == []
    assert settle(scope) == {"x": 150}
    assert settle(scope) == {}
    assert len(_written(scope)) == 150
    assert_consistent(contents(path))
    for number in range(0, 150, 3):
        _imprint(scope, op="upsert", entry={"content": f"letter {number}"}, merge_key=f"k{number}")
    assert settle(scope) == {"x": 50}
    assert len(_written(scope)) == 150 and sum(text.startswith("letter") for text in _written(scope)) == 50
    assert_consistent(contents(path))


def test_what_is_put_off_is_bounded(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping_up, "MOST_BEHIND", 100)
    backlog, caught_up = Backlog(), 0
    for number in range(500):
        _imprint(scope, op="add", entry={"content": f"note {number}"})
        caught_up += sum(backlog.after_imprint(scope).values())
        assert number + 1 - caught_up <= 100 + 64
    assert len(_written(scope)) == caught_up > 0


def test_what_has_expired_goes_though_nobody_asks_for_memories(scope: Scope) -> None:
    backlog, later = Backlog(), scope._replace(clock=lambda: NOW + 2)
    for number in range(640):
        _imprint(scope, op="append", entry={"n": number}, ttl_s=1, trace_id="t")
    for number in range(640):
        _imprint(later, op="append", entry={"n": number}, ttl_s=1)
        backlog.after_imprint(later)
    assert _entries(scope) == 640
    assert forget_expired(scope) == {}
    assert forget_expired(scope._replace(clock=lambda: NOW + 3)) == {"x": 640}
    assert _entries(scope) == 0


def _entries(scope: Scope) -> int:
    return int(scope.store.write(lambda writer: writer._db.execute("SELECT COUNT(*) FROM entries").fetchone()[0]))


def test_an_imprint_stands_though_the_memories_cannot_be_made(
    scope: Scope, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(keeping_up, "MOST_BEHIND", 10)
    scope.store.write(
        lambda writer: writer._db.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON memories BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    )
    backlog = Backlog()
    for number in range(64):
        _imprint(scope, op="add", entry={"content": f"note {number}"})
        assert not backlog.after_imprint(scope)
    assert "could not be made now" in caplog.text
    scope.store.write(lambda writer: writer._db.execute("DROP TRIGGER broken"))
    assert settle(scope) == {"x": 64}


def test_an_entry_that_was_written_meanwhile_is_made_anew(scope: Scope) -> None:
    """A clock that writes when it is looked at: between the reading of what is behind and the making of it."""
    _imprint(scope, op="upsert", entry={"content": "first"}, merge_key="k")
    _imprint(scope, op="add", entry={"id": "b", "content": "gone"})
    looks = iter([lambda: None, lambda: _imprint(scope, op="upsert", entry={"content": "second"}, merge_key="k")])

    def clock() -> float:
        next(looks, lambda: None)()
        return NOW

    settle(scope._replace(clock=clock))
    settle(scope)
    assert sorted(_written(scope)) == ["gone", "second"]


def test_the_index_is_made_when_it_is_missing_and_gone_with_its_entries(scope: Scope, path: Path) -> None:
    if not engrams_of_storage.knows_grams():
        pytest.skip("this SQLite has no FTS5")
    for number in range(3):
        _imprint(scope, op="add", entry={"id": f"e{number}", "content": f"note {number}"})
    settle(scope)
    assert _indexed(path, "ote") == 3
    _imprint(scope, op="delete", entry={"id": "e0"})
    assert _indexed(path, "ote") == 2
    scope.store.write(lambda writer: writer._db.execute("DROP TABLE entry_grams"))
    _imprint(scope, op="add", entry={"content": "note again"})
    settle(scope)
    assert _indexed(path, "ote") == 3
    scope.store.write(lambda writer: writer.clear_space(1))
    assert _indexed(path, "ote") == 0


def _indexed(path: Path, gram: str) -> int:
    with closing(sqlite3.connect(path)) as db:
        found = db.execute("SELECT COUNT(*) FROM entry_grams WHERE entry_grams MATCH ?", (f'"{gram}"',)).fetchone()
    return int(found[0])

"""Entries in the storage: with an index of trigrams and without one, the same is found."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import List, Optional, Set

import pytest

from engram_server.storage import (
    ChangeRow,
    EntryRow,
    Fit,
    NewEntry,
    NewMemory,
    Recorded,
    StorageError,
    Store,
    Writer,
    engrams,
    open_store,
)
from engram_server.storage.schema import MIGRATIONS, migrate

from .samples import NOW, TENANT, add_space, new_memory

LETTERS = "ab\"' ü😀%_\\*"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "engram.db"


def _new(folded: str, tags: "tuple[str, ...]" = (), expires_at: Optional[int] = None) -> NewEntry:
    return NewEntry("{}", folded, "[]", tags, NOW, expires_at=expires_at)


def _add(writer: Writer, space_id: int, public_id: str, new: NewEntry) -> None:
    tenant = writer.ensure_tenant(TENANT, NOW)
    writer.add_entry(tenant, space_id, public_id, new, merge_key=None, sequence=None, created_at=NOW)


def _settle(writer: Writer, space_id: int, ids: List[str]) -> None:
    made: List[NewMemory] = [new_memory(f"memory {one}", one) for one in ids]
    writer.add_memories(space_id, made, NOW)
    writer.have_caught_up(space_id, ids)


def _found(store: Store, space_id: int, fit: Fit, *needles: str) -> Set[str]:
    with store.read() as reader:
        tenant = reader.tenant(TENANT) or 0
        return {one.public_id for one in reader.entries_holding(tenant, space_id, fit, needles)}


def test_whatever_is_asked_for_is_found_with_the_index_and_without(
    path: Path, rng: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {f"e{number}": "".join(rng.choices(LETTERS, k=rng.randrange(1, 40))) for number in range(300)}
    with closing(open_store(path)) as store:
        space = add_space(store)
        other = add_space(store, "other")
        for one, text in texts.items():
            store.write(lambda writer: _add(writer, space.id, one, _new(text)))
            store.write(lambda writer: _add(writer, other.id, one, _new(text)))
        settled = [one for one in texts if rng.random() < 0.8]
        store.write(lambda writer: _settle(writer, space.id, settled))
        asked = [text[at : at + rng.randrange(1, 8)] for text in texts.values() for at in (rng.randrange(len(text)),)]
        for known in (True, False):
            monkeypatch.setattr(engrams, "knows_grams", lambda: known)
            for needle in asked:
                expected = {one for one, text in texts.items() if needle in text}
                assert _found(store, space.id, Fit(NOW), needle) == expected
                assert _found(store, space.id, Fit(NOW), needle, needle[:1]) == expected


def test_fits_hold_for_what_is_indexed_as_well(path: Path) -> None:
    with closing(open_store(path)) as store:
        space = add_space(store)
        for one, new in {
            "a": _new("some text", ("x", "y")),
            "b": _new("some text", ("x",)),
            "c": _new("some text", ("x", "y"), expires_at=NOW + 10),
        }.items():
            store.write(lambda writer: _add(writer, space.id, one, new))
        for _ in range(2):
            assert _found(store, space.id, Fit(NOW), "text") == {"a", "b", "c"}
            assert _found(store, space.id, Fit(NOW + 10), "text") == {"a", "b"}
            assert _found(store, space.id, Fit(NOW, tags=("y",)), "text") == {"a", "c"}
            assert _found(store, space.id, Fit(NOW, tags=("y", "x")), "text") == {"a", "c"}
            assert _found(store, space.id, Fit(NOW, public_id="b"), "text") == {"b"}
            assert _found(store, space.id, Fit(NOW, since=NOW + 1), "text") == set()
            assert _found(store, space.id, Fit(NOW, merge_key="k"), "text") == set()
            with store.read() as reader:
                settled = reader.is_due(reader.tenant(TENANT) or 0, NOW)
            if settled:
                store.write(lambda writer: _settle(writer, space.id, ["a", "b", "c"]))


def test_a_key_has_one_entry_that_was_not_appended(path: Path) -> None:
    """The rules look first; this is what holds even if they did not."""
    with closing(open_store(path)) as store:
        space = add_space(store)

        def add_keyed(writer: Writer, public_id: str, sequence: Optional[int]) -> None:
            tenant = writer.ensure_tenant(TENANT, NOW)
            writer.add_entry(
                tenant, space.id, public_id, _new("x"), merge_key="k", sequence=sequence, created_at=NOW
            )

        store.write(lambda writer: add_keyed(writer, "a", None))
        store.write(lambda writer: add_keyed(writer, "b", 1))
        with pytest.raises(StorageError, match="UNIQUE"):
            store.write(lambda writer: add_keyed(writer, "c", None))


def test_what_was_kept_before_changes_had_columns_is_still_there(path: Path) -> None:
    before = EntryRow(
        0, 1, "a", None, 0, "k", None, 2, NOW, NOW + 1, NOW + 9, "t1", "ü", '["x"]', '{"content":"\\"1\\""}', ""
    )
    kept = json.dumps({**before._asdict(), "id": 7, "behind": 1})
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrate(db, MIGRATIONS[:6])
        db.execute("INSERT INTO tenants VALUES (1, ?, ?)", (TENANT, NOW))
        db.execute(
            "INSERT INTO spaces (id, public_id, tenant_id, name, created_at) VALUES (1, 'bkt_1', 1, 'x', ?)", (NOW,)
        )
        db.executemany(
            "INSERT INTO entry_changes VALUES (1, 'a', ?, 1, ?, ?, 't2', 1, ?, ?, ?, ?)",
            [(2, "upsert", NOW + 5, 1, 2, 3, kept), (1, "add", NOW, 0, 0, 1, None)],
        )
        db.executemany("INSERT INTO recorded VALUES (1, ?, x'01', 200, 0, x'02', ?)", [("b", NOW + 9), ("a", NOW + 3)])
    with closing(open_store(path)) as store, store.read() as reader:
        upsert, add = reader.changes_of_trace(1, "t2")
        assert upsert == ChangeRow(1, "a", upsert.number, "upsert", NOW + 5, "t2", 2, 3, before)
        assert add == ChangeRow(1, "a", add.number, "add", NOW, "t2", 0, 1, None)
        assert upsert.number > add.number
        assert reader.history(1, "a") == [upsert]
    with closing(open_store(path)) as store:
        store.write(lambda writer: writer.forget_records(NOW + 4))
        with store.read() as reader:
            assert reader.recorded(1, "a", NOW) is None
            assert reader.recorded(1, "b", NOW) == Recorded(b"\x01", 200, b"\x02")


def test_entries_come_in_one_order_whether_their_memories_are_behind_or_not(path: Path) -> None:
    with closing(open_store(path)) as store:
        space = add_space(store)
        for number, moment in enumerate((3, 1, 4, 1, 5, 9, 2, 6)):
            new = _new("x")._replace(updated_at=NOW + moment)
            store.write(lambda writer: _add(writer, space.id, f"e{number}", new))
        store.write(lambda writer: _settle(writer, space.id, ["e1", "e2", "e5"]))
        expected = ["e5", "e7", "e4", "e2", "e0", "e6", "e1", "e3"]
        with store.read() as reader:
            tenant = reader.tenant(TENANT) or 0
            rows = list(reader.entries_in_time(tenant, space.id, Fit(NOW)))
            assert [row.public_id for row in rows] == expected
            for at, row in enumerate(rows, 1):
                rest = reader.entries_in_time(tenant, space.id, Fit(NOW), (row.updated_at, row.public_id))
                assert [one.public_id for one in rest] == expected[at:]
            engram = reader.engram(tenant, space.name)
            assert engram is not None and engram.last_write_at == NOW + 9

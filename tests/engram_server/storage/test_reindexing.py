"""Databases of the first schema, and texts that are read in another way than when they were stored."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import List

import pytest

from engram_server.storage import Indexing, MemoryRow, NewMemory, open_store
from engram_server.storage.reindexing import reindex
from engram_server.storage.schema import MARK, MIGRATIONS, expected_objects, migrate, objects_of, version_of

from .derived import derived, drafted, redrafted, stretches, sums
from .samples import NOW, TENANT, add_space, assert_consistent, contents

INDEXING = Indexing(1, redrafted)

# More than two batches in one space, and others beside it whose memories lie between.
TEXTS = [f"memory {number} of Ana {'is' if number % 3 else 'not'} kind today" for number in range(1_100)]


def space_of(number: int) -> int:
    """Return which of three spaces a memory belongs to."""
    return {0: 2, 1: 3}.get(number % 20, 1)


@pytest.fixture
def of_version_1(path: Path) -> Path:
    """A database as the first release wrote it: nothing in it knows of turns, names or facts."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(MARK)
        db.execute("PRAGMA journal_mode = WAL")
        migrate(db, MIGRATIONS[:1])
        db.execute("BEGIN")
        db.execute("INSERT INTO tenants VALUES (1, ?, ?)", (TENANT, NOW))
        for space in (1, 2, 3):
            count = sum(space_of(number) == space for number in range(len(TEXTS)))
            db.execute(
                "INSERT INTO spaces (id, public_id, tenant_id, name, created_at, memory_count, term_total)"
                " VALUES (?, ?, 1, ?, ?, ?, 7)",
                (space, f"bkt_{space}", f"space {space}", NOW, count),
            )
        for number, text in enumerate(TEXTS):
            db.execute(
                "INSERT INTO memories (public_id, space_id, content, token_count, length, version, created_at,"
                " updated_at, content_hash, fingerprint, terms) VALUES (?, ?, ?, 1, 1, 3, ?, ?, x'00', x'00', ?)",
                (f"mem_{number}", space_of(number), text, NOW + number, NOW, json.dumps({"old": 1})),
            )
        db.execute("INSERT INTO postings SELECT space_id, 'old', id, 1, 1 FROM memories")
        db.execute("COMMIT")
    return path


def test_a_database_of_version_1_becomes_what_it_would_be_today(of_version_1: Path, tmp_path: Path) -> None:
    open_store(of_version_1, indexing=INDEXING).close()
    today = tmp_path / "today.db"
    with closing(open_store(today, indexing=INDEXING)) as store:
        spaces = {number: add_space(store, f"space {number}") for number in (1, 2, 3)}
        for number, text in enumerate(TEXTS):
            new = drafted(text, f"mem_{number}")
            store.write(lambda writer: writer.add_memories(spaces[space_of(number)].id, [new], NOW + number))
    assert derived(of_version_1) == derived(today)
    assert stretches(of_version_1) == stretches(today)
    assert sums(of_version_1) == sums(today)
    assert_consistent(contents(of_version_1))
    with closing(open_store(of_version_1, indexing=INDEXING)) as store, store.read() as reader:
        row = reader.memory(1, "mem_7")
        assert row is not None
        assert (row.content, row.version, row.created_at, row.updated_at) == (TEXTS[7], 3, NOW + 7, NOW)
        new = drafted(TEXTS[7], "mem_7")
        assert reader.memories_near(1, new.near_key, new.content_hash, limit=1) == [row]
        assert row[9:] == (None, None, None, None)
    with closing(sqlite3.connect(of_version_1)) as db:
        assert (version_of(db), objects_of(db)) == (len(MIGRATIONS), expected_objects(len(MIGRATIONS)))


def test_an_index_that_is_up_to_date_is_left_alone(of_version_1: Path) -> None:
    def refuse(row: MemoryRow) -> NewMemory:
        raise AssertionError("drafted again")

    open_store(of_version_1, indexing=INDEXING).close()
    for version in (0, 1):
        open_store(of_version_1, indexing=Indexing(version, refuse)).close()
    with pytest.raises(AssertionError, match="drafted again"):
        open_store(of_version_1, indexing=Indexing(2, refuse))


def test_a_change_in_how_texts_are_read_reaches_what_is_stored(of_version_1: Path) -> None:
    def shout(row: MemoryRow) -> NewMemory:
        new = redrafted(row)
        return new._replace(terms=Counter(word.upper() for word in new.terms))

    open_store(of_version_1, indexing=INDEXING).close()
    before = stretches(of_version_1)
    with closing(open_store(of_version_1, indexing=Indexing(2, shout))) as store, store.read() as reader:
        assert reader.document_frequencies(2, ["memory", "MEMORY"]) == {"memory": 0, "MEMORY": 55}
    assert stretches(of_version_1) == before


def test_a_draft_that_fails_leaves_the_file_as_it_was(of_version_1: Path) -> None:
    before = contents(of_version_1)
    drafts: List[MemoryRow] = []

    def fail_late(row: MemoryRow) -> NewMemory:
        drafts.append(row)
        if len(drafts) == 800:
            raise LookupError("a word that cannot be read")
        return redrafted(row)

    with pytest.raises(LookupError, match="cannot be read"):
        open_store(of_version_1, indexing=Indexing(1, fail_late))
    assert contents(of_version_1) == before
    with closing(sqlite3.connect(of_version_1)) as db:
        assert (version_of(db), objects_of(db)) == (1, expected_objects(1))
    open_store(of_version_1, indexing=INDEXING).close()
    assert_consistent(contents(of_version_1))


def test_memories_are_read_a_batch_at_a_time(of_version_1: Path) -> None:
    """However many there are, no more than a batch of them is in memory."""
    sizes: List[int] = []

    def watch(statement: str) -> None:
        if statement.startswith("SELECT * FROM memory_rows"):
            sizes.append(0)

    def count(row: MemoryRow) -> NewMemory:
        sizes[-1] += 1
        return redrafted(row)

    with closing(sqlite3.connect(of_version_1, isolation_level=None)) as db:
        migrate(db)
        db.set_trace_callback(watch)
        db.execute("BEGIN")
        reindex(db, Indexing(1, count))
        db.execute("COMMIT")
    assert sizes == [500, 490, 0, 55, 0, 55, 0]

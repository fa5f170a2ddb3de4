"""Every question and every change: what SQLite does for it, and what a transaction is, on a file and in memory."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from functools import partial
from typing import Callable, List

import pytest

from engram_server.storage import Among, FactRow, MemoryRow, NewMemory, Space, StorageError, Store, TurnRow, Writer
from engram_server.storage.database import MemoryDatabase

from .samples import NOW, add, add_space, drafts, new_memory, only_memory, space_again


# -- statements


# The tables and the aliases that the statements give them. Aliases of JSON and of subqueries are others.
_A_TABLE_IS_SCANNED = re.compile(
    r"SCAN (TABLE )?([pmtfews]|postings|memor\w+|space\w*|tenants|prov\w+|prof\w+|recorded"
    r"|turn\w*|threads|voices|entit\w+|fact\w*)\b"
)
_ROW = MemoryRow(1, "mem_1", 1, "a", 1, 1, 1, NOW, NOW)

CALLS: List[Callable[[Writer], object]] = [
    lambda writer: writer.best(1, {"a": 1.0}, saturation=1, length_slope=1, limit=5),
    lambda writer: writer.document_frequencies(1, ["a"]),
    lambda writer: writer.best(1, {"a": 1.0}, saturation=1, length_slope=1, limit=5, as_of=NOW),
    lambda writer: writer.best(1, {"a": 1.0}, saturation=1, length_slope=1, limit=5, among=Among(frozenset([1]), True)),
    lambda writer: writer.anchors_told(1, ["a"], each=2),
    lambda writer: writer.fibers_tagged(1, ["a"], least=1),
    lambda writer: writer.neurons_apart(1, ["a"], Among(frozenset([1]))),
    lambda writer: writer.term_counts(1, ["a"], [1]),
    lambda writer: writer.held(1, {"a": 1, "b": 99}, [1]),
    lambda writer: writer.turns_near([1], 3),
    lambda writer: writer.newest(1, 5),
    lambda writer: writer.newest(1, 5, as_of=NOW, since=NOW, until=NOW, among=Among(frozenset([1]))),
    lambda writer: writer.voice_count(1, 2),
    lambda writer: writer.voices(1, ["ana"]),
    lambda writer: writer.entities_of_words(1, ["ana"]),
    lambda writer: writer.facts_about(1, ["ana"], 5),
    lambda writer: writer.facts_about(1, ["ana"], 5, as_of=NOW),
    lambda writer: writer.facts_in([1], ["a"]),
    lambda writer: writer.memories(1, limit=5),
    lambda writer: writer.memories_before(1, 9, 5),
    lambda writer: writer.memories_by_id([1]),
    lambda writer: writer.memory(1, "mem_1"),
    lambda writer: writer.memories_near(1, b"", b"", limit=5),
    lambda writer: writer.profile(1),
    lambda writer: writer.spaces(1, limit=5),
    lambda writer: writer.space(1, "notes"),
    lambda writer: writer.count_spaces(1),
    lambda writer: writer.recorded(1, "key", NOW),
    lambda writer: writer.provider(1),
    lambda writer: writer.tenant("acme"),
    partial(Writer.replace_memory, row=_ROW, new=new_memory("a b", ""), now=NOW),
    partial(Writer.remove_memory, row=_ROW),
    lambda writer: writer.clear_space(1),
    partial(Writer.remove_space, space_id=1),
    partial(Writer.forget_records, before=NOW),
]


def test_no_statement_reads_a_whole_table() -> None:
    """The cost is that of the space: SQLite's own plan of every statement searches, and scans JSON alone."""
    with closing(MemoryDatabase()) as database, database.writing() as db:
        writer = Writer(db)
        writer.add_space(writer.ensure_tenant("acme", NOW), name="n", public_id="b", description=None, now=NOW)
        statements: List[str] = []
        db.set_trace_callback(statements.append)
        writer.add_memories(1, drafts(["a"]), NOW)
        for call in CALLS:
            call(writer)
        db.set_trace_callback(None)
        plans = {
            statement: [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
            for statement in statements
            if not statement.startswith("--")
        }
    assert len(plans) >= len(CALLS)
    assert [step for plan in plans.values() for step in plan if _A_TABLE_IS_SCANNED.match(step)] == []
    ranking = next(plan for statement, plan in plans.items() if "AS whole" in statement)
    turns = [step for step in ranking if step.startswith(("SCAN", "SEARCH"))]
    assert "VIRTUAL TABLE" in turns[0]
    assert "(space_id=? AND term=?)" in turns[1]
    deletion = next(plan for statement, plan in plans.items() if "AND item_id =" in statement)
    assert any("(space_id=? AND term=? AND item_id=?)" in step for step in deletion)


@pytest.mark.parametrize(
    ("view", "row"),
    [("space_rows", Space), ("memory_rows", MemoryRow), ("turn_rows", TurnRow), ("fact_rows", FactRow)],
)
def test_a_view_has_the_columns_of_its_row(view: str, row: type) -> None:
    with closing(MemoryDatabase()) as database, database.reading() as db:
        described = db.execute(f"SELECT * FROM {view}").description
    assert tuple(column[0] for column in described) == getattr(row, "_fields")


# -- transactions


def test_a_read_sees_one_state(file_store: Store) -> None:
    space = add_space(file_store)
    add(file_store, space, "a")
    with file_store.read() as reader:
        assert len(reader.memories(space.id, limit=9)) == 1
        add(file_store, space, "b")
        assert len(reader.memories(space.id, limit=9)) == 1
        with file_store.read() as newer:
            assert len(newer.memories(space.id, limit=9)) == 2


def test_a_reader_cannot_write(file_store: Store) -> None:
    with file_store.read() as reader, pytest.raises(sqlite3.OperationalError, match="readonly"):
        Writer.ensure_tenant(reader, "x", NOW)  # type: ignore[arg-type]  # what the types forbid is what is tried


def test_what_a_write_raises_undoes_it(store: Store, space: Space) -> None:
    class Refused(Exception):
        pass

    def half(writer: Writer) -> None:
        writer.add_memories(space.id, drafts(["a", "b"]), NOW)
        assert len(writer.memories(space.id, limit=9)) == 2
        raise Refused

    with pytest.raises(Refused):
        store.write(half)
    assert space_again(store, space) == space
    add(store, space, "c")
    assert only_memory(store, space).content == "c"


def test_an_sqlite_error_reaches_nobody(store: Store, space: Space) -> None:
    new: NewMemory = new_memory("a", "mem_1")
    with pytest.raises(StorageError) as caught:
        store.write(lambda writer: writer.add_memories(space.id, [new, new], NOW))
    assert isinstance(caught.value.__cause__, sqlite3.IntegrityError)
    assert space_again(store, space) == space
    with pytest.raises(StorageError), store.read() as reader:
        reader._db.execute("SELECT nonsense")


def test_a_write_within_a_write_is_refused(store: Store, space: Space) -> None:
    with pytest.raises(RuntimeError, match="another write"):
        store.write(lambda writer: add(store, space, "a"))
    assert space_again(store, space) == space


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StorageError, match="closed"):
        store.write(lambda writer: writer.ensure_tenant("a", NOW))
    with pytest.raises(StorageError, match="closed"), store.read() as reader:
        reader.tenant("a")

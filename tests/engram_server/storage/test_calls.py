"""Every question and every change, on a file and in memory."""

from __future__ import annotations

import math
import random
import re
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Callable, Dict, List, Optional, Tuple

import pytest

from engram_server.storage import (
    Among,
    FactRow,
    MemoryRow,
    NewMemory,
    ProfileRow,
    ProviderRow,
    Reader,
    Recorded,
    Space,
    StorageError,
    Store,
    TurnRow,
    Writer,
)
from engram_server.storage.database import MemoryDatabase

from .samples import NOW, TENANT, add, add_space, drafts, new_memory

LATER = NOW + 60_000
NO_SPACE = 999


def _only(store: Store, space: Space) -> MemoryRow:
    with store.read() as reader:
        (row,) = reader.memories(space.id, limit=10)
    return row


def _again(store: Store, space: Space) -> Space:
    with store.read() as reader:
        found = reader.space(space.tenant_id, space.name)
    assert found is not None
    return found


# -- tenants


def test_a_tenant_is_made_once(store: Store) -> None:
    first = store.write(lambda writer: writer.ensure_tenant("a", NOW))
    assert store.write(lambda writer: writer.ensure_tenant("a", LATER)) == first
    assert store.write(lambda writer: writer.ensure_tenant("A", NOW)) != first
    with store.read() as reader:
        assert (reader.tenant("a"), reader.tenant("b")) == (first, None)


def test_a_provider_is_saved_replaced_and_removed(store: Store) -> None:
    tenant = store.write(lambda writer: writer.ensure_tenant("a", NOW))
    seen = []
    for model, api_key in (("small", None), ("large", "sk-canary")):
        store.write(lambda w: w.save_provider(tenant, base_url="http://x", model=model, api_key=api_key))
        with store.read() as reader:
            seen.append(reader.provider(tenant))
    store.write(lambda writer: writer.remove_provider(tenant))
    store.write(lambda writer: writer.remove_provider(tenant))
    with store.read() as reader:
        seen.append(reader.provider(tenant))
    assert seen == [ProviderRow("http://x", "small", None), ProviderRow("http://x", "large", "sk-canary"), None]


def test_a_provider_does_not_show_its_key() -> None:
    assert "sk-canary" not in f"{ProviderRow('u', 'm', 'sk-canary')!r} {ProviderRow('u', 'm', 'sk-canary')}"
    assert "None" in repr(ProviderRow("u", "m", None))


@pytest.mark.parametrize("body", [b"", b"{}", b"a" * 1_000, b"a" * 1_001, bytes(range(256)) * 400])
def test_a_recorded_answer_comes_back_to_the_byte(store: Store, body: bytes) -> None:
    tenant = store.write(lambda writer: writer.ensure_tenant("a", NOW))
    answer = Recorded(b"print", 201, body)
    store.write(lambda writer: writer.record(tenant, "key", answer, LATER))
    with store.read() as reader:
        assert reader.recorded(tenant, "key", NOW) == answer
        assert reader.recorded(tenant, "KEY", NOW) is None
        assert reader.recorded(tenant + 1, "key", NOW) is None


def test_a_long_answer_is_kept_small(file_store: Store, path: Path) -> None:
    tenant = file_store.write(lambda writer: writer.ensure_tenant("a", NOW))
    file_store.write(lambda writer: writer.record(tenant, "key", Recorded(b"", 200, b'{"id":"mem"},' * 1_000), LATER))
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT LENGTH(body) FROM recorded").fetchone()[0] < 1_000


def test_a_recorded_answer_expires_and_is_forgotten(store: Store) -> None:
    tenant = store.write(lambda writer: writer.ensure_tenant("a", NOW))
    old, new = Recorded(b"1", 200, b"old"), Recorded(b"2", 200, b"new")
    store.write(lambda writer: writer.record(tenant, "key", old, LATER))
    with store.read() as reader:
        assert [reader.recorded(tenant, "key", now) for now in (LATER - 1, LATER)] == [old, None]
    store.write(lambda writer: writer.record(tenant, "key", new, LATER + 5))
    store.write(lambda writer: writer.forget_records(LATER + 5))
    with store.read() as reader:
        assert reader.recorded(tenant, "key", NOW) == new
    store.write(lambda writer: writer.forget_records(LATER + 6))
    with store.read() as reader:
        assert reader.recorded(tenant, "key", NOW) is None


# -- spaces


def test_a_space_is_found_as_it_was_made(store: Store) -> None:
    tenant = store.write(lambda writer: writer.ensure_tenant(TENANT, NOW))
    made = store.write(
        lambda writer: writer.add_space(tenant, name="a/b ü", public_id="bkt_1", description="d", now=NOW)
    )
    assert made == Space(made.id, "bkt_1", tenant, "a/b ü", "d", NOW, None, 0, 0)
    with store.read() as reader:
        assert reader.space(tenant, "a/b ü") == made
        assert reader.space(tenant, "A/B ü") is None
        assert reader.space(tenant + 1, "a/b ü") is None


def test_a_name_is_taken_once_in_each_tenant(store: Store, space: Space) -> None:
    other = add_space(store, space.name, tenant="other")
    assert other.tenant_id != space.tenant_id
    with pytest.raises(StorageError, match="UNIQUE"):
        add_space(store, space.name)


def test_spaces_are_listed_in_the_order_of_their_making(store: Store) -> None:
    made = [add_space(store, name) for name in "dacb"]
    add_space(store, "z", tenant="other")
    tenant = made[0].tenant_id
    with store.read() as reader:
        assert reader.count_spaces(tenant) == 4
        assert reader.spaces(tenant, limit=10) == made
        assert reader.spaces(tenant, limit=2, offset=1) == made[1:3]
        assert reader.spaces(tenant, limit=2, after=made[1].id) == made[2:]
        assert reader.spaces(tenant, limit=2, offset=9) == []
        assert reader.count_spaces(NO_SPACE) == 0


def test_the_id_of_a_removed_space_is_not_given_out_again(store: Store) -> None:
    first = add_space(store, "a")
    store.write(lambda writer: writer.remove_space(first.id))
    assert add_space(store, "a").id > first.id


def test_removing_a_space_takes_everything_in_it_and_nothing_else(store: Store, space: Space) -> None:
    other = add_space(store, "other")
    for each in (space, other):
        add(store, each, "red apple", "green apple")
        store.write(lambda w: w.save_profile(each.id, text="t", updated_at=NOW, memory_count=2, source="s"))
    store.write(lambda writer: writer.remove_space(space.id))
    with store.read() as reader:
        assert reader.space(space.tenant_id, space.name) is None
        assert reader.memories(space.id, limit=10) == []
        assert reader.document_frequencies(space.id, ["apple"]) == {"apple": 0}
        assert reader.profile(space.id) is None
        assert reader.document_frequencies(other.id, ["apple"]) == {"apple": 2}
        assert len(reader.memories(other.id, limit=10)) == 2
        assert reader.profile(other.id) is not None


def test_clearing_a_space_keeps_the_space(store: Store, space: Space) -> None:
    ids = add(store, space, "red apple", "green apple", "pear")
    assert store.write(lambda writer: writer.clear_space(space.id)) == 3
    assert store.write(lambda writer: writer.clear_space(space.id)) == 0
    assert _again(store, space) == space._replace(last_write_at=NOW)
    with store.read() as reader:
        assert reader.memories(space.id, limit=10) == []
        assert reader.document_frequencies(space.id, ["apple"]) == {"apple": 0}
    assert min(add(store, space, "plum")) > max(ids)


def test_a_profile_is_saved_and_replaced(store: Store, space: Space) -> None:
    with store.read() as reader:
        assert reader.profile(space.id) is None
    for row in (ProfileRow("a", NOW, 1, "s"), ProfileRow("b", LATER, 2, "t")):
        store.write(lambda writer: writer.save_profile(space.id, **row._asdict()))
        with store.read() as reader:
            assert reader.profile(space.id) == row


# -- memories


def test_a_memory_is_found_as_it_was_stored(store: Store, space: Space) -> None:
    new = new_memory("the cat and the hat", "mem_1")
    (row_id,) = store.write(lambda writer: writer.add_memories(space.id, [new], NOW))
    row = MemoryRow(row_id, "mem_1", space.id, new.content, new.token_count, 5, 1, NOW, NOW)
    with store.read() as reader:
        assert reader.memory(space.id, "mem_1") == row
        assert reader.memories_by_id([row_id]) == [row]
        assert reader.memories_near(space.id, new.near_key, new.content_hash, limit=1) == [row]
        assert reader.memory(NO_SPACE, "mem_1") is None
        assert reader.memory(space.id, "mem_2") is None
        assert reader.memories_near(space.id, new.content_hash, new.near_key, limit=1) == []
        assert reader.memories_near(NO_SPACE, new.near_key, new.content_hash, limit=1) == []
    assert _again(store, space) == space._replace(memory_count=1, term_total=5, last_write_at=NOW)


@pytest.mark.parametrize(
    "content", ["", " ", "a\x00b", "'; DROP TABLE memories; --", "\U0001f600 ü \u202e", '"\\{}[]', "x" * 65_536]
)
def test_any_text_comes_back_to_the_character(store: Store, space: Space, content: str) -> None:
    new = new_memory("w", "mem_1")._replace(content=content)
    store.write(lambda writer: writer.add_memories(space.id, [new], NOW))
    assert _only(store, space).content == content


@pytest.mark.parametrize(
    "term", ["a", "'", '"', "\\", "\\u0041", "{}", "ü", "\U0001f600", "\t\n", "null", "1", "1.0", "$.a"]
)
def test_any_term_can_be_found_and_deleted(store: Store, space: Space, term: str) -> None:
    new = new_memory("", "mem_1")._replace(terms={term: 2, "other": 1})
    (row_id,) = store.write(lambda writer: writer.add_memories(space.id, [new], NOW))
    with store.read() as reader:
        assert reader.document_frequencies(space.id, [term, "none"]) == {term: 1, "none": 0}
        assert reader.term_counts(space.id, [term], [row_id]) == [(row_id, term, 2)]
        assert [found for found, _ in _best(reader, space, {term: 1.0})] == [row_id]
    row = _only(store, space)
    store.write(lambda writer: writer.remove_memory(row))
    with store.read() as reader:
        assert reader.document_frequencies(space.id, [term, "other"]) == {term: 0, "other": 0}


def test_memories_are_listed_newest_first(store: Store, space: Space) -> None:
    ids = add(store, space, *"abcde")
    assert ids == sorted(ids)
    add(store, add_space(store, "other"), "z")
    with store.read() as reader:

        def listed(rows: List[MemoryRow]) -> str:
            return "".join(row.content for row in rows)

        assert listed(reader.memories(space.id, limit=10)) == "edcba"
        assert listed(reader.memories(space.id, limit=2, offset=1)) == "dc"
        assert listed(reader.memories_before(space.id, ids[3], 2)) == "cb"
        assert listed(reader.memories_before(space.id, ids[0], 2)) == ""
        assert listed(reader.memories_by_id([ids[3], NO_SPACE, ids[0], ids[4]])) == "dae"
        assert reader.memories_by_id([]) == []


def test_nothing_to_store_is_no_write(store: Store, space: Space) -> None:
    assert add(store, space) == []
    assert _again(store, space) == space


def test_memories_of_one_near_key_are_found_oldest_first(store: Store, space: Space) -> None:
    ids = add(store, space, "a b", "b a", "a b", "b a", "a c")

    def found(content: str, limit: int) -> List[int]:
        new = new_memory(content, "")
        with store.read() as reader:
            return [row.id for row in reader.memories_near(space.id, new.near_key, new.content_hash, limit=limit)]

    assert found("a b", 9) == found("a  b", 9) == ids[:4]
    assert found("a b", 4) == ids[:4]
    assert found("d", 9) == []


@pytest.mark.parametrize("content", ["a b", "b a"])
def test_of_equal_memories_the_oldest_is_found_however_few_are_asked_for(
    store: Store, space: Space, content: str
) -> None:
    others = [f"{'a ' * number}b" for number in range(2, 40)]
    ids = add(store, space, *others, "a b", "b a", "a b", "b a", *others)
    new = new_memory(content, "")
    with store.read() as reader:
        for limit in (0, 1, 5):
            rows = reader.memories_near(space.id, new.near_key, new.content_hash, limit=limit)
            assert len(rows) <= limit + 1
            assert [row.id for row in rows if row.content == content][0] == ids[len(others) + (content == "b a")]


def test_a_memory_is_replaced(store: Store, space: Space) -> None:
    add(store, space, "red apple apple", "pear")
    with store.read() as reader:
        old = reader.memories(space.id, limit=2)[1]
    new = new_memory("green apple", "not used")
    store.write(lambda writer: writer.replace_memory(old, new, LATER))
    with store.read() as reader:
        row = reader.memory(space.id, old.public_id)
        assert row == old._replace(
            content=new.content, token_count=new.token_count, length=2, version=2, updated_at=LATER
        )
        assert reader.document_frequencies(space.id, ["red", "green", "apple"]) == {"red": 0, "green": 1, "apple": 1}
        assert reader.term_counts(space.id, ["apple"], [old.id]) == [(old.id, "apple", 1)]
        assert reader.memories_near(space.id, new.near_key, new.content_hash, limit=9) == [row]
        was = new_memory(old.content, "")
        assert reader.memories_near(space.id, was.near_key, was.content_hash, limit=9) == []
    expected = space._replace(memory_count=2, term_total=3, last_write_at=LATER, near_count=space.near_count + 1)
    assert _again(store, space) == expected


def test_a_stale_row_spoils_nothing(store: Store, space: Space) -> None:
    add(store, space, "red apple")
    stale = _only(store, space)
    store.write(lambda writer: writer.replace_memory(stale, new_memory("a b c d e", ""), NOW))
    store.write(lambda writer: writer.remove_memory(stale))
    assert _again(store, space)[7:9] == (0, 0)
    store.write(lambda writer: writer.remove_memory(stale))
    store.write(lambda writer: writer.replace_memory(stale, new_memory("a b", ""), NOW))
    assert _again(store, space)[7:9] == (0, 0)
    with store.read() as reader:
        assert set(reader.document_frequencies(space.id, "red apple a b".split()).values()) == {0}


def test_a_memory_for_no_space_is_refused(store: Store) -> None:
    with pytest.raises(StorageError, match="FOREIGN KEY"):
        store.write(lambda writer: writer.add_memories(NO_SPACE, drafts(["a"]), NOW))


def test_erase_leaves_nothing(store: Store, space: Space) -> None:
    ids = add(store, space, "red apple")
    store.write(lambda w: w.save_provider(space.tenant_id, base_url="u", model="m", api_key=None))
    store.write(lambda w: w.save_profile(space.id, text="t", updated_at=NOW, memory_count=1, source="s"))
    store.write(lambda writer: writer.record(space.tenant_id, "k", Recorded(b"", 200, b""), LATER))
    store.write(Writer.erase)
    with store.read() as reader:
        assert reader.tenant(TENANT) is None
        assert reader.count_spaces(space.tenant_id) == 0
        assert reader.memories(space.id, limit=1) == []
        assert reader.document_frequencies(space.id, ["apple"]) == {"apple": 0}
        assert reader.recorded(space.tenant_id, "k", NOW) is None
        assert reader.provider(space.tenant_id) is None
    assert min(add(store, add_space(store), "plum")) > max(ids)


# -- the text index


def _best(reader: Reader, space: Space, weights: Dict[str, float], limit: int = 10) -> List[Tuple[int, float]]:
    return reader.best(space.id, weights, saturation=0.3, length_slope=0.1, limit=limit)


def test_best_is_the_sum_of_the_formula(store: Store, space: Space, rng: random.Random) -> None:
    texts = [" ".join(rng.choices("abcdefgh", k=rng.randint(1, 12))) for _ in range(60)]
    ids = add(store, space, *texts)
    add(store, add_space(store, "other"), *texts)
    weights = {"a": 1.5, "c": 0.25, "h": 3.0, "z": 7.0}
    expected = {}
    for row_id, words in zip(ids, map(str.split, texts)):
        held = {term: words.count(term) for term in weights if term in words}
        if held:
            expected[row_id] = sum(weights[term] * tf / (tf + 0.3 + 0.1 * len(words)) for term, tf in held.items())
    with store.read() as reader:
        found = _best(reader, space, weights, limit=100)
        assert dict(found) == pytest.approx(expected)
        assert found == sorted(found, key=lambda pair: (-pair[1], -pair[0]))
        assert _best(reader, space, weights, limit=5) == found[:5]
        assert _best(reader, space, {}) == []


def test_terms_beside_count_and_find_nothing(store: Store, space: Space) -> None:
    one, other, _ = add(store, space, "a", "a b b", "b")
    with store.read() as reader:
        found = reader.best(space.id, {"a": 1.0}, saturation=1, length_slope=0, limit=9, beside={"b": 3.0, "c": 1.0})
    assert found == [(other, 0.5 + 3 * 2 / 3), (one, 0.5)]


def test_only_those_that_are_meant_are_ranked(store: Store, space: Space) -> None:
    one, other, third = add(store, space, "a", "a a", "a b")
    with store.read() as reader:
        for among, wanted in (
            (Among(frozenset({one, third}), listed=True), {one, third}),
            (Among(frozenset({one, third})), {other}),
            (Among(frozenset(), listed=True), set()),
        ):
            found = reader.best(space.id, {"a": 1.0}, saturation=1, length_slope=0, limit=9, among=among)
            assert {memory_id for memory_id, _ in found} == set(reader.newest(space.id, 9, among=among)) == wanted


def test_of_equal_scores_the_newest_comes_first(store: Store, space: Space) -> None:
    ids = add(store, space, *(f"a {number}" for number in range(40)))
    ids += add(store, space, *(f"{number} a" for number in range(40)))
    with store.read() as reader:
        for limit in (1, 7, 80):
            assert [row_id for row_id, _ in _best(reader, space, {"a": 1}, limit)] == ids[:-limit - 1 : -1]


@pytest.mark.parametrize("weight", [math.nan, math.inf])
def test_a_weight_that_is_no_number_is_refused(store: Store, space: Space, weight: float) -> None:
    with store.read() as reader, pytest.raises(ValueError):
        _best(reader, space, {"a": weight})


@pytest.mark.parametrize(("up_to", "counted"), [(None, 5), (0, 0), (2, 2), (5, 5), (9, 5)])
def test_document_frequencies_count_as_far_as_asked(
    store: Store, space: Space, up_to: Optional[int], counted: int
) -> None:
    add(store, space, *(f"a b{number}" for number in range(5)))
    with store.read() as reader:
        found = reader.document_frequencies(space.id, ["a", "z", "a"], up_to=up_to)
    assert found == {"a": counted, "z": 0}


def test_term_counts_are_where_terms_and_memories_meet(store: Store, space: Space) -> None:
    ids = add(store, space, "a a b", "b", "c")
    with store.read() as reader:
        assert reader.term_counts(space.id, ["b", "a", "z"], ids[::-1]) == [
            (ids[0], "a", 2),
            (ids[0], "b", 1),
            (ids[1], "b", 1),
        ]
        assert reader.term_counts(space.id, [], ids) == []


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
    ranking = next(plan for statement, plan in plans.items() if "AS score" in statement)
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
    assert _again(store, space) == space
    add(store, space, "c")
    assert _only(store, space).content == "c"


def test_an_sqlite_error_reaches_nobody(store: Store, space: Space) -> None:
    new: NewMemory = new_memory("a", "mem_1")
    with pytest.raises(StorageError) as caught:
        store.write(lambda writer: writer.add_memories(space.id, [new, new], NOW))
    assert isinstance(caught.value.__cause__, sqlite3.IntegrityError)
    assert _again(store, space) == space
    with pytest.raises(StorageError), store.read() as reader:
        reader._db.execute("SELECT nonsense")


def test_a_write_within_a_write_is_refused(store: Store, space: Space) -> None:
    with pytest.raises(RuntimeError, match="another write"):
        store.write(lambda writer: add(store, space, "a"))
    assert _again(store, space) == space


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StorageError, match="closed"):
        store.write(lambda writer: writer.ensure_tenant("a", NOW))
    with pytest.raises(StorageError, match="closed"), store.read() as reader:
        reader.tenant("a")

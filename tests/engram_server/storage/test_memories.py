"""Memories and the index of their terms: what is kept is found, and what is gone leaves nothing."""

from __future__ import annotations

import math
import random
from functools import partial
from typing import Dict, List, Optional, Tuple

import pytest

from engram_server.storage import Among, MemoryRow, Reader, Recorded, Space, StorageError, Store, Writer

from .samples import LATER, NO_SPACE, NOW, TENANT, add, add_space, drafts, new_memory, only_memory, space_again


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
    assert space_again(store, space) == space._replace(memory_count=1, term_total=5, last_write_at=NOW)


@pytest.mark.parametrize(
    "content", ["", " ", "a\x00b", "'; DROP TABLE memories; --", "\U0001f600 ü \u202e", '"\\{}[]', "x" * 65_536]
)
def test_any_text_comes_back_to_the_character(store: Store, space: Space, content: str) -> None:
    new = new_memory("w", "mem_1")._replace(content=content)
    store.write(lambda writer: writer.add_memories(space.id, [new], NOW))
    assert only_memory(store, space).content == content


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
    row = only_memory(store, space)
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
    assert space_again(store, space) == space


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
    assert space_again(store, space) == expected


def test_a_stale_row_spoils_nothing(store: Store, space: Space) -> None:
    add(store, space, "red apple")
    stale = only_memory(store, space)
    store.write(lambda writer: writer.replace_memory(stale, new_memory("a b c d e", ""), NOW))
    store.write(lambda writer: writer.remove_memory(stale))
    assert space_again(store, space)[7:9] == (0, 0)
    store.write(lambda writer: writer.remove_memory(stale))
    store.write(lambda writer: writer.replace_memory(stale, new_memory("a b", ""), NOW))
    assert space_again(store, space)[7:9] == (0, 0)
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


@pytest.mark.parametrize("limit", [1, 3, 10, 60])
def test_who_lies_too_far_behind_to_be_lifted_is_left_out_rightly(
    store: Store, space: Space, rng: random.Random, limit: int
) -> None:
    add(store, space, *(" ".join(rng.choices("abcdef", k=rng.randint(1, 8))) for _ in range(80)))
    terms = {"a": rng.random(), "b": rng.random()}
    beside = {"c": rng.random(), "d": rng.random()}
    with store.read() as reader:
        best = partial(reader.best, space.id, terms, saturation=0.3, length_slope=0.1, beside=beside)
        assert best(limit=limit) == best(limit=1_000)[:limit]


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

"""What memories mention and state, as far as they are still there; and many terms of many memories at once."""

from __future__ import annotations

import random
from typing import List, Sequence

import pytest

from engram_server.storage import Entity, FactRow, Reader, Space, Store, is_mark, mention, spoken

from .derived import drafted
from .samples import NOW, add, add_space

TEXTS = ("Ana is tall", "Ana Lopez knows Bo", "Bo is kind", "tall is good")


def tell(store: Store, space: Space, texts: Sequence[str] = TEXTS) -> List[int]:
    new = [drafted(text, f"mem_{number}", occurred_at=NOW + number) for number, text in enumerate(texts)]
    return store.write(lambda writer: writer.add_memories(space.id, new, NOW))


def remove(store: Store, space: Space, public_id: str) -> None:
    with store.read() as reader:
        row = reader.memory(space.id, public_id)
    assert row is not None
    store.write(lambda writer: writer.remove_memory(row))


def _fact(one: str, other: str, item_id: int, number: int) -> FactRow:
    return FactRow(one, one.lower(), "is", other, other, item_id, f"mem_{number}", NOW + number)


def test_an_entity_is_known_from_when_it_was_mentioned(store: Store, space: Space) -> None:
    tell(store, space)
    with store.read() as reader:
        known = [
            {one.key for one in reader.entities_of_words(space.id, ["ana", "bo"], as_of=as_of)}
            for as_of in (NOW - 1, NOW, NOW + 9)
        ]
    assert known == [set(), {"ana"}, {"ana", "bo"}]


def test_an_entity_is_known_while_a_memory_mentions_it(store: Store, space: Space) -> None:
    two_words = Entity("ana lopez", "Ana Lopez", "person")
    tell(store, space)
    full = drafted("met her", "mem_full")._replace(entities=[two_words])
    store.write(lambda writer: writer.add_memories(space.id, [full], NOW))

    def known(reader: Reader, *words: str) -> List[str]:
        return [entity.key for entity in reader.entities_of_words(space.id, words)]

    with store.read() as reader:
        assert reader.entities_of_words(space.id, ["lopez"])[0] == two_words
        assert known(reader, "ana") == ["ana", "ana lopez"]
        assert known(reader, "bo", "lopez", "tall") == ["ana lopez", "bo", "lopez"]
        assert known(reader) == []
        assert reader.entities_of_words(space.id + 1, ["ana"]) == []
    remove(store, space, "mem_full")
    remove(store, space, "mem_1")
    with store.read() as reader:
        assert known(reader, "ana", "lopez") == ["ana"]
    tell(store, add_space(store, "other"), ["Lopez"])
    with store.read() as reader:
        assert known(reader, "lopez") == []


def test_a_mark_is_posted_and_is_no_term(store: Store, space: Space) -> None:
    new = drafted("Ana met Bo", "mem_1", speaker="Carl")
    (row_id,) = store.write(lambda writer: writer.add_memories(space.id, [new], NOW))
    marks = [mention("ana"), mention("bo"), spoken("carl")]
    assert [is_mark(term) for term in (*marks, *new.terms)] == [True] * 3 + [False] * 3
    with store.read() as reader:
        assert reader.document_frequencies(space.id, marks) == dict.fromkeys(marks, 1)
        assert reader.memories_by_id([row_id])[0].length == 3
        found = reader.space(space.tenant_id, space.name)
        assert found is not None and found.term_total == 3


def test_facts_are_found_by_either_end_newest_first(store: Store, space: Space) -> None:
    ids = tell(store, space)
    tall, kind, good = _fact("Ana", "tall", ids[0], 0), _fact("Bo", "kind", ids[2], 2), _fact("tall", "good", ids[3], 3)
    with store.read() as reader:
        assert reader.facts_about(space.id, ["tall"], 9) == [good, tall]
        assert reader.facts_about(space.id, ["tall", "bo", "good"], 9) == [good, kind, tall]
        assert reader.facts_about(space.id, ["tall", "bo"], 2) == [good, kind]
        assert reader.facts_about(space.id, ["tall", "bo"], 9, as_of=NOW + 2) == [kind, tall]
        assert reader.facts_about(space.id + 1, ["tall"], 9) == []
        assert reader.facts_in([ids[3], ids[0], ids[1]], ["tall"]) == [tall, good]
        assert reader.facts_in([ids[3], ids[0], ids[1]], ["ana", "bo"]) == [tall]
        assert reader.facts_in([ids[3], ids[0], ids[1]], []) == []


def test_of_a_key_with_many_facts_those_stored_last_are_told(store: Store, space: Space) -> None:
    said = [drafted(f"Ana is x{at}", f"mem_{at}", occurred_at=NOW + at) for at in range(30)]
    ids = store.write(lambda writer: writer.add_memories(space.id, said, NOW))
    with store.read() as reader:
        newest = reader.facts_about(space.id, ["ana"], 3)
        known = reader.facts_about(space.id, ["ana"], 3, as_of=NOW + 9)
    assert [fact.item_id for fact in newest] == ids[:-4:-1]
    assert [fact.item_id for fact in known] == ids[9:6:-1]


def test_facts_go_and_change_with_their_memory(store: Store, space: Space) -> None:
    ids = tell(store, space)
    with store.read() as reader:
        row = reader.memories_by_id(ids[:1])[0]
    new = drafted("Ana is small", "", occurred_at=NOW + 9)
    store.write(lambda writer: writer.replace_memory(row, new, NOW))
    remove(store, space, "mem_2")
    with store.read() as reader:
        expected = _fact("Ana", "small", ids[0], 0)._replace(said_at=NOW + 9)
        assert reader.facts_about(space.id, ["ana", "bo"], 9) == [expected]


def test_a_fact_that_a_memory_states_twice_is_one(store: Store, space: Space) -> None:
    (row_id,) = tell(store, space, ["Bo is kind Bo is kind"])
    with store.read() as reader:
        assert len(reader.facts_in([row_id], ["bo"])) == 1


@pytest.mark.parametrize("region", [0, 1, 3, 40])
def test_what_is_held_is_what_is_counted_one_by_one(
    region: int, store: Store, space: Space, rng: random.Random
) -> None:
    """Of words that are rare and of words that all memories hold, for regions of any size."""
    words = "abcdefghij"
    texts = [" ".join(rng.choices(words, weights=[2.0**-at for at in range(10)], k=8)) for _ in range(60)]
    ids = rng.sample(add(store, space, *texts), region)
    with store.read() as reader:
        frequencies = reader.document_frequencies(space.id, [*words, "z"])
        counted = reader.term_counts(space.id, frequencies, ids)
        assert sorted(reader.held(space.id, frequencies, ids)) == sorted(counted)

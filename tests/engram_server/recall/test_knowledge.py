"""What a space knows of those whom a question names."""

from __future__ import annotations

from typing import List, Sequence, Set, Tuple

import pytest

from engram_server.recall.knowledge import FactHit, Knowledge
from engram_server.recall.rank import Recalled
from engram_server.storage import MemoryRow, Store

from .support import Memory, Told, ask, opened, stored

BOOK = (
    Told("I work at Acme Corp.", "Ana", at="2026-05-08T10:00"),
    Told("Ana lives in Oslo with Bo Berg.", at="2026-05-09T10:00"),
    Told("Acme Corp is based in Rome.", at="2026-05-10T10:00"),
    Told("I live in Lima.", "user", at="2026-05-11T10:00"),
    Told("Maria Silva likes tea.", at="2026-05-12T10:00"),
)


def known(question: str, *memories: Memory) -> Knowledge:
    with stored(memories or BOOK) as (reader, (space,)):
        return ask(reader, space, question).knowledge


def told(facts: Sequence[FactHit]) -> List[Tuple[str, str, str]]:
    return [(hit.fact.subject, hit.fact.predicate, hit.fact.object) for hit in facts]


WORKS = ("Ana", "works at", "Acme Corp")
LIVES = ("Ana", "lives in", "Oslo")
LIVES_WITH = ("Ana", "lives with", "Bo Berg")
IS_BASED = ("Acme Corp", "is based in", "Rome")
USER_LIVES = ("user", "lives in", "Lima")


@pytest.mark.parametrize(
    ("question", "entities"),
    [
        ("Where does Ana work?", {("Ana", 1.0)}),
        ("ana's ACME corp", {("Ana", 1.0), ("Acme Corp", 1.0)}),
        ("Who is Maria?", {("Maria Silva", 0.5)}),
        ("Who is Maria Silva?", {("Maria Silva", 1.0)}),
        ("Is there any Corp?", set()),
        ("Anabel?", set()),
        ("It rained.", set()),
        ("", set()),
    ],
)
def test_entities_are_named_whole_and_people_by_a_part_too(question: str, entities: Set[Tuple[str, float]]) -> None:
    assert {(hit.entity.name, hit.score) for hit in known(question).entities} == entities


def test_the_best_named_comes_first() -> None:
    found = known("Do Maria and Ana like tea?").entities
    assert [hit.entity.name for hit in found] == ["Ana", "Maria Silva"]


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        ("Where does Ana work?", [WORKS]),
        ("Who is Ana?", [LIVES, LIVES_WITH, WORKS]),
        ("Tell me about Ana, and list things.", [LIVES, LIVES_WITH, WORKS]),
        ("Who works at Acme Corp?", [WORKS]),
        ("Where do I live?", [USER_LIVES]),
        ("What am I like?", [USER_LIVES]),
        ("Where does nobody live?", []),
    ],
)
def test_relations_are_those_that_the_question_is_about(
    question: str, facts: List[Tuple[str, str, str]]
) -> None:
    found = known(question).facts
    assert sorted(told(found)) == sorted(facts)
    assert all(0 < hit.weight <= 1 and hit.depth in (0, 1) for hit in found)


def test_a_relation_over_another_is_a_step_further_and_counts_half() -> None:
    question = "Where does Ana work, and where is it based?"
    direct, over = (
        {told([hit])[0]: (hit.depth, hit.weight) for hit in known(text).facts}
        for text in (f"{question} Acme Corp?", question)
    )
    assert direct == {WORKS: (0, 0.5), IS_BASED: (0, 0.5)}
    assert over == {WORKS: (0, 0.5), IS_BASED: (1, 0.25)}


def test_the_most_fitting_first_and_of_equals_the_one_said_last() -> None:
    cities = ((2, "Oslo"), (3, "Rome"), (1, "Lima"))
    moves = [Told(f"Ana lives in {city}.", at=f"2026-05-0{day}T10:00") for day, city in cities]
    assert [hit.fact.object for hit in known("Where does Ana live?", *moves).facts] == ["Rome", "Oslo", "Lima"]
    weights = [hit.weight for hit in known("Who works with Ana in Oslo?").facts]
    assert weights == sorted(weights, reverse=True)


def test_no_more_are_told_than_anybody_reads() -> None:
    talk = [f"Ana likes {thing}{number}." for number in range(40) for thing in ("tea", "jazz")]
    facts = known("What does Ana like?", *talk).facts
    assert len(facts) == 20
    assert len({hit.fact.object for hit in facts}) == 20


def test_a_name_with_an_accent_is_a_name_and_not_what_is_asked() -> None:
    talk = ["Yesterday I met Zoë Lima.", "Zoë Lima likes tea.", "Zoë Lima lives in Paris."]
    facts = known("Where does ZOË Lima live?", *talk).facts
    assert [(hit.fact.predicate, hit.weight) for hit in facts] == [("lives in", 1.0)]


# -- what the ranking makes of it


def ranked(recalled: Recalled) -> List[Tuple[str, bool, bool]]:
    """Return who is found, and whether it has the factor of an entity and of a fact."""
    return [
        (one.memory.public_id, "factor:entity" in one.parts, "factor:fact" in one.parts) for one in recalled.ranked
    ]


def test_who_mentions_the_whole_name_or_states_what_is_asked_is_raised() -> None:
    talk = [
        Told("She said that Maria Silva was tall.", session="1"),
        Told("She said that Maria Costa was tall.", session="2"),
        Told("Maria Silva likes tea.", session="3"),
        Told("The tea was cold.", session="4"),
    ]
    with stored(talk) as (reader, (space,)):
        found = ranked(ask(reader, space, "Does Maria Silva like tea?"))
    assert found[0] == ("mem_3", True, True)
    assert set(found[1:]) == {("mem_1", True, False), ("mem_2", False, False), ("mem_4", False, False)}


# -- what is gone, hidden or elsewhere


def remove(store: Store, row: MemoryRow) -> None:
    store.write(lambda writer: writer.remove_memory(row))


def test_what_is_deleted_is_not_known() -> None:
    with opened(BOOK) as (store, tenant):
        for public_id, entities in (("mem_1", ["Ana"]), ("mem_2", [])):
            with store.read() as reader:
                row = reader.memory(reader.spaces(tenant, limit=1)[0].id, public_id)
            assert row is not None
            remove(store, row)
            with store.read() as reader:
                found = ask(reader, reader.spaces(tenant, limit=1)[0], "Where does Ana work?").knowledge
            assert (told(found.facts), [hit.entity.name for hit in found.entities]) == ([], entities)


def test_what_was_said_later_is_not_known() -> None:
    with stored(BOOK) as (reader, (space,)):
        for as_of, facts in (("2026-05-07T00:00", []), ("2026-05-08T12:00", [WORKS]), ("2026-05-09T12:00", None)):
            found = told(ask(reader, space, "Who is Ana?", as_of=as_of).knowledge.facts)
            assert sorted(found) == sorted([WORKS, LIVES, LIVES_WITH] if facts is None else facts)


def test_spaces_know_nothing_of_each_other() -> None:
    with stored(["Ana lives in Oslo."], ["Ana lives in Rome.", "Bo Berg met Ana."], ["It rained."]) as (reader, spaces):
        facts = [told(ask(reader, space, "Where does Ana live?").knowledge.facts) for space in spaces]
        names = [[hit.entity.name for hit in ask(reader, space, "Bo Berg?").knowledge.entities] for space in spaces]
    assert facts == [[("Ana", "lives in", "Oslo")], [("Ana", "lives in", "Rome")], []]
    assert names == [[], ["Bo Berg"], []]


def test_relations_of_a_name_that_no_list_knows_are_found() -> None:
    facts = told(known("Where does Uta work?", "Uta works at Siemens.", "It rained.").facts)
    assert facts == [("Uta", "works at", "Siemens")]

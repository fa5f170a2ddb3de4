"""What a memory borrows from the talk around it: from whom, how much, and where not."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Dict, List, Optional, Sequence

import pytest

from engram_server.recall.context import Coherence, Surroundings, coherence
from engram_server.recall.rank import Ranked
from engram_server.recall.weights import WEIGHTS
from engram_server.storage import Space, Store, TurnRow
from engram_server.text.signs import ASKS

from .support import NOW, Memory, Tenant, Told, ask, drafted, opened, recalled, stored

TALK = Coherence(1.0, 1.0)
AFTER, BEFORE, FADING, REACH = WEIGHTS.after, WEIGHTS.before, WEIGHTS.fading, WEIGHTS.reach


def turn(number: int, before: Optional[int], after: Optional[int], speaker: str = "", flags: int = 0) -> TurnRow:
    return TurnRow(number, before, after, NOW, speaker, flags, None, None, 5)


def line(count: int) -> Dict[int, TurnRow]:
    """Return a stretch of so many turns, from 1."""
    return {
        at: turn(at, at - 1 if at > 1 else None, at + 1 if at < count else None) for at in range(1, count + 1)
    }


# -- the rule


def test_a_turn_lends_less_the_further_and_more_to_later_ones() -> None:
    middle = REACH + 3
    found = Surroundings(line(2 * middle), TALK, WEIGHTS).spread({middle: 10.0})
    expected = {middle: 10.0}
    for steps in range(REACH):
        expected[middle + 1 + steps] = 10 * AFTER * FADING**steps
        expected[middle - 1 - steps] = 10 * BEFORE * FADING**steps
    assert found == pytest.approx(expected)


def test_the_best_counts_and_not_the_sum() -> None:
    found = Surroundings(line(4), TALK, WEIGHTS).spread({1: 1.0, 3: 1.0, 4: 0.1})
    assert found == pytest.approx({1: 1.0, 2: max(AFTER, BEFORE), 3: 1.0, 4: AFTER})


@pytest.mark.parametrize("flow", [0.0, 0.25, 1.0])
def test_borrowing_is_turned_down_and_off(flow: float) -> None:
    found = Surroundings(line(3), Coherence(flow, flow), WEIGHTS).spread({2: 1.0})
    expected = {1: BEFORE * flow, 2: 1.0, 3: AFTER * flow}
    assert found == pytest.approx({at: part for at, part in expected.items() if part})


@pytest.mark.parametrize(
    ("speakers", "flags", "flow", "share"),
    [
        (("ana", "bo"), ASKS, 0.5, (AFTER + WEIGHTS.answer) * 0.5),
        (("ana", "bo"), ASKS, 1.0, min(1.0, AFTER + WEIGHTS.answer)),
        (("ana", "bo"), 0, 0.5, AFTER * 0.5),
        (("ana", "ana"), ASKS, 0.5, AFTER * 0.5),
    ],
    ids=["another answers", "never more than the question has", "no question", "asks herself"],
)
def test_an_answer_borrows_more_of_its_question(
    speakers: Sequence[str], flags: int, flow: float, share: float
) -> None:
    turns = {1: turn(1, None, 2, speakers[0], flags), 2: turn(2, 1, 3, speakers[1]), 3: turn(3, 2, None, speakers[0])}
    found = Surroundings(turns, Coherence(flow, 0.0), WEIGHTS).spread({1: 1.0})
    assert found[2] == pytest.approx(share)
    assert found[3] == pytest.approx(AFTER * FADING * flow)


def test_what_is_not_in_the_region_neither_lends_nor_passes_on() -> None:
    turns = line(5)
    del turns[3]
    assert set(Surroundings(turns, TALK, WEIGHTS).spread({2: 1.0, 5: 1.0})) == {1, 2, 4, 5}


# -- how coherent a space is


@pytest.mark.parametrize(
    ("near", "far", "expected"),
    [
        ((1.6, 20), (0.8, 20), (1.0, 0.0)),
        ((5.0, 100), (5.0, 100), (0.0, 0.0)),
        ((2.0, 100), (5.0, 100), (0.0, 0.0)),
        ((5.0, 100), (4.0, 100), (0.5, 0.1)),
        ((9.8, 100), (6.0, 100), (1.0, 1.0)),
        ((5.0, 100), (0.0, 100), (0.0, 0.0)),
    ],
)
def test_coherence_compares_neighbours_with_strangers(
    near: Sequence[float], far: Sequence[float], expected: Sequence[float]
) -> None:
    space = Space(1, "b", 1, "b", None, 0, None, 0, 0, near[0], int(near[1]), far[0], int(far[1]))
    assert coherence(space, replace(WEIGHTS, coherence=0.5)) == pytest.approx(expected)


SUBJECTS = "Ana Bo Cy Dee Eve Flo Gil Hal".split()
VERBS = "likes sells paints fixes finds buys draws hides".split()
THINGS = "boats clocks lamps rings coats stamps drums masks".split()


def test_loose_facts_lend_each_other_next_to_nothing_and_talk_all(rng: random.Random) -> None:
    facts = [" ".join(map(rng.choice, (SUBJECTS, VERBS, THINGS))) for _ in range(2_400)]
    talk = [fact for fact in facts[:100] for fact in [f"{fact}?", f"Yes, {fact}.", f"So {fact}!"]]
    with stored(facts, talk) as (_, (loose, held)):
        assert max(coherence(loose, WEIGHTS)) < 0.5
        assert coherence(held, WEIGHTS) == (1.0, 1.0)


def test_where_strangers_have_as_much_in_common_nothing_is_borrowed() -> None:
    """Each shares a word with the one stored 37 before it, and none with its neighbours."""
    with stored([f"told{number} of{number % 37}" for number in range(100)]) as (reader, (space,)):
        assert coherence(space, WEIGHTS) == (0.0, 0.0)
        assert [one.memory.content for one in ask(reader, space, "told50").ranked] == ["told50 of13"]


# -- in a store: who is whose neighbour


def near(ranked: Sequence[Ranked]) -> List[str]:
    """Return who stands near a kayak, in the order of storing."""
    return sorted(one.memory.public_id for one in ranked if "near:kayak" in one.parts)


def at(time: str, content: str) -> Told:
    """Say something on one day."""
    return Told(content, "Ana", at=f"2026-05-08T{time}")


def ana(*contents: str) -> List[Told]:
    """Have somebody say it."""
    return [Told(content, "Ana") for content in contents]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (ana("It rained.", "A kayak!", "Yes.", "No."), ["mem_1", "mem_3", "mem_4"]),
        ([Told(said, "Ana", session=at) for said, at in [("A kayak!", "1"), ("Yes.", "2"), ("No.", "1")]], ["mem_3"]),
        ([at("10:00", "A kayak!"), at("11:00", "Yes."), at("12:01", "No.")], ["mem_2"]),
        ([at("10:00", "A kayak!"), *ana("Yes.")], []),
        ([at("10:00", "A kayak!"), at("10:05", "Yes."), at("10:02", "No.")], ["mem_2", "mem_3"]),
        ([at("10:00", "A kayak!"), Told("Yes.", "Ana", at="2026-05-01T10:05"), at("10:02", "No.")], []),
        (["[8 May 2023 10:00] Ana: A kayak!", "[8 May 2023 10:01] Bo: Yes.", "[9 May 2023 10:01] Bo: No."], ["mem_2"]),
        (ana("A kayak!", *["Yes."] * 9), [f"mem_{at}" for at in range(2, 2 + REACH)]),
        (["It rained.", "A kayak!", "Yes."], []),
    ],
    ids="in line, sessions, a pause, dated or not, out of order, another day, heads, out of reach, notes".split(", "),
)
def test_neighbours_are_those_of_one_stretch(told: Sequence[Memory], expected: Sequence[str]) -> None:
    assert near(recalled("Which kayak?", *told, top_k=50)) == sorted(expected)


def test_an_answer_goes_before_what_is_said_beside_it() -> None:
    asked = Told("Which kayak did you take?", "Ana")
    beside = recalled("kayak", asked, Told("The red one.", "Ana"), Told("The old one.", "Bo"))
    answered = recalled("kayak", asked, Told("The old one.", "Bo"), Told("The red one.", "Ana"))
    shares = [{one.memory.content: one.parts.get("near:kayak", 0) for one in ranked} for ranked in (beside, answered)]
    assert shares[1]["The old one."] > max(shares[0]["The red one."], shares[0]["The old one."])


def after(change: str, store: Store, tenant: Tenant) -> List[Ranked]:
    """Change the second memory of the only space; return who has a kayak then."""
    with store.read() as reader:
        (space,) = reader.spaces(tenant, limit=1)
        row = reader.memory(space.id, "mem_2")
    assert row is not None
    if change == "deleted":
        store.write(lambda writer: writer.remove_memory(row))
    else:
        store.write(lambda writer: writer.replace_memory(row, drafted(Told(change, "Ana"), "mem_2"), NOW))
    with store.read() as reader:
        return ask(reader, reader.spaces(tenant, limit=1)[0], "Which kayak?").ranked


def test_what_is_deleted_leaves_no_gap() -> None:
    with opened(ana("A kayak!", "Yes.", "No.")) as (store, tenant):
        ranked = after("deleted", store, tenant)
        kayak, nearest = ranked
        assert near(ranked) == ["mem_3"]
        assert nearest.parts["near:kayak"] == pytest.approx(kayak.parts["word:kayak"] * AFTER, rel=0.2)


def test_what_is_edited_lends_what_it_says_now() -> None:
    with opened(ana("It rained.", "A kayak!", "Yes.")) as (store, tenant):
        assert after("It ended.", store, tenant) == []
        assert near(after("A kayak?", store, tenant)) == ["mem_1", "mem_3"]

"""Scores that are the sums of their parts."""

from __future__ import annotations

import random
from typing import Dict, List, Sequence, Set

import pytest

from engram_server.recall.bm25 import weigh
from engram_server.recall.context import Coherence
from engram_server.recall.factors import Wanted
from engram_server.recall.question import read_question
from engram_server.recall.region import Region, Row
from engram_server.recall.weights import WEIGHTS
from engram_server.storage import TurnRow
from engram_server.text.signs import ASKS, NAMES

from .support import NOW

TERMS = ("cat", "kayak", "oslo", "paint")
QUESTION = read_question("Which cat in Oslo paints a kayak?")
NOBODY = Wanted(frozenset(), 0, 0, (), frozenset(), frozenset())


def region(turns: Sequence[TurnRow], count: int = 50, flow: float = 0.0, wanted: Wanted = NOBODY) -> Region:
    frequencies = {term: 5 for one in QUESTION.concepts for term in one.members}
    weighing = weigh(QUESTION.concepts, frozenset(), frequencies, memory_count=count, term_total=count * 8)
    return Region({turn.id: turn for turn in turns}, Coherence(flow, flow), QUESTION, weighing, wanted, WEIGHTS)


def line(count: int, flags: int = 0, length: int = 8) -> List[TurnRow]:
    return [
        TurnRow(at, at - 1 or None, at + 1 if at < count else None, NOW, "", flags, None, None, length)
        for at in range(1, count + 1)
    ]


def test_a_score_is_the_sum_of_its_parts_to_the_last_bit(rng: random.Random) -> None:
    for _ in range(200):
        turns = [turn._replace(flags=rng.choice((0, ASKS, NAMES)), length=rng.randint(1, 40)) for turn in line(6)]
        rows, more = (
            [(at, term, rng.choice((1, 2, 9, 9_999))) for at in range(1, 7) for term in terms if rng.random() < 0.5]
            for terms in (TERMS, ("dog",))
        )
        here = region(turns, rng.choice((50, 7, 10**6)), rng.random(), NOBODY._replace(mentioning=frozenset((2,))))
        here.hold(rows)
        here.favour(rng.choice(((), (6, 5))))
        here.join({"dog": rng.random()}, more)
        for at, total in here.totals().items():
            score = here.score(at)
            parts = list(score.parts.values())
            rng.shuffle(parts)
            assert sum(parts) == score.total == pytest.approx(total, abs=2e-8)
            assert 0 <= score.total < 1
            assert all(part * 2**30 == round(part * 2**30) for part in parts)


def test_rows_may_come_in_any_order(rng: random.Random) -> None:
    rows: List[Row] = [(at, term, 1) for at in (1, 2, 3) for term in ("cat", "oslo", "kayak")]
    expected = None
    for _ in range(5):
        rng.shuffle(rows)
        here = region(line(3), flow=0.5)
        here.hold(rows)
        scores = [here.score(at) for at in (1, 2, 3)]
        expected = expected or scores
        assert scores == expected


@pytest.mark.parametrize(
    ("rows", "flow", "names", "own"),
    [
        ([(2, "cat", 1)], 1.0, {"word:cat"}, {"cat"}),
        ([(2, "kitten", 1)], 1.0, {"related:cat"}, {"cat"}),
        ([(2, "cat", 1), (2, "kitten", 1)], 1.0, {"word:cat"}, {"cat"}),
        ([(1, "cat", 1)], 1.0, {"near:cat"}, set()),
        ([(1, "cat", 1)], 0.0, set(), set()),
        ([(1, "cat", 1), (2, "oslo", 1)], 1.0, {"near:cat", "word:oslo"}, {"oslo"}),
        ([(1, "cat", 99), (2, "kitten", 1)], 0.1, {"related:cat"}, {"cat"}),
        ([(1, "cat", 99), (2, "kitten", 1)], 1.0, {"near:cat"}, {"cat"}),
    ],
)
def test_a_part_says_how_a_memory_came_by_it(
    rows: Sequence[Row], flow: float, names: Set[str], own: Set[str]
) -> None:
    here = region(line(2), flow=flow)
    here.hold(rows)
    found = here.score(2)
    assert {name for name in found.parts if not name.startswith("factor:")} == names
    assert found.own.keys() == own
    for name in names:
        way, _, term = name.partition(":")
        least = found.own.get(term, 0.0)
        assert found.parts[name] > least if way == "near" else found.parts[name] == pytest.approx(least, abs=1e-9)


def test_one_has_everything_and_no_end_of_it() -> None:
    """A memory of a million of each word asked for, with the one factor that there is, scores next to 1."""
    turns = line(1, flags=NAMES, length=5)
    here = region(turns)
    here.hold([(1, one.term, 1_000_000) for one in QUESTION.concepts])
    assert 0.9 < here.score(1).total < 1
    assert here.breadth == len(QUESTION.concepts)


def test_what_nothing_holds_counts_in_the_whole() -> None:
    here = region(line(1))
    here.hold([(1, "cat", 1)])
    assert here.breadth == 1
    assert 0 < here.score(1).total < 1 / len(QUESTION.concepts)
    assert list(here.totals()) == [1]


def test_the_newest_come_in_their_order_and_others_not_at_all() -> None:
    here = region(line(4))
    here.hold([])
    here.favour((3, 1, 4))
    totals = here.totals()
    assert sorted(totals, key=lambda at: -totals[at]) == [3, 1, 4]
    assert here.score(3).parts["newest"] > 0
    bare = region(line(4))
    bare.hold([])
    bare.favour(())
    assert bare.totals() == {}


def test_what_joins_is_one_part_lent_like_any() -> None:
    here = region(line(3), flow=1.0)
    here.hold([(1, "cat", 1)])
    before = here.score(1).parts["word:cat"]
    here.join({"dog": 0.5, "boat": 0.25}, [(1, "dog", 1), (1, "boat", 1), (3, "dog", 2)])
    parts: Dict[int, float] = {at: here.score(at).parts["feedback"] for at in (1, 2, 3)}
    assert all(parts.values()) and "word:cat" in here.score(1).parts
    assert here.score(1).parts["word:cat"] < before

"""What raises or lowers a score beside words."""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import replace
from typing import Any, Dict, List, Optional, Tuple

import pytest

from engram_server.recall.factors import Wanted, factors, most
from engram_server.recall.weights import WEIGHTS
from engram_server.storage import DATED, TurnRow
from engram_server.text.signs import ASKS, COUNTS, FIRST_PERSON, NAMES, TELLS_PLACE, TELLS_TIME
from engram_server.text.times import When

from .support import moment

LONG = 10_000
"""So many terms that the factor of length is nothing."""
SIGNS = (ASKS, TELLS_TIME, DATED, NAMES, COUNTS, TELLS_PLACE, FIRST_PERSON)
WEEK = When(moment("2026-05-04"), moment("2026-05-11"), 0, 0)
W = WEIGHTS


Span = Optional[Tuple[str, str]]


def turn(
    speaker: str = "", flags: int = 0, said: str = "2020-01-01", told: Span = None, length: int = LONG
) -> TurnRow:
    since, until = (None, None) if told is None else map(moment, told)
    return TurnRow(7, None, None, moment(said), speaker, flags, since, until, length)


def wanted(*speakers: str, voices: int = 2, signs: int = 0, when: Tuple[When, ...] = (), ids: str = "") -> Wanted:
    """Return what is wanted; `ids` says what memory 7 does: "mentions", "states", both or nothing."""
    seven = frozenset((7,))
    return Wanted(
        frozenset(speakers), voices, signs, when, seven if "mentions" in ids else seven - seven,
        seven if "states" in ids else seven - seven,
    )  # fmt: skip


def changes(turn: TurnRow, wanted: Wanted) -> Dict[str, float]:
    found = dict(factors(turn, wanted, WEIGHTS))
    return {name: change for name, change in found.items() if name != "length" or turn.length < LONG}


CASES: List[Tuple[TurnRow, Wanted, Dict[str, float]]] = [
    (turn("ana"), wanted(), {}),
    (turn("ana"), wanted("bo"), {}),
    (turn("anabel"), wanted("ana"), {}),
    (turn(), wanted("ana"), {}),
    (turn("ana"), wanted("ana"), {"speaker": W.speaker}),
    (turn("ana lima"), wanted("ana"), {"speaker": W.speaker}),
    (turn("ana"), wanted("ana", "bo"), {"speaker": W.speaker}),
    (turn("ana", FIRST_PERSON), wanted("ana"), {"speaker": W.speaker, "own words": W.own_words}),
    (turn("ana", FIRST_PERSON), wanted("bo"), {}),
    (turn(flags=ASKS), wanted(), {"question": W.asks}),
    (turn(flags=NAMES), wanted(), {"names": W.names}),
    (turn(flags=NAMES), wanted(signs=NAMES), {"names": W.names, "names whom": W.names_asked}),
    (turn(flags=TELLS_TIME), wanted(), {}),
    (turn(flags=TELLS_TIME), wanted(signs=TELLS_TIME), {"tells a time": W.tells_time}),
    (turn(flags=COUNTS | TELLS_PLACE), wanted(signs=COUNTS), {"counts": W.counts}),
    (turn(flags=COUNTS | TELLS_PLACE), wanted(signs=TELLS_PLACE), {"tells a place": W.tells_place}),
    (turn(said="2026-05-04"), wanted(), {}),
    (turn(said="2026-05-04"), wanted(when=(WEEK,)), {"time": W.same_time}),
    (turn(said="2026-05-10T23:59:59.999"), wanted(when=(WEEK,)), {"time": W.same_time}),
    (turn(said="2026-05-11"), wanted(when=(WEEK,)), {}),
    (turn(told=("2026-05-10", "2026-05-30")), wanted(when=(WEEK,)), {"time": W.same_time}),
    (turn(told=("2026-05-01", "2026-05-04")), wanted(when=(WEEK,)), {}),
    (turn(told=("2026-05-11", "2026-05-12")), wanted(when=(WEEK,)), {}),
    (turn(said="2026-05-05", told=("2020-01-01", "2020-01-02")), wanted(when=(WEEK, WEEK)), {"time": W.same_time}),
    (turn(), wanted(ids="mentions"), {"entity": W.entity}),
    (turn(), wanted(ids="states"), {"fact": W.fact}),
    (turn()._replace(id=8), wanted(ids="mentions and states"), {}),
]


@pytest.mark.parametrize(("turn", "wanted", "expected"), CASES)
def test_each_factor_and_when_a_memory_has_it(turn: TurnRow, wanted: Wanted, expected: Dict[str, float]) -> None:
    assert changes(turn, wanted) == pytest.approx(expected)


def test_what_is_asked_for_raises_and_a_question_and_shortness_lower() -> None:
    raising = {name for _, _, expected in CASES for name, change in expected.items() if change > 0}
    lowering = {name for _, _, expected in CASES for name, change in expected.items() if change < 0}
    assert len(raising) == 10 and lowering == {"question"}
    by_length = [changes(turn(length=length), wanted())["length"] for length in (0, 1, 6, 30)]
    assert by_length == sorted(by_length) and by_length[0] == W.short and by_length[-1] < 0
    assert by_length[2] == pytest.approx(W.short / math.e ** (6 / W.short_terms))


@pytest.mark.parametrize(("voices", "share"), [(1, 1), (2, 1), (4, 1 / 2), (16, 1 / 4), (64, 1 / 6)])
def test_a_speaker_tells_less_where_many_speak(voices: int, share: float) -> None:
    found = changes(turn("ana"), wanted("ana", voices=voices))
    assert found == {"speaker": pytest.approx(W.speaker * share)}


def test_no_memory_has_more_than_the_most(rng: random.Random) -> None:
    """And some memory has just that, or the scores would never come near 1."""
    turns = [
        turn(speaker, sum(flags), "2026-05-05")
        for speaker in ("ana", "")
        for count in range(len(SIGNS) + 1)
        for flags in itertools.combinations(SIGNS, count)
    ]
    for _ in range(60):
        asked = wanted(
            *rng.choice(((), ("ana",))), voices=rng.choice((1, 2, 9)), signs=sum(rng.sample(SIGNS[1:6], 3)),
            when=rng.choice(((), (WEEK,))), ids=rng.choice(("", "mentions", "states", "mentions, states")),
        )  # fmt: skip
        products = [math.prod(1 + change for _, change in factors(one, asked, WEIGHTS)) for one in turns]
        assert max(products) == pytest.approx(most(asked, WEIGHTS))


def test_every_weight_of_a_factor_is_an_argument() -> None:
    names = "speaker own_words tells_time counts tells_place names_asked names asks short same_time entity fact".split()
    almost: Dict[str, Any] = dict.fromkeys(names, 1e-9)
    nothing = replace(WEIGHTS, **almost)
    every = turn("ana", sum(SIGNS), "2026-05-05", length=0)
    asked = wanted("ana", signs=sum(SIGNS), when=(WEEK,), ids="mentions, states")
    assert sum(abs(change) for _, change in factors(every, asked, nothing)) < 1e-7
    assert len(list(factors(every, asked, nothing))) == 12
    assert most(asked, nothing) == pytest.approx(1.0)

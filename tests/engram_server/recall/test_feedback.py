"""Words of the best memories that join the question."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List

import pytest

from engram_server.recall.feedback import Best, best_of, candidate_terms, joining
from engram_server.recall.weights import WEIGHTS
from engram_server.storage import mention, spoken

from .support import Told, ids, recalled

BEST = [Best(0.75, {"cat": 1, "tom": 2, "sofa": 1}), Best(0.25, {"cat": 1, "milk": 1})]


def test_candidates_are_what_the_question_does_not_hold() -> None:
    assert candidate_terms(BEST, {"cat"}) == {"tom", "sofa", "milk"}
    assert candidate_terms([], {"cat"}) == set()


@pytest.mark.parametrize("count", [3, 500])
def test_of_one_of_the_best_its_most_frequent_terms_join_and_no_mark(count: int) -> None:
    terms = {f"w{number}": 1 + number % 7 for number in range(count)}
    best = best_of(0.5, {**terms, mention("tom"): 1, spoken("ana"): 1})
    assert best.share == 0.5 and best.terms.keys() <= terms.keys()
    assert list(best.terms.values()) == sorted(terms.values(), reverse=True)[: len(best.terms)]
    assert len(best.terms) == min(count, 200)


def test_the_formula() -> None:
    rarity = {"tom": 3.0, "sofa": 1.0, "milk": 4.0}
    values = {"tom": 0.75 * 2 / 4 * 3.0, "sofa": 0.75 * 1 / 4 * 1.0, "milk": 0.25 * 1 / 2 * 4.0}
    total = sum(values.values())
    expected = {term: 0.15 * 4 * value / total * rarity[term] for term, value in values.items()}
    assert joining(BEST, rarity, 4, replace(WEIGHTS, feedback=0.15)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("rarity", "expected"),
    [
        ({}, []),
        ({"milk": 0.0}, []),
        ({"tom": 1.0, "sofa": 1.0, "milk": 1.0}, ["tom", "sofa"]),
        ({"tom": 0.01, "sofa": 1.0, "milk": 2.0}, ["milk", "sofa"]),
        ({"sofa": 2.0, "milk": 3.0}, ["milk", "sofa"]),
    ],
)
def test_the_few_strongest_join_and_equals_by_their_letters(rarity: Dict[str, float], expected: List[str]) -> None:
    assert list(joining(BEST, rarity, 3, replace(WEIGHTS, feedback_terms=2))) == expected


def test_what_joins_weighs_a_share_of_the_question_however_many_join() -> None:
    for terms in (["tom"], ["tom", "sofa", "milk"]):
        gains = joining(BEST, dict.fromkeys(terms, 1.0), 5, WEIGHTS)
        assert sum(gains.values()) == pytest.approx(WEIGHTS.feedback * 5)


APART = [
    Told(text, session=text)
    for text in (
        "A kayak race of the harbour crew.",
        "A kayak tour of the northern lakes.",
        "A kayak trip with the harbour crew.",
        "It rained all day.",
        "A harbour dance with the crew.",
    )
]


def test_a_memory_that_is_like_the_best_goes_before_one_that_is_not() -> None:
    with_feedback = recalled("kayak", *APART)
    without = recalled("kayak", *APART, weights=replace(WEIGHTS, feedback=0.0))
    assert ids(without) == ["mem_3", "mem_2", "mem_1"] and not any("feedback" in one.parts for one in without)
    assert ids(with_feedback) == ["mem_3", "mem_1", "mem_2"]
    assert [one.parts.get("feedback", 0.0) > 0 for one in with_feedback] == [True, True, False]


def test_a_word_of_one_memory_alone_or_of_the_question_or_a_mark_does_not_join() -> None:
    alone = recalled("kayak", Told("A kayak in Oslo.", "Ana", session="1"), Told("A kayak in Rome.", "Bo", session="2"))
    assert len(alone) == 2 and not any("feedback" in one.parts for one in alone)

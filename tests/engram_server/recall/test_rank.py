"""Ranking over a real store."""

from __future__ import annotations

import random
from typing import Dict, List

import pytest

from engram_server.recall.bm25 import weigh
from engram_server.recall.rank import Ranked, fuse, rank
from engram_server.text.terms import question_terms, terms

from .support import recalled, stored

PETS = (
    "Caroline has a cat called Tom.",
    "Melanie walks her dog every day.",
    "The children painted a cat and another cat.",
    "Nothing to see here.",
)


def ids(ranked: List[Ranked]) -> List[str]:
    return [one.memory.public_id for one in ranked]


def test_the_best_comes_first_and_strangers_not_at_all() -> None:
    found = recalled("Does Caroline's cat have a name?", *PETS)
    assert ids(found) == ["mem_1", "mem_3"]
    assert found[0].matched == ["Caroline", "cat"]
    assert found[0].why == 'It shares "Caroline" and "cat" with the question, most telling first; it lacks "name".'
    assert found[1].why == 'It shares "cat" with the question; it lacks "Caroline" and "name".'


def test_every_memory_shows_its_whole_reckoning() -> None:
    for one in recalled("Which cat did the children and Caroline paint?", *PETS):
        assert sum(one.parts.values()) == one.raw_score == one.weighted_score
        assert one.weight == 1.0
        assert 0 < one.raw_score < 1


def test_forms_of_a_word_meet() -> None:
    assert ids(recalled("Who paints? Which child went?", "The children painted.", "She goes there.", "No.")) == [
        "mem_1",
        "mem_2",
    ]


@pytest.mark.parametrize("question", ["", "?!", "flurb", "Who are you?"])
def test_nothing_matches_nothing(question: str) -> None:
    assert recalled(question, *PETS) == []
    assert recalled(question) == []


def test_a_question_of_stop_words_finds_a_memory_of_stop_words() -> None:
    assert ids(recalled("Who are you?", "Who are they?", "They are champions")) == ["mem_1"]


def test_equals_come_newest_first() -> None:
    assert ids(recalled("cat", *["a cat"] * 5, top_k=3)) == ["mem_5", "mem_4", "mem_3"]


def test_a_floor_on_the_score() -> None:
    with stored(PETS) as (reader, (space,)):
        asked = question_terms("Does Caroline have a cat?")
        every = rank(reader, space, asked, top_k=8)
        floor = every[0].raw_score
        assert ids(rank(reader, space, asked, top_k=8, min_similarity=floor)) == ["mem_1"]
        assert rank(reader, space, asked, top_k=8, min_similarity=floor + 1e-9) == []


def test_statistics_are_those_of_the_space() -> None:
    """The same memory scores the same, however much other spaces hold."""
    with stored(PETS, ["cat"] * 200, PETS) as (reader, (one, _, other)):
        asked = question_terms("Caroline's cat")
        assert [r.raw_score for r in rank(reader, one, asked, top_k=8)] == [
            r.raw_score for r in rank(reader, other, asked, top_k=8)
        ]


@pytest.mark.parametrize(
    ("words", "memories", "evenly"),
    [(40, 300, True), (40, 300, False), (1_000, 1_500, False)],
    ids=["every term is common", "a few are common", "many are rare"],
)
def test_the_order_is_that_of_scoring_everything(
    words: int, memories: int, evenly: bool, rng: random.Random
) -> None:
    vocabulary = [f"word{number}" for number in range(words)]
    weights = [1.0 if evenly else 1 / rank for rank in range(1, words + 1)]
    contents = [" ".join(rng.choices(vocabulary, weights, k=rng.randint(1, 20))) for _ in range(memories)]
    with stored(contents) as (reader, (space,)):
        for _ in range(30):
            asked = question_terms(" ".join(rng.choices([*vocabulary, "unknown"], k=rng.randint(1, 8))))
            counts = [terms(content) for content in contents]
            held = {term: sum(term in of_one for of_one in counts) for term in asked}
            weighing = weigh(space.memory_count, space.term_total, held)
            scores: Dict[int, float] = {}
            for number, of_one in enumerate(counts, 1):
                parts = weighing.parts({t: c for t, c in of_one.items() if t in asked}, sum(of_one.values()))
                if parts:
                    scores[number] = sum(parts.values())
            expected = sorted(scores, key=lambda number: (-scores[number], -number))[:10]
            found = rank(reader, space, asked, top_k=10)
            assert [one.raw_score for one in found] == [scores[number] for number in expected]
            assert ids(found) == [f"mem_{number}" for number in expected]


def test_a_pasted_page_is_looked_up_by_its_rarest_words() -> None:
    page = " ".join(f"word{number}" for number in range(1_000))
    contents = ["a rare word: word999"] + [f"word{number} and word{number + 1}" for number in range(400)] * 3
    with stored(contents) as (reader, (space,)):
        found = rank(reader, space, question_terms(page), top_k=200)
    assert contents[0] in [one.memory.content for one in found]
    assert len({word for one in found for word in one.matched}) == 64
    assert all(sum(one.parts.values()) == one.raw_score for one in found)
    assert max(len(one.why) for one in found) < 300 and "more" in found[0].why


def test_fusing_buckets_each_with_its_own_k() -> None:
    with stored(PETS, ["A cat.", "Caroline."], []) as (reader, (one, other, empty)):
        asked = question_terms("Caroline's cat")
        lists = [rank(reader, space, asked, top_k=k) for space, k in ((one, 1), (other, 2), (empty, 9))]
        assert [len(ranked) for ranked in lists] == [1, 2, 0]
        fused = fuse(lists)
    scores = [ranked.weighted_score for ranked in fused]
    assert sorted(fused) == sorted(ranked for of_space in lists for ranked in of_space)
    assert scores == sorted(scores, reverse=True)
    assert scores[1] == scores[2] and fused[1].memory.id > fused[2].memory.id
    assert fuse(lists, min_weighted=scores[0]) == fused[:1]
    assert fuse([]) == []

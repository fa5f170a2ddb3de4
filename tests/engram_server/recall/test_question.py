"""Reading a question."""

from __future__ import annotations

from typing import Dict, FrozenSet, Set

import pytest

from engram_server.recall.question import MAX_CONCEPTS, read_question
from engram_server.recall.weights import WEIGHTS
from engram_server.text.lexicon import RELATED
from engram_server.text.signs import COUNTS, NAMES, TELLS_PLACE, TELLS_TIME


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("What kind of cats does Ana have?", {"kind": WEIGHTS.frame, "cat": 1.0, "ana": 1.0}),
        ("What kind?", {"kind": 1.0}),
        ("What kind, what type?", {"kind": 1.0, "type": 1.0}),
        ("Cats, CATS and a cat", {"cat": 1.0}),
        ("Who are you?", {"who": 1.0, "are": 1.0, "you": 1.0}),
        ("?!", {}),
    ],
)
def test_its_concepts_and_what_they_weigh(text: str, weights: Dict[str, float]) -> None:
    assert {one.term: one.weight for one in read_question(text).concepts} == weights


def test_a_concept_has_its_word_as_written_and_what_is_related_to_it() -> None:
    (pets, ana) = read_question("PETS of Ana's?").concepts
    assert (pets.term, pets.word, pets.members["pet"]) == ("pet", "PETS", 1.0)
    assert {term: share / WEIGHTS.related for term, share in pets.members.items() if term != "pet"} == pytest.approx(
        RELATED["pet"]
    )
    assert ana.members == {"ana": 1.0}


def test_a_word_that_is_asked_for_itself_stands_for_no_other() -> None:
    pets, kitten, dog = (one.members for one in read_question("pets, kitten, dog").concepts)
    assert pets.keys().isdisjoint({"kitten", "dog"})
    assert "cat" in pets and "pet" not in kitten and "pet" not in dog


def test_a_pasted_page_is_read_at_either_end_and_without_related_words() -> None:
    few, page = (
        read_question(" ".join(["pets", *(f"w{number}" for number in range(count))])) for count in (3, 5_000)
    )
    assert len(few.concepts[0].members) > 1
    half = MAX_CONCEPTS // 2
    first = ["pet", *(f"w{number}" for number in range(half - 1))]
    last = [f"w{number}" for number in range(5_000 - half, 5_000)]
    assert [one.term for one in page.concepts] == first + last
    assert all(one.members == {one.term: 1.0} for one in page.concepts)
    assert "w4999" in page.words


def test_of_a_pasted_page_nothing_but_its_ends_is_read() -> None:
    page = read_question("In May Ana swam. " + "on and on " * 500 + "In June Bo slept. " + "on and on " * 500 + "Friday?")
    assert {"may", "ana", "friday"} <= page.words and page.words.isdisjoint({"june", "bo"})
    assert {"mai", "fridai"} <= page.dated and "june" not in page.dated


def test_the_terms_that_name_a_time_are_told_apart() -> None:
    assert read_question("Who swam last week with Ana?").dated == {"last", "week"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Does Zoë-Marie swim?", {"does", "zoe", "marie", "swim"}),
        ("Where do I live?", {"where", "do", "i", "live", "user", "human"}),
        ("MY cat", {"my", "cat", "user", "human"}),
        ("Tell ME of me", {"tell", "me", "of", "user", "human"}),
        ("Tell ME of it", {"tell", "me", "of", "it"}),
        ("mine is Miami", {"mine", "is", "miami", "user", "human"}),
        ("Is it in Miami?", {"is", "it", "in", "miami"}),
    ],
)
def test_its_words_are_those_that_names_are_made_of(text: str, words: Set[str]) -> None:
    assert read_question(text).words == frozenset(words)


VAGUE = (
    "What do you know about me?", "Summarize what I worked on this week.", "Give me an overview of everything.",
    "What happened yesterday?", "List all that you remember.", "What's the latest?",
)  # fmt: skip
CLEAR = ("What happened in Oslo?", "Summarize the trip.", "猫は?", "flurb", "", "?!")


@pytest.mark.parametrize(
    ("text", "is_vague"), [*((text, True) for text in VAGUE), *((text, False) for text in CLEAR)]
)
def test_a_question_is_vague_when_no_word_tells_what_it_is_about(text: str, is_vague: bool) -> None:
    assert read_question(text).is_vague is is_vague


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("When did Ana move?", {TELLS_TIME}),
        ("In which year was it?", {TELLS_TIME}),
        ("How many cats?", {COUNTS}),
        ("How long did it take?", {TELLS_TIME, COUNTS}),
        ("Where does Bo live?", {TELLS_PLACE}),
        ("Who is it, and where?", {NAMES, TELLS_PLACE}),
        ("Does it rain?", set()),
    ],
)
def test_it_wants_answers_that_show_what_it_asks_for(text: str, wants: FrozenSet[int]) -> None:
    assert read_question(text).wants == sum(wants)

"""Index terms: what a memory is found by, and what a question looks for."""

from __future__ import annotations

import random
from typing import Dict

import pytest

from engram_server.text.irregular import APART, BASE_FORMS, STEM_SPELLINGS
from engram_server.text.stopwords import STOP_WORDS
from engram_server.text.terms import MAX_TERM_CHARS, question_terms, terms, word_terms
from engram_server.text.words import exact_words

from .samples import random_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("...", {}),
        ("The cats and a cat", {"cat": 2}),
        ("She went running; he goes for a run", {"go": 2, "run": 2}),
        ("Her children organised it", {"child": 1, "organ": 1}),
        ("In 2023 I paid 1,000", {"2023": 1, "pai": 1, "1": 1, "000": 1}),
        ("Who are you?", {"who": 1, "are": 1, "you": 1}),
        ("It is, it is", {"it": 2, "is": 2}),
        ("8 May", {"8": 1, "mai": 1}),
        ("Café", {"cafe": 1}),
        ("猫だ", {"猫だ": 1, "猫": 1}),
    ],
)
def test_terms(text: str, expected: Dict[str, int]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("live", "lives"),
        ("leave", "leaves"),
        ("shot", "shots"),
        ("thought", "thoughts"),
        ("analyse", "analyses"),
        ("analysis", "analyses"),
        ("diagnose", "diagnoses"),
        ("diagnosis", "diagnoses"),
        ("wolf", "wolves"),
        ("thief", "thieves"),
        ("half", "halves"),
        ("leave", "left"),
        ("win", "won"),
        ("colourful", "colorful"),
        ("coloured", "colors"),
        ("neighbourhoods", "neighborhood"),
        ("travelling", "traveled"),
        ("organisations", "organization"),
        ("realising", "realized"),
        ("licences", "license"),
        ("centres", "center"),
        ("grandmother", "grandma"),
        ("mums", "mother"),
        ("television", "tv"),
        ("photographs", "pic"),
        ("films", "movie"),
        ("favourites", "fave"),
        ("kids", "child"),
        ("skies", "sky"),
        ("cries", "cry"),
        ("buses", "bus"),
        ("quizzes", "quiz"),
        ("sept", "september"),
        ("generosity", "generous"),
        ("C#", "c#"),
    ],
)
def test_forms_of_one_word_are_one_term(one: str, other: str) -> None:
    assert list(terms(one)) == list(terms(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("news", "new"),
        ("universities", "universe"),
        ("generous", "general"),
        ("animation", "animal"),
        ("experiment", "experience"),
        ("polite", "politics"),
        ("important", "import"),
        ("communicate", "community"),
        ("tired", "tire"),
        ("organ", "organize"),
        ("department", "depart"),
        ("C#", "C"),
        ("C++", "C"),
        ("C#", "5°C"),
    ],
)
def test_words_that_only_look_alike_are_two_terms(one: str, other: str) -> None:
    assert set(terms(one)).isdisjoint(terms(other))


@pytest.mark.parametrize("text", ["a" * 50_000, "ab" * 25_000, "é" * 20_000, "9" * 60_000])
def test_one_endless_word_is_one_short_term(text: str) -> None:
    (term,) = terms(text)
    assert len(term) == MAX_TERM_CHARS
    assert list(question_terms(text)) == [term]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("When did Caroline's children go?", {"carolin": "Caroline", "child": "children", "go": "go"}),
        ("Went or GONE", {"go": "Went"}),
        ("Who are you?", {"who": "Who", "are": "are", "you": "you"}),
        ("Café Ｐａｒｉｓ", {"cafe": "Café", "pari": "Paris"}),
        ("猫が", {"猫が": "猫が", "猫": "猫"}),
        ("Is C# or C++ older?", {"c#": "C#", "c++": "C++", "older": "older"}),
        ("!?", {}),
    ],
)
def test_question_terms_name_the_words_as_written(text: str, expected: Dict[str, str]) -> None:
    assert question_terms(text) == expected
    assert list(question_terms(text)) == list(expected)


def test_a_text_finds_itself(rng: random.Random) -> None:
    for _ in range(1_000):
        text = random_text(rng)
        assert set(question_terms(text)) == set(terms(text))
        assert all(term and "\x00" not in term and len(term) <= MAX_TERM_CHARS for term in terms(text))
        assert all(question_terms(text).values())


def test_an_exact_word_brings_its_terms_into_any_text(rng: random.Random) -> None:
    """What deduplication rests on: whoever has the word has its terms, wherever in a text it stands."""
    for _ in range(1_000):
        text = random_text(rng, most=12)
        held = terms(text)
        needed = {term for word in exact_words(text) for term in word_terms(word)}
        assert needed <= set(held), text


def test_no_word_of_another_script_is_looked_up_among_english_ones() -> None:
    assert all(word.isascii() for table in (APART, BASE_FORMS, STEM_SPELLINGS, STOP_WORDS) for word in table)

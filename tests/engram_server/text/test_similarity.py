"""How alike texts are, and finding those that are alike without comparing all."""

from __future__ import annotations

import random
from typing import Dict, Iterable, List, Mapping

import pytest

from engram_server.text.similarity import candidate_terms, facts, features, fingerprint, similarity
from engram_server.text.terms import terms

from .samples import random_words

LONG = "my neighbour told me yesterday that she walks her small brown dog along the river every morning before work"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("", "", 1.0),
        ("I like tea.", "i LIKE tea", 1.0),
        ("café", "cafe\u0301", 1.0),
        ("a b c d", "a b c", 5 / 7),
        ("green tea", "tea green", 2 / 4),
        ("ha ha cat", "ha cat", 3 / 5),
        ("cat", "dog", 0.0),
        ("!!!", "???", 0.0),
        ("!!!", "!!!", 1.0),
        ("I love 😀", "I love 😡", 2 * 2 / 7 - 1 / 7),
    ],
)
def test_similarity(one: str, other: str, expected: float) -> None:
    assert similarity(one, other) == similarity(other, one) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("at 5", "at 6"),
        ("for $5", "for €5"),
        ("for 1.5", "for 15"),
        ("at -5", "at 5"),
        ("at 5%", "at 5"),
        ("1 then 2", "2 then 1"),
        ("and she is coming", "and she is not coming"),
        ("and she can", "and she can't"),
        ("", "never"),
    ],
)
def test_texts_with_other_facts_are_never_alike(one: str, other: str) -> None:
    assert similarity(f"{LONG} {one}", f"{LONG} {other}") == 0.0
    assert similarity(f"{LONG} {one}", f"{LONG} {one} again") > 0.8


def test_texts_without_a_common_term_are_never_alike() -> None:
    glue = "it was what we had and there it is for you and me and them as they were "
    assert similarity(glue + "cat", glue + "dog") == 0.0
    assert similarity(glue + "cat cat", glue + "cat dog") > 0.7


def test_facts() -> None:
    assert facts("On 2023-05-08 I didn't pay $3.50, not -2%") == ("2023-05-08", "t", "$", "3.50", "not", "-", "2", "%")
    assert facts("The cat sat") == ()


def test_features_count_words_and_pairs_as_often_as_they_occur() -> None:
    assert features("ha ha") == {("ha", 1), ("ha", 2), (("ha", "ha"), 1)}


def test_equal_fingerprints_are_equal_words_in_order(rng: random.Random) -> None:
    assert len(fingerprint("")) == 16
    texts = [" ".join(random_words(rng, 4)) for _ in range(150)]
    texts += [text.upper() + "!" for text in texts[:50]]
    for one in texts:
        for other in texts:
            if fingerprint(one) == fingerprint(other):
                assert similarity(one, other) == 1.0
            elif similarity(one, other) == 1.0:
                assert features(one) == features(other)


def _edited(rng: random.Random, words: List[str]) -> List[str]:
    edited = list(words)
    for _ in range(rng.randint(0, 3)):
        at = rng.randint(0, len(edited))
        edited[at : at + rng.randint(0, 1)] = random_words(rng, 1)
    return edited


def _frequencies(rng: random.Random, asked: "list[str]") -> "Mapping[str, int]":
    return {term: rng.randint(0, 9) for term in asked if rng.random() < 0.8}


def test_the_sieve_lets_every_similar_text_through(rng: random.Random) -> None:
    """Against brute force: an original, its edited copies, every threshold, any frequencies."""
    similar = 0
    for _ in range(3_000):
        words = random_words(rng)
        threshold = rng.choice([0.5, 0.7, 0.8, 0.9, 0.95, 0.99])
        text, other = " ".join(words), rng.choice(["", " ", " "]).join(_edited(rng, words))
        if similarity(text, other) < threshold or features(text) == features(other):
            continue
        similar += 1
        sieve = candidate_terms(text, lambda asked: _frequencies(rng, list(asked)), threshold)
        assert sieve is not None, (text, other, threshold)
        held = terms(other)
        assert not held.keys().isdisjoint(sieve.terms), (text, other, threshold)
        assert sieve.min_length <= sum(held.values()) <= sieve.max_length, (text, other, threshold)
    assert similar > 100


def test_the_sieve_asks_for_the_rarest_and_for_no_more_than_it_must() -> None:
    common: Dict[str, int] = {term: 100 for term in terms(LONG)}

    def held(_: Iterable[str]) -> Mapping[str, int]:
        return {**common, "river": 1, "neighbor": 2}

    strict, loose = candidate_terms(LONG, held, 0.9), candidate_terms(LONG, held, 0.8)
    assert strict is not None and strict.terms == ["neighbor", "river"]
    assert loose is not None and {"neighbor", "river"} < set(loose.terms) < set(common)
    assert strict.min_length > loose.min_length and strict.max_length < loose.max_length


def test_texts_too_short_to_differ_and_be_alike_are_not_looked_for() -> None:
    def never(_: Iterable[str]) -> Mapping[str, int]:
        raise AssertionError("asked for nothing")

    assert candidate_terms("a short text about a cat", never, 0.95) is None
    assert candidate_terms("", never, 0.95) is None


def test_the_same_pairs_in_another_order_are_not_the_same_text() -> None:
    one, other = "ana met ben met carl met ana", "ana met carl met ben met ana"
    assert features(one) == features(other)
    assert similarity(one, other) == 13 / 15

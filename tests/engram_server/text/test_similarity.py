"""How alike texts are, which of them say the same, and finding those without comparing all."""

from __future__ import annotations

import random
from typing import List

import pytest

from engram_server.text.claim_words import is_fact
from engram_server.text.similarity import near_key, repetition, similarity
from engram_server.text.words import exact_words

from .samples import EDGES, random_words

LONG = "my neighbour told me on the phone that she walks her small brown dog along the river before going to the office"

SAME = [
    ("", ""),
    ("!!!", "!!!"),
    ("I like tea.", "i LIKE tea"),
    ("I  like\ttea\n", " I like tea"),
    ("café", "cafe\u0301"),
    ("ﬁve ｃａｔｓ", "five cats"),
    ("it’s “fine”", "it's \"fine\""),
    ("I ❤\ufe0f you", "I ❤ you"),
    ("Ana's cat doesn't sleep", "Anas cat doesnt sleep"),
    ("Ana's cat doesn't sleep", "Ana s cat doesn t sleep"),
    ("the U.S. office opens at 9 a.m.", "the US office opens at 9am"),
    ("it weighs 5 kg", "it weighs 5kg"),
    ("it cost $1,250,000", "it cost $1250000"),
    ("from 2019–2021 at −5°", "from 2019-2021 at -5°"),
    ("well-known", "well known"),
    ("mail Ana@mail.example, or see https://mail.example/", "Mail ana@mail.example (or see HTTPS://MAIL.EXAMPLE)"),
]
"""Texts that differ in case, spacing, punctuation and compatible characters only."""

OTHER = [
    ("!!!", "???"),
    ("papá", "papa"),
    ("C#", "C"),
    ("at 5", "at -5"),
    ("1.5", "15"),
    ("1 2", "12"),
    ("1,25", "125"),
    ("he will resign", "he will re-sign"),
    ("now here", "nowhere"),
    ("I love 😀", "I love 😡"),
    ("Ana likes Bo", "Bo likes Ana"),
    ("can go", "can't go"),
    ("mail ana.bo@mail.example", "mail ana_bo@mail.example"),
    ("see https://mail.example/a-b", "see https://mail.example/a/b"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_texts_that_differ_in_writing_only_are_the_same(one: str, other: str) -> None:
    assert similarity(one, other) == similarity(other, one) == 1.0
    assert repetition(one, other) == repetition(other, one) == 1.0
    assert near_key(one) == near_key(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_others_are_not(one: str, other: str) -> None:
    assert similarity(one, other) == similarity(other, one) < 1.0
    assert repetition(one, other) == repetition(other, one) < 1.0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # Of " a b c d " and " a b c ": the words a, b, c and the shingles " a ", "a b", " b ", "b c", " c " are shared.
        ("a b c d", "a b c", 8 / 11),
        ("cat", "dog", 0.0),
        # Of 3 words and 9 shingles, the second "ha" and " ha", "ha ", "a h" of it are missing.
        ("ha ha cat", "ha cat", 8 / 12),
        # The same words and the same shingles but for one: "n t" in place of "a g".
        ("green tea", "tea green", 10 / 12),
    ],
)
def test_similarity_is_the_share_of_common_words_and_shingles(one: str, other: str, expected: float) -> None:
    assert similarity(one, other) == similarity(other, one) == pytest.approx(expected)


@pytest.mark.parametrize("other", ["mornning", "mornings", "mornig", "morningg"])
def test_a_slip_or_a_plural_in_a_long_text_is_near(other: str) -> None:
    assert 0.95 < similarity(f"{LONG} every morning", f"{LONG} every {other}") < 1.0


APART = [
    ("at 5", "at 6"),
    ("for $5", "for €5"),
    ("for 1.5", "for 15"),
    ("at -5", "at 5"),
    ("at 5%", "at 5"),
    ("1 then 2", "2 then 1"),
    ("and she is coming", "and she is not coming"),
    ("and she can", "and she can't"),
    ("", "never"),
    ("at 5 am", "at 5 pm"),
    ("two times", "three times"),
    ("on the first floor", "on the second floor"),
    ("in march", "in april"),
    ("next friday", "next monday"),
    ("yesterday", "tomorrow"),
    ("with Ana", "with Eva"),
    ("with Ana and Eva", "with Eva and Ana"),
    ("with Ana", "with him"),
    ("in Paris", "in town"),
    ("Philippa came", "Phillippa came"),
    ("mail ana.bo@mail.example", "mail ana_bo@mail.example"),
]


@pytest.mark.parametrize(("one", "other"), APART)
def test_texts_with_other_facts_or_names_are_never_alike(one: str, other: str) -> None:
    for end in ("", " " + LONG):
        assert similarity(f"{LONG} {one}{end}", f"{LONG} {other}{end}") == 0.0
        assert repetition(f"{LONG} {one}{end}", f"{LONG} {other}{end}") == 0.0
    assert similarity(f"{LONG} {one}", f"{LONG} {one} again") > 0.8


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("every morning", "every mornning"),
        ("every morning", "every the morning"),
        ("takes a walk", "takes the walk"),
        ("takes a apple", "takes an apple"),
        ("and apparently", "and aparrently"),
        ("and apparently", "and appraently"),
    ],
)
def test_slips_and_articles_in_a_long_text_make_a_repetition(one: str, other: str) -> None:
    one, other = f"{LONG} {one} {LONG}", f"{LONG} {other} {LONG}"
    assert repetition(one, other) == repetition(other, one)
    assert 0.95 <= repetition(one, other) < 0.99


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *[("hiking", "biking"), ("country", "county"), ("shipped", "skipped"), ("painting", "printing")],
        *[("increased", "decreased"), ("approved", "rejected"), ("left", "right"), ("enabled", "disabled")],
        *[("invoice", "invoices"), ("later", "latter"), ("dairy", "diary"), ("inbound", "outbound")],
        *[("grade a", "grade"), ("before", "after"), ("his", "her"), ("daniel", "daniela"), ("trained", "rained")],
        *[("nuclear", "unclear"), ("parking", "parking indeed"), ("teal", "team"), ("a apple", "apple")],
        *[("e-mail", "mail"), ("/a/b/c", "/a/b/d"), ("abcdefgh", "abcdefhh")],
    ],
)
def test_another_word_makes_another_memory(one: str, other: str) -> None:
    long = " ".join(f"{word}{letter}" for word in LONG.split() for letter in "xyz")
    for text in (LONG, long):
        assert similarity(f"{text} {one} {text}", f"{text} {other} {text}") > 0.9
        assert repetition(f"{text} {one} {text}", f"{text} {other} {text}") == 0.0


def test_a_repetition_is_never_closer_than_its_words() -> None:
    one, other = f"the {LONG} the the", f"{LONG}"
    assert repetition(one, other) == repetition(other, one) == min(similarity(one, other), 1 - 3 / len(LONG.split()))
    one, other = "an a " * 30 + "cat", "a an " * 30 + "cat"
    assert similarity(one, other) > 0.9 and repetition(one, other) == 1 - 60 / 61


def test_a_large_text_may_have_slips_all_over() -> None:
    """Looking through the texts again for each of them would take minutes."""
    words = ["river", *[f"{letter}ornament" for letter in "bcdfghklmnpqrstvwxyz"] * 500]
    one, other = " ".join(words), " ".join(word.replace("nam", "nnam") for word in words)
    assert 0.0 < repetition(one, other) == 1 - 10_000 / 10_001 < similarity(one, other)
    assert repetition(one, one + " the" * 100) > 0.95


def test_texts_without_a_common_term_are_never_alike() -> None:
    glue = "it was what we had and there it is for you and me and them as they were "
    assert similarity(glue + "cat", glue + "dog") == 0.0
    assert similarity(glue + "cat cat", glue + "cat dog") > 0.7


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("On 2023-05-08 I didn't pay $3.50, not -2%", "2023-05-08 t $ 3.50 not - 2 %"),
        ("Two of us left Monday the third of May at noon", "two monday third may noon"),
        ("The cat lay there", ""),
    ],
)
def test_facts(text: str, facts: str) -> None:
    assert " ".join(filter(is_fact, exact_words(text))) == facts


_RIGHT = "morning apparently tomorrow committee the an a"
_SLIPS = "mornning aparrently tomorow comimttee an a the"
_FURTHER = "moorning apparenntly ttommorrow commmmittee a the an"
_SEAMS = "don't couldn't U.S. 9a.m. 5km 1,000 1000kg mp3 plan b s Ana's Morning's ana@mail.example"


def _edited(rng: random.Random, words: List[str]) -> List[str]:
    """Return words written in another way here and there, and now and then saying something else."""
    ways = dict(zip(_RIGHT.split(), zip(_RIGHT.split(), _SLIPS.split(), _FURTHER.split())))
    edited = [rng.choice(ways[word]) if word in ways else word for word in words]
    for _ in range(rng.randint(0, 3)):
        edited.insert(rng.randint(0, len(edited)), "the" if rng.random() < 0.95 else rng.choice(words))
    return edited


def _spaced(rng: random.Random, text: str) -> str:
    """Return a text that is spaced and punctuated in another way, which may make other words of it."""
    text = rng.choice([text, text.upper(), text.replace("'", ""), text.replace("'", " "), text.replace(",", "")])
    for _ in range(rng.randint(0, 2)):
        at = rng.randint(0, len(text))
        text = text[:at] + rng.choice(EDGES) + text[at + rng.randint(0, 1) :]
    return text


def test_whatever_repeats_a_text_has_its_near_key(rng: random.Random) -> None:
    """Against the rule itself, however it is written and whatever stands beside it."""
    same, respelled = 0, 0
    for _ in range(4_000):
        words = random_words(rng, 8) + rng.choices(f"{_RIGHT} {_RIGHT} {_SEAMS}".split(), k=rng.randint(1, 25))
        rng.shuffle(words)
        edited = _edited(rng, words) if rng.random() < 0.5 else words
        one, other = _spaced(rng, " ".join(words)), _spaced(rng, " ".join(edited))
        likeness = repetition(one, other)
        assert likeness == repetition(other, one)
        if likeness > 0.0:
            assert near_key(one) == near_key(other), (one, other)
            same += likeness == 1.0
            respelled += likeness < 1.0
    assert same > 100 and respelled > 30


def test_two_letters_that_change_places_leave_the_near_key(rng: random.Random) -> None:
    """Also where that makes or breaks a double letter."""
    for _ in range(1_000):
        word = "".join(rng.choices("abc", k=rng.randint(7, 10)))
        at = rng.randrange(1, len(word) - 2)
        other = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        one, other = f"{LONG} {word} {LONG}", f"{LONG} {other} {LONG}"
        assert repetition(one, other) > 0.0
        assert near_key(one) == near_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *[("tea", "teas"), ("at 5", "at 6"), ("hiking", "biking"), ("later", "latter"), ("dairy", "diary")],
        *[("painting", "printing"), ("increased", "decreased"), ("café", "cafe"), ("私は猫が好き", "私は犬が好き")],
        *[("ana.bo@mail.example", "ana_bo@mail.example"), ("Ana likes Bo", "Bo likes Ana"), ("can go", "can't go")],
    ],
)
def test_what_says_something_else_has_another_near_key(one: str, other: str) -> None:
    assert near_key(f"{LONG} {one}") != near_key(f"{LONG} {other}")


def test_words_of_large_texts_have_the_same_near_key_as_those_of_small_ones() -> None:
    small = "the committee met at 10am"
    assert near_key(" ".join([small] * 500)) == near_key(small) * 500 != ""


def test_the_same_features_in_another_order_are_not_the_same_text() -> None:
    one, other = "ana met ben met carl met ana", "ana met carl met ben met ana"
    assert similarity(one, other) == pytest.approx(33 / 35, abs=0.03)
    assert repetition(one, other) == 0.0

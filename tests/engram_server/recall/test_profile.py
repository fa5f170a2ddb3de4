"""The profile of a bucket."""

from __future__ import annotations

import random
from typing import List

import pytest

from engram_server.recall.profile import MAX_PROFILE_CHARS, build_profile

from ..text.samples import random_text

CODE = (
    "def fib(n):\n    a, b = 0, 1\n    return a",
    "import os\nhome = os.environ['HOME']",
    "for number in range(10):\n    print(number)",
    "int main(void) {\n  return first + second;\n}",
    "print(first, second, third)",
)


def test_a_profile_tells_what_recurs_and_repeats_nothing() -> None:
    dogs = [f"Alice walks her dog in {place} every morning." for place in ("Paris", "the park", "the rain", "town")]
    music = [f"Alice plays the guitar with {friend}. Thanks!" for friend in ("Bob", "Carol", "Dan", "Eve")]
    once = ["The weather was nice on Tuesday.", "Does anybody know a good dentist here?", "Taxes were paid late."]
    lines = build_profile([*dogs, *once, *music]).split("\n")
    assert {line.split()[1] for line in lines[:2]} == {"walks", "plays"}
    assert len(lines) == len(set(lines))
    assert "Thanks!" not in lines and not any(line.endswith("?") for line in lines)


def test_a_later_sentence_is_quoted_with_the_head_of_its_memory() -> None:
    assert build_profile(["[8 May 2023] Alice: Hey! My dog is called Biscuit."]) == (
        "[8 May 2023] Alice: … My dog is called Biscuit."
    )


@pytest.mark.parametrize(
    "contents",
    [
        ["a fact about cats", "a fact about dogs"],
        ["Ana: vegetarian", "Bob: vegetarian"],
        ["wifi: heron42"],
        ["I like tea.", "Cats purr"],
        ["[The wifi code is heron42]"],
        ["Guests (Ana, Bob): six of them"],
        ["Buy the missing part(s)"],
    ],
)
def test_notes_without_verbs_or_full_stops_are_told(contents: List[str]) -> None:
    assert sorted(build_profile(contents).split("\n")) == sorted(contents)


@pytest.mark.parametrize("code", CODE)
def test_source_code_is_no_statement(code: str) -> None:
    assert build_profile([code]) == ""
    assert build_profile([code, f"Ana wrote this program.\n{code}"]) == "Ana wrote this program."


def test_short_statements_come_last() -> None:
    assert build_profile(["Sounds great!"] * 3 + ["Ana paints lakes at sunrise."]).split("\n") == [
        "Ana paints lakes at sunrise.", "Sounds great!"
    ]


def test_an_empty_bucket_has_none() -> None:
    assert build_profile([]) == build_profile(["", "Thanks!", "?", "Do you know Paris at all, dear Alice?"]) == ""


def test_it_is_bounded_and_always_the_same(rng: random.Random) -> None:
    for _ in range(30):
        contents = [random_text(rng) for _ in range(rng.randint(0, 60))]
        profile = build_profile(contents)
        assert len(profile) <= MAX_PROFILE_CHARS
        assert profile == build_profile(list(contents))
        quotes = [piece for line in profile.split("\n") for piece in line.split(" … ")]
        assert all(any(piece in content for content in contents) for piece in quotes if piece)


def test_it_does_not_depend_on_the_order_of_storing(rng: random.Random) -> None:
    contents = ["Bob likes strong coffee!", "Bob likes strong coffee.", *PERSONAL, *CHAT]
    profile = build_profile(contents)
    for _ in range(20):
        rng.shuffle(contents)
        assert build_profile(contents) == profile
    assert profile.count("strong coffee") == 1


PERSONAL = (
    "My name is Priya Nair.",
    "[3 March 2024] Priya: I'm a nurse at the children's hospital.",
    "Well, I've lived in Ghent since 2019!",
    "Priya's brother is called Arjun",
    "I don’t eat meat and never drink coffee.",
    "Priya is allergic to walnuts.",
    "We’re planning a trip to Iceland in June.",
    "The second garage of Arjun opens at 9.",
)
CHAT = (
    "That's a great idea, I love it so much!",
    "You always have such wonderful ideas, Priya!",
    "Thanks for the lovely photo of the mountains, it made my evening.",
    "I love how you cook for the whole family.",
    "Yesterday evening the bus came rather late again.",
    "Taking small steps every week is quite important.",
    "Looks delicious, what a tasty strawberry cake!",
)


@pytest.mark.parametrize("statement", PERSONAL)
@pytest.mark.parametrize("other", CHAT)
def test_who_somebody_is_comes_before_chat(statement: str, other: str) -> None:
    assert build_profile([other, *CHAT, other.lower(), statement]).split("\n")[0] == statement


def test_a_long_document_is_told_by_its_beginning() -> None:
    document = "Mara runs a small bakery in Utrecht. " + "Flour is dear this month. " * 400
    assert build_profile([document]).split("\n")[0] == "Mara runs a small bakery in Utrecht."
    assert build_profile(["The bakery of Mara " + "sells bread and " * 20 + "cake."]) == ""
    unfinished = "Mara runs a small bakery. " + "x" * 3_900 + ". Jo lives somewhere on the other side of the river."
    assert all(line in unfinished.split(". ") for line in build_profile([unfinished]).rstrip(".").split("\n"))


def test_a_large_bucket_takes_bounded_work() -> None:
    facts = [f"Order {number} of the customer is shipped to Paris." for number in range(50_000)]
    assert build_profile(facts) == build_profile(facts[:500])
    talk = ["All work and no play makes Jack a dull boy. " * 1_400] * 1_000
    assert build_profile(talk) == build_profile(talk[:20]) == "All work and no play makes Jack a dull boy."

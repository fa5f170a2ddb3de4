"""What a sentence shows, and what a question asks for."""

from __future__ import annotations

from typing import Set

import pytest

from engram_server.storage import rows
from engram_server.text import signs as known
from engram_server.text.signs import ASKS, COUNTS, FIRST_PERSON, NAMES, TELLS_PLACE, TELLS_TIME, asked_signs, signs
from engram_server.text.times import read_times


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("it rained", set()),
        ("", set()),
        ("Rain again.", set()),
        ("did it rain?", {ASKS}),
        ("did it rain? \n", {ASKS}),
        ("下雨了吗？", {ASKS}),
        ("هل أمطرت؟", {ASKS}),
        ("did it rain? it did.", set()),
        ("it rained yesterday", {TELLS_TIME}),
        ("they met Ana", {NAMES}),
        ("they met, Ana and all", {NAMES}),
        ("with ANA", set()),
        ("Ana met us", set()),
        ("it has 7 sails", {COUNTS}),
        ("it has seven sails", {COUNTS}),
        ("Twice it sank", {COUNTS}),
        ("anyone, sometimes, tenfold", set()),
        ("a boat in Oslo", {NAMES, TELLS_PLACE}),
        ("visiting the Alps", {NAMES, TELLS_PLACE}),
        ("a boat in the harbour", set()),
        ("I sail", {FIRST_PERSON}),
        ("My boat", {FIRST_PERSON}),
        ("tell me", {FIRST_PERSON}),
        ("our boat", {FIRST_PERSON}),
        ("Mine, myself, hour, come", set()),
        ("Can I meet Bo in Oslo on 8 May?", {ASKS, TELLS_TIME, NAMES, COUNTS, TELLS_PLACE, FIRST_PERSON}),
    ],
)
def test_what_a_body_shows(body: str, shown: Set[int]) -> None:
    assert signs(body, tells_time=read_times(body, 0).tells) == sum(shown)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Does it rain?", set()),
        ("When did Ana leave?", {TELLS_TIME}),
        ('  "When did Ana leave?"', {TELLS_TIME}),
        ("Did Ana leave when it rained?", set()),
        ("How long did it take?", {TELLS_TIME, COUNTS}),
        ("Since what year? Which DAY?", {TELLS_TIME}),
        ("How many, how much, how often?", {COUNTS}),
        ("How old is Bo?", {COUNTS}),
        ("Where is it?", {TELLS_PLACE}),
        ("In which city?", {TELLS_PLACE}),
        ("Who, whom, whose?", {NAMES}),
        ("Whole, somewhere, whenever", set()),
        ("", set()),
    ],
)
def test_what_a_question_wants(question: str, wanted: Set[int]) -> None:
    assert asked_signs(question) == sum(wanted)


def test_each_sign_is_a_bit_of_its_own_and_the_storages_are_the_same() -> None:
    bits = [ASKS, TELLS_TIME, NAMES, COUNTS, TELLS_PLACE, FIRST_PERSON, rows.DATED]
    assert sum(bits) == 2 ** len(bits) - 1
    assert (rows.ASKS, rows.TELLS_TIME) == (known.ASKS, known.TELLS_TIME)

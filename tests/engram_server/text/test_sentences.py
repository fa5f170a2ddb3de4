"""Cutting text into sentences."""

from __future__ import annotations

import random
from typing import List

import pytest

from engram_server.text.sentences import sentences

from .samples import random_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n ", []),
        ("no stop at all", ["no stop at all"]),
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("all in lower case. still two sentences.", ["all in lower case.", "still two sentences."]),
        ("Dr. Smith met Mrs. Jones. They left.", ["Dr. Smith met Mrs. Jones.", "They left."]),
        ("It cost $3.50 in v1.2.3. Cheap!", ["It cost $3.50 in v1.2.3.", "Cheap!"]),
        ("See e.g. this, i.e. that. Done.", ["See e.g. this, i.e. that.", "Done."]),
        ("J. K. Rowling wrote it. The U.S. Army read it.", ["J. K. Rowling wrote it.", "The U.S. Army read it."]),
        ("He and I. Then she.", ["He and I.", "Then she."]),
        ("At 5 p.m. we ate. At 9 p.m. We slept.", ["At 5 p.m. we ate.", "At 9 p.m.", "We slept."]),
        ("Milk, eggs, etc. are bought. Tea etc. Too.", ["Milk, eggs, etc. are bought.", "Tea etc.", "Too."]),
        ("No. Not room no. 5. Fig. 2 is it.", ["No.", "Not room no. 5.", "Fig. 2 is it."]),
        ("Am 12. Juni um 9 Uhr. Der 3. Mai auch.", ["Am 12. Juni um 9 Uhr.", "Der 3. Mai auch."]),
        ("Den 3. maj. I have 12. Good.", ["Den 3. maj.", "I have 12.", "Good."]),
        ("It cost 4.50. it was 112. so there.", ["It cost 4.50.", "it was 112.", "so there."]),
        ("Born in 1990. Moved in 2001.", ["Born in 1990.", "Moved in 2001."]),
        ('"Really?" she asked. "Yes!" He nodded.', ['"Really?" she asked.', '"Yes!"', "He nodded."]),
        ("(He left.) Then... well... What?! No…", ["(He left.)", "Then... well...", "What?!", "No…"]),
        ("So. . . what", ["So.", ".", ".", "what"]),
        ("1. Buy milk\n2. Eat\r\n\r\nDone", ["1. Buy milk", "2. Eat", "Done"]),
        ("今日は晴れ。明日は「雨。」そう！", ["今日は晴れ。", "明日は「雨。」", "そう！"]),
        ("Mail a@b.example. or see x.example/y.z", ["Mail a@b.example.", "or see x.example/y.z"]),
    ],
)
def test_sentences(text: str, expected: List[str]) -> None:
    assert [sentence.text for sentence in sentences(text)] == expected


def test_places_are_true_and_nothing_but_white_space_is_lost(rng: random.Random) -> None:
    for _ in range(1_000):
        text = random_text(rng)
        end = 0
        for sentence in sentences(text):
            assert text[sentence.start : sentence.end] == sentence.text == sentence.text.strip() != ""
            assert not text[end : sentence.start].strip()
            end = sentence.end
        assert not text[end:].strip()

"""Which number of a sentence is meant."""

from __future__ import annotations

from typing import Optional

import pytest

from engram_server.recall.numbers import nearest_number


@pytest.mark.parametrize(
    ("text", "own", "expected"),
    [
        ("Bob has 2 cats and 3 dogs.", "dog", 3),
        ("Bob has 2 cats and 3 dogs.", "cat", 2),
        ("Bob has 2 cats and 3 dogs.", "horse", 2),
        ("Bob has seven cats.", "cat", 7),
        ("It cost $1,234.50 then.", "cost", 1234.5),
        ("It is -4 degrees.", "degre", -4),
        ("She ran 5km.", "run", 5),
        ("She is 42.", "old", 42),
        ("At 3:45 or 4pm or 5 p.m. on the 2nd.", "at", None),
        ("On 2023-05-08 or 8/5/23.", "on", None),
        ("Version 1.2.3 of x2.", "version", None),
        ("None at all.", "at", None),
        ("", "x", None),
    ],
)
def test_nearest_number(text: str, own: str, expected: Optional[float]) -> None:
    assert nearest_number(text, {own}, set()) == expected


def test_the_words_of_the_question_decide_where_the_property_has_none() -> None:
    text = "Bob has 2 cats and 3 dogs."
    assert nearest_number(text, {"count"}, {"dog"}) == 3
    assert nearest_number(text, {"cat"}, {"dog"}) == 2

"""How clauses stand to each other."""

from __future__ import annotations

import pytest

from engram_server.text.clauses import relating


@pytest.mark.parametrize(
    ("text", "left", "kind", "right", "weight"),
    [
        ("The roof leaks because tiles are missing", "roof leaks", "caused_by", "tiles are missing", 0.80),
        ("Because tiles are missing, the roof leaks.", "roof leaks", "caused_by", "tiles are missing", 0.80),
        ("The outage was caused by a storm", "outage", "caused_by", "storm", 0.85),
        ("Late delivery due to heavy snow", "Late delivery", "caused_by", "heavy snow", 0.85),
        ("Rain led to flooding", "Rain", "leads_to", "flooding", 0.85),
        ("Tiles are missing, so the roof leaks", "Tiles are missing", "leads_to", "roof leaks", 0.65),
        ("After lunch, we walked home", "lunch", "before", "we walked home", 0.75),
        ("We washed up before guests came", "We washed up", "before", "guests came", 0.75),
        ("First we dig, then we plant", "we dig", "before", "we plant", 0.85),
        ("Soup was followed by cake", "Soup", "before", "cake", 0.80),
        ("Oak is similar to ash", "Oak", "similar_to", "ash", 0.75),
        ("Oak works better than pine", "Oak", "similar_to", "pine", 0.70),
        ("Ana unlike Bo swims", "Ana", "contradicts", "Bo swims", 0.70),
    ],
)
def test_a_cue_tells_the_relation(text: str, left: str, kind: str, right: str, weight: float) -> None:
    assert relating(text) == [(left, kind, right, weight)]


@pytest.mark.parametrize(
    "text",
    ["He was so happy", "See you then", "Was it because of rain?", "because", "", "So much for that", "It is before noon"],
)
def test_what_relates_nothing(text: str) -> None:
    assert [one for one in relating(text) if one.kind != "before"] == []


def test_each_sentence_for_itself_and_none_too_long() -> None:
    assert len(relating("Rain led to mud. Mud led to delays.")) == 2
    assert relating("Rain led to " + "mud " * 40) == []
    assert len(relating("Rain led to mud. " * 50)) == 8

"""Places without a name."""

from __future__ import annotations

from typing import List

import pytest

from engram_server.text.spots import spots


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Met Alice at coffee shop", ["coffee shop"]),
        ("We sat in the old coffee shop near a train station.", ["old coffee shop", "train station"]),
        ("At our office, at the office", ["office"]),
        ("Want to fix the login", []),
        ("to discuss API design", []),
        ("Moved to Oslo", []),
        ("the shop", []),
        ("in", []),
        ("from the person with a garden", []),
    ],
)
def test_places_are_told_by_noun_and_preposition(text: str, found: List[str]) -> None:
    assert spots(text) == found


def test_a_list_of_places_ends() -> None:
    assert len(spots(" ".join(f"in the {word} shop" for word in "abcdefghijklmnop"))) == 8

"""The matcher: folding, what of an entry is searched, and how well it fits."""

from __future__ import annotations

from typing import Any, Optional

import pytest

from engram.types import RecallQuery
from engram_server.domains.engrams.matching import asked, fold, holds, score, searched


@pytest.mark.parametrize(
    ("one", "other"),
    [("ABC", "abc"), ("Straße", "STRASSE"), ("nai\u0308ve", "NAÏVE"), ("ΣΊΣΥΦΟΣ", "σίσυφοσ"), ("a\x1eb\x00", "A B ")],
)
def test_texts_that_differ_in_case_or_form_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert fold(fold(one)) == fold(one)


def test_what_is_searched_are_the_values() -> None:
    content: Any = {"key": "Text", "n": [1, 2.5, True, None, ""], "deep": {"x": {"y": ["Z"]}}}
    assert searched(content, {"beside": "W"}).split("\x1e") == ["text", "1", "2.5", "true", "z", "w"]
    assert searched({}, {}) == ""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, 1.0),
        ({"text": "alpha"}, 1.0),
        ({"text": "alpha", "top_k": 3}, 1.0),
        ({"text": "beta"}, 4 / 10),
        ({"text": "alphabeta"}, None),
        ({"text": "gamma"}, None),
        ({"words": "alpha beta"}, 1.0),
        ({"words": "beta"}, 0.5),
        ({"words": ["beta", "gamma"]}, None),
        ({"words": "bet"}, None),
        ({"words": "alpha, beta!"}, 1.0),
        ({"words": ["?", "🙂"]}, None),
        ({"words": " "}, 1.0),
        ({"text": "beta", "words": "alpha"}, 0.4),
    ],
    ids=repr,
)
def test_how_well_a_query_fits(query: RecallQuery, expected: Optional[float]) -> None:
    """The best of the values counts: here "alpha" itself comes before the longer one that begins with it."""
    assert score(asked(query), searched(["Alpha Beta", "alpha"], {})) == expected


@pytest.mark.parametrize(
    ("where", "expected"),
    [({"a": 1}, True), ({"b": 2}, True), ({"c": 3}, False), ({"a": 2}, False), ({"d": {"e": [1, {"f": None}]}}, True)],
    ids=repr,
)
def test_a_field_is_in_the_content_or_beside_it(where: Any, expected: bool) -> None:
    assert holds({"a": 1, "d": {"e": [1, {"f": None}], "g": 0}}, {"b": 2}, where) is expected


def test_a_content_that_is_no_object_has_no_fields() -> None:
    assert not holds(["a"], {}, {"a": 1})
    assert holds("text", {"b": 2}, {"b": 2})


def test_strings_asked_for_narrow_what_is_looked_at_and_numbers_do_not() -> None:
    query: RecallQuery = {"text": "A", "words": "b c", "where": {"x": "D", "n": 5, "deep": {"y": ["E", True]}}}
    assert asked(query).needles == ("a", "b", "c", "d", "e")

"""Names on their way into a path: refused, or encoded so that they come out as they went in."""

from __future__ import annotations

from typing import Mapping, Optional
from urllib.parse import unquote

import pytest

from engram.errors import ValidationError
from engram.paths import QueryValue, checked_name, target_of

REFUSED = [
    pytest.param("", id="empty"),
    pytest.param(".", id="dot"),
    pytest.param("..", id="dot-dot"),
    pytest.param("a\0b", id="nul"),
    pytest.param("a\nb", id="newline"),
    pytest.param("a\x7fb", id="del"),
    pytest.param("a\x85b", id="c1"),
    pytest.param("\ud800", id="half-a-pair"),
    pytest.param(None, id="none"),
    pytest.param(b"default", id="bytes"),
    pytest.param(7, id="number"),
    pytest.param(["a"], id="list"),
]

KEPT = [
    "default", "...", "a/b", "/", "a?b=c#d", "50% off", "%2e%2e", "+", " ", "!*'()~", ":@&=+$", "{bucket}",
    "日本語", "e\u0301", "\u202eevil", "🗂", "CON", "\u2028", "x" * 300,
]  # fmt: skip


@pytest.mark.parametrize("value", REFUSED)
def test_a_name_that_could_mean_another_path_is_refused_by_name(value: object) -> None:
    with pytest.raises(ValidationError, match="^memory_id: must") as caught:
        checked_name(value, "memory_id")
    assert (caught.value.outcome, caught.value.status, caught.value.attempts) == ("not_sent", 0, 0)


@pytest.mark.parametrize("value", KEPT)
def test_a_name_is_one_segment_and_comes_back_as_it_was(value: str) -> None:
    target = target_of("/v1/buckets/{bucket}/memories", {"bucket": value})
    empty, v1, buckets, segment, memories = target.split("/")
    assert (empty, v1, buckets, memories) == ("", "v1", "buckets", "memories")
    assert unquote(segment, errors="strict") == value
    assert segment.isascii() and not set(segment) & set("?# {}")


def test_a_value_never_fills_another_placeholder() -> None:
    path = {"bucket": "{memory_id}", "memory_id": "{bucket}"}
    assert target_of("/b/{bucket}/m/{memory_id}", path) == "/b/%7Bmemory_id%7D/m/%7Bbucket%7D"


@pytest.mark.parametrize(
    ("query", "target"),
    [
        (None, "/v1/buckets"),
        ({}, "/v1/buckets"),
        ({"limit": None}, "/v1/buckets"),
        ({"limit": 20, "offset": 0, "cursor": None}, "/v1/buckets?limit=20&offset=0"),
        ({"cursor": "a b&c=d/é"}, "/v1/buckets?cursor=a+b%26c%3Dd%2F%C3%A9"),
    ],
)
def test_the_query_holds_what_is_given(query: Optional[Mapping[str, QueryValue]], target: str) -> None:
    assert target_of("/v1/buckets", {}, query) == target


def test_half_a_surrogate_pair_in_the_query_is_refused_like_anywhere() -> None:
    with pytest.raises(ValidationError, match="cursor: half") as caught:
        target_of("/v1/buckets", {}, {"cursor": "\ud800"})
    assert caught.value.outcome == "not_sent"

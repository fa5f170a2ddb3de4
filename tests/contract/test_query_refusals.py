"""What no question may be: the option that cannot be is named, and nothing is answered."""

from __future__ import annotations

import json
from typing import Any, List

import pytest

from engram.types.limits import MAX_ANSWER_TOKENS, MAX_QUERY_BUCKETS, MAX_QUESTION_CHARS, MAX_TOP_K

from .doors import Door

BAD: List[Any] = [
    ({"query": None}, "query"),
    ({"query": ""}, "query"),
    ({"query": 7}, "query"),
    ({"query": ["x"]}, "query"),
    ({"query": "x" * (MAX_QUESTION_CHARS + 1)}, "query"),
    ({"buckets": []}, "buckets"),
    ({"buckets": "work"}, "buckets"),
    ({"buckets": {"work": 1}}, "buckets"),
    ({"buckets": [""]}, "buckets[0]"),
    ({"buckets": ["work", None]}, "buckets[1]"),
    ({"buckets": ["."]}, "buckets"),
    ({"buckets": ["a\0b"]}, "buckets"),
    ({"bucket": ".."}, "bucket"),
    ({"bucket": 1}, "bucket"),
    ({"bucket": ""}, "bucket"),
    ({"stream": "yes"}, "stream"),
    ({"stream": 1}, "stream"),
    ({"options": []}, "options"),
    ({"options": "x"}, "options"),
    ({"options": {"top_k": 0}}, "options.top_k"),
    ({"options": {"top_k": -1}}, "options.top_k"),
    ({"options": {"top_k": MAX_TOP_K + 1}}, "options.top_k"),
    ({"options": {"top_k": 1.5}}, "options.top_k"),
    ({"options": {"top_k": "8"}}, "options.top_k"),
    ({"options": {"top_k": True}}, "options.top_k"),
    ({"options": {"skip_synthesis": 0}}, "options.skip_synthesis"),
    ({"options": {"return_explanation": "no"}}, "options.return_explanation"),
    ({"options": {"max_tokens": 0}}, "options.max_tokens"),
    ({"options": {"max_tokens": MAX_ANSWER_TOKENS + 1}}, "options.max_tokens"),
    ({"options": {"min_similarity_threshold": -0.1}}, "options.min_similarity_threshold"),
    ({"options": {"min_similarity_threshold": 1.1}}, "options.min_similarity_threshold"),
    ({"options": {"min_similarity_threshold": "0.5"}}, "options.min_similarity_threshold"),
    ({"options": {"min_similarity_threshold": True}}, "options.min_similarity_threshold"),
    ({"options": {"min_weighted_score": -1}}, "options.min_weighted_score"),
    ({"options": {"min_weighted_score": 10**400}}, "options.min_weighted_score"),
    ({"options": {"top_k_per_bucket": 0}}, "options.top_k_per_bucket"),
    ({"options": {"top_k_per_bucket": "x"}}, "options.top_k_per_bucket"),
    ({"options": {"top_k_per_bucket": [1]}}, "options.top_k_per_bucket"),
    ({"options": {"top_k_per_bucket": {"work": 0}}}, "options.top_k_per_bucket.work"),
    ({"options": {"top_k_per_bucket": {"work": None}}}, "options.top_k_per_bucket.work"),
    ({"options": {"top_k_per_bucket": {"": 1}}}, "options.top_k_per_bucket"),
    ({"options": {"return_format": "xml"}}, "options.return_format"),
    ({"options": {"return_format": ["json"]}}, "options.return_format"),
    ({"options": {"response_schema": []}}, "options.response_schema"),
    ({"options": {"response_schema": "{}"}}, "options.response_schema"),
]


@pytest.mark.parametrize(("change", "field"), BAD, ids=lambda value: repr(value)[:60])
@pytest.mark.parametrize("stream", [False, True])
def test_a_bad_option_is_a_422_that_names_it_streamed_or_not(change: Any, field: str, stream: bool, door: Door) -> None:
    answer = door.request("POST", "/v1/query", {"query": "project", "stream": stream, **change})
    assert (answer.status, answer.json()["code"]) == (422, "invalid_field")
    assert answer.json()["details"]["field"] == field
    assert answer.json()["error"].startswith(f"{field}: ")


@pytest.mark.parametrize("body", [{}, {"question": "project"}, [], "x", None])
def test_a_question_is_required_and_is_called_query(body: Any, door: Door) -> None:
    answer = door.request("POST", "/v1/query", json.dumps(body))
    assert answer.status == 422
    assert answer.json()["details"]["field"] == ("query" if isinstance(body, dict) else "")


def test_so_many_buckets_and_no_more(door: Door) -> None:
    names = [f"b{number}" for number in range(MAX_QUERY_BUCKETS + 1)]
    assert door.request("POST", "/v1/query", {"query": "x", "buckets": names[:-1]}).status == 200
    answer = door.request("POST", "/v1/query", {"query": "x", "buckets": names})
    assert (answer.status, answer.json()["details"]) == (413, {"field": "buckets"})

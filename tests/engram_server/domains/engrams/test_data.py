"""An entry's data: what is sent in, and the text of the memory that it becomes."""

from __future__ import annotations

from typing import Any

import pytest

from engram.types.limits import MAX_MEMORY_BYTES
from engram_server.domains.engrams.data import Data, data_of, kept_data, readable


def test_what_is_kept_comes_back() -> None:
    data = data_of({"content": {"a": [1, "ü"]}, "tags": ["b", "a", "b"], "meta": {"m": None}})
    assert data == Data({"a": [1, "ü"]}, {}, {"m": None}, ["a", "b"])
    assert kept_data(data.as_json(), data.tags_as_json()) == data


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("plain", "plain"),
        ({"question": "why", "answer": 42}, "question: why\nanswer: 42"),
        ({"a": {"q": [1, 2], "r": None}, "ok": True}, "a q: 1, 2\nok: true"),
        ([{"x": 1}, "y", []], "x: 1\ny"),
        (["a", None, "b"], "a, b"),
        ({}, "{}"),
        (None, "null"),
    ],
    ids=repr,
)
def test_a_memory_says_what_the_entry_says(content: Any, text: str) -> None:
    assert readable(Data(content, {}, {}, [])) == text


def test_names_that_lead_to_many_values_do_not_make_it_too_long() -> None:
    content: Any = {"é" * 10_000: {str(number): number for number in range(1_000)}}
    assert MAX_MEMORY_BYTES - 4 <= len(readable(Data(content, {}, {}, [])).encode("utf-8")) <= MAX_MEMORY_BYTES

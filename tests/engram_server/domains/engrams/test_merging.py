"""How data is merged into data."""

from __future__ import annotations

from typing import Any

import pytest

from engram_server.domains.engrams.merging import merged


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (1, 2, 2),
        (1, None, 1),
        (None, 1, 1),
        ({"a": 1}, [1], [1]),
        ([1], {"a": 1}, {"a": 1}),
        ("x", {"a": 1}, {"a": 1}),
        ({"a": 1, "b": {"c": [1]}}, {"b": {"c": [2], "d": 3}}, {"a": 1, "b": {"c": [1, 2], "d": 3}}),
        ([1, {"a": 1}, 1], [{"a": 1}, True, "1", 1], [1, {"a": 1}, True, "1"]),
        ([{"a": 1, "b": 2}], [{"b": 2, "a": 1}], [{"a": 1, "b": 2}]),
    ],
    ids=repr,
)
def test_merging(old: Any, new: Any, expected: Any) -> None:
    assert repr(merged(old, new)) == repr(expected)


def test_neither_side_is_changed() -> None:
    old: Any = {"a": {"q": [1]}}
    new: Any = {"a": {"q": [2]}}
    merged(old, new)
    assert (old, new) == ({"a": {"q": [1]}}, {"a": {"q": [2]}})

"""What is sent of a graph as it would be stored."""

from __future__ import annotations

from typing import Any, List, Optional

import pytest

from engram_server.clock import iso, iso_moment_of
from engram_server.domains.brain.drafts import (
    NAME_KEY_CHARS,
    Stamp,
    content_key,
    direction_of,
    drafted_neuron,
    new_project,
    restored_state,
    share,
    snapped,
)
from engram_server.domains.brain.graph import patterns
from engram_server.domains.errors import Malformed
from engram_server.storage.brain_rows import NeuronState

NOW = iso_moment_of("2026-01-01")


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("Alice", "alice"),
        ("ALICE", "alice"),
        ("Dr. Alice", "alice"),
        ("Zoë's garden", "zoe garden"),
        ("!!!", ""),
        ("word " * 100, ("word " * 100)[:NAME_KEY_CHARS]),
    ],
)
def test_spellings_of_one_name_have_one_key(content: str, key: str) -> None:
    assert content_key(content) == key


def test_a_long_content_costs_no_more_than_its_beginning() -> None:
    begun = "a " * NAME_KEY_CHARS
    assert content_key(begun + "b" * 50_000) == content_key(begun + "c" * 50_000)


@pytest.mark.parametrize(
    ("content", "metadata", "span"),
    [
        ("on May 3, 2024", {}, ["2024-05-03T00:00:00", "2024-05-04T00:00:00"]),
        ("yesterday", {}, ["2025-12-31T00:00:00", "2026-01-01T00:00:00"]),
        ("then", {"start": "2024-05-03"}, ["2024-05-03T00:00:00", "2024-05-03T00:00:00.000001"]),
        (
            "then",
            {"start": 3, "absolute_start": "2024-05-03", "absolute_end": "2024-06-01"},
            ["2024-05-03T00:00:00", "2024-06-01T00:00:00"],
        ),
        ("then", {"start": "2024-05-03", "end": "2024-05-01"}, ["2024-05-03T00:00:00", "2024-05-03T00:00:00.000001"]),
        ("then", {"start": "soon", "end": "later"}, None),
        ("once", {}, None),
    ],
)
def test_a_neuron_of_time_denotes_what_it_says(content: str, metadata: Any, span: Optional[List[str]]) -> None:
    new = drafted_neuron("n", "time", content, metadata, NOW)
    found = None if new.since is None or new.until is None else [iso(new.since), iso(new.until)]
    assert found == span
    other = drafted_neuron("n", "concept", content, metadata, NOW)
    assert (other.since, other.until) == (None, None)


def test_numbers_snap_and_are_cut() -> None:
    assert [snapped(number) for number in range(11)] == [0, 0, 2, 2, 5, 5, 5, 7, 7, 10, 10]
    assert [share(number) for number in (-1, 0, 0.5, 1, 8)] == [0, 0, 0.5, 1, 1]
    assert {kind: direction_of(kind) for kind in ("near", "is_a")} == {"near": "bi", "is_a": "uni"}


def test_a_state_that_says_nothing_is_that_of_a_new_neuron() -> None:
    assert restored_state({}) == NeuronState()
    assert restored_state({"activation_level": 1, "last_activated": "2026-01-01"}).last_activated == NOW


def test_a_project_that_ends_before_it_starts_is_refused() -> None:
    stamp = Stamp("p", NOW)
    assert new_project({"name": "x", "end_date": "2026-01-01"}, stamp).end_date == NOW
    with pytest.raises(Malformed, match="end_date"):
        new_project({"name": "x", "end_date": "2025-12-31"}, stamp)


@pytest.mark.parametrize(
    ("contains", "found"),
    [
        ("bo", ["%bo%", "%BO%", "%Bo%"]),
        ("50%", ["%50\\%%"]),
        ("a_b", ["%a\\_b%", "%A\\_B%", "%A\\_b%"]),
        ("\\", ["%\\\\%"]),
    ],
)
def test_what_is_searched_for_is_no_pattern(contains: str, found: List[str]) -> None:
    assert patterns(contains) == found

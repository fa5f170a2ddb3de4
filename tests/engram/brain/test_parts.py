"""A snapshot in parts is the same snapshot."""

from __future__ import annotations

from typing import List, cast

import pytest

from engram.brain.storage.parts import parts_of
from engram.types.wire import JsonObject, JsonValue

ROWS: List[JsonValue] = [{"id": f"n-{number}"} for number in range(10)]
ROW_BYTES = len('{"id": "n-0"}')
SNAPSHOT: JsonObject = {
    "brain_id": "b",
    "neurons": ROWS,
    "synapses": [],
    "config": {"decay_rate": 0.1},
    "metadata": {"projects": ROWS[:3], "brain": {"name": "Garden"}},
}


@pytest.mark.parametrize(("rows_each", "parts"), [(13, 1), (12, 2), (4, 4), (1, 13), (0, 13)])
def test_parts_make_the_whole(rows_each: int, parts: int) -> None:
    made = parts_of(SNAPSHOT, rows_each * ROW_BYTES)
    assert len(made) == parts
    neurons: List[JsonValue] = []
    projects: List[JsonValue] = []
    for part in made:
        extras = cast(JsonObject, part["metadata"])
        neurons += cast(List[JsonValue], part["neurons"])
        projects += cast(List[JsonValue], extras["projects"])
        assert (part["brain_id"], part["synapses"], part["config"]) == ("b", [], {"decay_rate": 0.1})
        assert extras["brain"] == {"name": "Garden"}
    assert (neurons, projects) == (ROWS, ROWS[:3])


def test_the_snapshot_stays_as_it_is() -> None:
    before = repr(SNAPSHOT)
    parts_of(SNAPSHOT, 1)
    assert repr(SNAPSHOT) == before

"""Export and import: a brain taken out and put in again is the same to the byte, or nothing happens."""

from __future__ import annotations

import json
from typing import Any, Dict

import pytest

from .brain import (
    BRAIN,
    CONFIG,
    START,
    add_fiber,
    add_neuron,
    add_synapse,
    add_typed,
    ask,
    counts,
    make_brain,
    refused,
    told,
)
from .doors import Door

EMPTY: Dict[str, Any] = {
    "brain_id": "x",
    "brain_name": "X",
    "exported_at": START,
    "version": "0.1.0",
    "neurons": [],
    "synapses": [],
    "fibers": [],
    "config": {},
    "metadata": {},
}


def neuron(neuron_id: str, **given: Any) -> Dict[str, Any]:
    return {"id": neuron_id, "type": "concept", "content": neuron_id, **given}


@pytest.fixture
def filled(door: Door) -> Door:
    """A brain with something of everything."""
    make_brain(door, config={"max_spread_hops": 3}, owner_id="ana", shared_with=["bo"], metadata={"é": "ü"})
    add_neuron(door, "n1", "Alice", type="entity", metadata={"b": 1, "a": [None, 1.5]})
    add_neuron(door, "n2", "on May 3, 2024", type="time", created_at="2024-05-04T01:02:03.000004")
    add_neuron(door, "n3", "alone")
    state = {"activation_level": 0.7, "access_frequency": 3, "last_activated": "2025-12-30T00:00:00.5"}
    told(door, "PUT", "/memory/neurons/n1/state", state)
    add_synapse(door, "n1", "n2", type="happened_at", weight=0.9, reinforced_count=2, last_activated=START)
    add_fiber(door, "f1", "n2", "n1", summary="Alice came on May 3.", tags=["Visit"], conductivity=0.87, frequency=4)
    told(door, "POST", "/memory/fibers/f1/conduct", {"conducted_at": "2026-01-02T00:00:00.25"})
    door.client().store_memory("Bo: the ferns are dry", BRAIN, metadata={"k": 1})
    told(door, "POST", "/memory/projects", {"id": "p1", "name": "P", "tags": ["t"]})
    add_typed(door, "f1", "decision", priority=7, project_id="p1", expires_at="2027-01-01T00:00:00")
    return door


def test_what_is_put_in_is_what_was_taken_out(filled: Door) -> None:
    before = filled.request("GET", f"/brain/{BRAIN}/export").body.decode()
    filled.clock.now += 1_000
    made = told(filled, "POST", "/brain/copy/import", before)
    assert (made["id"], made["name"], made["owner_id"]) == ("copy", "Garden", "ana")
    assert (made["config"]["max_spread_hops"], made["metadata"]) == (3, {"é": "ü"})
    assert counts(filled, "copy") == (3, 1, 1)
    after = filled.request("GET", "/brain/copy/export").body.decode()
    renamed = after.replace('"brain_id":"copy"', f'"brain_id":"{BRAIN}"')
    assert renamed.replace("2026-01-01T00:16:40", START) == before
    for method, target in (("GET", "/memory/neurons/n1/state"), ("GET", "/memory/fiber/f1")):
        assert told(filled, method, target, brain="copy") == told(filled, method, target)
    asked = {"query": "When did Alice come?", "options": {"skip_synthesis": True}}
    answers = [
        filled.request("POST", "/v1/query", {**asked, "buckets": [brain]}).json()["explanation"]
        for brain in (BRAIN, "copy")
    ]
    found = [[one["content"] for one in answer["retrieved_memories"]] for answer in answers]
    assert found[0] == found[1] and "Alice came on May 3." in found[0]


def test_two_exports_differ_in_their_moment_alone(filled: Door) -> None:
    first = told(filled, "GET", f"/brain/{BRAIN}/export")
    filled.clock.now += 1
    assert told(filled, "GET", f"/brain/{BRAIN}/export") == {**first, "exported_at": "2026-01-01T00:00:01"}


def test_a_brain_is_replaced_whole_or_not_at_all(filled: Door) -> None:
    before = told(filled, "GET", f"/brain/{BRAIN}/export")
    snapshot = {**EMPTY, "neurons": [neuron("new")]}
    refused(ask(filled, "POST", f"/brain/{BRAIN}/import", snapshot), 409, "already exists")
    broken = {**snapshot, "synapses": [{"id": "s", "source_id": "new", "target_id": "ghost", "type": "is_a"}]}
    refused(ask(filled, "POST", f"/brain/{BRAIN}/import?replace=true", broken), 400, "ghost")
    assert told(filled, "GET", f"/brain/{BRAIN}/export") == before
    told(filled, "POST", f"/brain/{BRAIN}/import?replace=true", snapshot)
    assert counts(filled) == (1, 0, 0)
    assert filled.client().list_memories(BRAIN)["memories"] == []


@pytest.mark.parametrize("version", ["1.0.0", "2", "", "0", "0.x", "v0.1.0", "00.1", "0.1.0.0"])
def test_a_version_that_nobody_knows_is_refused(door: Door, version: str) -> None:
    error = refused(ask(door, "POST", "/brain/copy/import", {**EMPTY, "version": version}), 400, "version")
    assert error["code"] == "unknown_version"
    refused(ask(door, "GET", "/brain/copy"), 404, "not found")


BROKEN = [
    ({"neurons": [neuron("a"), neuron("a")]}, "neurons[1]"),
    ({"neurons": [neuron("a", content=" ")]}, "content"),
    ({"neurons": [{"id": "a", "type": "concept"}]}, "neurons[0].content"),
    ({"neurons": "x"}, "neurons"),
    ({"fibers": [{"id": "f", "neuron_ids": ["a"], "anchor_neuron_id": "b"}]}, "anchor_neuron_id"),
    ({"fibers": [{"id": "f", "neuron_ids": ["a"], "anchor_neuron_id": "a"}] * 2}, "fibers[1]"),
    ({"metadata": {"typed_memories": [{"fiber_id": "ghost", "memory_type": "fact"}]}}, "ghost"),
    ({"metadata": {"memories": [{"id": "m", "content": "x"}] * 2}}, "metadata.memories[1]"),
    ({"config": {"max_spread_hops": 99}}, "config.max_spread_hops"),
]


@pytest.mark.parametrize(("parts", "word"), BROKEN)
def test_a_snapshot_that_cannot_be_leaves_nothing(door: Door, parts: Any, word: str) -> None:
    refused(ask(door, "POST", "/brain/copy/import", {**EMPTY, **parts}), 400, word)
    refused(ask(door, "GET", "/brain/copy"), 404, "not found")


def test_a_snapshot_of_a_published_client_is_taken(door: Door) -> None:
    """Its config has keys, and its graph types, that are unknown here; its fibers bring no text of their own."""
    snapshot = {
        **EMPTY,
        "neurons": [neuron("a", content="Bo waters the ferns."), neuron("b", type="muse", metadata={"k": 1})],
        "synapses": [{"id": "s", "source_id": "a", "target_id": "b", "type": "hums_to", "weight": 0.4}],
        "fibers": [{"id": "f", "neuron_ids": ["b", "a"], "anchor_neuron_id": "a", "tags": ["x"], "extra": 1}],
        "config": {"decay_rate": 0.2, "dream_neuron_count": 5},
        "metadata": {"typed_memories": [{"fiber_id": "f", "memory_type": "todo"}], "projects": [], "unknown": 1},
    }
    made = told(door, "POST", "/brain/copy/import", snapshot)
    assert made["config"] == {**CONFIG, "decay_rate": 0.2}
    assert told(door, "GET", "/memory/neurons/b", brain="copy")["metadata"] == {"k": 1, "original_type": "muse"}
    synapse = told(door, "GET", "/memory/synapses/s", brain="copy")
    assert (synapse["type"], synapse["metadata"]) == ("related_to", {"original_type": "hums_to"})
    assert door.client().get_memory("f", "copy")["content"] == "Bo waters the ferns."
    assert told(door, "GET", "/memory/typed-memories/f", brain="copy")["memory_type"] == "todo"


def test_a_snapshot_is_json_that_may_be_written_in_any_way(filled: Door) -> None:
    snapshot = told(filled, "GET", f"/brain/{BRAIN}/export")
    told(filled, "POST", "/brain/copy/import", json.dumps(snapshot, indent=2, sort_keys=True))
    copy = told(filled, "GET", "/brain/copy/export")
    assert {**copy, "brain_id": BRAIN} == snapshot


def test_a_snapshot_may_come_in_parts_in_any_order(filled: Door) -> None:
    whole = told(filled, "GET", f"/brain/{BRAIN}/export")
    rest = {**whole, "neurons": [], "metadata": {key: whole["metadata"][key] for key in ("memories", "projects")}}
    extras = {key: value for key, value in whole["metadata"].items() if key not in rest["metadata"]}
    first = {**EMPTY, "brain_name": whole["brain_name"], "config": whole["config"], "neurons": whole["neurons"][:1]}
    second = {**EMPTY, "neurons": whole["neurons"][1:], "metadata": extras}
    path = "/brain/copy/import?upload=u&parts=3&part="
    for number, part in ((3, rest), (1, first), (1, first)):
        assert told(filled, "POST", path + str(number), part) == {"status": "waiting", "id": "u"}
        refused(ask(filled, "GET", "/brain/copy"), 404, "not found")
    assert told(filled, "POST", path + "2", second)["neuron_count"] == 3
    copy = told(filled, "GET", "/brain/copy/export")
    assert {**copy, "brain_id": BRAIN} == whole
    # Nothing of it is left to be mixed with the next.
    assert told(filled, "POST", path.replace("copy", "other") + "1", first)["status"] == "waiting"


def test_parts_that_make_no_brain_leave_none(door: Door) -> None:
    path = "/brain/copy/import?upload=u&parts=2&part="
    told(door, "POST", path + "1", {**EMPTY, "neurons": [neuron("a")]})
    refused(ask(door, "POST", path + "2", {**EMPTY, "neurons": [neuron("a")]}), 400, "neurons[1]")
    refused(ask(door, "GET", "/brain/copy"), 404, "not found")
    assert told(door, "POST", path + "2", {**EMPTY, "neurons": [neuron("b")]})["neuron_count"] == 2

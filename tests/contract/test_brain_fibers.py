"""Fibers: each is a memory of the bucket, conducts, and goes with it."""

from __future__ import annotations

from typing import Any

import pytest

from .brain import (
    BRAIN,
    START,
    add_fiber,
    add_neuron,
    add_synapse,
    add_typed,
    ask,
    counts,
    ids,
    make_brain,
    refused,
    told,
)
from .doors import Door


@pytest.fixture
def brain(door: Door) -> Door:
    """A brain with three neurons."""
    make_brain(door)
    for neuron_id in ("n1", "n2", "n3"):
        add_neuron(door, neuron_id)
    return door


def test_what_is_deleted_of_a_graph_is_no_part_of_a_fiber(brain: Door) -> None:
    for ends in ("n1 n2", "n2 n3", "n3 n1"):
        add_synapse(brain, *ends.split())
    synapses = ["n1n2", "n2n3", "n3n1", "later"]
    add_fiber(brain, "f1", "n1", "n2", "n3", "n2", synapse_ids=synapses)
    add_fiber(brain, "f2", "n2", "n1", "n3", synapse_ids=synapses)
    told(brain, "DELETE", "/memory/synapses/n3n1")
    told(brain, "DELETE", "/memory/neurons/n2")
    parts = ("anchor_neuron_id", "neuron_ids", "pathway", "synapse_ids")
    found = [[told(brain, "GET", f"/memory/fibers/{one}")[part] for part in parts] for one in ("f1", "f2")]
    assert found == [
        ["n1", ["n1", "n3"], ["n1", "n3"], ["later"]],
        # What it is of stays with it, whether it is there or not.
        ["n2", ["n1", "n2", "n3"], ["n2", "n1", "n3"], ["later"]],
    ]
    for neuron, fibers in (("n2", ["f2"]), ("n3", ["f1", "f2"])):
        assert ids(told(brain, "GET", f"/memory/fibers?contains_neuron={neuron}"), "fibers") == fibers


def test_a_fiber_comes_back_whole(brain: Door) -> None:
    made = add_fiber(brain, "f1", "n2", "n1", "n3", tags=["Important", " important", " "], auto_tags=["Red  Rose"])
    assert made == {
        "id": "f1",
        "neuron_ids": ["n1", "n2", "n3"],
        "synapse_ids": [],
        "anchor_neuron_id": "n2",
        "pathway": ["n2", "n1", "n3"],
        "conductivity": 1.0,
        "last_conducted": None,
        "time_start": None,
        "time_end": None,
        "coherence": 0.0,
        "salience": 0.0,
        "frequency": 0,
        "summary": None,
        "tags": ["important", "red rose"],
        "auto_tags": ["red rose"],
        "agent_tags": ["important"],
        "metadata": {},
        "stage": "stm",
        "created_at": START,
    }
    assert told(brain, "GET", "/memory/fiber/f1") == told(brain, "GET", "/memory/fibers/f1") == made
    assert ids(told(brain, "GET", "/memory/fibers?tags=Red%20%20rose,"), "fibers") == ["f1"]
    assert told(brain, "PUT", "/memory/fibers/f1", {}) == made


def test_an_anchor_that_is_no_member_is_refused(brain: Door) -> None:
    body = {"id": "f1", "neuron_ids": ["n1"], "anchor_neuron_id": "n2"}
    refused(ask(brain, "POST", "/memory/fibers", body), 400, "anchor_neuron_id")
    add_fiber(brain, "f1", "n1")
    refused(ask(brain, "PUT", "/memory/fibers/f1", {"anchor_neuron_id": "n2"}), 400, "anchor_neuron_id")
    refused(ask(brain, "POST", "/memory/fibers", {**body, "anchor_neuron_id": "n1"}), 409, "already exists")
    assert told(brain, "GET", "/memory/fiber/f1")["anchor_neuron_id"] == "n1"
    assert counts(brain) == (3, 0, 1)


def test_conducting_adds_a_fiftieth_and_counts_a_use(brain: Door) -> None:
    add_fiber(brain, "f1", "n1", conductivity=0.8)
    brain.clock.now += 60
    once = told(brain, "POST", "/memory/fibers/f1/conduct", {})
    assert (once["conductivity"], once["frequency"]) == (pytest.approx(0.82), 1)
    assert once["last_conducted"] == "2026-01-01T00:01:00"
    given = {"reinforce": False, "conducted_at": "2026-01-02T00:00:00"}
    twice = told(brain, "POST", "/memory/fibers/f1/conduct", given)
    assert (twice["conductivity"], twice["frequency"]) == (pytest.approx(0.82), 2)
    assert twice["last_conducted"] == "2026-01-02T00:00:00"
    told(brain, "PUT", "/memory/fibers/f1", {"conductivity": 0.99})
    assert told(brain, "POST", "/memory/fibers/f1/conduct", {})["conductivity"] == 1.0


@pytest.mark.parametrize(("given", "kept"), [(1.7, 1.0), (-0.5, 0.0)])
def test_conductivity_and_salience_are_cut(brain: Door, given: float, kept: float) -> None:
    made = add_fiber(brain, "f1", "n1", conductivity=given, salience=given)
    assert (made["conductivity"], made["salience"]) == (kept, kept)


def test_a_change_leaves_what_is_not_given(brain: Door) -> None:
    made = add_fiber(brain, "f1", "n1", "n2", conductivity=0.4, metadata={"k": 1}, tags=["a"], auto_tags=["b"])
    changed = told(brain, "PUT", "/memory/fibers/f1", {"neuron_ids": ["n3", "n1"], "frequency": 7})
    assert changed == {**made, "neuron_ids": ["n1", "n3"], "frequency": 7}
    assert ids(told(brain, "GET", "/memory/fibers?contains_neuron=n2"), "fibers") == []
    assert ids(told(brain, "GET", "/memory/fibers?contains_neuron=n3"), "fibers") == ["f1"]
    # The published client sends all three.
    tags = {"tags": ["B", "c"], "auto_tags": ["b"], "agent_tags": ["c"]}
    assert told(brain, "PUT", "/memory/fibers/f1", tags)["tags"] == ["b", "c"]
    only_all = told(brain, "PUT", "/memory/fibers/f1", {"tags": ["b", "d"]})
    assert (only_all["auto_tags"], only_all["agent_tags"]) == (["b"], ["d"])


FOUND = [
    ("", ["f3", "f1", "f2"]),
    ("contains_neuron=n2", ["f3", "f1"]),
    ("tags=red", ["f1", "f2"]),
    ("tags=RED,round", ["f1"]),
    ("tags=red,round&tag_mode=or", ["f3", "f1", "f2"]),
    ('tags=["red","round"]', ["f1"]),
    ("min_salience=0.5", ["f3", "f1"]),
    ("metadata_key=a.b", ["f3"]),
    ("metadata_key=a", []),
    ("time_start=2024-05-01&time_end=2024-05-31", ["f2"]),
    ("time_start=2025-12-31", ["f3", "f1"]),
    ("limit=1&offset=1", ["f1"]),
]


@pytest.mark.parametrize(("query", "wanted"), FOUND)
def test_fibers_are_found_the_most_salient_first(brain: Door, query: str, wanted: "list[str]") -> None:
    add_fiber(brain, "f1", "n1", "n2", tags=["red", "round"], salience=0.5)
    add_fiber(brain, "f2", "n1", tags=["red"], salience=0.1, time_start="2024-05-03T00:00:00")
    add_fiber(brain, "f3", "n2", tags=["round"], salience=0.9, metadata={"a.b": False, "a": None})
    assert ids(told(brain, "GET", "/memory/fibers?" + query.replace('"', "%22")), "fibers") == wanted


def test_fibers_of_several_neurons_come_once_and_so_many_of_each(brain: Door) -> None:
    for number in range(4):
        add_fiber(brain, f"f{number}", "n1", "n2", salience=number / 4, tags=["even" if number % 2 == 0 else "odd"])
    add_fiber(brain, "g", "n3", salience=0.1)
    asked: Any = {"neuron_ids": ["n1", "n3", "ghost"], "limit_per_neuron": 2}
    assert ids(told(brain, "POST", "/memory/fibers/batch", asked), "fibers") == ["f3", "f2", "g"]
    assert ids(told(brain, "POST", "/memory/fibers/batch", {**asked, "tags": ["Even"]}), "fibers") == ["f2", "f0"]


def test_a_fiber_is_a_memory_that_query_finds(brain: Door) -> None:
    add_fiber(brain, "f1", "n1", summary="Bo planted marigolds beside the shed.")
    add_fiber(brain, "f2", "n2")
    client = brain.client()
    assert [one["content"] for one in client.list_memories(BRAIN)["memories"]] == [
        "Neuron n2",
        "Bo planted marigolds beside the shed.",
    ]
    found = client.query("Who planted marigolds?", buckets=[BRAIN])["explanation"]["retrieved_memories"]
    assert found[0]["memory_id"] == "f1"
    told(brain, "PUT", "/memory/fibers/f1", {"summary": "Bo planted tulips beside the shed."})
    assert client.get_memory("f1", BRAIN)["content"] == "Bo planted tulips beside the shed."


def test_a_fiber_and_its_memory_go_together(brain: Door) -> None:
    for fiber_id in ("f1", "f2", "f3", "f4"):
        add_fiber(brain, fiber_id, "n1", tags=["t"])
        add_typed(brain, fiber_id)
    told(brain, "DELETE", "/memory/fibers/f1")
    brain.client().delete_memory("f2", BRAIN)
    assert counts(brain) == (3, 0, 2)
    assert sorted(one["id"] for one in brain.client().list_memories(BRAIN)["memories"]) == ["f3", "f4"]
    assert ids(told(brain, "GET", "/memory/fibers?contains_neuron=n1&tags=t"), "fibers") == ["f3", "f4"]
    assert ids(told(brain, "GET", "/memory/typed-memories"), "typed_memories", "fiber_id") == ["f4", "f3"]
    refused(ask(brain, "GET", "/memory/fiber/f1"), 404, "f1")
    refused(ask(brain, "DELETE", "/memory/fibers/f2"), 404, "f2")
    brain.client().clear_memories(BRAIN)
    assert counts(brain) == (3, 0, 0)


def test_a_fiber_may_name_what_is_not_there_yet(brain: Door) -> None:
    add_fiber(brain, "f1", "later", "n1")
    assert ids(told(brain, "GET", "/memory/fibers?contains_neuron=later"), "fibers") == ["f1"]
    add_neuron(brain, "later")
    add_synapse(brain, "later", "n1")
    told(brain, "DELETE", "/memory/fibers/f1")
    # What somebody has added himself stays when no fiber holds it any more.
    assert counts(brain) == (4, 1, 0)

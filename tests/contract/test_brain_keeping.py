"""Typed memories, projects and alerts of a brain."""

from __future__ import annotations

from typing import Any

import pytest

from .brain import BRAIN, START, add_fiber, add_neuron, add_synapse, add_typed, ask, ids, make_brain, refused, told
from .doors import Door

DAY = 24 * 60 * 60


@pytest.fixture
def brain(door: Door) -> Door:
    """A brain with one neuron and three fibers."""
    make_brain(door)
    add_neuron(door, "n1")
    for fiber_id in ("f1", "f2", "f3"):
        add_fiber(door, fiber_id, "n1")
    return door


def typed(door: Door, query: str = "") -> Any:
    return ids(told(door, "GET", "/memory/typed-memories" + query), "typed_memories", "fiber_id")


# -- typed memories


def test_a_typed_memory_has_documented_defaults(brain: Door) -> None:
    made = add_typed(brain, "f1", "decision")
    assert made == {
        "fiber_id": "f1",
        "memory_type": "decision",
        "priority": 5,
        "provenance": {
            "source": "user_input",
            "confidence": "medium",
            "verified": False,
            "verified_at": None,
            "created_by": "user",
            "last_confirmed": None,
        },
        "expires_at": None,
        "project_id": None,
        "tags": [],
        "metadata": {},
        "trust_score": None,
        "source": None,
        "tier": "warm",
        "created_at": START,
    }
    assert told(brain, "GET", "/memory/typed-memories/f1") == made
    refused(ask(brain, "GET", "/memory/typed-memories/f2"), 404, "f2")
    refused(ask(brain, "POST", "/memory/typed-memories", {"fiber_id": "f2", "memory_type": "foo"}), 400, "memory_type")


def test_a_fiber_is_of_one_kind_the_last_that_was_told(brain: Door) -> None:
    add_typed(brain, "f1", "todo", priority=9, tags=["a"])
    add_typed(brain, "f1", "error")
    assert typed(brain) == ["f1"]
    assert told(brain, "GET", "/memory/typed-memories/f1")["memory_type"] == "error"
    told(brain, "DELETE", "/memory/typed-memories/f1")
    refused(ask(brain, "DELETE", "/memory/typed-memories/f1"), 404, "f1")
    assert told(brain, "GET", "/memory/fiber/f1")["id"] == "f1"


def test_a_typed_memory_needs_its_fiber(brain: Door) -> None:
    refused(ask(brain, "POST", "/memory/typed-memories", {"fiber_id": "ghost", "memory_type": "fact"}), 404, "ghost")
    assert typed(brain) == []


@pytest.mark.parametrize(
    ("given", "kept"), [(0, 0), (1, 0), (2, 2), (3, 2), (4, 5), (6, 5), (7, 7), (8, 7), (9, 10), (10, 10)]
)
def test_a_priority_snaps(brain: Door, given: int, kept: int) -> None:
    assert add_typed(brain, "f1", priority=given)["priority"] == kept


def test_what_has_expired_is_only_shown_when_asked_for(brain: Door) -> None:
    project = told(brain, "POST", "/memory/projects", {"id": "p1", "name": "Spring"})["id"]
    add_typed(brain, "f1", expires_at="2025-12-31T00:00:00", project_id=project)
    add_typed(brain, "f2", expires_at="2026-01-31T00:00:00", project_id=project)
    of_project = f"/memory/projects/{project}/memories"
    assert typed(brain) == ["f2"]
    assert typed(brain, "?include_expired=true") == ["f2", "f1"]
    assert ids(told(brain, "GET", of_project), "typed_memories", "fiber_id") == ["f2"]
    assert ids(told(brain, "GET", of_project + "?include_expired=true"), "typed_memories", "fiber_id") == ["f2", "f1"]
    brain.clock.now += 30 * DAY
    assert typed(brain) == ["f2"]  # At its very moment it has not expired yet.
    brain.clock.now += 1
    assert typed(brain) == []


def test_what_has_expired_is_not_recalled(brain: Door) -> None:
    client = brain.client()
    for fiber_id, tree in (("g1", "plum"), ("g2", "fig")):
        add_fiber(brain, fiber_id, "n1", summary=f"Bo planted a {tree} tree.")
        add_typed(brain, fiber_id, expires_at="2026-01-31T00:00:00" if tree == "fig" else None)

    def found() -> Any:
        told = client.query("Which tree did Bo plant?", buckets=[BRAIN], top_k=2)
        return sorted(one["memory_id"] for one in told["explanation"]["retrieved_memories"])

    assert found() == ["g1", "g2"]
    brain.clock.now += 31 * DAY
    assert "g1" in found() and "g2" not in found()
    assert "fig" not in client.query("Which tree did Bo plant?", buckets=[BRAIN])["answer"]
    assert client.get_memory("g2", BRAIN)["content"] == "Bo planted a fig tree."


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ["f3", "f1", "f2"]),
        ("?memory_type=decision", ["f3", "f2"]),
        ("?min_priority=5", ["f3", "f1"]),
        ("?min_priority=4", ["f3", "f1"]),
        ("?min_priority=9", ["f3"]),
        ("?tags=a", ["f1", "f2"]),
        ("?tags=A,b", ["f2"]),
        ("?project_id=p", ["f2"]),
        ("?limit=1&offset=1", ["f1"]),
    ],
)
def test_typed_memories_come_by_priority_then_the_newest(brain: Door, query: str, wanted: "list[str]") -> None:
    add_typed(brain, "f1", "fact", tags=["a"])
    add_typed(brain, "f2", "decision", priority=2, tags=["a", "B"], project_id="p")
    add_typed(brain, "f3", "decision", priority=10)
    assert typed(brain, query) == wanted


# -- projects


def test_a_project_is_kept_replaced_and_deleted(brain: Door) -> None:
    given = {"name": "Q1", "end_date": "2026-01-15T00:00:00", "tags": ["Sprint", "q1"]}
    made = told(brain, "POST", "/memory/projects", given)
    assert made == {
        "id": made["id"],
        "name": "Q1",
        "description": "",
        "start_date": START,
        "end_date": "2026-01-15T00:00:00",
        "tags": ["q1", "sprint"],
        "priority": 1.0,
        "metadata": {},
        "created_at": START,
    }
    path = "/memory/projects/" + made["id"]
    assert told(brain, "GET", path) == made
    refused(ask(brain, "POST", "/memory/projects", {**given, "id": made["id"]}), 409, "already exists")
    refused(ask(brain, "POST", "/memory/projects", {"name": "x", "end_date": "2025-12-31"}), 400, "end_date")
    brain.clock.now += DAY
    replaced = told(brain, "PUT", path, {"name": "Q2", "start_date": START})
    assert replaced == {**made, "name": "Q2", "end_date": None, "tags": []}
    told(brain, "POST", "/memory/projects", {"id": "urgent", "name": "U", "priority": 2})
    assert ids(told(brain, "GET", "/memory/projects"), "projects") == ["urgent", made["id"]]
    add_typed(brain, "f1", project_id=made["id"])
    told(brain, "DELETE", path)
    for method, target in (("GET", path), ("DELETE", path), ("GET", path + "/memories"), ("PUT", path)):
        refused(ask(brain, method, target, {"name": "x"} if method == "PUT" else None), 404, made["id"])
    assert told(brain, "GET", "/memory/typed-memories/f1")["project_id"] == made["id"]


def test_the_memories_of_a_project_come_by_priority(brain: Door) -> None:
    told(brain, "POST", "/memory/projects", {"id": "p", "name": "P"})
    for fiber_id, priority in (("f1", 5), ("f2", 10), ("f3", 7)):
        add_typed(brain, fiber_id, priority=priority, project_id="p")
    found = told(brain, "GET", "/memory/projects/p/memories")
    assert ids(found, "typed_memories", "fiber_id") == ["f2", "f3", "f1"]


# -- alerts


def alerts(door: Door) -> Any:
    return told(door, "GET", "/memory/alerts")["alerts"]


def kinds(door: Door) -> Any:
    return [one["alert_type"] for one in alerts(door)]


def fill(door: Door, neurons: int) -> None:
    """Import a brain of so many neurons in a ring, each with two synapses."""
    names = [f"n{number}" for number in range(neurons)]
    pairs = [(one, names[(number + step) % neurons]) for number, one in enumerate(names) for step in (1, 2)]
    snapshot = {
        "brain_id": "x",
        "brain_name": "x",
        "exported_at": START,
        "version": "0.1.0",
        "neurons": [{"id": one, "type": "concept", "content": one} for one in names],
        "synapses": [{"id": a + "-" + b, "source_id": a, "target_id": b, "type": "is_a"} for a, b in pairs],
        "fibers": [],
        "config": {},
        "metadata": {},
    }
    told(door, "POST", f"/brain/{BRAIN}/import?replace=true", snapshot)


def test_too_many_neurons_raise_one_alert_that_resolves_itself(door: Door) -> None:
    fill(door, 2_000)
    assert kinds(door) == []
    add_neuron(door, "one-more")
    found = alerts(door)
    assert [(one["alert_type"], one["severity"], one["status"]) for one in found] == [
        ("high_neuron_count", "medium", "active")
    ]
    assert "2,001" in found[0]["message"] and found[0]["brain_id"] == BRAIN and found[0]["recommended_action"]
    add_neuron(door, "and-another")
    door.clock.now += 6 * 60 * 60 - 1
    assert ids({"alerts": alerts(door)}, "alerts") == [found[0]["id"]]
    told(door, "DELETE", "/memory/neurons/one-more")
    told(door, "DELETE", "/memory/neurons/and-another")
    assert kinds(door) == []


def test_a_write_alone_raises_an_alert_when_a_limit_is_crossed(door: Door) -> None:
    fill(door, 2_000)
    add_neuron(door, "one-more")
    door.clock.now += 60
    assert alerts(door)[0]["created_at"] == START


def test_other_conditions(door: Door) -> None:
    make_brain(door)
    for number in range(9):
        add_neuron(door, f"n{number}")
    assert kinds(door) == []
    add_neuron(door, "n9")
    found = alerts(door)
    assert [(one["alert_type"], one["severity"]) for one in found] == [
        ("high_orphan_ratio", "critical"),
        ("low_connectivity", "low"),
    ]
    for number in range(8):
        for step in (1, 2):
            add_synapse(door, f"n{number}", f"n{number + step}")
    assert kinds(door) == []
    for number in range(11):
        add_fiber(door, f"f{number}", "n1")
        add_typed(door, f"f{number}", expires_at="2026-01-02T00:00:00")
    assert kinds(door) == []
    door.clock.now += 2 * DAY
    assert kinds(door) == ["expired_memories"]
    door.clock.now += 90 * DAY
    assert sorted(kinds(door)) == ["expired_memories", "stale_fibers"]
    for number in range(8):
        told(door, "POST", f"/memory/fibers/f{number}/conduct", {})
        told(door, "DELETE", f"/memory/typed-memories/f{number}")
    assert kinds(door) == []


def test_an_alert_is_seen_then_acknowledged_and_then_stays(door: Door) -> None:
    make_brain(door)
    given = {"alert_type": "stale_fibers", "severity": "low", "message": "m"}
    first = told(door, "POST", "/memory/alerts", given)["id"]
    assert told(door, "POST", "/memory/alerts", given) == {"id": ""}
    refused(ask(door, "POST", "/memory/alerts", {**given, "alert_type": "low_connectivity", "id": first}), 409, first)
    other = told(door, "POST", "/memory/alerts", {**given, "alert_type": "low_connectivity", "severity": "high"})["id"]
    assert [one["id"] for one in alerts(door)] == [other, first]
    seen = {"alert_ids": [first, "ghost"]}
    assert told(door, "POST", "/memory/alerts/seen", seen) == {"changed": 1}
    assert told(door, "POST", "/memory/alerts/seen", seen) == {"changed": 0}
    assert alerts(door)[1]["status"] == "seen" and alerts(door)[1]["seen_at"] == START
    acknowledge = f"/memory/alerts/{first}/acknowledge"
    assert told(door, "POST", acknowledge) == {"acknowledged": True}
    assert told(door, "POST", acknowledge) == {"acknowledged": False}
    refused(ask(door, "POST", "/memory/alerts/ghost/acknowledge"), 404, "ghost")
    types = {"alert_types": ["stale_fibers", "low_connectivity"]}
    assert told(door, "POST", "/memory/alerts/resolve", types) == {"changed": 1}
    assert [(one["id"], one["status"]) for one in alerts(door)] == [(first, "acknowledged")]


def test_an_alert_is_told_again_after_six_hours(door: Door) -> None:
    make_brain(door)
    given = {"alert_type": "stale_fibers", "severity": "low", "message": "m"}
    told(door, "POST", "/memory/alerts", given)
    door.clock.now += 6 * 60 * 60 - 1
    assert told(door, "POST", "/memory/alerts", given) == {"id": ""}
    door.clock.now += 1
    assert told(door, "POST", "/memory/alerts", given)["id"]

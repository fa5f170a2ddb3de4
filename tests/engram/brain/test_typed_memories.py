"""What is known beside the graph, the same in all three places: typed memories, projects and alerts."""

from __future__ import annotations

import dataclasses

import pytest

from engram import ConflictError, NotFoundError
from engram.brain.core import (
    Alert,
    AlertSeverity,
    AlertStatus,
    AlertType,
    Fiber,
    MemoryType,
    Priority,
    Project,
    Provenance,
    TypedMemory,
)
from engram.brain.storage import BrainStorage

from .places import BRAIN_ID, add_chain, awaited
from .samples import NOON, PROJECT, TYPED, add_everything


# -- typed memories and projects


@awaited
async def test_typed_memories_come_back_as_they_were(storage: BrainStorage) -> None:
    await add_everything(storage)
    assert await storage.get_typed_memory("f-1") == TYPED
    other = TypedMemory("f-1", MemoryType.FACT, provenance=Provenance("chat"), created_at=NOON)
    await storage.add_typed_memory(other)
    assert await storage.find_typed_memories(include_expired=True) == [other]
    await storage.update_typed_memory(other.verify(NOON))
    assert await storage.get_typed_memory("f-1") == other.verify(NOON)
    with pytest.raises(NotFoundError, match="f-9"):
        await storage.add_typed_memory(dataclasses.replace(other, fiber_id="f-9"))
    assert [await storage.delete_typed_memory("f-1") for _ in range(2)] == [True, False]
    assert await storage.get_typed_memory("f-1") is None
    assert await storage.get_fiber("f-1") is not None


@awaited
async def test_typed_memories_are_found(storage: BrainStorage) -> None:
    await add_chain(storage, "n")
    await storage.add_project(Project("p", "Beds"))
    for number, memory in enumerate(
        [
            TypedMemory.create("0", MemoryType.DECISION, 4, project_id="p", tags={"a,b", "C"}),
            TypedMemory.create("1", MemoryType.DECISION, Priority.LOW, project_id="p"),
            TypedMemory.create("2", MemoryType.TODO, Priority.CRITICAL, project_id="p", expires_in_days=1),
            TypedMemory.create("3", MemoryType.TODO, Priority.HIGH, project_id="p", expires_in_days=-1),
        ]
    ):
        await storage.add_fiber(Fiber.create({"n"}, set(), "n", fiber_id=str(number), summary=f"Number {number}"))
        await storage.add_typed_memory(memory)
    for found, expected in (
        (await storage.find_typed_memories(), ["2", "0", "1"]),
        (await storage.find_typed_memories(include_expired=True), ["2", "3", "0", "1"]),
        (await storage.find_typed_memories(MemoryType.DECISION, Priority.NORMAL), ["0"]),
        (await storage.find_typed_memories(tags={"A,B", "c"}), ["0"]),
        (await storage.find_typed_memories(project_id="q"), []),
        (await storage.find_typed_memories(limit=1, offset=1), ["0"]),
        (await storage.get_project_memories("p"), ["2", "0", "1"]),
        (await storage.get_project_memories("p", include_expired=True), ["2", "3", "0", "1"]),
    ):
        assert [memory.fiber_id for memory in found] == expected
    with pytest.raises(NotFoundError, match="q"):
        await storage.get_project_memories("q")


@awaited
async def test_projects_come_back_as_they_were(storage: BrainStorage) -> None:
    assert await storage.add_project(PROJECT) == "p-1"
    assert await storage.get_project("p-1") == PROJECT
    assert await storage.get_project("p-9") is None
    with pytest.raises(ConflictError, match="already exists"):
        await storage.add_project(PROJECT)
    later = PROJECT.with_extended_deadline(7).with_tags({"late"})
    await storage.update_project(later)
    await storage.add_project(Project("p-2", "Sheds", priority=9.0))
    assert [project.id for project in await storage.list_projects()] == ["p-2", "p-1"]
    assert await storage.list_projects(limit=1, offset=1) == [later]
    with pytest.raises(NotFoundError, match="p-9"):
        await storage.update_project(Project("p-9", "x"))
    assert [await storage.delete_project("p-1") for _ in range(2)] == [True, False]


# -- alerts


@awaited
async def test_alerts_go_their_way(storage: BrainStorage) -> None:
    raised = Alert("a-1", BRAIN_ID, AlertType.HIGH_NEURON_COUNT, AlertSeverity.MEDIUM, "Too many", "Delete some")
    assert await storage.record_alert(raised) == "a-1"
    assert await storage.record_alert(dataclasses.replace(raised, id="a-2")) == ""
    other = Alert("a-3", BRAIN_ID, AlertType.STALE_FIBERS, AlertSeverity.CRITICAL, "Stale")
    assert await storage.record_alert(other) == "a-3"
    first, second = await storage.get_active_alerts()
    assert (first.id, second.id) == ("a-3", "a-1")
    assert dataclasses.replace(second, created_at=raised.created_at) == raised
    assert await storage.mark_alerts_seen(["a-1", "a-3", "a-9"]) == 2
    assert await storage.mark_alerts_seen(["a-1"]) == 0
    assert [await storage.mark_alert_acknowledged(one) for one in ("a-1", "a-1", "a-9")] == [True, False, False]
    assert {one.status for one in await storage.get_active_alerts()} == {AlertStatus.SEEN, AlertStatus.ACKNOWLEDGED}
    assert await storage.resolve_alerts_by_type(["high_neuron_count", AlertType.STALE_FIBERS]) == 1
    (left,) = await storage.get_active_alerts(limit=50)
    assert (left.id, left.status, left.acknowledged_at is None) == ("a-1", AlertStatus.ACKNOWLEDGED, False)

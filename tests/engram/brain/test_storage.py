"""The contract of a storage, the same in all three places."""

from __future__ import annotations

import asyncio
import dataclasses
import gc
from datetime import datetime
from pathlib import Path
from typing import Callable, Coroutine, List, Tuple

import pytest

from engram import (
    ConfigurationError,
    ConflictError,
    ConnectionFailedError,
    EngramClient,
    NotFoundError,
    ValidationError,
)
from engram.brain.core import (
    Alert,
    AlertSeverity,
    AlertStatus,
    AlertType,
    Brain,
    BrainConfig,
    Fiber,
    MemoryType,
    Neuron,
    NeuronState,
    NeuronType,
    Priority,
    Project,
    Provenance,
    Synapse,
    SynapseType,
    TypedMemory,
    utcnow,
)
from engram.brain.sharing import BrainExporter, BrainImporter
from engram.brain.storage import BrainStorage, InMemoryStorage, SharedStorage, SQLiteStorage
from engram.testing import LiveServer
from engram.types.limits import MAX_BODY_BYTES

from .places import BRAIN_ID, add_chain, awaited, brain_of
from .samples import DAY, FIBER, NEURON, NOON, PROJECT, STATE, SYNAPSE, TYPED

# Of five large neurons: more than a body may have.
_COPIES = 25

Ask = Callable[[BrainStorage], Coroutine[object, object, object]]


async def add_everything(storage: BrainStorage) -> None:
    """Add one of each thing, with all that it can hold."""
    await storage.add_neuron(NEURON)
    await storage.add_neuron(Neuron("n-2", NeuronType.TIME, "May"))
    await storage.update_neuron_state(STATE)
    await storage.add_synapse(SYNAPSE)
    await storage.add_fiber(FIBER)
    await storage.add_project(PROJECT)
    await storage.add_typed_memory(TYPED)


# -- brains


@awaited
async def test_saving_a_brain_again_loses_nothing(storage: BrainStorage) -> None:
    await add_everything(storage)
    changed = dataclasses.replace(
        brain_of(), name="Orchard", config=BrainConfig(max_spread_hops=6), owner_id="ana", shared_with=("bo",)
    )
    await storage.save_brain(changed)
    found = await storage.get_brain(BRAIN_ID)
    assert found is not None
    assert (found.name, found.config, found.owner_id, found.shared_with) == (
        "Orchard",
        changed.config,
        "ana",
        ("bo",),
    )
    assert (found.neuron_count, found.synapse_count, found.fiber_count) == (2, 1, 1)
    assert await storage.get_fiber("f-1") == FIBER


@awaited
async def test_brains_are_found_by_id_and_by_name(storage: BrainStorage) -> None:
    made = Brain.create("Orchard", BrainConfig(decay_rate=0.5), "ana", True, "an id/with é %2F", {"a": [1, None]})
    await storage.save_brain(made)
    assert await storage.get_brain("nowhere") is None
    found = await storage.get_brain(made.id)
    assert found is not None
    assert dataclasses.replace(found, updated_at=made.updated_at) == made
    assert await storage.find_brain_by_name("Orchard") == found
    assert await storage.find_brain_by_name("orchards") is None
    assert [brain.id for brain in await storage.list_brains()] == [BRAIN_ID, made.id]
    assert [brain.id for brain in await storage.list_brains(limit=1, offset=1)] == [made.id]
    storage.set_brain(made.id)
    await storage.add_neuron(NEURON)
    assert (await storage.get_stats(made.id))["neuron_count"] == 1


@awaited
async def test_what_is_in_one_brain_is_in_no_other(storage: BrainStorage) -> None:
    await add_chain(storage, "a", "b")
    await storage.save_brain(brain_of("orchard"))
    storage.set_brain("orchard")
    assert await storage.find_neurons() == []
    await add_chain(storage, "a", "b")
    assert await storage.delete_neuron("a")
    storage.set_brain(BRAIN_ID)
    assert [len(await storage.find_neurons()), len(await storage.get_synapses())] == [2, 1]


@awaited
async def test_a_cleared_brain_is_gone(storage: BrainStorage) -> None:
    await add_everything(storage)
    await storage.clear(BRAIN_ID)
    await storage.clear(BRAIN_ID)
    assert await storage.get_brain(BRAIN_ID) is None


UNKNOWN: List[Ask] = [
    lambda storage: storage.find_neurons(),
    lambda storage: storage.get_neuron("n"),
    lambda storage: storage.delete_neuron("n"),
    lambda storage: storage.add_neuron(NEURON),
    lambda storage: storage.find_fibers(),
    lambda storage: storage.find_typed_memories(),
    lambda storage: storage.get_active_alerts(),
    lambda storage: storage.get_stats("nowhere"),
    lambda storage: storage.export_brain("nowhere"),
]


@pytest.mark.parametrize("ask", UNKNOWN)
@awaited
async def test_an_unknown_brain_is_told_and_not_made(storage: BrainStorage, ask: Ask) -> None:
    storage.set_brain("nowhere")
    with pytest.raises(NotFoundError) as caught:
        await ask(storage)
    assert caught.value.code == "brain_not_found"
    assert [brain.id for brain in await storage.list_brains()] == [BRAIN_ID]


def test_no_brain_is_meant_at_first() -> None:
    with pytest.raises(ConfigurationError, match=r"storage\.set_brain\(brain\.id\)"):
        asyncio.run(InMemoryStorage().find_neurons())


@pytest.mark.parametrize("brain_id", ["", ".", "..", "a\nb"])
def test_what_can_be_no_id_is_refused(brain_id: str) -> None:
    with pytest.raises(ValidationError, match="brain_id"):
        InMemoryStorage().set_brain(brain_id)


# -- neurons


@awaited
async def test_neurons_come_back_as_they_were(storage: BrainStorage) -> None:
    assert await storage.add_neuron(NEURON) == "n-1"
    assert await storage.get_neuron("n-1") == NEURON
    assert await storage.get_neuron("n-9") is None
    with pytest.raises(ConflictError, match="already exists"):
        await storage.add_neuron(NEURON)
    changed = dataclasses.replace(NEURON, type=NeuronType.CONCEPT, content="Alicia", metadata={"role": "lead"})
    await storage.update_neuron(changed)
    assert await storage.get_neurons_batch(["n-9", "n-1"]) == {"n-1": changed}
    with pytest.raises(NotFoundError, match="n-9"):
        await storage.update_neuron(dataclasses.replace(NEURON, id="n-9"))
    assert [await storage.delete_neuron("n-1") for _ in range(2)] == [True, False]


@pytest.mark.parametrize("kind", list(NeuronType))
@awaited
async def test_every_type_of_neuron_is_kept(storage: BrainStorage, kind: NeuronType) -> None:
    await storage.add_neuron(Neuron("n", kind, "it"))
    assert [neuron.type for neuron in await storage.find_neurons(type=kind)] == [kind]


@awaited
async def test_neurons_are_found(storage: BrainStorage) -> None:
    may = {"start": "2026-05-01T00:00:00", "end": "2026-06-01T00:00:00"}
    for neuron in (
        Neuron("1", NeuronType.ENTITY, "Alice Miller", created_at=NOON),
        Neuron("2", NeuronType.ENTITY, "Malice", created_at=NOON),
        Neuron("3", NeuronType.TIME, "in May", may, NOON + 300 * DAY),
        Neuron("4", NeuronType.CONCEPT, "50% alice", created_at=NOON + 300 * DAY),
    ):
        await storage.add_neuron(neuron)

    async def found(
        kind: "NeuronType | None" = None,
        contains: "str | None" = None,
        exact: "str | None" = None,
        span: "Tuple[datetime, datetime] | None" = None,
        limit: int = 100,
        offset: int = 0,
    ) -> List[str]:
        return sorted(neuron.id for neuron in await storage.find_neurons(kind, contains, exact, span, limit, offset))

    assert await found() == ["1", "2", "3", "4"]
    assert await found(NeuronType.ENTITY) == ["1", "2"]
    assert await found(contains="ALICE") == ["1", "2", "4"]
    assert await found(NeuronType.CONCEPT, "alice") == ["4"]
    assert await found(contains="50%") == ["4"]
    assert await found(exact="Malice") == ["2"]
    assert await found(exact="nobody") == []
    assert await found(span=(NOON - 40 * DAY, NOON + 40 * DAY)) == ["1", "2", "3"]
    assert len(await found(limit=3)) == 3
    assert await found(limit=3, offset=4) == []
    suggested = await storage.suggest_neurons("ali", NeuronType.ENTITY)
    assert [one["content"] for one in suggested] == ["Alice Miller"]


@awaited
async def test_states_come_back_as_they_were(storage: BrainStorage) -> None:
    await storage.add_neuron(NEURON)
    fresh = await storage.get_neuron_state("n-1")
    assert fresh == NeuronState("n-1", created_at=NOON)
    await storage.update_neuron_state(STATE)
    assert await storage.get_neuron_states_batch(["n-1", "n-9"]) == {"n-1": STATE}
    assert await storage.get_neuron_state("n-9") is None
    with pytest.raises(NotFoundError, match="n-9"):
        await storage.update_neuron_state(NeuronState("n-9"))


# -- synapses


@awaited
async def test_synapses_come_back_as_they_were(storage: BrainStorage) -> None:
    await storage.add_neuron(NEURON)
    with pytest.raises(NotFoundError, match="n-2"):
        await storage.add_synapse(SYNAPSE)
    await storage.add_neuron(Neuron("n-2", NeuronType.TIME, "May"))
    assert await storage.add_synapse(SYNAPSE) == "s-1"
    assert await storage.get_synapse("s-1") == SYNAPSE
    assert await storage.get_synapse("s-9") is None
    with pytest.raises(ConflictError, match="already exists"):
        await storage.add_synapse(SYNAPSE)
    stronger = SYNAPSE.reinforce(now=NOON)
    await storage.update_synapse(stronger)
    assert await storage.get_synapses() == [stronger]
    assert [await storage.delete_synapse("s-1") for _ in range(2)] == [True, False]


@awaited
async def test_synapses_are_found(storage: BrainStorage) -> None:
    await add_chain(storage, "a", "b", "c")
    await storage.add_synapse(Synapse("ca", "c", "a", SynapseType.RELATED_TO, 0.2))
    for found, expected in (
        (await storage.get_synapses(source_id="a"), ["ab"]),
        (await storage.get_synapses(target_id="a"), ["ca"]),
        (await storage.get_synapses(source_id="a", target_id="c"), []),
        (await storage.get_synapses(type=SynapseType.LEADS_TO), ["ab", "bc"]),
        (await storage.get_synapses(min_weight=0.5), ["ab", "bc"]),
        (await storage.get_synapses(limit=1, offset=2), ["ca"]),
    ):
        assert [synapse.id for synapse in found] == expected


@awaited
async def test_a_neuron_goes_with_its_synapses(storage: BrainStorage) -> None:
    await add_chain(storage, "a", "b", "c")
    await storage.delete_neuron("b")
    assert await storage.get_synapses() == []


@awaited
async def test_neighbours_and_ways(storage: BrainStorage) -> None:
    await add_chain(storage, "a", "b", "c", "d")
    await storage.add_synapse(Synapse("ax", "a", "d", SynapseType.CAUSED_BY, 0.3))

    async def around(neuron_id: str, *rest: object, **how: object) -> List[Tuple[str, str]]:
        steps = await storage.get_neighbors(neuron_id, *rest, **how)  # type: ignore[arg-type]  # a table of calls
        return [(neuron.id, synapse.id) for neuron, synapse in steps]

    assert await around("a") == [("b", "ab"), ("d", "ax")]
    assert await around("a", "in") == []
    assert await around("b", direction="in") == [("a", "ab")]
    assert await around("a", synapse_types=[SynapseType.CAUSED_BY, SynapseType.FELT]) == [("d", "ax")]
    assert await around("a", min_weight=0.5) == [("b", "ab")]
    with pytest.raises(NotFoundError, match="zz"):
        await storage.get_neighbors("zz")

    async def way(source: str, target: str, hops: int = 4, both: bool = False) -> "List[str] | None":
        steps = await storage.get_path(source, target, hops, both)
        return None if steps is None else [neuron.id for neuron, _ in steps]

    assert await way("a", "c") == ["b", "c"]
    assert await way("a", "c", 1) is None
    assert await way("c", "a") is None
    assert await way("c", "a", both=True) is not None


# -- fibers


@awaited
async def test_fibers_come_back_as_they_were(storage: BrainStorage) -> None:
    await add_everything(storage)
    assert await storage.get_fiber("f-1") == FIBER
    assert await storage.get_fiber("f-9") is None
    with pytest.raises(ConflictError, match="already exists"):
        await storage.add_fiber(FIBER)
    conducted = FIBER.conduct(NOON + DAY).with_salience(0.2).add_tags("Reviewed")
    await storage.update_fiber(conducted)
    assert await storage.get_fiber("f-1") == conducted
    with pytest.raises(NotFoundError, match="f-9"):
        await storage.update_fiber(dataclasses.replace(FIBER, id="f-9"))
    assert [await storage.delete_fiber("f-1") for _ in range(2)] == [True, False]


@awaited
async def test_fibers_are_found(storage: BrainStorage) -> None:
    await add_chain(storage, "a", "b", "c")
    for number, (anchor, tags) in enumerate([("a", {"x"}), ("b", {"x", "y,z"}), ("c", {"y,z"})]):
        fiber = Fiber.create({anchor, "b"}, set(), anchor, tags=tags, fiber_id=str(number), summary=f"Number {number}")
        await storage.add_fiber(
            dataclasses.replace(fiber, time_start=NOON + number * DAY, time_end=NOON + number * DAY).with_salience(
                0.1 + number / 10
            )
        )
    for found, expected in (
        (await storage.find_fibers(), ["2", "1", "0"]),
        (await storage.find_fibers(contains_neuron="a"), ["0"]),
        (await storage.find_fibers(time_overlaps=(NOON, NOON + DAY)), ["1", "0"]),
        (await storage.find_fibers(tags={"X", "y,z"}), ["1"]),
        (await storage.find_fibers(tags={"x", "y,z"}, tag_mode="or"), ["2", "1", "0"]),
        (await storage.find_fibers(min_salience=0.2), ["2", "1"]),
        (await storage.find_fibers(limit=1, offset=1), ["1"]),
        (await storage.get_fibers(limit=1), ["2"]),
        (await storage.find_fibers_batch(["a", "b"]), ["2", "1", "0"]),
        (await storage.find_fibers_batch(["b"], limit_per_neuron=1), ["2"]),
        (await storage.find_fibers_batch(["b"], tags={"x"}), ["1", "0"]),
    ):
        assert [fiber.id for fiber in found] == expected


@awaited
async def test_what_was_added_as_a_fiber_is_a_memory_of_the_bucket(storage: BrainStorage) -> None:
    await add_chain(storage, "a")
    await storage.add_fiber(Fiber.create({"a"}, set(), "a", summary="The tulips stand by the gate", fiber_id="f"))
    snapshot = await storage.export_brain(BRAIN_ID)
    assert "The tulips stand by the gate" in snapshot.to_json()


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


# -- transfer


@awaited
async def test_a_brain_goes_out_and_in_whole(storage: BrainStorage) -> None:
    await add_everything(storage)
    exporter, importer = BrainExporter(), BrainImporter()
    snapshot = await exporter.export(storage, BRAIN_ID)
    text = exporter.to_json(snapshot)
    assert exporter.to_json(importer.from_json(text)) == text
    assert await importer.import_brain(storage, importer.from_json(text), "orchard") == "orchard"
    assert storage.brain_id == BRAIN_ID
    storage.set_brain("orchard")
    assert await storage.get_neuron("n-1") == NEURON
    assert await storage.get_neuron_state("n-1") == STATE
    assert await storage.get_synapse("s-1") == SYNAPSE
    assert await storage.get_fiber("f-1") == FIBER
    assert await storage.get_typed_memory("f-1") == TYPED
    assert await storage.get_project("p-1") == PROJECT
    again = await exporter.export(storage, "orchard")
    assert dataclasses.replace(again, brain_id=BRAIN_ID, exported_at=snapshot.exported_at) == snapshot
    with pytest.raises(ConflictError):
        await importer.import_brain(storage, snapshot)
    with pytest.raises(ValidationError, match="version"):
        await importer.import_brain(storage, dataclasses.replace(snapshot, version="9.0.0"), "other")
    assert await storage.get_brain("other") is None


# -- what a storage is


@awaited
async def test_calls_go_on_side_by_side(storage: BrainStorage) -> None:
    neurons = [Neuron(str(number), NeuronType.CONCEPT, f"number {number}") for number in range(40)]
    await asyncio.gather(*map(storage.add_neuron, neurons))
    assert await storage.get_neurons_batch(map(str, range(40))) == {neuron.id: neuron for neuron in neurons}


def test_one_storage_serves_loops_one_after_another(storage: BrainStorage) -> None:
    asyncio.run(storage.add_neuron(NEURON))
    assert asyncio.run(storage.get_neuron("n-1")) == NEURON


def test_a_file_keeps_what_it_is_given(tmp_path: Path) -> None:
    async def write() -> None:
        async with SQLiteStorage(tmp_path / "brain.db") as storage:
            await storage.save_brain(brain_of())
            storage.set_brain(BRAIN_ID)
            await add_everything(storage)
            # What it says of the fiber has expired, and so would be what it says.
            await storage.delete_typed_memory("f-1")

    asyncio.run(write())
    with EngramClient.local(tmp_path / "brain.db") as client:
        assert [bucket["name"] for bucket in client.list_buckets()] == [BRAIN_ID]
        assert "coffee shop" in client.query("Where did Ana meet Alice?", buckets=[BRAIN_ID])["answer"]
    again = SQLiteStorage(tmp_path / "brain.db")
    again.set_brain(BRAIN_ID)
    assert asyncio.run(again.get_fiber("f-1")) == FIBER
    asyncio.run(again.close())


def test_a_file_that_is_none_of_ours_is_told_when_it_is_opened(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("These are notes and no database. " * 9, encoding="utf-8")
    with pytest.raises(ConfigurationError):
        asyncio.run(SQLiteStorage(tmp_path / "notes.txt").initialize())


@awaited
async def test_a_closed_storage_makes_no_call(storage: BrainStorage) -> None:
    await storage.close()
    await storage.close()
    with pytest.raises(ConfigurationError, match="closed"):
        await storage.find_neurons()


def test_a_storage_that_is_dropped_leaves_nothing_open(tmp_path: Path) -> None:
    for storage in (InMemoryStorage(), SQLiteStorage(tmp_path / "brain.db")):
        asyncio.run(storage.save_brain(brain_of()))
    del storage
    gc.collect()


def test_a_shared_storage_connects_and_disconnects(engram_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGRAM_API_KEY", engram_server.api_key)

    async def main() -> None:
        storage = SharedStorage(engram_server.url, BRAIN_ID, timeout=5.0)
        await storage.connect()
        assert (storage.server_url, storage.brain_id) == (engram_server.url, BRAIN_ID)
        await storage.disconnect()
        async with SharedStorage(engram_server.url, BRAIN_ID) as storage:
            await storage.save_brain(brain_of())
            assert await storage.find_neurons() == []

    asyncio.run(main())


def test_a_server_that_is_not_there_is_told_at_once() -> None:
    async def main() -> None:
        async with SharedStorage("http://127.0.0.1:9", BRAIN_ID, api_key="eng_test"):
            raise AssertionError("there is no server")

    with pytest.raises(ConnectionFailedError):
        asyncio.run(main())


@awaited
async def test_what_an_adding_clock_says_is_kept(storage: BrainStorage) -> None:
    before = utcnow()
    await storage.add_neuron(Neuron.create(NeuronType.STATE, "calm", neuron_id="n"))
    found = await storage.get_neuron("n")
    assert found is not None
    assert before <= found.created_at <= utcnow()


@awaited
async def test_a_brain_that_is_larger_than_a_body_goes_in_in_parts(storage: BrainStorage) -> None:
    for number in range(5):
        body = Neuron(str(number), NeuronType.CONCEPT, "word " * 12_000, {"filler": "x" * 16_000})
        await storage.add_neuron(body)
    snapshot = await storage.export_brain(BRAIN_ID)
    rows = [
        {**row, "id": f"{row['id']}-{copy}"} for row in snapshot.neurons for copy in range(_COPIES)
    ]
    large = dataclasses.replace(snapshot, neurons=tuple(rows), metadata={})
    assert len(large.to_json()) > MAX_BODY_BYTES
    assert await storage.import_brain(large, "orchard") == "orchard"
    found = await storage.get_brain("orchard")
    assert found is not None
    assert found.neuron_count == 5 * _COPIES

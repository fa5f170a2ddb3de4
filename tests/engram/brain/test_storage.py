"""A storage, the same in all three places: its brains, how they go out and in, and how it is opened and closed."""

from __future__ import annotations

import asyncio
import dataclasses
import gc
from pathlib import Path
from typing import Callable, Coroutine, List

import pytest

from engram import (
    ConfigurationError,
    ConflictError,
    ConnectionFailedError,
    EngramClient,
    NotFoundError,
    ValidationError,
)
from engram.brain.core import Brain, BrainConfig, Neuron, NeuronType, utcnow
from engram.brain.sharing import BrainExporter, BrainImporter
from engram.brain.storage import BrainStorage, InMemoryStorage, SharedStorage, SQLiteStorage
from engram.testing import LiveServer
from engram.types.limits import MAX_BODY_BYTES

from .places import BRAIN_ID, add_chain, awaited, brain_of
from .samples import FIBER, NEURON, PROJECT, STATE, SYNAPSE, TYPED, add_everything

# Of five large neurons: more than a body may have.
_COPIES = 25

Ask = Callable[[BrainStorage], Coroutine[object, object, object]]


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
        storage = SharedStorage(engram_server.url, BRAIN_ID, timeout=60.0)
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

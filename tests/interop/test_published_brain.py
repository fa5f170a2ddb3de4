"""The published package of the associative brain: its remote storage, unchanged, against our server."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any, Awaitable, Callable, Iterator

import pytest

from engram.testing import LiveServer, serve

published: Any = pytest.importorskip("neural_memory", reason="the published package is installed for this alone")
pytest.importorskip("aiohttp", reason="its remote storage needs it")

Work = Callable[[Any, Any], Awaitable[None]]


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with serve() as running:
        yield running


@pytest.fixture
def run(server: LiveServer) -> Iterator[Callable[[Work], None]]:
    """Runs work on a new brain, saved by the package over a storage that names it."""
    storages: Any = pytest.importorskip("neural_memory.storage")

    async def on_a_brain(work: Work) -> None:
        brain = published.Brain.create("peer")
        async with storages.SharedStorage(server.url, brain.id, api_key=server.api_key) as storage:
            await storage.save_brain(brain)
            await work(storage, brain)

    yield lambda work: asyncio.run(on_a_brain(work))
    server.reset()


def _neuron(neuron_id: str, content: str, kind: str = "CONCEPT") -> Any:
    return published.Neuron.create(type=published.NeuronType[kind], content=content, neuron_id=neuron_id)


def test_a_brain_keeps_its_id_and_may_be_saved_again(run: Callable[[Work], None]) -> None:
    async def work(storage: Any, brain: Any) -> None:
        await storage.add_neuron(_neuron("n1", "Alice", "ENTITY"))
        await storage.save_brain(brain)
        assert (await storage.get_brain(brain.id)).id == brain.id
        stats = await storage.get_stats(brain.id)
        assert stats == {"neuron_count": 1, "synapse_count": 0, "fiber_count": 0}
        assert await storage.get_brain("nobody") is None

    run(work)


def test_neurons_and_synapses_come_back_equal(run: Callable[[Work], None]) -> None:
    async def work(storage: Any, brain: Any) -> None:
        alice, design = _neuron("n1", "Alice", "ENTITY"), _neuron("n2", "API design")
        for one in (alice, design):
            await storage.add_neuron(one)
        with pytest.raises(Exception, match="error"):
            await storage.add_neuron(alice)
        assert await storage.get_neuron("n1") == alice
        assert await storage.get_neuron("ghost") is None
        assert [one.id for one in await storage.find_neurons()] == ["n1", "n2"]
        assert [one.id for one in await storage.find_neurons(content_exact="Alice")] == ["n1"]
        assert [one.id for one in await storage.find_neurons(content_contains="alic")] == ["n1"]
        synapse = published.Synapse.create(
            source_id="n1", target_id="n2", type=published.SynapseType.INVOLVES, weight=0.8
        )
        await storage.add_synapse(synapse)
        assert await storage.get_synapse(synapse.id) == synapse
        assert await storage.get_synapses(source_id="n1") == [synapse]
        neighbors = await storage.get_neighbors("n2", direction="in", min_weight=0.5)
        assert neighbors == [(alice, synapse)]
        assert await storage.delete_neuron("n1") is True and await storage.delete_neuron("n1") is False
        assert await storage.get_synapse(synapse.id) is None

    run(work)


def test_every_type_that_it_has_is_kept(run: Callable[[Work], None]) -> None:
    async def work(storage: Any, brain: Any) -> None:
        for kind in published.NeuronType:
            await storage.add_neuron(_neuron(kind.value, f"of {kind.value}", kind.name))
            assert (await storage.get_neuron(kind.value)).type is kind
        for kind in published.SynapseType:
            synapse = published.Synapse.create("time", "entity", kind, synapse_id=kind.value)
            await storage.add_synapse(synapse)
            assert await storage.get_synapses(source_id="time", type=kind) == [synapse]

    run(work)


def test_what_it_finds_suggests_and_changes(run: Callable[[Work], None]) -> None:
    async def work(storage: Any, brain: Any) -> None:
        alice, design = _neuron("n1", "Alice", "ENTITY"), _neuron("n2", "API design")
        for one in (alice, design):
            await storage.add_neuron(one)
        assert [one["content"] for one in await storage.suggest_neurons("al")] == ["Alice"]
        assert await storage.find_neurons(time_range=(datetime(2000, 1, 1), datetime(2001, 1, 1))) == []
        assert [one.id for one in await storage.find_neurons(limit=1, offset=1)] == ["n2"]
        assert await storage.find_neurons(created_before=datetime(2001, 1, 1)) == []
        synapse = published.Synapse.create("n1", "n2", published.SynapseType.INVOLVES, weight=0.5)
        await storage.add_synapse(synapse)
        await storage.update_synapse(synapse.reinforce(0.25))
        assert (await storage.get_synapse(synapse.id)).weight == 0.75
        assert await storage.delete_synapse(synapse.id) is True and await storage.delete_synapse(synapse.id) is False
        fiber = published.Fiber.create({"n1"}, set(), "n1", time_start=datetime(2024, 5, 3), tags={"a", "b"})
        await storage.add_fiber(fiber)
        overlapping = {"time_overlaps": (datetime(2024, 5, 1), datetime(2024, 5, 4))}
        for wanted in (overlapping, {"tags": {"a", "c"}, "tag_mode": "or"}):
            assert [one.id for one in await storage.find_fibers(**wanted)] == [fiber.id]
        assert await storage.find_fibers(tags={"a", "c"}) == await storage.find_fibers(metadata_key="habit") == []
        assert list(await storage.get_fibers_by_ids([fiber.id, "ghost"])) == [fiber.id]

    run(work)


def test_states_and_fibers(run: Callable[[Work], None]) -> None:
    async def work(storage: Any, brain: Any) -> None:
        await storage.add_neuron(_neuron("n1", "Alice", "ENTITY"))
        moment = datetime(2024, 5, 3, 10, 0, 0, 1)
        await storage.update_neuron_state(
            published.NeuronState(neuron_id="n1", activation_level=0.5, last_activated=moment)
        )
        state = await storage.get_neuron_state("n1")
        assert (state.activation_level, state.last_activated) == (0.5, moment)
        fiber = published.Fiber.create(
            neuron_ids={"n1"}, synapse_ids=set(), anchor_neuron_id="n1", summary="Met Alice", tags={"Work"}
        )
        await storage.add_fiber(fiber)
        await storage.update_fiber(fiber.with_salience(0.9))
        kept = await storage.get_fiber(fiber.id)
        assert (kept.id, kept.summary, kept.salience, kept.tags) == (fiber.id, "Met Alice", 0.9, {"work"})
        assert [one.id for one in await storage.find_fibers(contains_neuron="n1", tags={"work"})] == [fiber.id]
        assert await storage.delete_fiber(fiber.id) is True

    run(work)


def test_fibers_of_a_time_and_of_neurons_and_what_is_refused(run: Callable[[Work], None]) -> None:
    async def work(storage: Any, brain: Any) -> None:
        for one in "ab":
            await storage.add_neuron(_neuron(one, f"neuron {one}"))
        with pytest.raises(Exception, match="error"):
            kind = published.SynapseType.LEADS_TO
            await storage.add_synapse(published.Synapse.create(source_id="a", target_id="ghost", type=kind))
        moment = datetime(2024, 5, 3, 10)
        fiber = published.Fiber.create(
            neuron_ids={"a", "b"}, synapse_ids=set(), anchor_neuron_id="a", summary="Then", time_start=moment
        )
        await storage.add_fiber(fiber)
        with pytest.raises(Exception, match="error"):
            await storage.add_fiber(fiber)
        await storage.update_fiber(fiber.conduct(reinforce=True))
        assert (await storage.get_fiber(fiber.id)).frequency == 1
        within = (moment - timedelta(days=1), moment + timedelta(days=1))
        assert [one.id for one in await storage.find_fibers(time_overlaps=within)] == [fiber.id]
        assert [one.id for one in await storage.find_fibers_batch(["b", "ghost"])] == [fiber.id]
        storage.set_brain("nobody")
        with pytest.raises(Exception, match="error"):
            await storage.add_neuron(_neuron("a", "Alice"))
        assert await storage.get_brain("nobody") is None

    run(work)


def test_its_own_encoder_and_query_work_over_our_server(run: Callable[[Work], None]) -> None:
    encoders: Any = pytest.importorskip("neural_memory.engine.encoder")
    pipelines: Any = pytest.importorskip("neural_memory.engine.retrieval")

    async def work(storage: Any, brain: Any) -> None:
        encoder = encoders.MemoryEncoder(storage, brain.config)
        await encoder.encode("Met Alice to discuss API design")
        await encoder.encode("Decided to use FastAPI for backend")
        snapshot = await storage.export_brain(brain.id)
        assert await storage.import_brain(snapshot, "copy") == "copy"
        assert await storage.get_stats("copy") == await storage.get_stats(brain.id)
        for depth in (None, *pipelines.DepthLevel):
            result = await pipelines.ReflexPipeline(storage, brain.config).query("What was decided?", depth=depth)
            assert "Decided to use FastAPI for backend" in result.context
        with pytest.raises(Exception, match="error"):
            await storage.import_brain(snapshot, "copy")
        await storage.clear(brain.id)
        assert await storage.get_brain(brain.id) is None

    run(work)

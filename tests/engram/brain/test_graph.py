"""Neurons, synapses and fibers in a storage: what is kept comes back and is found, the same in all three places."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import List, Tuple

import pytest

from engram import ConflictError, NotFoundError
from engram.brain.core import Fiber, Neuron, NeuronState, NeuronType, Synapse, SynapseType
from engram.brain.storage import BrainStorage

from .places import BRAIN_ID, add_chain, awaited
from .samples import DAY, FIBER, NEURON, NOON, STATE, SYNAPSE, add_everything


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

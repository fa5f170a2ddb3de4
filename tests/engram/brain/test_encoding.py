"""What becomes of a text that is encoded, and of a call that brings none, in all three places."""

from __future__ import annotations

from datetime import datetime
from typing import Optional, Type

import pytest

from engram import EngramError, TooLargeError, ValidationError
from engram.brain import MemoryEncoder, NeuronType, SynapseType
from engram.brain.storage import BrainStorage

from .places import ask, awaited, counts, encode
from .samples import DAY, NOON


@awaited
async def test_a_text_becomes_neurons_and_a_fiber(storage: BrainStorage) -> None:
    encoder = MemoryEncoder(storage)
    text = "Met Alice at the coffee shop"
    result = await encoder.encode(
        text, NOON, {"source": "chat"}, {"Work"}, initial_stage="episodic", salience_ceiling=0.2
    )
    fiber = result.fiber
    assert fiber.metadata == {"source": "chat"}
    assert fiber.agent_tags == {"work"}
    assert (fiber.stage, fiber.time_start) == ("episodic", NOON)
    assert fiber.salience <= 0.2
    assert {neuron.id for neuron in result.neurons_created} == fiber.neuron_ids
    assert {synapse.id for synapse in result.synapses_created} == fiber.synapse_ids
    assert fiber == await storage.get_fiber(fiber.id)
    by_content = {neuron.content: neuron for neuron in result.neurons_created}
    assert by_content["Alice"].type is NeuronType.ENTITY
    assert by_content["coffee shop"].type is NeuronType.SPATIAL
    anchor = await storage.get_neuron(fiber.anchor_neuron_id)
    assert anchor == by_content[text]


@awaited
async def test_the_same_text_is_the_same_memory(storage: BrainStorage) -> None:
    (first,) = await encode(storage, "Met Alice at the coffee shop")
    before = await counts(storage)
    again = await MemoryEncoder(storage).encode("Met Alice at the coffee shop", NOON)
    assert (again.duplicate, again.fiber.id, again.fiber.frequency) == (True, first, 2)
    assert (again.neurons_created, await counts(storage)) == ((), before)


@awaited
async def test_many_texts_at_once_are_encoded_as_one_by_one(storage: BrainStorage) -> None:
    texts = [f"Zelda planted {what} behind the shed" for what in ("tulips", "roses", "beans", "a fig tree", "mint")]
    results = await MemoryEncoder(storage).encode_batch(texts, NOON, tags=["Plan"])
    assert [result.duplicate for result in results] == [False] * 5
    fibers = await storage.find_fibers(tags={"plan"})
    assert {fiber.id for fiber in fibers} == {result.fiber_id for result in results}
    (zelda,) = await storage.find_neurons(content_exact="Zelda")
    linked = await storage.get_synapses(target_id=zelda.id, type=SynapseType.INVOLVES)
    assert {synapse.source_id for synapse in linked} == {fiber.anchor_neuron_id for fiber in fibers}
    assert all(zelda.id in fiber.neuron_ids for fiber in fibers)
    assert all(result.neurons_created and result.synapses_created for result in results)
    assert results[0].neurons_linked < results[1].neurons_linked
    found = await ask(storage, "What do we know about Zelda?")
    assert all(text in found.context for text in texts)
    with pytest.raises(ValidationError):
        await MemoryEncoder(storage).encode_batch(["Another text", " "])
    assert (await counts(storage))[2] == 5


@pytest.mark.parametrize(
    ("content", "refused"), [("", ValidationError), ("   ", ValidationError), ("x" * 70_000, TooLargeError)]
)
@awaited
async def test_what_is_no_text_is_refused(
    storage: BrainStorage, content: str, refused: Type[EngramError]
) -> None:
    with pytest.raises(refused, match="content"):
        await MemoryEncoder(storage).encode(content)
    assert await counts(storage) == (0, 0, 0)


@awaited
async def test_time_is_what_a_text_says_and_when_it_was_said(storage: BrainStorage) -> None:
    await encode(storage, "The roof was repaired", at=NOON - 30 * DAY)
    await encode(storage, "We planted a fig tree on May 3 2024")
    assert "roof" in (await ask(storage, "What happened last month?", reference_time=NOON)).context
    (told,) = await storage.find_neurons(NeuronType.TIME, time_range=(datetime(2024, 5, 3), datetime(2024, 5, 3, 23)))
    assert told.metadata["start"] == "2024-05-03T00:00:00"
    bare = await MemoryEncoder(storage).encode("The gate creaks", NOON, skip_time_neurons=True)
    assert NeuronType.TIME not in {neuron.type for neuron in bare.neurons_created}


@awaited
async def test_a_cause_is_a_synapse(storage: BrainStorage) -> None:
    await encode(storage, "The build failed because the disk was full")
    (cause,) = await storage.get_synapses(type=SynapseType.CAUSED_BY)
    assert cause.weight == pytest.approx(0.8, abs=0.1)
    ends = await storage.get_neurons_batch([cause.source_id, cause.target_id])
    assert "failed" in ends[cause.source_id].content and "full" in ends[cause.target_id].content


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("The roof leaked on May 3 2024", datetime(2024, 5, 3), datetime(2024, 5, 4)),
        ("The roof leaked last Friday", datetime(2026, 5, 1), datetime(2026, 5, 2)),
        ("The roof leaked two weeks ago", datetime(2026, 4, 20), datetime(2026, 4, 27)),
        ("The roof leaks at 3pm", datetime(2026, 5, 8, 15), datetime(2026, 5, 8, 16)),
        ("The roof leaks in the hall of justice", None, None),
    ],
)
@awaited
async def test_words_of_time_are_absolute(
    storage: BrainStorage, text: str, start: Optional[datetime], end: Optional[datetime]
) -> None:
    await encode(storage, text)
    spoken = [neuron for neuron in await storage.find_neurons(NeuronType.TIME) if "12:00" not in neuron.content]
    assert [(neuron.metadata["start"], neuron.metadata["end"]) for neuron in spoken] == (
        [] if start is None or end is None else [(start.isoformat(), end.isoformat())]
    )


@awaited
async def test_every_memory_is_connected(storage: BrainStorage) -> None:
    people, tools = ("Ana", "Bo", "Cem", "Dora"), ("saw", "rake", "hoe")
    texts = [f"{who} lent the {what} to Zelda" for who in people for what in tools]
    await MemoryEncoder(storage).encode_batch(texts * 2, NOON)
    fibers = await storage.find_fibers()
    assert [fiber.frequency for fiber in fibers] == [2] * len(texts)
    for fiber in fibers:
        edges = await storage.get_synapses(source_id=fiber.anchor_neuron_id)
        weights = {edge.weight for edge in edges if edge.type is SynapseType.INVOLVES}
        assert weights and max(weights) <= 0.95
        assert {edge.weight for edge in edges if edge.type is SynapseType.HAPPENED_AT} == {0.9}

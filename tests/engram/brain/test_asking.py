"""What is recalled, why, and how far it spreads, in all three places."""

from __future__ import annotations

import asyncio
import dataclasses
import math
from typing import Dict

import pytest

from engram.brain import (
    BrainConfig,
    DepthLevel,
    Fiber,
    MemoryEncoder,
    Neuron,
    NeuronType,
    ReflexActivation,
    ReflexPipeline,
    Synapse,
    SynapseType,
)
from engram.brain.core import MemoryType, TypedMemory
from engram.brain.engine.activation import ActivationResult
from engram.brain.storage import BrainStorage

from .places import BRAIN_ID, add_chain, ask, awaited, brain_of, counts, encode
from .samples import DAY, NOON


# -- asking


@awaited
async def test_an_answer_says_why(storage: BrainStorage) -> None:
    ids = await encode(storage, "Build failed because the disk was full", "Ana waters the tulips on Mondays")
    result = await ask(storage, "Why did the build fail?", include_subgraph=True)
    assert "disk was full" in result.context
    assert (result.depth_used, result.fibers_matched[0]) == (DepthLevel.DEEP, ids[0])
    best = result.explanations[0]
    assert best.fiber_id == ids[0]
    assert sum(best.parts.values()) == pytest.approx(best.score)
    assert best.path[0].synapse_id is None
    assert best.path[-1].content == "Build failed because the disk was full"
    assert result.subgraph is not None
    assert set(result.contributing_neurons) & set(result.subgraph.neuron_ids)
    assert 0 < result.confidence <= 1


@awaited
async def test_what_is_not_known_is_not_made_up(storage: BrainStorage) -> None:
    await encode(storage, "Ana waters the tulips on Mondays")
    result = await ask(storage, "How many moons does Jupiter have?")
    assert (result.answer, result.context, result.fibers_matched, result.subgraph) == (None, "", (), None)
    assert result.confidence < 0.3


@awaited
async def test_asking_changes_no_more_than_it_says(storage: BrainStorage) -> None:
    await encode(storage, "Ana waters the tulips on Mondays", "Ana prunes the roses in March")
    before = await counts(storage)
    first = await ask(storage, "What does Ana water?", reinforce=False)
    again = await ask(storage, "What does Ana water?", reinforce=False)
    assert (first.fibers_matched, first.confidence) == (again.fibers_matched, again.confidence)
    states = await storage.get_neuron_states_batch(first.contributing_neurons)
    assert {state.access_frequency for state in states.values()} == {0}
    await ask(storage, "What does Ana water?")
    states = await storage.get_neuron_states_batch(first.contributing_neurons)
    assert max(state.access_frequency for state in states.values()) == 1
    assert max(state.activation_level for state in states.values()) == pytest.approx(0.05)
    assert await counts(storage) == before


@pytest.mark.parametrize("tokens", [30, 60, 120])
@awaited
async def test_a_context_is_never_over_its_budget(storage: BrainStorage, tokens: int) -> None:
    await encode(storage, *(f"Zelda planted {number} rows of beans by the northern fence" for number in range(9)))
    by_call = await ask(storage, "What did Zelda plant?", max_tokens=tokens)
    assert 0 < by_call.tokens_used <= tokens
    by_config = await ReflexPipeline(storage, BrainConfig(max_context_tokens=max(100, tokens))).query("Zelda?")
    assert by_config.tokens_used <= max(100, tokens)


@awaited
async def test_depth_reaches(storage: BrainStorage) -> None:
    await storage.add_neuron(Neuron("start", NeuronType.ENTITY, "Avalanche"))
    names = ["start", "b", "c", "d"]
    for name in names[1:]:
        await storage.add_neuron(Neuron(name, NeuronType.CONCEPT, f"quite another {name * 3}"))
    for one, other in zip(names, names[1:]):
        await storage.add_synapse(Synapse(one + other, one, other, SynapseType.LEADS_TO, 0.9))
    reached = {
        depth: (await ask(storage, "Avalanche", depth=depth, include_subgraph=True)).subgraph for depth in DepthLevel
    }
    instant, deep = reached[DepthLevel.INSTANT], reached[DepthLevel.DEEP]
    assert instant is not None and deep is not None
    assert set(instant.neuron_ids) == {"start", "b"}
    assert set(deep.neuron_ids) == set(names)


@pytest.mark.parametrize("use_reflex", [True, False])
@awaited
async def test_both_ways_of_spreading_answer(storage: BrainStorage, use_reflex: bool) -> None:
    await encode(storage, "Ana met Bruno at the harbour", "Ana sold the boat", "Bruno paints doors")
    result = await ReflexPipeline(storage, use_reflex=use_reflex).query("Where did Ana meet Bruno?")
    assert "harbour" in result.context
    if use_reflex:
        assert result.co_activations
        assert all(bound.co_fire_count > 1 and bound.source_anchors for bound in result.co_activations)


@awaited
async def test_tags_keep_to_some_memories(storage: BrainStorage) -> None:
    encoder = MemoryEncoder(storage)
    await encoder.encode("Ana waters the tulips", NOON, tags={"Beds", "wet"})
    await encoder.encode("Ana waters the lawn", NOON, tags={"Lawn", "wet"})
    both = await ask(storage, "What does Ana water?", tags={"beds", "lawn"}, tag_mode="or")
    assert "tulips" in both.context and "lawn" in both.context
    one = await ask(storage, "What does Ana water?", tags={"BEDS", "wet"})
    assert "tulips" in one.context and "lawn" not in one.context


@awaited
async def test_what_has_expired_is_not_recalled(storage: BrainStorage) -> None:
    (fiber_id,) = await encode(storage, "Ana waters the tulips on Mondays")
    assert (await ask(storage, "What does Ana water?")).fibers_matched == (fiber_id,)
    await storage.add_typed_memory(TypedMemory.create(fiber_id, MemoryType.FACT, expires_in_days=-1))
    assert (await ask(storage, "What does Ana water?")).fibers_matched == ()


@awaited
async def test_saving_a_brain_again_and_moving_it_changes_no_answer(storage: BrainStorage) -> None:
    await encode(storage, "Ana waters the tulips on Mondays", "Ana prunes the roses in March", "Bo feeds the hens")
    question = "What does Ana do with the roses?"
    before = await ask(storage, question, reinforce=False)
    assert "roses in March" in before.context
    await storage.save_brain(dataclasses.replace(brain_of(), name="Orchard", config=BrainConfig(max_spread_hops=5)))
    saved = await ask(storage, question, reinforce=False)
    assert (saved.context, saved.confidence) == (before.context, before.confidence)
    await storage.import_brain(await storage.export_brain(BRAIN_ID), "orchard")
    storage.set_brain("orchard")
    moved = await ask(storage, question, reinforce=False)
    assert (moved.context, moved.fibers_matched) == (before.context, before.fibers_matched)
    storage.set_brain(BRAIN_ID)
    await storage.delete_fiber(before.fibers_matched[0])
    assert "roses in March" not in (await ask(storage, question)).context


# -- activation


@pytest.mark.parametrize(
    ("conductivity", "levels"), [(0.92, {"a": 1.0, "b": 0.689, "c": 0.474, "d": 0.327}), (0.46, {"a": 1.0, "b": 0.344})]
)
@awaited
async def test_a_trail(storage: BrainStorage, conductivity: float, levels: Dict[str, float]) -> None:
    await add_chain(storage, "a", "b", "c", "d")
    fiber = Fiber.create({"a", "b", "c", "d"}, set(), "a", ["a", "b", "c", "d"]).with_conductivity(conductivity)
    fiber = dataclasses.replace(fiber, last_conducted=NOON)
    reached = await ReflexActivation(storage).activate_trail(["a"], [fiber], NOON)
    assert {name: result.activation_level for name, result in reached.items()} == pytest.approx(levels, abs=1e-3)
    assert reached["b"] == ActivationResult("b", reached["b"].activation_level, 1, ("a", "b"), "a")
    a_week_later = await ReflexActivation(storage, BrainConfig(activation_threshold=0.01)).activate_trail(
        ["a"], [fiber], NOON + 7 * DAY
    )
    assert a_week_later["b"].activation_level < reached["b"].activation_level


@awaited
async def test_a_trail_follows_fibers_as_they_are_given(storage: BrainStorage) -> None:
    await add_chain(storage, "a", "b", "c")
    stored = Fiber.create({"a", "b"}, set(), "a", ["a", "b"], fiber_id="f")
    await storage.add_fiber(stored)
    given = dataclasses.replace(stored, neuron_ids={"a", "c"}, pathway=("a", "c")).with_conductivity(0.5).conduct(NOON)
    reached = await ReflexActivation(storage).activate_trail(["a", "ghost"], [given], NOON)
    assert set(reached) == {"a", "c"}
    assert reached["c"].activation_level == pytest.approx(0.85 * 0.52 / (1 + math.exp(-2)))
    assert set(await ReflexActivation(storage).activate_trail(["a"], [])) == {"a"}


@awaited
async def test_what_several_anchors_reach_is_bound(storage: BrainStorage) -> None:
    await add_chain(storage, "a", "b", "c", "x")
    fibers = []
    for anchor in ("a", "b", "c"):
        summary = f"Reached by {anchor}"
        fiber = Fiber.create({anchor, "x"}, set(), anchor, [anchor, "x"], fiber_id=f"f-{anchor}", summary=summary)
        fibers.append(dataclasses.replace(fiber, last_conducted=NOON))
    reflex = ReflexActivation(storage)
    activations, (bound,) = await reflex.activate_with_co_binding([["a"], ["b"], ["c"]], fibers, NOON)
    assert set(activations) == {"a", "b", "c", "x"}
    assert bound.neuron_ids == {"x"}
    assert (bound.co_fire_count, bound.binding_strength) == (3, 1.0)
    assert set(bound.source_anchors) == {"a", "b", "c"}
    each = [await reflex.activate_trail([anchor], fibers, NOON) for anchor in ("a", "b", "c")]
    assert reflex.find_co_activated(each) == [bound]
    assert reflex.find_co_activated(each[:1]) == []


# -- at once


def test_everything_goes_on_at_once(storage: BrainStorage) -> None:
    async def main() -> None:
        texts = [f"Zelda planted {number} rows of beans" for number in range(20)]
        encoder, pipeline = MemoryEncoder(storage), ReflexPipeline(storage)
        await asyncio.gather(*map(encoder.encode, texts), *(pipeline.query("Zelda?") for _ in range(5)))
        assert (await counts(storage))[2] == 20

    asyncio.run(main())

"""What works on a brain, as a user calls it, in all three places."""

from __future__ import annotations

import asyncio
import dataclasses
import math
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Dict, List, Optional, Tuple, Type

import pytest

from engram import EngramError, TooLargeError, ValidationError
from engram.brain import (
    BrainConfig,
    DepthLevel,
    Fiber,
    MemoryEncoder,
    Neuron,
    NeuronState,
    NeuronType,
    ReflexActivation,
    ReflexPipeline,
    RetrievalResult,
    Synapse,
    SynapseType,
    utcnow,
)
from engram.brain.core import AlertType, MemoryType, Priority, TypedMemory
from engram.brain.engine.activation import ActivationResult
from engram.brain.engine.context_optimizer import compute_composite_score, optimize_context
from engram.brain.engine.db_trainer import DBTrainer, DBTrainingConfig
from engram.brain.engine.lifecycle import DecayManager, ReinforcementManager
from engram.brain.engine.query_pattern_mining import learn_query_patterns, suggest_follow_up_queries
from engram.brain.storage import BrainStorage

from .places import BRAIN_ID, add_chain, awaited, brain_of

NOON = datetime(2026, 5, 8, 12)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


async def encode(storage: BrainStorage, *contents: str, at: Optional[datetime] = NOON) -> List[str]:
    """Encode texts that were said at a moment; return the ids of their fibers."""
    return [(await MemoryEncoder(storage).encode(content, at)).fiber.id for content in contents]


async def ask(storage: BrainStorage, question: str, **how: object) -> RetrievalResult:
    return await ReflexPipeline(storage).query(question, **how)  # type: ignore[arg-type]  # a table of questions


async def counts(storage: BrainStorage) -> Tuple[int, int, int]:
    brain = await storage.get_brain(BRAIN_ID)
    assert brain is not None
    return brain.neuron_count, brain.synapse_count, brain.fiber_count


# -- encoding


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
    texts = [f"{who} lent the {what} to Zelda" for who in ("Ana", "Bo", "Cem", "Dora") for what in ("saw", "rake", "hoe")]
    await MemoryEncoder(storage).encode_batch(texts * 2, NOON)
    fibers = await storage.find_fibers()
    assert [fiber.frequency for fiber in fibers] == [2] * len(texts)
    for fiber in fibers:
        edges = await storage.get_synapses(source_id=fiber.anchor_neuron_id)
        weights = {edge.weight for edge in edges if edge.type is SynapseType.INVOLVES}
        assert weights and max(weights) <= 0.95
        assert {edge.weight for edge in edges if edge.type is SynapseType.HAPPENED_AT} == {0.9}


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
    await storage.add_fiber(fiber)
    reached = await ReflexActivation(storage).activate_trail(["a"], [fiber], NOON)
    assert {name: result.activation_level for name, result in reached.items()} == pytest.approx(levels, abs=1e-3)
    assert reached["b"] == ActivationResult("b", reached["b"].activation_level, 1, ("a", "b"), "a")
    a_week_later = await ReflexActivation(storage, BrainConfig(activation_threshold=0.01)).activate_trail(
        ["a"], [fiber], NOON + 7 * DAY
    )
    assert a_week_later["b"].activation_level < reached["b"].activation_level


@awaited
async def test_what_several_anchors_reach_is_bound(storage: BrainStorage) -> None:
    await add_chain(storage, "a", "b", "c", "x")
    fibers = []
    for anchor in ("a", "b", "c"):
        summary = f"Reached by {anchor}"
        fiber = Fiber.create({anchor, "x"}, set(), anchor, [anchor, "x"], fiber_id=f"f-{anchor}", summary=summary)
        fibers.append(dataclasses.replace(fiber, last_conducted=NOON))
        await storage.add_fiber(fibers[-1])
    reflex = ReflexActivation(storage)
    activations, (bound,) = await reflex.activate_with_co_binding([["a"], ["b"], ["c"]], fibers, NOON)
    assert set(activations) == {"a", "b", "c", "x"}
    assert bound.neuron_ids == {"x"}
    assert (bound.co_fire_count, bound.binding_strength) == (3, 1.0)
    assert set(bound.source_anchors) == {"a", "b", "c"}
    each = [await reflex.activate_trail([anchor], fibers, NOON) for anchor in ("a", "b", "c")]
    assert reflex.find_co_activated(each) == [bound]
    assert reflex.find_co_activated(each[:1]) == []


# -- fading and growing


@awaited
async def test_what_lies_idle_fades_once(storage: BrainStorage) -> None:
    await add_chain(storage, "a", "b")
    synapse = await storage.get_synapse("ab")
    assert synapse is not None
    await storage.update_synapse(dataclasses.replace(synapse, last_activated=NOON))
    await storage.update_neuron_state(NeuronState("a", activation_level=0.8, last_activated=NOON))
    later = NOON + 10 * DAY
    manager = DecayManager(decay_rate=0.1)
    told = await manager.apply_decay(storage, later, dry_run=True)
    assert (told.neurons_decayed, told.synapses_decayed, told.dry_run, told.reference_time) == (1, 1, True, later)
    for _ in range(2):
        report = await manager.apply_decay(storage, later)
        synapse, state = await storage.get_synapse("ab"), await storage.get_neuron_state("a")
        assert synapse is not None and state is not None
        assert synapse.weight == pytest.approx(0.9 * math.exp(-1))
        assert state.activation_level == pytest.approx(0.8 * math.exp(-1))
    assert (report.neurons_decayed, report.synapses_decayed) == (0, 0)


@awaited
async def test_what_is_hardly_there_is_pruned(storage: BrainStorage) -> None:
    await add_chain(storage, "a")
    await storage.update_neuron_state(NeuronState("a", activation_level=0.8, last_activated=NOON))
    young = await DecayManager(decay_rate=0.5).apply_decay(storage, NOON + 12 * HOUR)
    assert (young.neurons_decayed, young.neurons_pruned) == (0, 0)
    report = await DecayManager(decay_rate=0.5, prune_threshold=0.01, min_age_days=1.0).apply_decay(
        storage, NOON + 10 * DAY
    )
    assert report.neurons_pruned == 1
    state = await storage.get_neuron_state("a")
    assert state is not None
    assert state.activation_level == 0


@awaited
async def test_a_neuron_fades_by_its_own_rate_unless_one_is_given(storage: BrainStorage) -> None:
    await add_chain(storage, "a")
    await storage.update_neuron_state(NeuronState("a", 0.8, last_activated=NOON, decay_rate=0.2))
    await DecayManager().apply_decay(storage, NOON + 5 * DAY)
    state = await storage.get_neuron_state("a")
    assert state is not None
    assert state.activation_level == pytest.approx(0.8 * math.exp(-1))


@awaited
async def test_what_was_used_grows(storage: BrainStorage) -> None:
    await add_chain(storage, "a", "b", weight=0.98)
    manager = ReinforcementManager(reinforcement_delta=0.05)
    assert await manager.reinforce(storage, activated_neurons=["a", "b", "zz"], activated_synapses=["ab", "zz"]) == 3
    state, synapse = await storage.get_neuron_state("a"), await storage.get_synapse("ab")
    assert state is not None and synapse is not None
    assert state.activation_level == pytest.approx(0.05)
    assert state.access_frequency == 1
    assert (synapse.weight, synapse.reinforced_count) == (1.0, 1)


# -- choosing, learning, training


@pytest.mark.parametrize(
    ("part", "weight"),
    [("activation", 0.30), ("priority", 0.25), ("frequency", 0.20), ("conductivity", 0.15), ("freshness", 0.10)],
)
def test_the_parts_of_a_score(part: str, weight: float) -> None:
    nothing = dict.fromkeys(("activation", "priority", "frequency", "conductivity", "freshness"), 0.0)
    assert compute_composite_score(**{**nothing, part: 1.0}) == pytest.approx(weight)
    assert compute_composite_score(**{**nothing, part: 9.0}) == pytest.approx(weight)
    assert compute_composite_score(**dict.fromkeys(nothing, 1.0)) == pytest.approx(1.0)


@awaited
async def test_a_plan_goes_by_the_score(storage: BrainStorage) -> None:
    await encode(storage, "Report 1: sales grew in Paris", "Report 2: sales fell in Oslo", at=None)
    await add_chain(storage, "n")
    used = Fiber.create({"n"}, set(), "n", fiber_id="f", summary="The keys hang by the door")
    await storage.add_fiber(dataclasses.replace(used, frequency=10))
    await storage.add_typed_memory(TypedMemory.create("f", MemoryType.FACT, Priority.CRITICAL))
    fibers = await storage.get_fibers()
    plan = await optimize_context(storage, fibers, max_tokens=200)
    assert (len(plan.items), plan.dropped_count, plan.items[0].fiber_id) == (3, 0, "f")
    assert plan.items[0].score == pytest.approx(
        compute_composite_score(priority=1.0, frequency=0.5, conductivity=1.0, freshness=1.0)
    )
    assert plan.total_tokens == sum(item.token_count for item in plan.items) <= 200
    assert not any(item.truncated for item in plan.items)
    assert await optimize_context(storage, []) == dataclasses.replace(plan, items=(), total_tokens=0)


@awaited
async def test_what_is_asked_next_is_learned_once(storage: BrainStorage) -> None:
    await encode(storage, "The routing table is in the config", at=None)
    for session in ("one", "two", "three"):
        await ask(storage, "routing", session_id=session)
        event = await storage.record_recall_event("middleware", session)
    assert (event.session_id, event.topics) == ("three", ("middleware",))
    assert [found.query for found in await storage.get_recall_events(limit=2)] == ["middleware", "routing"]
    for _ in range(2):
        report = await learn_query_patterns(storage, BrainConfig(), utcnow() + HOUR)
        assert (report.topics_extracted, report.pairs_found) == (2, 1)
        (learned,) = await storage.get_synapses(type=SynapseType.BEFORE)
        assert learned.weight == pytest.approx(0.45)
    assert await suggest_follow_up_queries(storage, ["routing"], BrainConfig()) == ["middleware"]
    assert await suggest_follow_up_queries(storage, ["middleware"]) == []


SHOP = """
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT, phone TEXT, deleted_at TEXT);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), parent_id REFERENCES orders (id), total REAL, note
);
CREATE TABLE products (id INTEGER PRIMARY KEY, label TEXT, price REAL, stock INTEGER, weight REAL);
CREATE TABLE order_items (order_id REFERENCES orders (id), product_id REFERENCES products (id), amount INTEGER);
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    with closing(sqlite3.connect(tmp_path / "shop.db")) as database:
        database.executescript(SHOP)
    return tmp_path / "shop.db"


@awaited
async def test_a_schema_is_learned_once(storage: BrainStorage, shop: Path) -> None:
    trainer = DBTrainer(storage)
    config = DBTrainingConfig("sqlite:///shop.db", domain_tag="shop", max_tables=4)
    result = await trainer.train(config)
    assert (result.tables_processed, result.tables_skipped, result.columns_processed) == (4, 0, 18)
    assert (result.relationships_mapped, result.already_trained) == (3, False)
    assert result.patterns_detected == 2
    assert len(await storage.get_synapses(type=SynapseType.CO_OCCURS, min_weight=0.85)) >= 1
    before = await counts(storage)
    again = await trainer.train(config)
    assert (again.already_trained, again.schema_fingerprint) == (True, result.schema_fingerprint)
    assert await counts(storage) == before
    with closing(sqlite3.connect(shop)) as database:
        database.execute("ALTER TABLE users ADD COLUMN city TEXT")
    assert (await trainer.train(config)).schema_fingerprint != result.schema_fingerprint


@awaited
async def test_a_schema_is_learned_in_parts_and_by_another_brain(storage: BrainStorage, shop: Path) -> None:
    other = brain_of("orchard")
    await storage.save_brain(dataclasses.replace(other, name="Orchard"))
    result = await DBTrainer(storage).train(DBTrainingConfig("sqlite:///shop.db", brain_name="Orchard", max_tables=2))
    assert (result.tables_processed, result.tables_skipped, result.brain_name) == (2, 2, "Orchard")
    assert (storage.brain_id, await counts(storage)) == (BRAIN_ID, (0, 0, 0))


@pytest.mark.parametrize(
    ("config", "why"),
    [
        (DBTrainingConfig("postgresql://localhost/shop"), "only sqlite:///"),
        (DBTrainingConfig("sqlite:///../shop.db"), "not below the working folder"),
        (DBTrainingConfig("sqlite:///missing.db"), "no file"),
        (DBTrainingConfig("sqlite:///shop.db", brain_name="Nobody"), "no brain has the name 'Nobody'"),
        (DBTrainingConfig("sqlite:///shop.db", max_tables=0), "max_tables"),
    ],
)
@pytest.mark.usefixtures("shop")
@awaited
async def test_what_cannot_be_learned_leaves_a_brain_as_it_was(
    storage: BrainStorage, config: DBTrainingConfig, why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        await DBTrainer(storage).train(config)
    assert await counts(storage) == (0, 0, 0)


# -- health


@awaited
async def test_too_many_neurons_raise_one_alert(storage: BrainStorage) -> None:
    encoder = MemoryEncoder(storage)
    number = 0
    while (await counts(storage))[0] <= 2_000:
        await encoder.encode_batch([f"Word{number + more}a met word{number + more}b" for more in range(500)], NOON)
        number += 500
    raised = [alert for alert in await storage.get_active_alerts() if alert.alert_type is AlertType.HIGH_NEURON_COUNT]
    assert [alert.severity.value for alert in raised] == ["medium"]
    again = [alert for alert in await storage.get_active_alerts() if alert.alert_type is AlertType.HIGH_NEURON_COUNT]
    assert again == raised
    for fiber in await storage.find_fibers(limit=1_000):
        if (await counts(storage))[0] <= 2_000:
            break
        await storage.delete_fiber(fiber.id)
    left = {alert.alert_type for alert in await storage.get_active_alerts()}
    assert AlertType.HIGH_NEURON_COUNT not in left


def test_everything_goes_on_at_once(storage: BrainStorage) -> None:
    async def main() -> None:
        texts = [f"Zelda planted {number} rows of beans" for number in range(20)]
        encoder, pipeline = MemoryEncoder(storage), ReflexPipeline(storage)
        await asyncio.gather(*map(encoder.encode, texts), *(pipeline.query("Zelda?") for _ in range(5)))
        assert (await counts(storage))[2] == 20

    asyncio.run(main())

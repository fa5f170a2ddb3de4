"""Figures that a brain must show in all three places: how sure it is, how far it reaches, what fits, what use adds."""

from __future__ import annotations

import dataclasses
import math
import random
from datetime import datetime
from statistics import mean
from typing import List

import pytest

from engram.brain import BrainConfig, DepthLevel, Fiber, MemoryEncoder, ReflexActivation
from engram.brain.engine.context_optimizer import optimize_context
from engram.brain.engine.lifecycle import DecayManager
from engram.brain.storage import BrainStorage

from .places import add_chain, ask, awaited
from .samples import DAY, NOON

_WHO = "Ana Bruno Clara Dimitri Elena Farid".split()
_WHAT = "kayak violin telescope bicycle lantern compass".split()
_WHERE = "harbour attic cellar barn museum lighthouse".split()

NEVER_STORED = [
    "Who discovered penicillin?",
    "Where does Ana work?",
    "How tall is Bruno?",
    "What is Clara's favourite colour?",
    "When was Elena born?",
    "Who painted the ceiling?",
    "What did Zoltan buy?",
    "What is the wifi password?",
    "Which dog does Farid own?",
    "What time does the train leave?",
]


@awaited
async def test_how_sure_it_is_tells_what_is_known_from_what_is_not(storage: BrainStorage) -> None:
    pairs = random.Random(7).sample([(who, what) for who in _WHO for what in _WHAT], 24)
    facts = [(who, what, _WHERE[number % 6]) for number, (who, what) in enumerate(pairs)]
    texts = [f"{who} found a {what} in the {where}" for who, what, where in facts]
    await MemoryEncoder(storage).encode_batch(texts, NOON)
    known: List[float] = []
    for text, (who, what, _) in zip(texts, facts):
        result = await ask(storage, f"Where did {who} find the {what}?", reinforce=False)
        assert text in result.context
        known.append(result.confidence)
    unknown = [(await ask(storage, question, reinforce=False)).confidence for question in NEVER_STORED]
    assert mean(unknown) < 0.3 < min(known)
    assert mean(known) > 0.8


@awaited
async def test_the_complete_example_is_asked_in_context_and_has_nothing_to_decay(storage: BrainStorage) -> None:
    encoder = MemoryEncoder(storage)
    for text in (
        "Met with team to discuss architecture",
        "DECISION: Use microservices. REASON: Better scaling",
        "TODO: Set up CI/CD pipeline",
    ):
        await encoder.encode(text)
    result = await ask(storage, "What architecture decision was made?", depth=DepthLevel.CONTEXT)
    assert result.depth_used is DepthLevel.CONTEXT
    assert "DECISION: Use microservices. REASON: Better scaling" in result.context
    report = await DecayManager().apply_decay(storage, dry_run=True)
    assert (report.neurons_decayed, report.synapses_decayed) == (0, 0)


@awaited
async def test_a_fiber_that_was_never_used_conducts_as_it_stands_out(storage: BrainStorage) -> None:
    await add_chain(storage, "a", "b")
    reflex = ReflexActivation(storage, BrainConfig(activation_threshold=0.01))
    fiber = Fiber.create({"a", "b"}, set(), "a", ["a", "b"], fiber_id="f")

    async def level(last: "datetime | None", salience: float) -> float:
        changed = dataclasses.replace(fiber, last_conducted=last, salience=salience)
        return (await reflex.activate_trail(["a"], [changed], NOON))["b"].activation_level

    for salience in (0.0, 0.5, 1.0):
        assert await level(None, salience) == pytest.approx(0.85 * (0.3 + 0.4 * salience))
    for days in (0, 1, 7, 400):
        curve = max(0.1, 1 / (1 + math.exp((days * 24 - 72) / 36)))
        assert await level(NOON - days * DAY, 0.0) == pytest.approx(0.85 * curve)


@awaited
async def test_what_is_recalled_often_is_as_strong_as_can_be(storage: BrainStorage) -> None:
    await MemoryEncoder(storage).encode_batch(["Ana waters the tulips on Mondays", "Bo feeds the hens"], NOON)
    for _ in range(22):
        result = await ask(storage, "What does Ana water?")
    states = await storage.get_neuron_states_batch(result.contributing_neurons)
    assert {(state.activation_level, state.access_frequency) for state in states.values()} == {(1.0, 22)}
    fiber = await storage.get_fiber(result.fibers_matched[0])
    assert fiber is not None
    # It was encoded once.
    assert (fiber.frequency, fiber.conductivity) == (23, 1.0)
    (hens,) = await storage.find_neurons(content_exact="Bo feeds the hens")
    unused = await storage.get_neuron_state(hens.id)
    assert unused is not None
    assert (unused.activation_level, unused.access_frequency) == (0.0, 0)


@pytest.mark.parametrize("max_tokens", [30, 100, 1000])
@awaited
async def test_what_fits_is_taken_whole(storage: BrainStorage, max_tokens: int) -> None:
    texts = [" ".join(f"w{number}" for number in range(200)), *(f"small {number}" for number in range(9))]
    fibers = [Fiber.create({"n"}, set(), "n", summary=text) for text in texts]
    plan = await optimize_context(storage, fibers, max_tokens)
    assert plan.total_tokens == sum(item.token_count for item in plan.items) <= max_tokens
    assert len(plan.items) + plan.dropped_count == len(fibers)
    assert all(item.token_count >= math.ceil(1.3 * len(item.content.split())) for item in plan.items)
    if max_tokens == 1000:
        assert [item.content for item in plan.items] == texts
        assert not any(item.truncated for item in plan.items)


@awaited
async def test_twelve_reports_of_one_kind_are_twelve(storage: BrainStorage) -> None:
    who = "Ana Bo Cem Dora Eli Fay Gus Hal Ida Jon Kim Lea".split()
    encoder = MemoryEncoder(storage)
    fibers = [(await encoder.encode(f"Report {at} from {name} is ready", NOON)).fiber for at, name in enumerate(who)]
    plan = await optimize_context(storage, fibers)
    assert (len(plan.items), plan.dropped_count) == (12, 0)
    assert len((await ask(storage, "Which reports are ready?")).fibers_matched) == 12

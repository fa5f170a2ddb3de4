"""What may be told: nothing of what has expired or lacks the tags asked for, and all else in spite of that."""

from __future__ import annotations

from typing import List, Optional

import pytest

from engram.brain import DepthLevel, MemoryEncoder, ReflexPipeline, RetrievalResult
from engram.brain.core import MemoryType, TypedMemory
from engram.brain.storage import BrainStorage

from .places import awaited
from .samples import NOON


async def expire(storage: BrainStorage, *fiber_ids: str) -> None:
    for fiber_id in fiber_ids:
        await storage.add_typed_memory(TypedMemory.create(fiber_id, MemoryType.CONTEXT, expires_in_days=-1))


async def ask(storage: BrainStorage, question: str, tags: Optional[List[str]] = None) -> RetrievalResult:
    pipeline = ReflexPipeline(storage)
    return await pipeline.query(question, DepthLevel.DEEP, tags=tags, include_subgraph=True, reinforce=False)


@pytest.mark.parametrize("question", ["Why did the build fail?", "Build failed", "disk was full", "What does Ana do?"])
@awaited
async def test_no_part_of_what_has_expired_is_told(storage: BrainStorage, question: str) -> None:
    encoder = MemoryEncoder(storage)
    for text in ("Build failed because disk was full", "Ana waters tulips"):
        await expire(storage, (await encoder.encode(text, NOON)).fiber.id)
    result = await ask(storage, question)
    assert (result.context, result.answer, result.confidence, result.neurons_activated) == ("", None, 0.0, 0)


@awaited
async def test_what_has_expired_leads_to_nothing_else(storage: BrainStorage) -> None:
    encoder = MemoryEncoder(storage)
    between = await encoder.encode("Ana lent the kayak to Bruno", NOON)
    await encoder.encode("Bruno paints doors", NOON)
    assert "paints doors" in (await ask(storage, "Who has the kayak?")).context
    await expire(storage, between.fiber.id)
    result = await ask(storage, "Who has the kayak?")
    assert (result.context, result.explanations) == ("", ())
    # What others tell of as well is known.
    assert "Bruno paints doors" in (await ask(storage, "Bruno")).context


@awaited
async def test_what_has_expired_takes_no_place(storage: BrainStorage) -> None:
    encoder = MemoryEncoder(storage)
    made = await encoder.encode_batch([f"The wifi password is secret{number}" for number in range(40)], NOON)
    await expire(storage, *(one.fiber_id for one in made))
    await encoder.encode("For the guests we wrote the password of the wifi on a small yellow card", NOON)
    for question in ("What is the wifi password?", "What do you remember?"):
        result = await ask(storage, question)
        assert "yellow card" in result.context
        assert "secret" not in result.context
    assert (await ask(storage, "Where is the wifi password?")).confidence > 0.3


@awaited
async def test_what_has_other_tags_takes_no_place_and_is_not_told(storage: BrainStorage) -> None:
    encoder = MemoryEncoder(storage)
    await encoder.encode("After lunch the old tap behind the house leaks on both sides", NOON, tags={"Shed"})
    await encoder.encode_batch([f"The tap leaks {number}" for number in range(60)], NOON)
    for question in ("What leaks?", "What do you remember?"):
        result = await ask(storage, question, ["shed"])
        assert result.context.startswith("## Relevant Memories\n- After lunch")
        assert len(result.fibers_matched) == 1
    nothing = await ask(storage, "What leaks?", ["attic"])
    assert (nothing.context, nothing.confidence, nothing.neurons_activated) == ("", 0.0, 0)

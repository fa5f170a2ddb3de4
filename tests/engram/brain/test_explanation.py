"""Why a memory is in the context can be read by a person, and by a program step by step."""

from __future__ import annotations

from typing import Optional

import pytest

from engram.brain import DepthLevel, Explanation, MemoryEncoder, PathStep, ReflexPipeline
from engram.brain.core import SynapseType
from engram.brain.storage import BrainStorage
from engram.types.brain_engine import FiberExplanation, PathStep as PathStepWire

from .places import awaited


def _step(neuron_id: str, content: str, level: float) -> PathStepWire:
    """Return a step that no synapse led to."""
    return {
        "neuron_id": neuron_id,
        "content": content,
        "synapse_id": None,
        "synapse_type": None,
        "weight": None,
        "level": level,
    }


_WIRE: FiberExplanation = {
    "fiber_id": "f1",
    "score": 0.5,
    "parts": {"word:acm": 0.3, "activation": 0.2},
    "path": [
        _step("n1", "Alice", 1.0),
        {**_step("n2", "Acme", 0.6), "synapse_id": "s1", "synapse_type": "related_to", "weight": 0.7},
        _step("n3", "Acme moved", 0.4),
    ],
    "why": 'It shares "Acme" with the question.',
}


def test_an_explanation_is_read_as_it_was_sent() -> None:
    told = Explanation.of(_WIRE)
    assert (told.fiber_id, told.score, told.parts, told.why) == ("f1", 0.5, _WIRE["parts"], _WIRE["why"])
    assert told.path[1] == PathStep("n2", "Acme", "s1", SynapseType.RELATED_TO, 0.7, 0.6)
    assert (told.path[0].synapse_type, len(told.path)) == (None, 3)


def test_as_a_text_it_is_the_way_and_the_reason() -> None:
    told = str(Explanation.of(_WIRE))
    assert told == 'Alice -[related_to 0.70]-> Acme -> Acme moved\nIt shares "Acme" with the question.'


def test_a_memory_that_the_question_names_is_the_whole_way() -> None:
    told = str(Explanation.of({**_WIRE, "path": [_step("n1", "a -> b", 1.0)]}))
    assert told == f"a -> b\n{_WIRE['why']}"


def test_what_no_way_led_to_has_the_reason_alone() -> None:
    assert str(Explanation.of({**_WIRE, "path": []})) == _WIRE["why"]


@pytest.mark.parametrize("use_reflex", [True, False])
@awaited
async def test_each_memory_of_a_context_tells_the_way_that_reached_it(storage: BrainStorage, use_reflex: bool) -> None:
    texts = ["Marta is the sister of Jonas", "Marta works at the lighthouse"]
    await MemoryEncoder(storage).encode_batch(texts)
    pipeline = ReflexPipeline(storage, use_reflex=use_reflex)
    result = await pipeline.query("What does the sister of Jonas do?", DepthLevel.DEEP)
    assert [one.fiber_id for one in result.explanations] == list(result.fibers_matched)
    fibers = [await storage.get_fiber(fiber_id) for fiber_id in result.fibers_matched]
    for one, fiber, text in zip(result.explanations, fibers, texts):
        assert fiber is not None and one.path[-1].neuron_id == fiber.anchor_neuron_id
        assert (one.path[-1].content, one.path[0].synapse_id) == (text, None)
        assert sum(one.parts.values()) == pytest.approx(one.score)
        levels = [step.level for step in one.path]
        assert levels == sorted(levels, reverse=True)
        assert [await _joining(storage, *ends) for ends in zip(one.path, one.path[1:])] == [
            step.synapse_id for step in one.path[1:]
        ]


async def _joining(storage: BrainStorage, one: PathStep, other: PathStep) -> Optional[str]:
    """Return the strongest synapse between the neurons of two steps."""
    found = await storage.get_neighbors(one.neuron_id)
    return next((synapse.id for neuron, synapse in found if neuron.id == other.neuron_id), None)



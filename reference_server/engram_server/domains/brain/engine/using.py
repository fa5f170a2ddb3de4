"""What use does to a brain: what an answer was made of grows stronger, what is listed to be strengthened too."""

from __future__ import annotations

import itertools
from typing import List, Optional, cast

from engram.types.brain import FiberStage
from engram.types.brain_engine import DecayBody, DecayReport, ReinforceBody, ReinforceResult
from engram.types.brain_learning import RecallEventWire

from ....clock import iso
from ....storage import Reader, Writer, as_json
from ....storage.brain_rows import BrainRow, NeuronState, RecallEventRow
from ...scope import Scope
from .. import brains, shapes
from ..fibers import CONDUCTION
from .activating import SITTING_US
from .fading import DAY_US, Fading, fade, rate_of_feeling, stage_at
from .mining import topics_of
from .telling import Used

# A neuron that has this rate has none of its own, and fades as the brain does.
_NOT_ITS_OWN = NeuronState().decay_rate
_PRUNE_BELOW = 0.01
_MIN_AGE_DAYS = 1.0
# Newer questions tell what is asked about after what; older ones are forgotten.
_EVENTS_KEPT = 10_000


def after_answer(writer: Writer, brain: BrainRow, used: Used, now: int) -> None:
    """Strengthen what an answer was made of; of what was used in the same sitting already, the uses are counted."""
    delta = shapes.config_of(brain)["reinforcement_delta"]
    writer.reinforce_neurons(used.neurons, delta, now)
    # What is active together is bound together (Hebb), as far as there is a synapse: asking makes none.
    pairs = {pair for group in used.together for pair in itertools.permutations(group, 2)}
    bound = {row for row, _ in writer.synapses_between(pairs).values()} if pairs else set()
    found = {row.id for row in writer.synapses(brain.space_id, used.synapses).values()}
    writer.use_synapses(found | bound, delta, now, now - SITTING_US)
    writer.conduct_fibers([fiber.id for fiber in used.fibers], CONDUCTION, now)
    ripened = [
        (fiber.id, stage)
        for fiber in used.fibers
        for stage in [stage_at(cast(FiberStage, fiber.stage), fiber.created_at, fiber.frequency + 1, now)]
        if stage != fiber.stage
    ]
    writer.ripen(ripened)


def record_question(
    writer: Writer, scope: Scope, brain: BrainRow, question: str, session: str, asked_at: Optional[str] = None
) -> RecallEventWire:
    """Keep a question, so that it can be learned what is asked about after what."""
    topics = as_json(topics_of(question))
    event = RecallEventRow(scope.ids.new("evt"), session, question, topics, brains.moment_or_now(scope, asked_at))
    writer.add_recall_event(brain.space_id, event)
    writer.forget_recall_events(brain.space_id, _EVENTS_KEPT)
    return shapes.recall_event(event)


def questions(reader: Reader, brain: BrainRow, limit: int) -> List[RecallEventWire]:
    """Return recorded questions, newest first."""
    return [shapes.recall_event(row) for row in reader.recall_events(brain.space_id, limit)]


def reinforce(writer: Writer, scope: Scope, brain: BrainRow, given: ReinforceBody) -> ReinforceResult:
    """Strengthen neurons and synapses; those that are unknown are passed over."""
    now = brains.moment_or_now(scope, given.get("reference_time"))
    delta = given.get("reinforcement_delta")
    delta = shapes.config_of(brain)["reinforcement_delta"] if delta is None else float(delta)
    neurons = writer.neurons(brain.space_id, given.get("neuron_ids", []))
    synapses = writer.synapses(brain.space_id, given.get("synapse_ids", []))
    return {
        "neurons_reinforced": writer.reinforce_neurons([row.id for row in neurons.values()], delta, now),
        "synapses_reinforced": writer.reinforce_synapses([row.id for row in synapses.values()], delta, now),
    }


def decay(reader: Reader, writer: Optional[Writer], scope: Scope, brain: BrainRow, given: DecayBody) -> DecayReport:
    """Let what lies idle fade, or with no writer tell what would. The same moment again fades nothing."""
    began = scope.clock()
    now, rate = brains.moment_or_now(scope, given.get("reference_time")), given.get("decay_rate")
    of_brain = shapes.config_of(brain)["decay_rate"] if rate is None else float(rate)
    below = float(given.get("prune_threshold", _PRUNE_BELOW))
    before = now - int(float(given.get("min_age_days", _MIN_AGE_DAYS)) * DAY_US)
    neurons = [
        Fading(
            row.id,
            row.level,
            of_brain if rate is not None or row.decay_rate == _NOT_ITS_OWN else row.decay_rate,
            row.created_at if row.last_activated is None else row.last_activated,
            row.decayed_at,
        )
        for row in reader.idle_neurons(brain.space_id, before)
    ]
    synapses = [
        Fading(
            row.id,
            row.weight,
            rate_of_feeling(of_brain, row.weight) if row.type == "felt" else of_brain,
            row.created_at if row.last_activated is None else row.last_activated,
            row.decayed_at,
        )
        for row in reader.idle_synapses(brain.space_id, before)
    ]
    levels, weights = fade(neurons, now, below), fade(synapses, now, below)
    if writer is not None:
        writer.save_levels(levels.values, now)
        writer.save_weights(weights.values, now)
    return {
        "neurons_processed": len(neurons),
        "neurons_decayed": levels.decayed,
        "neurons_pruned": levels.pruned,
        "synapses_processed": len(synapses),
        "synapses_decayed": weights.decayed,
        "synapses_pruned": weights.pruned,
        "duration_ms": (scope.clock() - began) * 1000,
        "reference_time": iso(now),
        "dry_run": writer is None,
    }

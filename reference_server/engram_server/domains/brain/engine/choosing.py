"""Activation, and choosing for a context, of the neurons and fibers that a caller names."""

from __future__ import annotations

import json
from typing import Iterable, List, Optional

from engram.types.brain_engine import (
    ActivateBody,
    ActivateResult,
    ActivationWire,
    ContextPlanWire,
    OptimizeContextBody,
    TrailFiber,
)

from ....recall.spreading import Pathway, together
from ....storage import Reader
from ....storage.brain_rows import BrainRow, FiberRow
from ...scope import Scope
from .. import brains, drafts, shapes
from . import optimizing
from .activating import Synapses, along_pathways, conduction_at, over_synapses
from .fading import DAY_US
from .optimizing import Weighed
from .telling import co_activation

_DEFAULT_TOKENS = 4_000
# Of each anchor, where no fibers are named.
_FIBERS_EACH = 10


def activate(reader: Reader, scope: Scope, brain: BrainRow, given: ActivateBody) -> ActivateResult:
    """Spread from sets of anchors, along pathways or over synapses; anchors that are unknown are passed over."""
    config = shapes.config_of(brain)
    floor = given.get("activation_threshold")
    floor = config["activation_threshold"] if floor is None else float(floor)
    now = brains.moment_or_now(scope, given.get("reference_time"))
    sets = given["anchor_sets"]
    known = {*reader.neurons(brain.space_id, (anchor for one in sets for anchor in one))}
    known.update(neuron for fiber in given.get("fibers") or () for neuron in fiber["pathway"])
    anchors = [[anchor for anchor in dict.fromkeys(one) if anchor in known] for one in sets]
    if given.get("trail", True):
        reaches = along_pathways(anchors, _pathways(reader, brain, given, known, now), floor=floor)
    else:
        hops = given.get("max_hops") or config["max_spread_hops"]
        synapses = Synapses(reader, brain.space_id)
        reaches = over_synapses(synapses, [dict.fromkeys(one, 1.0) for one in anchors], hops=hops, floor=floor)
    reached, co_activations = together(reaches)
    activations: List[ActivationWire] = [
        {
            "neuron_id": neuron,
            "activation_level": one.level,
            "hop_distance": one.hops,
            "path": list(one.path),
            "source_anchor": one.anchor,
        }
        for neuron, one in sorted(reached.items(), key=lambda item: (-item[1].level, item[0]))
    ]
    return {"activations": activations, "co_activations": [co_activation(one) for one in co_activations]}


def _pathways(
    reader: Reader, brain: BrainRow, given: ActivateBody, anchors: Iterable[str], now: int
) -> List[Pathway]:
    """Return the pathways that are given, or those of the stored fibers that are meant."""
    fibers, fiber_ids = given.get("fibers"), given.get("fiber_ids")
    if fibers is not None:
        return [Pathway(fiber["pathway"], _conduction(fiber, now)) for fiber in fibers]
    rows: Iterable[FiberRow]
    if fiber_ids is not None:
        rows = reader.fibers(brain.space_id, fiber_ids).values()
    else:
        held = reader.fibers_holding(brain.space_id, anchors, up_to=_FIBERS_EACH)
        rows = reader.fibers_by_row({row for rows in held.values() for row in rows}).values()
    return [
        Pathway(json.loads(row.pathway), conduction_at(now, row.conductivity, row.last_conducted, row.salience))
        for row in rows
    ]


def _conduction(fiber: TrailFiber, now: int) -> float:
    last_conducted = drafts.maybe_moment(fiber.get("last_conducted"))
    return conduction_at(now, fiber.get("conductivity", 1.0), last_conducted, fiber.get("salience", 0.0))


def optimize(reader: Reader, scope: Scope, brain: BrainRow, given: OptimizeContextBody) -> ContextPlanWire:
    """Return which of some fibers go into a context; those that are unknown are passed over."""
    now = brains.moment_or_now(scope, given.get("reference_time"))
    fibers = reader.fibers(brain.space_id, given["fiber_ids"])
    typed = reader.typed_memories(brain.space_id, (fiber.id for fiber in fibers.values()))
    anchors = reader.neurons(brain.space_id, (fiber.anchor_id for fiber in fibers.values()))
    texts = {row.id: row.content for row in reader.memories_by_id(fiber.id for fiber in fibers.values())}
    plan = optimizing.plan(
        [
            Weighed(
                fiber_id=fiber.public_id,
                content=fiber.summary or texts[fiber.id],
                activation=anchors[fiber.anchor_id].level if fiber.anchor_id in anchors else 0.0,
                priority=typed[fiber.id].priority if fiber.id in typed else None,
                frequency=fiber.frequency,
                conductivity=fiber.conductivity,
                age_days=(now - fiber.created_at) / DAY_US,
            )
            for fiber in fibers.values()
            if fiber.id not in typed or not _expired(typed[fiber.id].expires_at, now)
        ],
        given.get("max_tokens", _DEFAULT_TOKENS),
    )
    return {
        "items": [
            {
                "fiber_id": item.fiber_id,
                "content": item.content,
                "score": item.score,
                "token_count": item.tokens,
                "truncated": item.truncated,
            }
            for item in plan.items
        ],
        "total_tokens": plan.total_tokens,
        "dropped_count": plan.dropped,
    }


def _expired(expires_at: Optional[int], now: int) -> bool:
    return expires_at is not None and expires_at < now

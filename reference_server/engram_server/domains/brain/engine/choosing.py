"""Activation, and choosing for a context, of the neurons and fibers that a caller names."""

from __future__ import annotations

from typing import AbstractSet, Iterable, List, Optional, Sequence, cast

from engram.types.brain_engine import (
    ActivateBody,
    ActivateResult,
    ActivationWire,
    ContextPlanWire,
    FiberMeant,
    OptimizeContextBody,
)

from ....recall.spreading import Pathway, together
from ....storage import Reader
from ....storage.brain_rows import BrainRow, NeuronRow, TypedMemoryRow
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
    if given.get("trail", True):
        meant = given.get("fibers")
        fibers = _holding(reader, brain, known) if meant is None else _whole(reader, brain, meant)
        known.update(neuron for fiber in fibers for neuron in fiber.get("pathway", ()))
        pathways = [Pathway(fiber.get("pathway", ()), _conduction(fiber, now)) for fiber in fibers]
        reaches = along_pathways(_only(known, sets), pathways, floor=floor)
    else:
        hops = given.get("max_hops") or config["max_spread_hops"]
        starts = [dict.fromkeys(one, 1.0) for one in _only(known, sets)]
        reaches = over_synapses(Synapses(reader, brain.space_id), starts, hops=hops, floor=floor)
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


def _only(known: AbstractSet[str], sets: Sequence[Sequence[str]]) -> List[List[str]]:
    return [[anchor for anchor in dict.fromkeys(one) if anchor in known] for one in sets]


def _whole(reader: Reader, brain: BrainRow, meant: Iterable[FiberMeant]) -> List[FiberMeant]:
    """Return fibers as they are given, each once, and what is absent as it is stored."""
    given = {one["id"]: one for one in meant}
    stored = {public_id: shapes.fiber(row) for public_id, row in reader.fibers(brain.space_id, given).items()}
    return [cast(FiberMeant, {**stored.get(public_id, {}), **one}) for public_id, one in given.items()]


def _holding(reader: Reader, brain: BrainRow, anchors: Iterable[str]) -> List[FiberMeant]:
    held = reader.fibers_holding(brain.space_id, anchors, up_to=_FIBERS_EACH)
    rows = reader.fibers_by_row({row for rows in held.values() for row in rows}).values()
    return [cast(FiberMeant, shapes.fiber(row)) for row in rows]


def _conduction(fiber: FiberMeant, now: int) -> float:
    last_conducted = drafts.maybe_moment(fiber.get("last_conducted"))
    return conduction_at(now, fiber.get("conductivity", 1.0), last_conducted, fiber.get("salience", 0.0))


def optimize(reader: Reader, scope: Scope, brain: BrainRow, given: OptimizeContextBody) -> ContextPlanWire:
    """Return which of some fibers go into a context; those of which no text is known are passed over."""
    now = brains.moment_or_now(scope, given.get("reference_time"))
    fibers = _whole(reader, brain, given["fibers"])
    rows = reader.rows_of_memories(brain.space_id, (fiber["id"] for fiber in fibers))
    typed = reader.typed_memories(brain.space_id, rows.values())
    texts = {row.public_id: row.content for row in reader.memories_by_id(rows.values())}
    anchors = reader.neurons(brain.space_id, (fiber.get("anchor_neuron_id", "") for fiber in fibers))
    plan = optimizing.plan(
        [
            _weighed(fiber, texts.get(fiber["id"], ""), anchors.get(fiber.get("anchor_neuron_id", "")), kind, now)
            for fiber in fibers
            for kind in [typed.get(rows.get(fiber["id"], 0))]
            if kind is None or kind.expires_at is None or kind.expires_at >= now
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


def _weighed(
    fiber: FiberMeant, text: str, anchor: Optional[NeuronRow], kind: Optional[TypedMemoryRow], now: int
) -> Weighed:
    made_at = drafts.maybe_moment(fiber.get("created_at"))
    return Weighed(
        fiber_id=fiber["id"],
        content=fiber.get("summary") or text or (anchor.content if anchor else ""),
        activation=anchor.level if anchor else 0.0,
        priority=kind.priority if kind else None,
        frequency=fiber.get("frequency", 0),
        conductivity=fiber.get("conductivity", 1.0),
        age_days=0.0 if made_at is None else (now - made_at) / DAY_US,
    )

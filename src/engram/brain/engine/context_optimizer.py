"""Choosing memories for a context: optimize_context, and the score that it goes by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Iterable, Mapping, Optional, Tuple

from ... import calls_brain as calls
from ...types.brain_engine import ContextItemWire, ContextPlanWire, OptimizeContextBody
from ..core.fiber import Fiber
from ..core.values import sent, share
from ..storage import BrainStorage

DEFAULT_MAX_TOKENS = 4_000

SCORE_WEIGHTS: Mapping[str, float] = {
    "activation": 0.30,
    "priority": 0.25,
    "frequency": 0.20,
    "conductivity": 0.15,
    "freshness": 0.10,
}


@dataclass(frozen=True)
class ContextItem:
    """A memory that was taken in."""

    fiber_id: str
    content: str
    score: float
    token_count: int
    truncated: bool = False

    @classmethod
    def of(cls, wire: ContextItemWire) -> ContextItem:
        """Return what was sent."""
        return cls(wire["fiber_id"], wire["content"], wire["score"], wire["token_count"], wire["truncated"])


@dataclass(frozen=True)
class ContextPlan:
    """The best memories that fit, best first."""

    items: Tuple[ContextItem, ...]
    total_tokens: int
    #: How many repeat a better one, or did not fit.
    dropped_count: int

    @classmethod
    def of(cls, wire: ContextPlanWire) -> ContextPlan:
        """Return what was sent."""
        return cls(tuple(map(ContextItem.of, wire["items"])), wire["total_tokens"], wire["dropped_count"])


def compute_composite_score(
    *,
    activation: float = 0.0,
    priority: float = 0.5,
    frequency: float = 0.0,
    conductivity: float = 0.5,
    freshness: float = 0.5,
) -> float:
    """Return the score of a memory from its parts, each cut to 0..1.

        score = compute_composite_score(activation=0.8, priority=0.7)
    """
    parts = {
        "activation": activation,
        "priority": priority,
        "frequency": frequency,
        "conductivity": conductivity,
        "freshness": freshness,
    }
    return sum(weight * share(parts[name]) for name, weight in SCORE_WEIGHTS.items())


async def optimize_context(
    storage: BrainStorage,
    fibers: Iterable[Fiber],
    max_tokens: int = DEFAULT_MAX_TOKENS,
    reference_time: Optional[datetime] = None,
) -> ContextPlan:
    """Choose those of some fibers, stored or not, that go into a context of `max_tokens`, an estimate from their words.

    The best come first, near copies of a better one are left out, and what no text uses up is given to the others.

        plan = await optimize_context(storage, fibers, max_tokens=1000)
    """
    body: OptimizeContextBody = {
        "fibers": [fiber.meant() for fiber in fibers],
        "max_tokens": max_tokens,
        "reference_time": sent(reference_time),
    }
    return ContextPlan.of(await storage.send(calls.OPTIMIZE_CONTEXT, body=body))

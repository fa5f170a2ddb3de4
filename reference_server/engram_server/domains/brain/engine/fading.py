"""Forgetting, strengthening and growing up, as arithmetic. Pure. Moments are microseconds since 1970.

What lies idle fades exponentially (Ebbinghaus), and how far it has faded already is kept beside it: so the same moment
twice fades nothing twice, and two steps are as good as one. A rate is per day.
"""

from __future__ import annotations

import math
from typing import Iterable, List, NamedTuple, Optional, Tuple

from engram.types.brain import FiberStage

DAY_US = 86_400_000_000
_HOUR_US = 3_600_000_000
_MINUTE_US = 60_000_000

# What was felt strongly stays longer: between these shares of the rate, by its weight.
_FELT_MOST, _FELT_LEAST = 0.8, 0.5

_WORKING_AFTER_US = 30 * _MINUTE_US
_EPISODIC_AFTER_US = 4 * _HOUR_US
_SEMANTIC_AFTER_US = 3 * DAY_US
# Rehearsed on two days: the day it was made on is the first.
_SEMANTIC_USES = 2


class Fading(NamedTuple):
    """Something that fades."""

    id: int
    value: float
    rate: float
    #: When it was last active, or made.
    active_at: int
    #: Up to when it has faded already.
    faded_at: Optional[int]


class Faded(NamedTuple):
    """What some things become: their new values, how many changed at all, and how many of these are nothing now."""

    values: List[Tuple[int, float]]
    decayed: int
    pruned: int


def fade(some: Iterable[Fading], now: int, prune_below: float) -> Faded:
    """Return what things become at a moment; under `prune_below` nothing is left of them."""
    values, pruned = [], 0
    for one in some:
        since = one.active_at if one.faded_at is None else max(one.active_at, one.faded_at)
        left = one.value * math.exp(-one.rate * (now - since) / DAY_US) if now > since else one.value
        if left == one.value:
            continue
        gone = left < prune_below
        pruned += gone
        values.append((one.id, 0.0 if gone else left))
    return Faded(values, len(values), pruned)


def rate_of_feeling(rate: float, weight: float) -> float:
    """Return how fast the synapse of a feeling fades, where others fade by `rate`."""
    return rate * (_FELT_MOST - (_FELT_MOST - _FELT_LEAST) * weight)


def stage_at(stage: FiberStage, created_at: int, uses: int, now: int) -> FiberStage:
    """Return how ripe a memory is by its age and use: it never falls behind the stage that it has."""
    age = now - created_at
    reached: FiberStage = "stm"
    if age >= _WORKING_AFTER_US:
        reached = "working"
    if age >= _EPISODIC_AFTER_US:
        reached = "episodic"
    if age >= _SEMANTIC_AFTER_US and uses >= _SEMANTIC_USES:
        reached = "semantic"
    return max(stage, reached, key=_STAGES.index)


_STAGES: Tuple[FiberStage, ...] = ("stm", "working", "episodic", "semantic")

"""What was said one after the other: who follows whom, where a stretch of talk ends, how much neighbours overlap. Pure.

A session is one line of turns in the order of storing. A stretch is a part of it without a long pause.
"""

from __future__ import annotations

import math
from typing import AbstractSet, Dict, List, Mapping, NamedTuple, Optional, Sequence

from .rows import DATED, NewMemory, body_of

# An hour: who comes back after it has begun something new (measured on conversations; half or twice is no worse).
MAX_PAUSE_MS = 60 * 60 * 1000

# So far apart, two memories have to do with each other no more than any two of their space.
FAR = 37


class Placed(NamedTuple):
    """A memory with the row id that it was given."""

    id: int
    created_at: int
    new: NewMemory

    @property
    def said_at(self) -> int:
        """When it was said, as far as that is known."""
        return self.created_at if self.new.said_at is None else self.new.said_at

    @property
    def body(self) -> AbstractSet[str]:
        """The terms of its body: a head has much in common with every other."""
        return body_of(self.new.terms, self.new.body_terms)

    @property
    def body_terms(self) -> int:
        """How many of its terms are those of its body."""
        told = self.new.body_terms
        return len(self.new.terms) if told is None else told

    @property
    def flags(self) -> int:
        """All that its turn has."""
        return self.new.flags | (0 if self.new.said_at is None else DATED)


class Last(NamedTuple):
    """The last turn of a session so far."""

    id: int
    said_at: int
    flags: int
    terms: AbstractSet[str]


class Link(NamedTuple):
    """What follows a turn, and whether a new stretch begins with it."""

    id: int
    opens: bool


class Chained(NamedTuple):
    """How new turns hang on those before them."""

    #: By turn: its predecessor in the session, if it has one.
    previous: Dict[int, int]
    #: By turn: its successor, also of turns that were there before.
    following: Dict[int, Link]
    #: By session: its last turn now.
    last: Dict[str, Last]
    #: The overlap of each turn with the one before it in its stretch.
    overlaps: List[float]


def same_stretch(earlier: Last, later: Placed) -> bool:
    """Return whether a turn goes on with the talk of the one before it.

    A turn that is dated and one that is not cannot be told to belong together.
    """
    if (earlier.flags ^ later.flags) & DATED:
        return False
    return abs(later.said_at - earlier.said_at) <= MAX_PAUSE_MS


def chain(batch: Sequence[Placed], before: Mapping[str, Last]) -> Chained:
    """Hang the turns of a batch on the last ones of their sessions, `before` it."""
    chained = Chained({}, {}, dict(before), [])
    for placed in batch:
        session = placed.new.session or ""
        earlier = chained.last.get(session)
        here = Last(placed.id, placed.said_at, placed.flags, placed.body)
        if earlier is not None:
            opens = not same_stretch(earlier, placed)
            chained.previous[placed.id] = earlier.id
            chained.following[earlier.id] = Link(placed.id, opens)
            if not opens:
                chained.overlaps.append(overlap(earlier.terms, here.terms))
        chained.last[session] = here
    return chained


def far_overlaps(batch: Sequence[Placed], before: Sequence[AbstractSet[str]]) -> List[float]:
    """Return the overlap of each memory with the one stored FAR before it.

    `before` are the terms of what was stored FAR to 1 memories before the batch, as far as the batch needs them; they
    end with the partner of its last memory, or of its FARth.
    """
    partners: List[Optional[AbstractSet[str]]] = [*before]
    partners[:0] = [None] * (min(FAR, len(batch)) - len(before))
    partners += [placed.body for placed in batch[: max(0, len(batch) - FAR)]]
    return [overlap(partner, placed.body) for partner, placed in zip(partners, batch) if partner is not None]


def overlap(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """Return how much two memories share: their common terms over the geometric mean of how many they have."""
    if not one or not other:
        return 0.0
    return len(one & other) / math.sqrt(len(one) * len(other))

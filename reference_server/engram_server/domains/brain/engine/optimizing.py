"""Which memories go into a context: by a score of five parts, without repetitions, as many as fit. Pure."""

from __future__ import annotations

from typing import Dict, FrozenSet, List, NamedTuple, Optional, Sequence

from ....text.similarity import near_key, similarity
from ....text.words import exact_words
from .packing import cut_to, tokens_of

# The weights that the published page documents.
ACTIVATION, PRIORITY, FREQUENCY, CONDUCTIVITY, FRESHNESS = 0.30, 0.25, 0.20, 0.15, 0.10
_MOST_PRIORITY = 10
_NO_PRIORITY = 0.5
_MOST_FREQUENCY = 20
_FRESH_DAYS = ((7, 1.0), (30, 0.8), (90, 0.5), (365, 0.3))
_STALE = 0.1
# So alike two texts say the same; and only those that share most of their words need be compared.
_SAME = 0.9
_SHARED_WORDS = 0.8
# Of what is left of a budget, less is not worth a cut memory.
_LEAST_TOKENS = 20
_LEAST_WORDS = 5


class Weighed(NamedTuple):
    """A memory and what its score is made of."""

    fiber_id: str
    content: str
    #: Of its anchor.
    activation: float
    #: From 0 to 10; None where nobody told.
    priority: Optional[int]
    frequency: int
    conductivity: float
    age_days: float


class Item(NamedTuple):
    """A memory that was taken."""

    fiber_id: str
    content: str
    score: float
    tokens: int
    truncated: bool


class Plan(NamedTuple):
    """The memories that were taken, best first, and how many were not for repeating one or for want of room."""

    items: List[Item]
    total_tokens: int
    dropped: int


def score(one: Weighed) -> float:
    """Return the score of a memory, from 0 to 1."""
    priority = _NO_PRIORITY if one.priority is None else min(1.0, one.priority / _MOST_PRIORITY)
    return (
        ACTIVATION * min(1.0, one.activation)
        + PRIORITY * priority
        + FREQUENCY * min(1.0, one.frequency / _MOST_FREQUENCY)
        + CONDUCTIVITY * min(1.0, one.conductivity)
        + FRESHNESS * freshness(one.age_days)
    )


def freshness(age_days: float) -> float:
    """Return how fresh a memory of so many days is."""
    return next((value for days, value in _FRESH_DAYS if age_days < days), _STALE)


def plan(some: Sequence[Weighed], max_tokens: int) -> Plan:
    """Return the best memories that fit into `max_tokens`; what one does not need is there for the next."""
    scored = sorted(((score(one), one) for one in some if one.content.strip()), key=lambda pair: -pair[0])
    kept = _Kept()
    items: List[Item] = []
    left, dropped = max_tokens, 0
    for value, one in scored:
        if left <= 0 or kept.repeats(one.content):
            dropped += 1
            continue
        kept.add(one.content)
        tokens = tokens_of(one.content)
        content = one.content
        if tokens > left:
            content = cut_to(content, left) if left >= _LEAST_TOKENS else ""
            if len(content.split()) < _LEAST_WORDS:
                dropped += 1
                continue
            tokens = tokens_of(content)
        items.append(Item(one.fiber_id, content, value, tokens, content != one.content))
        left -= tokens
    return Plan(items, max_tokens - left, dropped)


class _Kept:
    """The texts that were taken so far, to be held against others."""

    def __init__(self) -> None:
        self._keys: Dict[str, str] = {}
        self._words: List[FrozenSet[str]] = []
        self._texts: List[str] = []

    def add(self, text: str) -> None:
        self._keys.setdefault(near_key(text), text)
        self._words.append(frozenset(exact_words(text)))
        self._texts.append(text)

    def repeats(self, text: str) -> bool:
        """Say whether a text says what one of them does."""
        if near_key(text) in self._keys:
            return True
        found = frozenset(exact_words(text))
        return any(
            len(found & words) >= _SHARED_WORDS * len(found | words) and similarity(text, other) >= _SAME
            for words, other in zip(self._words, self._texts)
        )

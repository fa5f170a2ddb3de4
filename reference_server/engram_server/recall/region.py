"""The score of each memory of a region, as parts that add up to it exactly. Pure.

The region is fed with what its memories hold, concept by concept; it spreads that along the talk, applies the factors
and tells the scores. Raw scores lie between 0 and 1, where 1 is a memory that says every word of the question without
end and has every factor that it can have: one that has a word of five scores low even when no other has the other four.
"""

from __future__ import annotations

from typing import Dict, Iterable, List, Mapping, NamedTuple, Sequence, Tuple

from ..storage import TurnRow
from .bm25 import Weighing
from .context import Coherence, Surroundings
from .factors import Wanted, factors, most
from .question import Question
from .weights import Weights

# Parts are whole multiples of this, so sums of them are exact in a double: in any order, in any language.
_QUANTUM = 2.0**-30
# What a memory counts for where nothing was asked but what there is: little, and the newer the more.
_NEWEST = 0.1
# After so many newer ones it counts half, however many are asked for: who said it may still outweigh a place or two.
_HALF_AS_NEW = 10

Row = Tuple[int, str, int]
"""A memory, a term that it holds, and how often."""


class Score(NamedTuple):
    """A memory's score: the sum of its parts, exactly."""

    total: float
    parts: Dict[str, float]
    #: What the memory's own words add for each thing asked, by the index term of the question's word.
    own: Dict[str, float]


class _Concept(NamedTuple):
    """One thing asked: what memories have of it by their own words, by which term, and with what is lent to them."""

    own: Dict[int, float]
    terms: Dict[int, str]
    parts: Dict[int, float]


class Region:
    """The memories in question."""

    def __init__(
        self,
        turns: Mapping[int, TurnRow],
        flow: Coherence,
        question: Question,
        weighing: Weighing,
        wanted: Wanted,
        weights: Weights,
    ) -> None:
        self._turns = turns
        self._surroundings = Surroundings(turns, flow, weights)
        self._heads = [concept.term for concept in question.concepts]
        self._weighing = weighing
        self._wanted = wanted
        self._weights = weights
        self._concepts: List[_Concept] = []
        self._joined: Dict[int, float] = {}
        self._newest: Dict[int, float] = {}
        #: What all concepts together can add at most.
        self._whole = sum(weighing.whole)
        #: What all factors together can make of it at most.
        self._most = most(wanted, weights)
        self._multipliers: Dict[int, float] = {}

    @property
    def breadth(self) -> int:
        """How many things the question asks that the region knows anything of."""
        return sum(bool(concept.own) for concept in self._concepts)

    def turn(self, memory_id: int) -> TurnRow:
        """Return the turn of a memory of the region."""
        return self._turns[memory_id]

    def ids(self) -> Iterable[int]:
        """Return the memories of the region."""
        return self._turns

    def hold(self, rows: Iterable[Row]) -> None:
        """Take in which memory holds which term of the question how often."""
        self._concepts = [_Concept({}, {}, {}) for _ in self._heads]
        stands_for: Dict[str, List[Tuple[_Concept, float]]] = {}
        for concept, gains in zip(self._concepts, self._weighing.gains):
            for term, gain in gains.items():
                stands_for.setdefault(term, []).append((concept, gain))
        for memory_id, term, count in rows:
            share = self._weighing.share(count, self._turns[memory_id].length)
            for concept, gain in stands_for[term]:
                if gain * share > concept.own.get(memory_id, 0.0):
                    concept.own[memory_id] = gain * share
                    concept.terms[memory_id] = term
        for concept in self._concepts:
            concept.parts.update(self._surroundings.spread(concept.own))

    def join(self, gains: Mapping[str, float], rows: Iterable[Row]) -> None:
        """Take in terms that join the question, each with what it can add, and which memory holds them."""
        each: Dict[str, Dict[int, float]] = {term: {} for term in gains}
        for memory_id, term, count in rows:
            each[term][memory_id] = gains[term] * self._weighing.share(count, self._turns[memory_id].length)
        for own in each.values():
            for memory_id, part in self._surroundings.spread(own).items():
                self._joined[memory_id] = self._joined.get(memory_id, 0.0) + part
        self._whole += sum(gains.values())

    def favour(self, newest: Sequence[int]) -> None:
        """Take in the newest memories, newest first, for a question that asks for whatever there is."""
        full = _NEWEST * self._whole
        self._newest = {memory_id: full / (1 + place / _HALF_AS_NEW) for place, memory_id in enumerate(newest)}
        self._whole += full if newest else 0.0

    def totals(self) -> Dict[int, float]:
        """Return the score of each memory that has any, to the last bit."""
        totals = dict(self._newest)
        for parts in (*(concept.parts for concept in self._concepts), self._joined):
            for memory_id, part in parts.items():
                totals[memory_id] = totals.get(memory_id, 0.0) + part
        full = self._full()
        return {memory_id: total * self._multiplier(memory_id) / full for memory_id, total in totals.items()}

    def score(self, memory_id: int) -> Score:
        """Return the reckoning of one memory."""
        full = self._full()
        parts: Dict[str, float] = {}
        for head, concept in zip(self._heads, self._concepts):
            if memory_id in concept.parts:
                parts[f"{_way(concept, memory_id, head)}:{head}"] = concept.parts[memory_id]
        for name, more in (("feedback", self._joined), ("newest", self._newest)):
            if memory_id in more:
                parts[name] = more[memory_id]
        total = sum(parts.values())
        for name, change in factors(self._turns[memory_id], self._wanted, self._weights):
            parts[f"factor:{name}"] = total * change
            total *= 1 + change
        exact = {name: round(part / full / _QUANTUM) * _QUANTUM for name, part in parts.items()}
        own = {
            head: concept.own[memory_id] / full
            for head, concept in zip(self._heads, self._concepts)
            if memory_id in concept.own
        }
        return Score(sum(exact.values()), exact, own)

    def _full(self) -> float:
        return self._whole * self._most

    def _multiplier(self, memory_id: int) -> float:
        known = self._multipliers.get(memory_id)
        if known is None:
            known = 1.0
            for _, change in factors(self._turns[memory_id], self._wanted, self._weights):
                known *= 1 + change
            self._multipliers[memory_id] = known
        return known


def _way(concept: _Concept, memory_id: int, head: str) -> str:
    """Return how a memory came by its part for a word of the question."""
    if concept.parts[memory_id] != concept.own.get(memory_id):
        return "near"
    return "word" if concept.terms[memory_id] == head else "related"

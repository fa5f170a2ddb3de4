"""The score of each memory of a region, as parts that add up to it exactly. Pure.

The region is fed with what its memories hold, concept by concept; it spreads that along the talk, applies the factors
and tells the scores. Raw scores lie between 0 and 1, where 1 is a memory that says every word of the question without
end and has every factor that it can have: one that has a word of five scores low even when no other has the other four.
"""

from __future__ import annotations

from typing import Dict, Iterable, List, Mapping, NamedTuple, Sequence, Tuple

from ..storage import TurnRow
from .bm25 import Weighing
from .context import Held, Surroundings
from .factors import Wanted, factors, most
from .question import Question
from .weights import Weights

# Parts are whole multiples of this, so sums of them are exact in a double: in any order, in any language.
_QUANTUM = 2.0**-30
# What a memory counts for where nothing was asked but what there is: little, and the newer the more.
_NEWEST = 0.1

Row = Tuple[int, str, int]
"""A memory, a term that it holds, and how often."""


class Score(NamedTuple):
    """A memory's score: the sum of its parts, exactly."""

    total: float
    parts: Dict[str, float]
    #: What the memory has of each thing asked, by the index term of the question's word.
    held: Dict[str, Held]


class Region:
    """The memories in question."""

    def __init__(
        self,
        turns: Mapping[int, TurnRow],
        flow: float,
        question: Question,
        weighing: Weighing,
        weights: Weights,
    ) -> None:
        self._turns = turns
        self._surroundings = Surroundings(turns, flow, weights)
        self._heads = [concept.term for concept in question.concepts]
        self._weighing = weighing
        self._weights = weights
        self._concepts: List[Dict[int, Held]] = []
        self._joined: List[Dict[int, Held]] = []
        self._newest: Dict[int, float] = {}
        #: What all concepts together can add at most.
        self._whole = sum(weighing.whole)

    @property
    def breadth(self) -> int:
        """How many things the question asks that the space knows anything of."""
        return sum(map(bool, self._concepts))

    def turn(self, memory_id: int) -> TurnRow:
        """Return the turn of a memory of the region."""
        return self._turns[memory_id]

    def ids(self) -> Iterable[int]:
        """Return the memories of the region."""
        return self._turns

    def hold(self, rows: Iterable[Row]) -> None:
        """Take in which memory holds which term of the question how often."""
        self._concepts = self._spread(self._weighing.gains, rows)

    def join(self, gains: Mapping[str, float], rows: Iterable[Row]) -> None:
        """Take in terms that join the question, each with what it can add, and which memory holds them."""
        self._joined = self._spread([{term: gain} for term, gain in gains.items()], rows)
        self._whole += sum(gains.values())

    def favour(self, newest: Sequence[int]) -> None:
        """Take in the newest memories, newest first, for a question that asks for whatever there is."""
        full = _NEWEST * (self._whole or 1.0)
        self._newest = {memory_id: full * (1 - place / len(newest)) for place, memory_id in enumerate(newest)}
        self._whole += full

    def totals(self, wanted: Wanted) -> Dict[int, float]:
        """Return the score of each memory that has any, to the last bit."""
        totals = dict(self._newest)
        for found in (*self._concepts, *self._joined):
            for memory_id, held in found.items():
                totals[memory_id] = totals.get(memory_id, 0.0) + held.part
        full = self._full(wanted)
        for memory_id, total in totals.items():
            for _, change in factors(self._turns[memory_id], wanted, self._weights):
                total *= 1 + change
            totals[memory_id] = total / full
        return totals

    def score(self, memory_id: int, wanted: Wanted) -> Score:
        """Return the reckoning of one memory."""
        parts: Dict[str, float] = {}
        held = {
            head: found[memory_id] for head, found in zip(self._heads, self._concepts) if memory_id in found
        }
        for head, one in held.items():
            parts[f"{_way(one, memory_id, head)}:{head}"] = one.part
        joined = sum(found[memory_id].part for found in self._joined if memory_id in found)
        if joined:
            parts["feedback"] = joined
        if memory_id in self._newest:
            parts["newest"] = self._newest[memory_id]
        total = sum(parts.values())
        for name, change in factors(self._turns[memory_id], wanted, self._weights):
            parts[f"factor:{name}"] = total * change
            total *= 1 + change
        full = self._full(wanted)
        exact = {name: round(part / full / _QUANTUM) * _QUANTUM for name, part in parts.items()}
        return Score(sum(exact.values()), exact, held)

    def _full(self, wanted: Wanted) -> float:
        return self._whole * most(wanted, self._weights)

    def _spread(self, gains: Sequence[Mapping[str, float]], rows: Iterable[Row]) -> List[Dict[int, Held]]:
        """Return what each memory has of each concept, the best of its terms or of what its neighbours lend."""
        own: List[Dict[int, Held]] = [{} for _ in gains]
        stands_for: Dict[str, List[Tuple[Dict[int, Held], float]]] = {}
        for of_concept, found in zip(gains, own):
            for term, gain in of_concept.items():
                stands_for.setdefault(term, []).append((found, gain))
        for memory_id, term, count in rows:
            share = self._weighing.share(count, self._turns[memory_id].length)
            for found, gain in stands_for[term]:
                held = found.get(memory_id)
                if held is None or gain * share > held.part:
                    found[memory_id] = Held(gain * share, term, memory_id)
        return list(map(self._surroundings.spread, own))


def _way(held: Held, memory_id: int, head: str) -> str:
    """Return how a memory came by its part for a word of the question."""
    if held.source != memory_id:
        return "near"
    return "word" if held.term == head else "related"

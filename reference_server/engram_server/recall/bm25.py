"""What a word in a memory is worth for a question. Pure.

Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), with the idf
that is never negative, ln(1 + (N - df + 0.5) / (df + 0.5)), and without the constant factor k1 + 1. A term adds

    gain * tf / (tf + k1 * (1 - b + b * length / average length))

where the gain is its idf times the weight of the concept that it stands for. Of the terms of one concept the best
counts and not the sum, so that synonyms do not add up; and a related term never counts as rarer than the word asked
for, since it would tell more of itself than of the question.
"""

from __future__ import annotations

import math
from typing import AbstractSet, Dict, List, Mapping, NamedTuple, Sequence, Set

from .question import Concept
from .weights import WEIGHTS, Weights


class Weighing(NamedTuple):
    """What a question's concepts weigh in one space."""

    #: For each concept what each of its terms that the space knows can add at most.
    gains: List[Dict[str, float]]
    #: For each concept what its own word could add at most, known or not.
    whole: List[float]
    saturation: float
    length_slope: float

    def terms(self) -> Set[str]:
        """Return every term that can add anything."""
        return {term for gains in self.gains for term in gains}

    def shares(self, concepts: Sequence[Concept]) -> Dict[str, float]:
        """Return each concept's share of the whole question, by its term."""
        total = sum(self.whole)
        return {concept.term: value / total for concept, value in zip(concepts, self.whole)}

    def share(self, count: int, length: int) -> float:
        """Return the share of a term's gain that a memory of so many terms has that holds it so often."""
        return count / (count + self.saturation + self.length_slope * length)


def weigh(
    concepts: Sequence[Concept],
    names: AbstractSet[str],
    frequencies: Mapping[str, int],
    *,
    memory_count: int,
    term_total: int,
    weights: Weights = WEIGHTS,
) -> Weighing:
    """Return what concepts weigh in a space; `names` are terms of its speakers, `frequencies` tells of all members."""
    gains, whole = [], []
    for concept in concepts:
        is_name = concept.term in names
        weight = concept.weight * (weights.name if is_name else 1.0)
        head = idf(memory_count, frequencies[concept.term])
        members = {concept.term: 1.0} if is_name else concept.members
        gains.append(
            {
                term: weight * share * min(head, idf(memory_count, frequencies[term]))
                for term, share in members.items()
                if frequencies[term]
            }
        )
        whole.append(weight * head)
    # Of memories that hold no word at all, any length is the average.
    average_length = term_total / memory_count or 1.0
    return Weighing(
        gains=gains,
        whole=whole,
        saturation=weights.k1 * (1 - weights.b),
        length_slope=weights.k1 * weights.b / average_length,
    )


def idf(memory_count: int, frequency: int) -> float:
    """Return how much it tells that a memory holds a term which `frequency` of `memory_count` memories hold."""
    return math.log(1 + (memory_count - frequency + 0.5) / (frequency + 0.5))

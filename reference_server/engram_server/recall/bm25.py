"""The score of one memory for one question, as a sum that can be shown. Pure.

Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), with the idf
that is never negative, ln(1 + (N - df + 0.5) / (df + 0.5)), and without the constant factor k1 + 1. A term adds

    idf * tf / (tf + k1 * (1 - b + b * length / average length))

and everything is divided by the sum of the idf of all words of the question. So a score lies between 0 and 1, where
1 is a memory that says every word of the question without end, and a memory that has one word of five scores low
even when no other memory has the other four.
"""

from __future__ import annotations

import math
from typing import Dict, Mapping, NamedTuple


class Bm25(NamedTuple):
    """The two constants, measured on turns of conversations, which are short and uneven in length."""

    #: How soon more of the same word stops to count. 0.9 is what Anserini and Pyserini ship; 1.2 measured no better.
    k1: float = 0.9
    #: How much long memories pay for their length. At the textbook's 0.75 one-line turns crowd out the rest.
    b: float = 0.4


BM25 = Bm25()

# Parts are whole multiples of this, so sums of them are exact in a double: in any order, in any language.
_QUANTUM = 2.0**-30


class Weighing(NamedTuple):
    """What a question's terms weigh in one space.

    A term adds `weight * tf / (tf + saturation + length_slope * length)`.
    """

    #: Share of each term in the whole question: idf over the sum of all idf.
    weights: Dict[str, float]
    saturation: float
    length_slope: float

    def parts(self, counts: Mapping[str, int], length: int) -> Dict[str, float]:
        """Return what each term that a memory holds adds to its score; their sum is the score, exactly."""
        floor = self.saturation + self.length_slope * length
        return {
            term: round(self.weights[term] * count / (count + floor) / _QUANTUM) * _QUANTUM
            for term, count in counts.items()
        }


def weigh(memory_count: int, term_total: int, frequencies: Mapping[str, int], constants: Bm25 = BM25) -> Weighing:
    """Return what terms weigh in a space of so many memories and terms; `frequencies` names every term asked for."""
    rarity = {term: idf(memory_count, frequency) for term, frequency in frequencies.items()}
    total = sum(rarity.values())
    average_length = term_total / memory_count
    return Weighing(
        weights={term: value / total for term, value in rarity.items()},
        saturation=constants.k1 * (1 - constants.b),
        length_slope=constants.k1 * constants.b / average_length,
    )


def idf(memory_count: int, frequency: int) -> float:
    """Return how much it tells that a memory holds a term which `frequency` of `memory_count` memories hold."""
    return math.log(1 + (memory_count - frequency + 0.5) / (frequency + 0.5))

"""What the best memories are about, beside what was asked: words that find their kin. Pure.

Pseudo-relevance feedback: the words that weigh most in the few best memories join the question at a low weight.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import AbstractSet, Dict, Iterable, Mapping, NamedTuple, Sequence, Tuple

from ..storage import is_mark
from .weights import Weights

# Far more than a turn of talk has.
_MAX_TERMS = 200


class Best(NamedTuple):
    """One of the best memories so far."""

    #: Its share of the scores of all of them.
    share: float
    #: How often it holds each term.
    terms: Mapping[str, int]


def best_of(share: float, posted: Mapping[str, int]) -> Best:
    """Return one of the best memories; of a very long one its most frequent terms, which are all that could join.

    `posted` is what it is posted under: its terms, and its marks behind them, so that no mark takes the place of a term.
    """
    most = heapq.nlargest(_MAX_TERMS, posted.items(), key=_frequency)
    return Best(share, {term: count for term, count in most if not is_mark(term)})


def candidate_terms(best: Iterable[Best], asked: AbstractSet[str]) -> AbstractSet[str]:
    """Return the terms that may join a question: those of the best memories that it does not hold itself."""
    return {term for one in best for term in one.terms} - asked


def joining(best: Sequence[Best], rarity: Mapping[str, float], concept_count: int, weights: Weights) -> Dict[str, float]:
    """Return the terms that join a question of so many concepts, and what each can add at most."""
    gain: Dict[str, float] = defaultdict(float)
    for one in best:
        length = sum(one.terms.values())
        for term, count in one.terms.items():
            if term in rarity:
                gain[term] += one.share * count / length * rarity[term]
    chosen = sorted(gain.items(), key=_strongest)[: weights.feedback_terms]
    total = sum(value for _, value in chosen)
    return {
        term: weights.feedback * concept_count * value / total * rarity[term] for term, value in chosen if total
    }


def _frequency(item: Tuple[str, int]) -> int:
    return item[1]


def _strongest(item: Tuple[str, float]) -> Tuple[float, str]:
    return -item[1], item[0]

"""How sure a brain is that what it found answers the question. Pure.

Certainty about whether anything that was found can answer comes from `recall.certainty`: without it the confidence
stays under 0.3, however alike the words are. With it, the confidence grows with how much of the question the best
memory that answers says itself, and with how far it stands out.
"""

from __future__ import annotations

from typing import AbstractSet, Dict, Sequence

from ....recall.rank import Ranked, Recalled

#: From here on something is known.
KNOWN = 0.3
_MOST_UNKNOWN = 0.28
_LEAST_KNOWN = 0.45
# What a word of the question counts by how a memory comes by it (see `recall.rank`): its own counts whole.
_WAYS = {"word": 1.0, "related": 0.5, "near": 0.5}


def confidence(recalled: Recalled, ranked: Sequence[Ranked], telling: AbstractSet[int]) -> Dict[str, float]:
    """Return the parts of the confidence, which add up to it."""
    if not ranked:
        return {}
    if not any(one.memory.id in telling for one in ranked):
        return {"text": _MOST_UNKNOWN * max(_said(recalled, one) for one in ranked) * 0.8}
    best = next(one for one in ranked if one.memory.id in telling)
    said = _said(recalled, best)
    return {"certainty": _LEAST_KNOWN, "text": (1 - _LEAST_KNOWN) * said}


def _said(recalled: Recalled, one: Ranked) -> float:
    """Return the share of the question that a memory has words for: its own, or lent and half as good."""
    ways = (name.partition(":") for name in one.parts)
    return sum(recalled.shares.get(term, 0.0) * _WAYS[way] for way, _, term in ways if way in _WAYS)

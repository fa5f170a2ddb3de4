"""What decides the order of facts, episodes and procedures. Pure.

In the stored order, records that hold more of the cue keywords come first. Under `rank = "relevance"` the parts of
the ranking that `query()` uses, from 0 to 1 in all, are joined by what the record says about itself:

    score = relevance + 0.05 * confidence + 0.03 * recency + 0.03 * priority

each clamped to -1..1, where recency is 1 / (1 + age in days) of an episode's start or of the moment from which a fact
holds, and priority is p / (1 + |p|). The parts add up to the score exactly, in whatever order.
"""

from __future__ import annotations

from typing import Dict, List, Mapping, NamedTuple, Sequence

from engram.types import Episode, Fact, Procedure

from ....clock import moment_of
from ....text.terms import terms
from ..wording import Words, as_text

# The words decide: one word of a question that fits brings 0.05 and more. What a record says about itself orders those
# that fit about equally well.
_CONFIDENCE_WEIGHT = 0.05
_RECENCY_WEIGHT = 0.03
_PRIORITY_WEIGHT = 0.03
# As the parts of the ranking are: whole multiples of this are added without rounding.
_QUANTUM = 2.0**-30

_SECONDS_PER_DAY = 86_400


class Note(NamedTuple):
    """Why a record stands where it stands."""

    #: What each thing added to the score; empty where no score decides.
    parts: Mapping[str, float] = {}
    #: The cue keywords that the record holds, as asked.
    keywords: Sequence[str] = ()

    @property
    def score(self) -> float:
        """The sum of the parts."""
        return sum(self.parts.values())


def recency(start: int, now: int) -> float:
    """Return 1 for what starts now or later, and 1 / (1 + age in days) of whole seconds for what is past."""
    return 1 / (1 + max(0, (now - start) // 1000) / _SECONDS_PER_DAY)


def fact_parts(fact: Fact, now: int) -> Dict[str, float]:
    """Return what a fact says for itself: how sure it is, and since when it holds if that is known."""
    parts = {"confidence": _part(_CONFIDENCE_WEIGHT, fact["confidence"])}
    since = fact["validity"]["valid_from"]
    if since is not None:
        parts["recency"] = _part(_RECENCY_WEIGHT, recency(moment_of(since), now))
    return parts


def episode_parts(episode: Episode) -> Dict[str, float]:
    """Return what an episode with its recency score says for itself: how long ago it was."""
    return {"recency": _part(_RECENCY_WEIGHT, episode["recency_score"] or 0.0)}


def procedure_parts(procedure: Procedure) -> Dict[str, float]:
    """Return what a procedure says for itself: its priority."""
    priority = procedure["priority"]
    return {"priority": _part(_PRIORITY_WEIGHT, priority / (1 + abs(priority)))}


def _part(weight: float, share: float) -> float:
    return round(weight * max(-1.0, min(1.0, share)) / _QUANTUM) * _QUANTUM


class Cues:
    """The cue keywords, ready to be looked for by the index terms of `query()`: `hotel` finds `hotels`."""

    def __init__(self, keywords: Sequence[str]) -> None:
        self._wanted = [(keyword, set(terms(keyword))) for keyword in dict.fromkeys(keywords)]

    def held(self, words: Words) -> List[str]:
        """Return the keywords of which every word is among these."""
        if not self._wanted:
            return []
        found = set(terms(as_text(words)))
        return [keyword for keyword, wanted in self._wanted if wanted and wanted <= found]

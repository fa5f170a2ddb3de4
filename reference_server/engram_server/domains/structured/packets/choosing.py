"""Which candidates go into a packet before its budget is looked at, and in what order. Pure.

Every list is in the order of its worth: what stands last is dropped first.
"""

from __future__ import annotations

from typing import Dict, Iterable, List, Mapping, NamedTuple, Sequence, Tuple, TypeVar, Union

from engram.types import (
    ConversationTurn,
    Episode,
    Fact,
    Insight,
    InsightType,
    KeyQuote,
    Omission,
    Procedure,
)

from ....clock import moment_of
from ..wording import Words, of_episode, of_fact, of_procedure
from .asked import Asked
from .candidates import INSIGHT_STATES, Candidates, Key, Relevance
from .scoring import Cues, Note, episode_parts, fact_parts, procedure_parts, recency

Record = TypeVar("Record")

INSIGHT_SECTIONS: Mapping[InsightType, str] = {
    "hypothesis": "insight.hypotheses",
    "strategy": "insight.strategy_sketches",
    "pattern": "insight.patterns",
}
# In this order they lose their last items while there are more candidates than the policy allows.
_CAP_ORDER = (*INSIGHT_SECTIONS.values(), "episodes", "procedures", "facts")
# Confidences are told apart to three digits.
_CONFIDENCE_STEPS = 1_000


class Chosen(NamedTuple):
    """What goes into a packet if its budget allows."""

    facts: List[Fact]
    procedures: List[Procedure]
    episodes: List[Episode]
    #: By section.
    insights: Dict[str, List[Insight]]
    key_quotes: List[KeyQuote]
    #: The newest first.
    turns: List[ConversationTurn]
    #: (section, id) to why the record stands where it stands.
    notes: Dict[Key, Note]
    #: What was passed over, in the order in which it was.
    omissions: List[Omission]

    def ids(self) -> Dict[str, List[str]]:
        """Return the ids of all that may be dropped, by section."""
        return {
            **{section: [insight["id"] for insight in items] for section, items in self.insights.items()},
            "episodes": [episode["episode_id"] for episode in self.episodes],
            "conversation_window": [turn["evidence_id"] or "" for turn in self.turns],
            "procedures": [procedure["procedure_id"] for procedure in self.procedures],
            "facts": [fact["fact_id"] for fact in self.facts],
            "key_quotes": [quote["evidence_id"] for quote in self.key_quotes],
        }


class _View(NamedTuple):
    """What of a record decides its place."""

    id: str
    #: Its place in the stored order.
    stored: Tuple[Union[float, str], ...]
    #: What it says for itself.
    parts: Dict[str, float]
    #: What is searched for keywords.
    words: Words


class _Chooser:
    """Orders the records of one section after another and notes why."""

    def __init__(self, asked: Asked, relevance: Relevance) -> None:
        self._by_relevance = asked.policy.rank == "relevance"
        self._cues = Cues(asked.keywords)
        self._relevance = relevance
        self.notes: Dict[Key, Note] = {}
        self.omissions: List[Omission] = []

    def best(self, section: str, views: Iterable[Tuple[_View, Record]], limit: int) -> List[Record]:
        """Return the first `limit` records in order."""
        placed = [(self._note(section, view), view, record) for view, record in views]
        if self._by_relevance:
            placed.sort(key=lambda one: (-one[0].score, one[1].id))
        else:
            placed.sort(key=lambda one: (-len(one[0].keywords), one[1].stored))
        self.omit(section, [view.id for _, view, _ in placed[limit:]], "limit")
        return [record for _, _, record in placed[:limit]]

    def _note(self, section: str, view: _View) -> Note:
        parts = {**self._relevance.get((section, view.id), {}), **view.parts} if self._by_relevance else {}
        self.notes[section, view.id] = note = Note(parts, self._cues.held(view.words))
        return note

    def omit(self, section: str, ids: Sequence[str], reason: str) -> None:
        """Say why the records that stood last are not there, the last first."""
        self.omissions += [Omission(section=section, id=id_, reason=reason) for id_ in reversed(ids)]


def choose(asked: Asked, candidates: Candidates, turns: List[ConversationTurn], now: int) -> Chosen:
    """Return what goes into a packet if its budget allows."""
    policy = asked.policy
    chooser = _Chooser(asked, candidates.relevance)
    facts = chooser.best("facts", ((_fact(fact, now), fact) for fact in candidates.facts), policy.max_facts)
    procedures = chooser.best(
        "procedures", ((_procedure(procedure), procedure) for procedure in candidates.procedures), policy.max_procedures
    )
    aged = [_aged(episode, now) for episode in candidates.episodes]
    episodes = chooser.best("episodes", ((_episode(episode), episode) for episode in aged), policy.max_episodes)
    insights = _insights(asked, chooser, candidates.insights)
    quotes = candidates.stm["key_quotes"] if candidates.stm else []
    chooser.omit("key_quotes", [quote["evidence_id"] for quote in quotes[policy.max_key_quotes :]], "limit")
    shown = turns[max(0, len(turns) - policy.conversation_window) :] if policy.include_conversation_window else []
    chosen = Chosen(
        facts=facts,
        procedures=procedures,
        episodes=episodes,
        insights=insights,
        key_quotes=quotes[: policy.max_key_quotes],
        turns=shown[::-1],
        notes=chooser.notes,
        omissions=chooser.omissions,
    )
    return _capped(chosen, chooser, policy.max_total_candidates)


def _aged(episode: Episode, now: int) -> Episode:
    return {**episode, "recency_score": recency(moment_of(episode["time_range"]["start"]), now)}


def _fact(fact: Fact, now: int) -> _View:
    stored = (fact["fact_key"], fact["fact_id"])
    return _View(fact["fact_id"], stored, fact_parts(fact, now), of_fact(fact))


def _procedure(procedure: Procedure) -> _View:
    id_ = procedure["procedure_id"]
    return _View(id_, (-procedure["priority"], id_), procedure_parts(procedure), of_procedure(procedure))


def _episode(episode: Episode) -> _View:
    id_ = episode["episode_id"]
    return _View(id_, (-(episode["recency_score"] or 0.0), id_), episode_parts(episode), of_episode(episode))


def _insights(asked: Asked, chooser: _Chooser, insights: Sequence[Insight]) -> Dict[str, List[Insight]]:
    """Return insights by section, the best validated and surest first."""
    by_worth = sorted(insights, key=_worth, reverse=True)
    limit = asked.policy.max_insights if asked.wants_insights else 0
    for insight in reversed(by_worth[limit:]):
        chooser.omit(INSIGHT_SECTIONS[insight["type"]], [insight["id"]], "limit" if asked.wants_insights else "purpose")
    return {
        section: [insight for insight in by_worth[:limit] if insight["type"] == kind]
        for kind, section in INSIGHT_SECTIONS.items()
    }


def _worth(insight: Insight) -> Tuple[int, int, str]:
    state = insight["validation_state"]
    rank = -INSIGHT_STATES.index(state) if state in INSIGHT_STATES else -len(INSIGHT_STATES)
    return rank, int(insight["confidence"] * _CONFIDENCE_STEPS), insight["id"]


def _capped(chosen: Chosen, chooser: _Chooser, most: int) -> Chosen:
    """Drop what is too much in all, from the end of the least needed lists."""
    ids = chosen.ids()
    surplus = sum(len(ids[section]) for section in _CAP_ORDER) - most
    kept = {}
    for section in _CAP_ORDER:
        kept[section] = len(ids[section]) - max(0, min(surplus, len(ids[section])))
        chooser.omit(section, ids[section][kept[section] :], "total_cap")
        surplus -= len(ids[section]) - kept[section]
    return chosen._replace(
        facts=chosen.facts[: kept["facts"]],
        procedures=chosen.procedures[: kept["procedures"]],
        episodes=chosen.episodes[: kept["episodes"]],
        insights={section: items[: kept[section]] for section, items in chosen.insights.items()},
    )

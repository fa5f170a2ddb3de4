"""What a packet may be built of, and where it is read. How it is stored is the source's business."""

from __future__ import annotations

from typing import Callable, Dict, List, Mapping, NamedTuple, Optional, Protocol, Sequence, Tuple, TypeVar, cast

from engram.types import (
    Episode,
    Event,
    Fact,
    Insight,
    MemoryScope,
    Procedure,
    StmState,
    ValidationState,
    WorkingState,
)

from ....clock import moment_of
from .asked import Asked

INSIGHT_STATES: Sequence[ValidationState] = ("validated", "testing", "unvalidated")
# How far back an unanswered question is looked for: five turns are what a conversation window shows.
OPEN_TURNS = 5
# What a record says for itself may lift it over others whose words fit better, so a few more are looked at than may be
# taken; and where there is no question, many, since nothing else decides.
_SPARE = 8
_SPARE_WITHOUT_QUESTION = 200
# How well so many fit is reckoned out, however many may be taken.
_MOST_BY_WORDS = 1_000

Key = Tuple[str, str]
"""A section and the id of a record of it."""

Parts = Mapping[str, float]
"""What things add to a score, by name."""

Relevance = Mapping[Key, Parts]
"""What a record's words add for the question; those that are absent add nothing."""

Record = TypeVar("Record")


class Hit(NamedTuple):
    """A record whose words fit a question."""

    record: object
    #: From 0 to 1 in all.
    parts: Parts


class Source(Protocol):
    """Reads records of a scope. Nothing that has expired comes out, and every limit is applied where the data lies."""

    def working_state(self, scope: MemoryScope) -> Optional[WorkingState]:
        """Return the working state of the run."""

    def stm(self, scope: MemoryScope) -> Optional[StmState]:
        """Return the short-term state of the session."""

    def conversation(self, scope: MemoryScope, limit: int) -> List[Event]:
        """Return the newest messages of the run that hold a text, newest first; of one moment the last that came."""

    def facts(self, scope: MemoryScope, valid_at: int, limit: int) -> List[Fact]:
        """Return active facts that hold at a moment, by `fact_key` and `fact_id`."""

    def procedures(self, scope: MemoryScope, task_type: str, limit: int) -> List[Procedure]:
        """Return procedures of exactly this type, the highest priority first, then by `procedure_id`."""

    def episodes(
        self,
        scope: MemoryScope,
        start: Optional[int],
        end: Optional[int],
        tags: Sequence[str],
        entities: Sequence[str],
        limit: int,
    ) -> List[Episode]:
        """Return episodes of the least age in whole seconds, then by `episode_id`.

        They start at `start` or later and end (when open: start) at `end` or earlier; they have one of the tags, if
        any are given, and one of the entities, if any are given.
        """

    def insights(self, scope: MemoryScope, states: Sequence[ValidationState], limit: int) -> List[Insight]:
        """Return insights of the run: the state that stands first in `states`, the surest, the last id first."""

    def by_words(self, section: str, scope: MemoryScope, question: str, limit: int) -> List[Hit]:
        """Return the facts, episodes or procedures that fit a question best, best first, of any state and time."""


class Candidates(NamedTuple):
    """The records that a packet is chosen from."""

    working_state: Optional[WorkingState] = None
    stm: Optional[StmState] = None
    #: The newest first; all else may come in any order.
    conversation: Sequence[Event] = ()
    facts: Sequence[Fact] = ()
    procedures: Sequence[Procedure] = ()
    episodes: Sequence[Episode] = ()
    insights: Sequence[Insight] = ()
    relevance: Relevance = {}


def load(source: Source, asked: Asked, now: int) -> Candidates:
    """Read what a packet may be built of at the moment `now`. The only function here that is not pure."""
    policy, scope, window = asked.policy, asked.scope, asked.window
    turns = max(OPEN_TURNS, policy.conversation_window if policy.include_conversation_window else 0)
    looking = _Looking(source, asked)
    return Candidates(
        working_state=source.working_state(scope),
        stm=source.stm(scope),
        conversation=source.conversation(scope, turns),
        facts=looking.some(
            "facts",
            "fact_id",
            policy.max_facts,
            stored=lambda limit: source.facts(scope, now, limit),
            fits=lambda fact: _holds(fact, now),
        ),
        procedures=looking.some(
            "procedures",
            "procedure_id",
            policy.max_procedures,
            stored=lambda limit: source.procedures(scope, asked.task_type, limit),
            fits=lambda procedure: procedure["task_type"] == asked.task_type,
        ),
        episodes=looking.some(
            "episodes",
            "episode_id",
            policy.max_episodes,
            stored=lambda limit: source.episodes(scope, window.start, window.end, asked.tags, asked.entities, limit),
            fits=lambda episode: _fits(episode, asked),
        ),
        insights=source.insights(scope, INSIGHT_STATES, policy.max_insights) if asked.wants_insights else (),
        relevance=looking.relevance,
    )


class _Looking:
    """Finds the records of a section: by their words where there is a question, then in the stored order."""

    def __init__(self, source: Source, asked: Asked) -> None:
        self._source = source
        self._asked = asked
        self.relevance: Dict[Key, Parts] = {}

    def some(
        self,
        section: str,
        id_key: str,
        most: int,
        *,
        stored: Callable[[int], List[Record]],
        fits: Callable[[Record], bool],
    ) -> List[Record]:
        """Return at least the `most` records that may be taken, if there are so many."""
        if self._asked.by_stored_order or not most:
            return stored(most)
        limit = most + (_SPARE if self._asked.question else _SPARE_WITHOUT_QUESTION)
        found: Dict[str, Record] = {}
        for hit in self._by_words(section, min(limit, _MOST_BY_WORDS)):
            record = cast(Record, hit.record)
            if fits(record):
                found[_id(record, id_key)] = record
                self.relevance[section, _id(record, id_key)] = hit.parts
        if len(found) < most:
            found = {**{_id(record, id_key): record for record in stored(limit)}, **found}
        return [*found.values()]

    def _by_words(self, section: str, limit: int) -> List[Hit]:
        question = self._asked.question
        return self._source.by_words(section, self._asked.scope, question, limit) if question else []


def _id(record: object, id_key: str) -> str:
    return cast(Mapping[str, str], record)[id_key]


def _holds(fact: Fact, now: int) -> bool:
    start, end = fact["validity"]["valid_from"], fact["validity"]["valid_to"]
    begun = start is None or moment_of(start) <= now
    return fact["status"] == "active" and begun and (end is None or moment_of(end) >= now)


def _fits(episode: Episode, asked: Asked) -> bool:
    begun = moment_of(episode["time_range"]["start"])
    end = episode["time_range"]["end"]
    # One that ends before it begins ends where it begins.
    ended = begun if end is None else max(begun, moment_of(end))
    start, stop = asked.window
    in_time = (start is None or begun >= start) and (stop is None or ended <= stop)
    tagged = not asked.tags or not set(asked.tags).isdisjoint(episode["tags"])
    return in_time and tagged and (not asked.entities or not set(asked.entities).isdisjoint(episode["entities"]))

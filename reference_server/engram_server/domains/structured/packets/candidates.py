"""What a packet may be built of, and where it is read. How it is stored is the source's business."""

from __future__ import annotations

from typing import List, NamedTuple, Optional, Protocol, Sequence

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

from .asked import Asked

INSIGHT_STATES: Sequence[ValidationState] = ("validated", "testing", "unvalidated")
# How far back an unanswered question is looked for: five turns are what a conversation window shows.
OPEN_TURNS = 5
# Where not the stored order decides but how well a record fits, so many are looked at to choose from.
POOL = 200


class Source(Protocol):
    """Reads records of a scope. Nothing that has expired comes out, and every limit is applied where the data lies."""

    def working_state(self, scope: MemoryScope) -> Optional[WorkingState]:
        """Return the working state of the run."""

    def stm(self, scope: MemoryScope) -> Optional[StmState]:
        """Return the short-term state of the session."""

    def conversation(self, scope: MemoryScope, limit: int) -> List[Event]:
        """Return the newest messages of the run whose payload is a string, or has a string `content` or `text`."""

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
        """Return episodes, the latest start first, then by `episode_id`.

        They start at `start` or later and end (when open: start) at `end` or earlier; they have one of the tags, if
        any are given, and one of the entities, if any are given.
        """

    def insights(self, scope: MemoryScope, states: Sequence[ValidationState], limit: int) -> List[Insight]:
        """Return insights of the run: the state that stands first in `states`, the surest, the last id first."""


class Candidates(NamedTuple):
    """The records that a packet is chosen from."""

    working_state: Optional[WorkingState] = None
    stm: Optional[StmState] = None
    conversation: Sequence[Event] = ()
    facts: Sequence[Fact] = ()
    procedures: Sequence[Procedure] = ()
    episodes: Sequence[Episode] = ()
    insights: Sequence[Insight] = ()


def load(source: Source, asked: Asked, now: int) -> Candidates:
    """Read what a packet may be built of at the moment `now`. The only function here that is not pure."""
    policy, scope = asked.policy, asked.scope
    at_least = 0 if asked.by_stored_order else POOL
    turns = max(OPEN_TURNS, policy.conversation_window if policy.include_conversation_window else 0)
    return Candidates(
        working_state=source.working_state(scope),
        stm=source.stm(scope),
        conversation=source.conversation(scope, turns),
        facts=source.facts(scope, now, max(policy.max_facts, at_least)),
        procedures=source.procedures(scope, asked.task_type, max(policy.max_procedures, at_least)),
        episodes=source.episodes(
            scope,
            asked.window.start,
            asked.window.end,
            asked.tags,
            asked.entities,
            max(policy.max_episodes, at_least),
        ),
        insights=source.insights(scope, INSIGHT_STATES, policy.max_insights) if asked.wants_insights else (),
    )

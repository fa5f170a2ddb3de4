"""The store as the source of packets: records of a scope at one moment, with every limit pushed into the question."""

from __future__ import annotations

import json
from typing import List, Optional, Sequence, cast

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

from ...storage import Fitting, Reader, RecordRow
from ..scope import Scope
from . import records
from .placing import SAID
from .records import Family


class Stored:
    """What a Reader sees of a tenant's records. Nothing that has expired by `now` comes out."""

    def __init__(self, reader: Reader, scope: Scope, now: int) -> None:
        self._reader = reader
        self._scope = scope
        self._now = now

    def working_state(self, scope: MemoryScope) -> Optional[WorkingState]:
        """Return the working state of the run."""
        return records.working_state(self._reader, self._scope, scope)

    def stm(self, scope: MemoryScope) -> Optional[StmState]:
        """Return the short-term memory of the session."""
        return records.stm(self._reader, self._scope, scope)

    def conversation(self, scope: MemoryScope, limit: int) -> List[Event]:
        """Return the newest messages of the run that hold a text, newest first."""
        partition = self._partition(records.EVENTS, scope)
        if partition is None:
            return []
        fitting = Fitting(self._now, states=[SAID])
        rows = self._reader.records_in_time(partition, records.EVENTS.name, fitting, limit=limit, newest=True)
        return cast(List[Event], _bodies(rows))

    def facts(self, scope: MemoryScope, valid_at: int, limit: int) -> List[Fact]:
        """Return active facts that hold at a moment, by `fact_key` and `fact_id`."""
        fitting = Fitting(self._now, states=["active"], valid_at=valid_at)
        return cast(List[Fact], self._in_place(records.FACTS, scope, fitting, limit))

    def procedures(self, scope: MemoryScope, task_type: str, limit: int) -> List[Procedure]:
        """Return procedures of exactly this type, the highest priority first, then by `procedure_id`."""
        fitting = Fitting(self._now, states=[task_type])
        return cast(List[Procedure], self._in_place(records.PROCEDURES, scope, fitting, limit))

    def episodes(
        self,
        scope: MemoryScope,
        start: Optional[int],
        end: Optional[int],
        tags: Sequence[str],
        entities: Sequence[str],
        limit: int,
    ) -> List[Episode]:
        """Return the episodes of the least age in whole seconds, then by `episode_id`.

        They start at `start` or later and end (when open: start) at `end` or earlier; they have one of the tags, if
        any are given, and one of the entities, if any are given.
        """
        partition = self._partition(records.EPISODES, scope)
        if partition is None:
            return []
        fitting = Fitting(self._now, tags=tags, entities=entities).within(start, end)
        rows = self._reader.records_by_age(partition, records.EPISODES.name, fitting, limit=limit)
        return cast(List[Episode], _bodies(rows))

    def insights(self, scope: MemoryScope, states: Sequence[ValidationState], limit: int) -> List[Insight]:
        """Return insights of the run: validated before testing before the rest, the surest, the last id first."""
        partition = self._partition(records.INSIGHTS, scope)
        if partition is None:
            return []
        fitting = Fitting(self._now, states=states)
        rows = self._reader.records_by_weight(partition, records.INSIGHTS.name, fitting, limit=limit)
        return cast(List[Insight], _bodies(rows))

    def _in_place(self, family: Family, scope: MemoryScope, fitting: Fitting, limit: int) -> List[object]:
        partition = self._partition(family, scope)
        if partition is None:
            return []
        return _bodies(self._reader.records_in_place(partition, family.name, fitting, limit=limit))

    def _partition(self, family: Family, scope: MemoryScope) -> Optional[int]:
        return self._reader.partition(self._scope.tenant_id, family.key(scope))


def _bodies(rows: Sequence[RecordRow]) -> List[object]:
    return [json.loads(row.body) for row in rows]

"""The structured-memory face: the bodies of its calls, and what comes back."""

from __future__ import annotations

from typing import Annotated, List, Optional, TypedDict

from .limits import Between
from .packets import MemoryPacket, PacketInput, PacketRequest
from .structured import (
    Count,
    Episode,
    EpisodeInput,
    Event,
    Fact,
    FactInput,
    FactStatus,
    Insight,
    InsightInput,
    Instant,
    InstantMs,
    Procedure,
    ProcedureInput,
    ScopeInput,
    StmInput,
    StmState,
    TimeRangeInput,
    ValidationState,
    WorkingState,
    WorkingStatePatch,
)

Limit = Annotated[int, Between(0, 2**53)]


# -- the bodies of calls


class ScopeBody(TypedDict):
    """A call about all that a scope has of a family."""

    scope: ScopeInput


class ListBody(ScopeBody, total=False):
    """A page of a list. `cursor` is the `next_cursor` of the page before, with all else as it was.

    One of long records ends before `limit`. `newest` puts what is newest first: by its own time where it has one, else
    by when it was first kept.
    """

    limit: Optional[Limit]
    newest: Optional[bool]
    cursor: Optional[str]


class ListEventsBody(ListBody, total=False):
    """`POST /v1/memory/events/list`."""

    time_range: Optional[TimeRangeInput]


class FactFilter(TypedDict, total=False):
    """Which facts: any of these states, valid at a moment (`valid_at_ms` wins)."""

    status: Optional[List[FactStatus]]
    valid_at: Optional[Instant]
    valid_at_ms: Optional[InstantMs]
    limit: Optional[Limit]


class ListFactsBody(ListBody, total=False):
    """`POST /v1/memory/facts/list`."""

    filter: Optional[FactFilter]


class EpisodeFilter(TypedDict, total=False):
    """Which episodes: within a span, with one of the tags and one of the entities."""

    time_range: Optional[TimeRangeInput]
    tags: List[str]
    entities: List[str]
    limit: Optional[Limit]


class ListEpisodesBody(ListBody, total=False):
    """`POST /v1/memory/episodes/list`."""

    filter: Optional[EpisodeFilter]


class ListProceduresBody(ListBody, total=False):
    """`POST /v1/memory/procedures/list`. Without a `task_type` those of all."""

    task_type: Optional[str]


class InsightFilter(TypedDict, total=False):
    """Which insights: any of these states."""

    validation_state: Optional[List[ValidationState]]
    limit: Optional[Limit]


class ListInsightsBody(ListBody, total=False):
    """`POST /v1/memory/insights/list`."""

    filter: Optional[InsightFilter]


class _PatchBodyRequired(TypedDict):
    scope: ScopeInput
    patch: WorkingStatePatch


class PatchWorkingStateBody(_PatchBodyRequired, total=False):
    """`POST /v1/memory/working-state/patch`. Nothing changes unless the state is at `if_version`; none is at 0."""

    if_version: Optional[Count]


class UpdateStmBody(ScopeBody):
    """`POST /v1/memory/stm/update`."""

    stm: StmInput


class UpsertFactBody(ScopeBody):
    """`POST /v1/memory/facts/upsert`."""

    fact: FactInput


class AppendEpisodeBody(ScopeBody):
    """`POST /v1/memory/episodes/append`."""

    episode: EpisodeInput


class UpsertProcedureBody(ScopeBody):
    """`POST /v1/memory/procedures/upsert`."""

    procedure: ProcedureInput


class AppendInsightBody(ScopeBody):
    """`POST /v1/memory/insights/append`."""

    insight: InsightInput


class WriteContextBuildBody(ScopeBody):
    """`POST /v1/memory/context-builds/write`."""

    packet: PacketInput


class BuildPacketBody(TypedDict):
    """`POST /v1/memory/packets/build`."""

    request: PacketRequest


class DeleteEventBody(ScopeBody):
    """`POST /v1/memory/events/delete`."""

    event_id: str


class DeleteFactBody(ScopeBody):
    """`POST /v1/memory/facts/delete`."""

    fact_id: str


class DeleteEpisodeBody(ScopeBody):
    """`POST /v1/memory/episodes/delete`."""

    episode_id: str


class DeleteProcedureBody(ScopeBody):
    """`POST /v1/memory/procedures/delete`."""

    procedure_id: str


class DeleteInsightBody(ScopeBody):
    """`POST /v1/memory/insights/delete`."""

    id: str


class DeleteContextBuildBody(ScopeBody):
    """`POST /v1/memory/context-builds/delete`."""

    build_id: str


# -- what comes back


class ContextBuild(TypedDict):
    """A packet that was kept."""

    build_id: str
    ts: str
    packet: MemoryPacket


class WorkingStateResult(TypedDict):
    """The working state of a run; null where there is none."""

    working_state: Optional[WorkingState]


class StmResult(TypedDict):
    """The short-term memory of a session; null where there is none."""

    stm: Optional[StmState]


class EventList(TypedDict):
    """A page of events, by time. `next_cursor` is null on the last page."""

    events: List[Event]
    next_cursor: Optional[str]


class FactList(TypedDict):
    """A page of facts, by key and id."""

    facts: List[Fact]
    next_cursor: Optional[str]


class EpisodeList(TypedDict):
    """A page of episodes, by start and id."""

    episodes: List[Episode]
    next_cursor: Optional[str]


class ProcedureList(TypedDict):
    """A page of procedures: the highest priority first, then by id."""

    procedures: List[Procedure]
    next_cursor: Optional[str]


class InsightList(TypedDict):
    """A page of insights: validated, unvalidated, testing, rejected; in each the most confident first, then by id."""

    insights: List[Insight]
    next_cursor: Optional[str]


class ContextBuildList(TypedDict):
    """A page of the packets that were kept, oldest first."""

    context_builds: List[ContextBuild]
    next_cursor: Optional[str]


class Forgotten(TypedDict):
    """The answer to a delete: whether there was anything to delete."""

    deleted: bool

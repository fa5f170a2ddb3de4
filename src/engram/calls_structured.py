"""The calls of structured memory as lines of data, like those in `calls`. Nothing here sends anything."""

from __future__ import annotations

from .calls import Call
from .types import (
    ContextBuild,
    ContextBuildList,
    Episode,
    EpisodeList,
    Event,
    EventList,
    Fact,
    FactList,
    Forgotten,
    Insight,
    InsightList,
    MemoryPacket,
    Procedure,
    ProcedureList,
    StmResult,
    WorkingStateResult,
)

_RECORDS = "/v1/memory/"

APPEND_EVENT: Call[Event] = Call("POST", _RECORDS + "events", writes=True)
LIST_EVENTS: Call[EventList] = Call("POST", _RECORDS + "events/list", writes=False, list_under="events")
DELETE_EVENT: Call[Forgotten] = Call("POST", _RECORDS + "events/delete", writes=True)

PATCH_WORKING_STATE: Call[WorkingStateResult] = Call("POST", _RECORDS + "working-state/patch", writes=True)
GET_WORKING_STATE: Call[WorkingStateResult] = Call("POST", _RECORDS + "working-state/get", writes=False)
DELETE_WORKING_STATE: Call[Forgotten] = Call("POST", _RECORDS + "working-state/delete", writes=True)

UPDATE_STM: Call[StmResult] = Call("POST", _RECORDS + "stm/update", writes=True)
GET_STM: Call[StmResult] = Call("POST", _RECORDS + "stm/get", writes=False)
DELETE_STM: Call[Forgotten] = Call("POST", _RECORDS + "stm/delete", writes=True)

UPSERT_FACT: Call[Fact] = Call("POST", _RECORDS + "facts/upsert", writes=True)
LIST_FACTS: Call[FactList] = Call("POST", _RECORDS + "facts/list", writes=False, list_under="facts")
DELETE_FACT: Call[Forgotten] = Call("POST", _RECORDS + "facts/delete", writes=True)

APPEND_EPISODE: Call[Episode] = Call("POST", _RECORDS + "episodes/append", writes=True)
LIST_EPISODES: Call[EpisodeList] = Call("POST", _RECORDS + "episodes/list", writes=False, list_under="episodes")
DELETE_EPISODE: Call[Forgotten] = Call("POST", _RECORDS + "episodes/delete", writes=True)

UPSERT_PROCEDURE: Call[Procedure] = Call("POST", _RECORDS + "procedures/upsert", writes=True)
LIST_PROCEDURES: Call[ProcedureList] = Call(
    "POST", _RECORDS + "procedures/list", writes=False, list_under="procedures"
)
DELETE_PROCEDURE: Call[Forgotten] = Call("POST", _RECORDS + "procedures/delete", writes=True)

APPEND_INSIGHT: Call[Insight] = Call("POST", _RECORDS + "insights/append", writes=True)
LIST_INSIGHTS: Call[InsightList] = Call("POST", _RECORDS + "insights/list", writes=False, list_under="insights")
DELETE_INSIGHT: Call[Forgotten] = Call("POST", _RECORDS + "insights/delete", writes=True)

WRITE_CONTEXT_BUILD: Call[ContextBuild] = Call("POST", _RECORDS + "context-builds/write", writes=True)
LIST_CONTEXT_BUILDS: Call[ContextBuildList] = Call(
    "POST", _RECORDS + "context-builds/list", writes=False, list_under="context_builds"
)
DELETE_CONTEXT_BUILD: Call[Forgotten] = Call("POST", _RECORDS + "context-builds/delete", writes=True)

BUILD_PACKET: Call[MemoryPacket] = Call("POST", _RECORDS + "packets/build", writes=True)
#: The same of a packet that is not kept.
PREVIEW_PACKET: Call[MemoryPacket] = Call("POST", _RECORDS + "packets/build", writes=False)

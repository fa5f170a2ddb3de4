"""Every call of the API as one line of data: method, path, what comes back. Nothing here sends anything.

The sync client, the async client and whatever comes next read the same table.
"""

from __future__ import annotations

from typing import Generic, TypeVar, cast

from .errors import ProtocolError
from .types import (
    Bucket,
    BucketList,
    ClearMemoriesResult,
    ContextBuild,
    ContextBuildList,
    DeleteResult,
    Episode,
    EpisodeList,
    Event,
    EventList,
    Fact,
    FactList,
    Forgotten,
    Insight,
    InsightList,
    ListMemoriesResult,
    Memory,
    MemoryPacket,
    Procedure,
    ProcedureList,
    ProfileResult,
    QueryResult,
    StmResult,
    StoreMemoriesResult,
    StoreMemoryResult,
    WorkingStateResult,
)
from .types.wire import JsonValue

T = TypeVar("T")


class Call(Generic[T]):
    """One operation. A write carries an idempotency key, which is what makes repeating it safe."""

    __slots__ = ("list_under", "method", "result_unread", "template", "writes")

    def __init__(
        self, method: str, template: str, *, writes: bool, list_under: str = "", result_unread: bool = False
    ) -> None:
        self.method = method
        self.template = template
        self.writes = writes
        #: The key of the result's one list; servers were seen to send the bare list instead.
        self.list_under = list_under
        #: Whether nobody reads the result of success: 204, an empty 200, or any JSON.
        self.result_unread = result_unread

    def result(self, value: JsonValue, status: int) -> T:
        """Return a decoded body as the call's result.

        Raises:
            ProtocolError: it is not the JSON object that this call returns.
        """
        if self.result_unread and not isinstance(value, dict):
            value = {}
        if self.list_under and isinstance(value, list):
            value = {self.list_under: value}
        if not isinstance(value, dict) or not isinstance(value.get(self.list_under, []), list):
            shown = type(value).__name__ if value is not None else "null"
            raise ProtocolError(f"HTTP {status} with {shown} where an object was expected", status, value)
        if self.list_under and self.list_under not in value:
            raise ProtocolError(f"HTTP {status} without {self.list_under!r} in its body", status, value)
        return cast(T, value)


_BUCKET = "/v1/buckets/{bucket}"
_MEMORIES = _BUCKET + "/memories"
_MEMORY = _MEMORIES + "/{memory_id}"

LIST_BUCKETS: Call[BucketList] = Call("GET", "/v1/buckets", writes=False, list_under="buckets")
CREATE_BUCKET: Call[Bucket] = Call("POST", "/v1/buckets", writes=True)
DELETE_BUCKET: Call[DeleteResult] = Call("DELETE", _BUCKET, writes=True, result_unread=True)

STORE_MEMORY: Call[StoreMemoryResult] = Call("POST", _MEMORIES, writes=True)
STORE_MEMORIES: Call[StoreMemoriesResult] = Call("POST", _MEMORIES, writes=True, list_under="memories")
LIST_MEMORIES: Call[ListMemoriesResult] = Call("GET", _MEMORIES, writes=False, list_under="memories")
GET_MEMORY: Call[Memory] = Call("GET", _MEMORY, writes=False)
UPDATE_MEMORY: Call[Memory] = Call("PATCH", _MEMORY, writes=True)
DELETE_MEMORY: Call[DeleteResult] = Call("DELETE", _MEMORY, writes=True, result_unread=True)
CLEAR_MEMORIES: Call[ClearMemoriesResult] = Call("DELETE", _MEMORIES, writes=True)

QUERY: Call[QueryResult] = Call("POST", "/v1/query", writes=False)

GET_PROFILE: Call[ProfileResult] = Call("GET", _BUCKET + "/profile", writes=False)
REGENERATE_PROFILE: Call[ProfileResult] = Call("POST", _BUCKET + "/profile/regenerate", writes=True)

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

"""The calls of hosted memory as a line of data each: method, path, what comes back. Nothing here sends anything.

The sync client, the async client and whatever comes next read the same table. There is one more for each face.
"""

from __future__ import annotations

from typing import Generic, TypeVar, cast

from .errors import ProtocolError
from .types import (
    Bucket,
    BucketList,
    ClearMemoriesResult,
    DeleteResult,
    ListMemoriesResult,
    Memory,
    ProfileResult,
    QueryResult,
    StoreMemoriesResult,
    StoreMemoryResult,
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

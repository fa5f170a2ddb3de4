"""The routes of buckets, memories and profiles: shape what the domain returns into the wire types."""

from __future__ import annotations

import json
from typing import List, Optional, Union, cast

from engram.types import (
    Bucket,
    BucketList,
    ClearMemoriesResult,
    CreateBucketBody,
    DeleteResult,
    ListMemoriesResult,
    Memory,
    MemoryInput,
    ProfileResult,
    StoreMemoriesBody,
    StoreMemoriesResult,
    StoreMemoryBody,
    StoreMemoryResult,
    UpdateMemoryBody,
)
from engram.types.limits import MAX_PAGE_BYTES

from ..clock import moment_of, rfc3339
from ..domains.brain.engine.encoding import encode_again
from ..domains.errors import Invalid
from ..domains.hosted import buckets, memories, profiles
from ..domains.hosted.drafting import Given, draft
from ..domains.hosted.memories import Stored
from ..domains.scope import MemoryRow, ProfileRow, Space, Writer
from ..wire import Response, encode_json, json_response, written_response
from .base import Call, Route, Write
from .paging import next_cursor, page_of

_DEFAULT_PAGE = 20
# Published clients send no limit for buckets and mean all; so many still fit into what our client reads at most.
_ALL_BUCKETS = 100_000

StoreBody = Union[StoreMemoryBody, StoreMemoriesBody]


def _bucket(call: Call) -> str:
    return buckets.bucket_name(call.path["bucket"])


# -- buckets


def list_buckets(call: Call) -> Response:
    page = page_of(call, _ALL_BUCKETS)
    with call.scope.read() as reader:
        spaces, total = buckets.page(
            reader, call.scope, limit=page.limit, offset=page.offset, after=page.cursor
        )
    body: BucketList = {
        "buckets": [_bucket_shape(space, counted=True) for space in spaces],
        "total": total,
        "limit": page.limit,
        "offset": page.offset,
        "next_cursor": next_cursor([space.id for space in spaces], page.limit),
    }
    return json_response(200, body)


def create_bucket(call: Call) -> Write:
    body = cast(CreateBucketBody, call.body)
    name = buckets.bucket_name(body["name"], "name")

    def write(writer: Writer) -> Response:
        space = buckets.make(writer, call.scope, name, body.get("description"))
        return json_response(201, _bucket_shape(space, counted=False))

    return write


def delete_bucket(call: Call) -> Write:
    name = _bucket(call)

    def write(writer: Writer) -> Response:
        removed: DeleteResult = {"success": True, "id": buckets.remove(writer, call.scope, name).public_id}
        return json_response(200, removed)

    return write


def _bucket_shape(space: Space, *, counted: bool) -> Bucket:
    shape: Bucket = {
        "id": space.public_id,
        "name": space.name,
        "bucket_name": space.name,
        "description": space.description,
        "created_at": rfc3339(space.created_at),
    }
    if counted:
        shape["memory_count"] = space.memory_count
        shape["last_write_at"] = None if space.last_write_at is None else rfc3339(space.last_write_at)
    return shape


# -- memories


def store_memories(call: Call) -> Write:
    name = _bucket(call)
    body = cast("dict[str, object]", call.body)
    # By the same key by which the check told the two bodies apart.
    batch = "content" not in body
    if not batch and body.get("memories") is not None:
        raise Invalid("memories: cannot be combined with content", {"field": "memories"})
    items = cast(StoreMemoriesBody, body)["memories"] if batch else [cast(StoreMemoryBody, body)]
    mode = cast(StoreMemoryBody, body).get("dedup") or "loose"
    call.services.providers.check(call.scope)
    new_id, now = call.scope.ids.new, call.scope.now()
    drafts = [draft(item["content"], new_id("mem"), now, _given(item)) for item in items]

    def write(writer: Writer) -> Response:
        shapes = [_stored_shape(one, name) for one in memories.store(writer, call.scope, name, drafts, mode)]
        return json_response(201, {"memories": shapes} if batch else shapes[0])

    return write


def _given(item: Union[MemoryInput, UpdateMemoryBody]) -> Given:
    occurred_at, metadata = item.get("occurred_at"), item.get("metadata")
    return Given(
        item.get("speaker"),
        cast(MemoryInput, item).get("session"),
        None if occurred_at is None else moment_of(occurred_at),
        None if metadata is None else json.dumps(metadata, ensure_ascii=False, separators=(",", ":")),
    )


def _stored_shape(stored: Stored, bucket: str) -> StoreMemoryResult:
    shape: StoreMemoryResult = {
        "id": stored.memory_id,
        "memory_id": stored.memory_id,
        "bucket_name": bucket,
        "token_count": stored.token_count,
        "status": "stored",
    }
    if stored.merge is not None:
        shape["status"] = "merged"
        shape["deduped_into"] = stored.memory_id
        shape["similarity_score"] = stored.merge.similarity
        shape["merge_reason"] = stored.merge.reason
    return shape


def list_memories(call: Call) -> Response:
    name, page = _bucket(call), page_of(call, _DEFAULT_PAGE)
    with call.scope.read() as reader:
        rows, total = memories.page(
            reader, call.scope, name, limit=page.limit, offset=page.offset, before=page.cursor
        )
    shapes = [_memory_shape(row, name) for row in rows]
    while True:
        told: ListMemoriesResult = {
            "memories": shapes[: page.limit],
            "total": total,
            "limit": page.limit,
            "offset": page.offset,
            "next_cursor": next_cursor([row.id for row in rows[: page.limit]], page.limit),
        }
        body = encode_json(told)
        if len(body) <= MAX_PAGE_BYTES:
            return written_response(body)
        # As with a limit that is too high, `limit` says how many there are.
        page = page._replace(limit=len(told["memories"]) // 2)


def get_memory(call: Call) -> Response:
    name = _bucket(call)
    with call.scope.read() as reader:
        row = memories.get(reader, call.scope, name, call.path["memory_id"])
    return json_response(200, _memory_shape(row, name))


def update_memory(call: Call) -> Write:
    name, body = _bucket(call), cast(UpdateMemoryBody, call.body)
    # A session is not a thing to update: unknown keys are passed over.
    given = _given(body)._replace(session=None)

    def write(writer: Writer) -> Response:
        row = memories.update(
            writer, call.scope, name, call.path["memory_id"], body["content"], given, body.get("if_version")
        )
        encode_again(writer, call.scope, name, row)
        return json_response(200, _memory_shape(row, name))

    return write


def delete_memory(call: Call) -> Write:
    name, memory_id = _bucket(call), call.path["memory_id"]

    def write(writer: Writer) -> Response:
        memories.remove(writer, call.scope, name, memory_id)
        deleted: DeleteResult = {"success": True, "id": memory_id}
        return json_response(200, deleted)

    return write


def clear_memories(call: Call) -> Write:
    name = _bucket(call)

    def write(writer: Writer) -> Response:
        cleared: ClearMemoriesResult = {
            "success": True,
            "cleared_count": memories.clear(writer, call.scope, name),
        }
        return json_response(200, cleared)

    return write


def _memory_shape(row: MemoryRow, bucket: str) -> Memory:
    shape: Memory = {
        "id": row.public_id,
        "memory_id": row.public_id,
        "content": row.content,
        "bucket_name": bucket,
        "created_at": rfc3339(row.created_at),
        "updated_at": rfc3339(row.updated_at),
        "token_count": row.token_count,
        "version": row.version,
    }
    if row.speaker is not None:
        shape["speaker"] = row.speaker
    if row.session is not None:
        shape["session"] = row.session
    if row.occurred_at is not None:
        shape["occurred_at"] = rfc3339(row.occurred_at)
    if row.metadata is not None:
        shape["metadata"] = json.loads(row.metadata)
    return shape


# -- profile


def get_profile(call: Call) -> Response:
    name = _bucket(call)
    with call.scope.read() as reader:
        return json_response(200, _profile_shape(*profiles.get(reader, call.scope, name)))


def regenerate_profile(call: Call) -> Write:
    name = _bucket(call)
    text = profiles.compose(call.scope, name)
    return lambda writer: json_response(200, _profile_shape(*profiles.save(writer, call.scope, name, text)))


def _keep_profile(call: Call) -> None:
    call.services.profiles.after_write(call.scope, _bucket(call))


def _keep_profile_of_more(call: Call) -> None:
    items = cast("dict[str, object]", call.body).get("memories")
    call.services.profiles.after_write(call.scope, _bucket(call), len(items) if isinstance(items, list) else 1)


def _profile_shape(space: Space, row: Optional[ProfileRow]) -> ProfileResult:
    return {
        "profile": row.text or None if row else None,
        "bucket_id": space.public_id,
        "status": "ready" if row else "pending",
        "updated_at": rfc3339(row.updated_at) if row else None,
        "n_memories_at_gen": row.memory_count if row else 0,
        "source": row.source if row else None,
    }


_BUCKET = "/v1/buckets/{bucket}"
_MEMORIES = _BUCKET + "/memories"
_MEMORY = _MEMORIES + "/{memory_id}"
_PAGING = ("limit", "offset", "cursor")

ROUTES: List[Route] = [
    Route("GET", "/v1/buckets", list_buckets, "List the buckets, oldest first.", BucketList, query=_PAGING),
    Route("POST", "/v1/buckets", create_bucket, "Make a bucket.", Bucket, CreateBucketBody, status=201),
    Route("DELETE", _BUCKET, delete_bucket, "Delete a bucket and its memories.", DeleteResult, after=_keep_profile),
    Route(
        "POST",
        _MEMORIES,
        store_memories,
        "Store one memory, or a batch: all of it or nothing. Makes the bucket.",
        Union[StoreMemoryResult, StoreMemoriesResult],
        StoreBody,
        status=201,
        after=_keep_profile_of_more,
    ),
    Route("GET", _MEMORIES, list_memories, "List memories, newest first.", ListMemoriesResult, query=_PAGING),
    Route(
        "DELETE",
        _MEMORIES,
        clear_memories,
        "Delete all memories of a bucket.",
        ClearMemoriesResult,
        after=_keep_profile,
    ),
    Route("GET", _MEMORY, get_memory, "Read a memory.", Memory),
    Route("PATCH", _MEMORY, update_memory, "Replace the content of a memory.", Memory, UpdateMemoryBody),
    Route("DELETE", _MEMORY, delete_memory, "Delete a memory.", DeleteResult, after=_keep_profile),
    Route("GET", _BUCKET + "/profile", get_profile, "Read the profile of a bucket.", ProfileResult),
    Route(
        "POST", _BUCKET + "/profile/regenerate", regenerate_profile, "Make the profile anew.", ProfileResult
    ),
]

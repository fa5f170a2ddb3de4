"""The verbs of the hosted-memory API.

A verb is its signature, its docstring and one line that names the call; how a call is sent is in `core`.
"""

from __future__ import annotations

from typing import Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Union

from . import calls
from .bulk import Progress, StoreOutcome, store_many
from .codec import check_is_many
from .core import ClientCore, deadline_of
from .items import MemoryItem, Moment, as_sent, body_of
from .paths import QueryValue, checked_name
from .stream import QueryStream
from .transport.deadline import Deadline
from .types import (
    Bucket,
    ClearMemoriesResult,
    DedupMode,
    ListMemoriesResult,
    Memory,
    ProfileResult,
    QueryResult,
    ReturnFormat,
    StoreMemoriesResult,
    StoreMemoryResult,
)
from .types.wire import JsonValue

_ITER_PAGE_ITEMS = 100


class Verbs(ClientCore):
    """Every verb of the API, over whatever sends."""

    # -- memories

    def store_memory(
        self,
        content: str,
        bucket: str = "default",
        *,
        speaker: Optional[str] = None,
        session: Optional[str] = None,
        occurred_at: Optional[Moment] = None,
        metadata: Optional[Mapping[str, JsonValue]] = None,
        dedup: Optional[DedupMode] = None,
        deadline_seconds: Optional[float] = None,
    ) -> StoreMemoryResult:
        """Store one memory; the first write makes the bucket.

        Recall knows `speaker` (who said it), `session` (in which conversation) and `occurred_at` (when: a datetime
        with a time zone, or RFC 3339); the speaker and the date that stand before a text are taken where these are
        absent. `metadata` is kept beside the memory. `dedup` says when a memory that is there already stands for this
        one: `"loose"` (the server's default) from a similarity of 0.95, `"strict"` from 0.99, `"off"` never.

            engram.store_memory("I moved to Lisbon.", "user-123", speaker="Ana", occurred_at="2026-05-08T13:56:00Z")
        """
        given = _fields(speaker=speaker, session=session, occurred_at=occurred_at, metadata=metadata, dedup=dedup)
        body: Dict[str, object] = {"content": content, **given}
        return self._call(calls.STORE_MEMORY, {"bucket": bucket}, body=body, deadline_seconds=deadline_seconds)

    def store_memories(
        self,
        contents: Sequence[Union[str, MemoryItem]],
        bucket: str = "default",
        *,
        dedup: Optional[DedupMode] = None,
        deadline_seconds: Optional[float] = None,
    ) -> StoreMemoriesResult:
        """Store up to 1,000 memories in one request: all of them, or none when one is refused.

        Each is a text, or a dict with its `content` and any of the fields of `store_memory`.

            engram.store_memories(["Ana has a cat.", {"content": "It is called Miso.", "speaker": "Ana"}], "user-123")
        """
        check_is_many(contents, "contents")
        body: Dict[str, object] = {"memories": [body_of(content) for content in contents]}
        if dedup is not None:
            body["dedup"] = dedup
        return self._call(calls.STORE_MEMORIES, {"bucket": bucket}, body=body, deadline_seconds=deadline_seconds)

    def store_many(
        self,
        contents: Iterable[Union[str, MemoryItem]],
        bucket: str = "default",
        *,
        dedup: Optional[DedupMode] = None,
        chunk_size: int = 200,
        concurrency: int = 4,
        on_progress: Optional[Progress] = None,
    ) -> List[StoreOutcome]:
        """Store any number of memories in chunks, several at a time; return one outcome a memory, in order.

        Each is a text or a dict, as in `store_memories`. A memory that is refused has the error in its outcome and
        does not keep the others from being stored. `on_progress(done, failed)` is called after each chunk.

            failed = [outcome for outcome in engram.store_many(lines, "notes") if not outcome.ok]
        """
        checked_name(bucket, "bucket")

        def send(chunk: Sequence[Union[str, MemoryItem]]) -> List[StoreMemoryResult]:
            return self.store_memories(chunk, bucket, dedup=dedup)["memories"]

        return store_many(
            contents, send, chunk_size=chunk_size, concurrency=concurrency, on_progress=on_progress
        )

    def list_memories(
        self,
        bucket: str = "default",
        *,
        limit: int = 20,
        offset: int = 0,
        cursor: Optional[str] = None,
        deadline_seconds: Optional[float] = None,
    ) -> ListMemoriesResult:
        """Return a page of memories, newest first. `cursor` is the `next_cursor` of the page before.

            page = engram.list_memories("user-123", limit=50)
        """
        # A cursor says where to go on by itself.
        query: Dict[str, QueryValue] = {"limit": limit, "offset": None if cursor else offset, "cursor": cursor}
        return self._call(calls.LIST_MEMORIES, {"bucket": bucket}, query=query, deadline_seconds=deadline_seconds)

    def iter_memories(self, bucket: str = "default", *, page_size: int = _ITER_PAGE_ITEMS) -> Iterator[Memory]:
        """Iterate over all memories of a bucket, newest first, a page at a time.

        What is stored or deleted meanwhile neither repeats nor hides another memory. Servers that give no cursors
        are paged by offset, where it may.

            for memory in engram.iter_memories("user-123"): print(memory["content"])
        """
        cursor, seen = None, 0
        while True:
            page = self.list_memories(bucket, limit=page_size, offset=seen, cursor=cursor)
            yield from page["memories"]
            seen += len(page["memories"])
            cursor = page.get("next_cursor")
            more = cursor is not None if "next_cursor" in page else seen < page.get("total", 0)
            if not more or not page["memories"]:
                return

    def get_memory(
        self, memory_id: str, bucket: str = "default", *, deadline_seconds: Optional[float] = None
    ) -> Memory:
        """Return one memory.

            engram.get_memory(stored["id"], "user-123")["content"]
        """
        path = {"bucket": bucket, "memory_id": memory_id}
        return self._call(calls.GET_MEMORY, path, deadline_seconds=deadline_seconds)

    def update_memory(
        self,
        memory_id: str,
        content: str,
        bucket: str = "default",
        *,
        speaker: Optional[str] = None,
        occurred_at: Optional[Moment] = None,
        metadata: Optional[Mapping[str, JsonValue]] = None,
        if_version: Optional[int] = None,
        deadline_seconds: Optional[float] = None,
    ) -> Memory:
        """Replace the content of a memory; return it as it is now. The old content is gone.

        `speaker`, `occurred_at` and `metadata` (see `store_memory`) stay as they were where they are not given.
        With `if_version` the update is refused (`PreconditionFailedError`) when the memory has another version.

            engram.update_memory(stored["id"], "Ana moved to Porto in June.", "user-123")
        """
        given = _fields(speaker=speaker, occurred_at=occurred_at, metadata=metadata, if_version=if_version)
        body: Dict[str, object] = {"content": content, **given}
        path = {"bucket": bucket, "memory_id": memory_id}
        return self._call(calls.UPDATE_MEMORY, path, body=body, deadline_seconds=deadline_seconds)

    def delete_memory(
        self, memory_id: str, bucket: str = "default", *, deadline_seconds: Optional[float] = None
    ) -> None:
        """Delete one memory. There is no way back.

            engram.delete_memory(stored["id"], "user-123")
        """
        path = {"bucket": bucket, "memory_id": memory_id}
        self._call(calls.DELETE_MEMORY, path, deadline_seconds=deadline_seconds)

    def clear_memories(self, bucket: str, *, deadline_seconds: Optional[float] = None) -> ClearMemoriesResult:
        """Delete every memory of a bucket and keep the bucket. There is no way back, hence no default bucket.

            engram.clear_memories("user-123")["cleared_count"]
        """
        return self._call(calls.CLEAR_MEMORIES, {"bucket": bucket}, deadline_seconds=deadline_seconds)

    # -- query

    def query(
        self,
        question: str,
        *,
        buckets: Optional[Sequence[str]] = None,
        top_k: int = 8,
        skip_synthesis: bool = False,
        return_explanation: bool = True,
        max_tokens: Optional[int] = None,
        min_similarity_threshold: Optional[float] = None,
        min_weighted_score: Optional[float] = None,
        top_k_per_bucket: Union[int, Mapping[str, int], None] = None,
        return_format: Optional[ReturnFormat] = None,
        response_schema: Optional[Mapping[str, JsonValue]] = None,
        as_of: Optional[Moment] = None,
        deadline_seconds: Optional[float] = None,
    ) -> QueryResult:
        """Recall from one or more buckets (`["default"]`) and answer; the explanation tells why.

        `top_k` memories are recalled from each bucket, or what `top_k_per_bucket` says of it.
        `min_similarity_threshold` bounds `raw_score`, `min_weighted_score` the `weighted_score` that is shown.
        `skip_synthesis` recalls only. `return_format="json"` adds `answer_json`, shaped after `response_schema`.
        `as_of` (a datetime with a time zone, or RFC 3339) recalls what had been said by then and nothing later.

            result = engram.query("Where does Ana live?", buckets=["user-123"])
            print(result["answer"], result["explanation"]["retrieved_memories"])
        """
        body = _query_body(
            question,
            buckets,
            top_k=top_k,
            return_explanation=return_explanation,
            skip_synthesis=skip_synthesis,
            max_tokens=max_tokens,
            min_similarity_threshold=min_similarity_threshold,
            min_weighted_score=min_weighted_score,
            top_k_per_bucket=top_k_per_bucket,
            return_format=return_format,
            response_schema=response_schema,
            as_of=as_of,
        )
        return self._call(calls.QUERY, {}, body=body, deadline_seconds=deadline_seconds)

    def query_stream(
        self,
        question: str,
        *,
        buckets: Optional[Sequence[str]] = None,
        top_k: int = 8,
        skip_synthesis: bool = False,
        return_explanation: bool = True,
        max_tokens: Optional[int] = None,
        min_similarity_threshold: Optional[float] = None,
        min_weighted_score: Optional[float] = None,
        top_k_per_bucket: Union[int, Mapping[str, int], None] = None,
        return_format: Optional[ReturnFormat] = None,
        response_schema: Optional[Mapping[str, JsonValue]] = None,
        as_of: Optional[Moment] = None,
        deadline_seconds: Optional[float] = None,
    ) -> QueryStream:
        """Like `query`, with the answer as it is written: `delta` events and then one `done` event.

        The request is sent by this call, so a refusal is raised here. Leaving the loop closes the connection;
        a stream that is cut short raises `StreamInterruptedError` with the text so far.

            for event in engram.query_stream("What did Ana do this week?", buckets=["user-123"]):
                if event["type"] == "delta":
                    print(event["content"], end="", flush=True)
        """
        body = _query_body(
            question,
            buckets,
            top_k=top_k,
            return_explanation=return_explanation,
            skip_synthesis=skip_synthesis,
            max_tokens=max_tokens,
            min_similarity_threshold=min_similarity_threshold,
            min_weighted_score=min_weighted_score,
            top_k_per_bucket=top_k_per_bucket,
            return_format=return_format,
            response_schema=response_schema,
            as_of=as_of,
        )
        return self._open(calls.QUERY, {**body, "stream": True}, deadline_seconds)

    # -- buckets

    def list_buckets(self, *, deadline_seconds: Optional[float] = None) -> List[Bucket]:
        """Return all buckets of the tenant.

            [bucket["name"] for bucket in engram.list_buckets()]
        """
        deadline = Deadline(deadline_of(self, deadline_seconds))
        found: List[Bucket] = []
        cursor = None
        while True:
            query, left = {"cursor": cursor}, deadline.remaining()
            page = self._call(calls.LIST_BUCKETS, {}, query=query, deadline_seconds=left)
            found += page["buckets"]
            cursor = page.get("next_cursor")
            if cursor is None or not page["buckets"]:
                return found

    def create_bucket(
        self, name: str, description: Optional[str] = None, *, deadline_seconds: Optional[float] = None
    ) -> Bucket:
        """Make a bucket. Not needed before storing: the first write makes it.

        Raises `ConflictError` when there is one of that name.

            engram.create_bucket("user-123", "What we know of Ana")
        """
        body = {"name": checked_name(name, "name"), "description": description}
        return self._call(calls.CREATE_BUCKET, {}, body=body, deadline_seconds=deadline_seconds)

    def delete_bucket(self, bucket: str, *, deadline_seconds: Optional[float] = None) -> None:
        """Delete a bucket and every memory in it. There is no way back, hence no default bucket.

            engram.delete_bucket("user-123")
        """
        self._call(calls.DELETE_BUCKET, {"bucket": bucket}, deadline_seconds=deadline_seconds)

    # -- profile

    def get_profile(
        self, bucket: str = "default", *, deadline_seconds: Optional[float] = None
    ) -> ProfileResult:
        """Return the newest profile of a bucket; `profile` is None until one was made.

            engram.get_profile("user-123")["profile"]
        """
        return self._call(calls.GET_PROFILE, {"bucket": bucket}, deadline_seconds=deadline_seconds)

    def regenerate_profile(
        self, bucket: str = "default", *, deadline_seconds: Optional[float] = None
    ) -> ProfileResult:
        """Have the profile of a bucket made anew and return the newest there is.

            engram.regenerate_profile("user-123")["profile"]
        """
        return self._call(calls.REGENERATE_PROFILE, {"bucket": bucket}, deadline_seconds=deadline_seconds)


def _query_body(question: str, buckets: Optional[Sequence[str]], **options: object) -> Dict[str, object]:
    names = ["default"]
    if buckets is not None:
        check_is_many(buckets, "buckets")
        names = [checked_name(name, "buckets") for name in buckets]
    return {"query": question, "buckets": names, "options": _fields(**options)}


def _fields(**given: object) -> Dict[str, object]:
    return {name: as_sent(name, value) for name, value in given.items() if value is not None}

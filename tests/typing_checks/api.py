"""Never run: what users write, as type checkers see it. A line that must be an error has an ignore that proves it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import Dict, List, Optional, Sequence

from engram import (
    AsyncEngramClient,
    AsyncMemory,
    AsyncQueryStream,
    Bucket,
    ConfigurationError,
    DeltaEvent,
    DoneEvent,
    EngramClient,
    EngramError,
    Hook,
    JSON,
    ListMemoriesResult,
    Memory,
    MemoryItem,
    Next,
    Page,
    ProfileResult,
    QueryResult,
    QueryStream,
    QueryStreamEvent,
    RateLimitError,
    RawResponse,
    Request,
    Response,
    RetrievedMemory,
    StoreMemoryResult,
    StoreOutcome,
    StreamInterruptedError,
    Transport,
    packet_text,
)
from engram import types
from engram.types import Event, Fact, MemoryPacket, ScopeInput, StmState, WorkingState


def use(*values: object) -> None:
    """Take what would else be unused."""


def configuration(transport: Transport) -> List[EngramClient]:
    return [
        EngramClient(),
        EngramClient(api_key="k", base_url="http://127.0.0.1:8377", timeout_seconds=1, max_retries_on_429=0),
        EngramClient(api_key="k", stream_timeout_seconds=60.0, deadline_seconds=None, headers={"X-Team": "a"}),
        EngramClient(api_key="k", transport=transport, hooks=[stamp]),
        EngramClient.local(),
        EngramClient.local("engram.db").with_options(deadline_seconds=None, timeout_seconds=2.5),
    ]


def stamp(request: Request, send: Next) -> Response:
    request.headers["x-stamp"] = "1"
    response = send(request)
    status: int = response.status
    body: bytes = response.read()
    use(status, body)
    return response


def memories(client: EngramClient) -> None:
    stored: StoreMemoryResult = client.store_memory("text", "bucket", dedup="strict")
    reason: Optional[str] = stored.get("merge_reason")
    ids: List[str] = [one["id"] for one in client.store_memories(["a", "b"], "bucket")["memories"]]
    outcomes: List[StoreOutcome] = client.store_many((str(n) for n in range(3)), "bucket", on_progress=progress)
    failures: List[Optional[EngramError]] = [outcome.error for outcome in outcomes if not outcome.ok]
    page: ListMemoriesResult = client.list_memories("bucket", limit=1, offset=2)
    total: int = page["total"]
    every: List[types.Memory] = list(client.iter_memories("bucket"))
    content: str = client.get_memory(ids[0], "bucket")["content"]
    version: Optional[int] = client.update_memory(ids[0], "new", "bucket", if_version=1).get("version")
    cleared: int = client.clear_memories("bucket")["cleared_count"]
    use(reason, failures, total, every, content, version, cleared)
    now = datetime.now(timezone.utc)
    note: MemoryItem = {"content": "text", "speaker": "Ana", "occurred_at": now, "metadata": {"tags": ["a"]}}
    client.store_memory("text", speaker="Ana", session="s", occurred_at=now, metadata={"a": 1})
    client.store_memories(["text", note, {"content": "text", "session": "s"}])
    client.store_many(iter([note]))
    given: Optional[str] = client.get_memory(ids[0]).get("speaker")
    client.query("question", as_of=now)
    client.query_stream("question", as_of="2026-05-08T13:56:00Z")
    client.store_memory("text", occurred_at=7)  # type: ignore[arg-type] # No number tells its unit.
    use(given)


def progress(done: int, failed: int) -> None:
    assert failed <= done


def buckets(client: EngramClient) -> None:
    bucket: Bucket = client.create_bucket("name", description=None)
    names: List[str] = [one["name"] for one in client.list_buckets()]
    profile: ProfileResult = client.get_profile("name")
    text: Optional[str] = client.regenerate_profile()["profile"]
    use(bucket, names, profile, text)


def query(client: EngramClient) -> None:
    schema: Dict[str, JSON] = {"type": "object"}
    result: QueryResult = client.query(
        "question", buckets=["a"], top_k=3, top_k_per_bucket={"a": 2}, return_format="json", response_schema=schema
    )
    answer: str = result["answer"]
    value: JSON = result.get("answer_json")
    rows: List[RetrievedMemory] = result["explanation"]["retrieved_memories"]
    score: float = rows[0]["weighted_score"]
    tokens: int = result["usage"]["output_tokens"]
    use(answer, value, score, tokens)


def narrowing(event: QueryStreamEvent) -> str:
    if event["type"] == "delta":
        delta: DeltaEvent = event
        return delta["content"]
    done: DoneEvent = event
    return done["answer"] + str(done["usage"]["output_tokens"])


def streaming(client: EngramClient) -> None:
    with client.query_stream("question") as stream:
        opened: QueryStream = stream
        for event in opened:
            narrowing(event)
        opened.close()


def raw(client: EngramClient) -> None:
    response: RawResponse[List[Bucket]] = client.with_raw_response.list_buckets()
    names: List[str] = [bucket["name"] for bucket in response.data]
    paged: RawResponse[ListMemoriesResult] = client.with_raw_response.list_memories("bucket", limit=1)
    request_id: str = paged.request_id
    use(names, response.status, response.headers["content-type"], request_id)


def structured_places(client: EngramClient, there: AsyncEngramClient) -> None:
    use(Memory(), Memory("a.db"), Memory(path="a.db", in_memory=False, backend="sqlite", dsn=None, database=None))
    use(Memory(client=client), Memory(base_url="http://127.0.0.1:8377", api_key="k"), AsyncMemory(client=there))
    Memory(client=there)  # type: ignore[arg-type]  # must be an error
    AsyncMemory(client=client)  # type: ignore[arg-type]  # must be an error


def structured(memory: Memory) -> None:
    scope: ScopeInput = {"user_id": "u", "agent_id": "a", "session_id": "s", "run_id": "r"}
    event: Event = memory.append_event({"event_id": "e", "scope": scope, "kind": "message", "payload": {"text": "t"}})
    events: Page[Event] = memory.list_events(scope, {"start_ms": 0}, 10, newest=True, cursor=None)
    goes_on: Optional[str] = events.next_cursor
    version: int = memory.patch_working_state(scope, {"goal": "g", "slots": {"a": [1]}}, if_version=0)["state_version"]
    state: Optional[WorkingState] = memory.get_working_state(scope)
    stm: Optional[StmState] = memory.get_stm(scope)
    fact: Fact = memory.upsert_fact(scope, {"fact_id": "f", "fact_key": "k", "value": None, "status": "disputed"})
    statuses: List[str] = [one["status"] for one in memory.list_facts(scope, {"status": ["active"], "limit": 3})]
    gone: bool = memory.delete_fact(scope, "f")
    packet: MemoryPacket = memory.build_memory_packet({"scope": scope, "purpose": "tool", "budget": {"max_tokens": 9}})
    text: str = packet_text(packet)
    kept: str = memory.write_context_build(scope, packet)["build_id"]
    packets: Page[MemoryPacket] = memory.list_context_builds(scope)
    ids: List[str] = memory.list_context_builds(scope).build_ids
    use(event, goes_on, version, state, stm, fact, statuses, gone, text, kept, packets, ids)


async def asynchronous_structured(memory: AsyncMemory, scope: ScopeInput) -> None:
    events: Page[Event] = await memory.list_events(scope, limit=10, newest=True)
    state: WorkingState = await memory.patch_working_state(scope, {"plan": ["a"]}, if_version=1)
    packet: MemoryPacket = await memory.build_memory_packet({"scope": scope, "purpose": "planner"})
    use(events, state, packet)
    await memory.delete_fact(scope)  # type: ignore[call-arg]  # must be an error


def structured_errors(memory: Memory, scope: ScopeInput) -> None:
    memory.get_stm({"user_id": "u"})  # type: ignore[typeddict-item]  # must be an error
    memory.append_event({"event_id": "e", "scope": scope, "kind": "foo", "payload": 1})  # type: ignore[typeddict-item]  # must be an error
    memory.upsert_fact(scope, {"fact_id": "f", "fact_key": "k"})  # type: ignore[typeddict-item]  # must be an error
    memory.list_facts(scope, {"status": ["Active"]})  # type: ignore[arg-type]  # must be an error
    memory.build_memory_packet({"scope": scope, "purpose": "debug"})  # type: ignore[typeddict-item]  # must be an error
    memory.list_facts(scope)[0]["valeu"]  # type: ignore[typeddict-item]  # must be an error


def asynchronous_configuration(transport: Transport) -> List[AsyncEngramClient]:
    return [
        AsyncEngramClient(),
        AsyncEngramClient(api_key="k", base_url="http://127.0.0.1:8377", timeout_seconds=1, max_concurrency=8),
        AsyncEngramClient(api_key="k", transport=transport, hooks=[stamp], deadline_seconds=None),
        AsyncEngramClient.local(),
        AsyncEngramClient.local("engram.db", max_concurrency=2).with_options(deadline_seconds=None, timeout_seconds=2),
    ]


async def asynchronous_memories(client: AsyncEngramClient) -> None:
    stored: StoreMemoryResult = await client.store_memory("text", "bucket", dedup="strict")
    ids: List[str] = [one["id"] for one in (await client.store_memories(["a", "b"], "bucket"))["memories"]]
    outcomes: List[StoreOutcome] = await client.store_many((str(n) for n in range(3)), on_progress=progress)
    page: ListMemoriesResult = await client.list_memories("bucket", limit=1, offset=2, deadline_seconds=1)
    every: List[types.Memory] = [memory async for memory in client.iter_memories("bucket", page_size=3)]
    content: str = (await client.get_memory(ids[0], "bucket"))["content"]
    version: Optional[int] = (await client.update_memory(ids[0], "new", "bucket", if_version=1)).get("version")
    await client.delete_memory(ids[0], "bucket")
    cleared: int = (await client.clear_memories("bucket"))["cleared_count"]
    bucket: Bucket = await client.create_bucket("name", description=None)
    buckets: List[Bucket] = await client.list_buckets()
    profile: ProfileResult = await client.get_profile("name")
    text: Optional[str] = (await client.regenerate_profile())["profile"]
    await client.delete_bucket("name")
    use(stored, outcomes, page, every, content, version, cleared, bucket, buckets, profile, text)


async def asynchronous_queries(client: AsyncEngramClient) -> None:
    result: QueryResult = await client.query("question", buckets=["a"], top_k=3, return_format="json")
    one, other = await asyncio.gather(client.query("question"), client.list_buckets())
    answer: str = one["answer"]
    name: str = other[0]["name"]
    task: "asyncio.Task[QueryResult]" = asyncio.create_task(client.query("question"))
    limited: QueryResult = await asyncio.wait_for(client.query("question"), 1.0)
    async for event in await client.query_stream("question"):
        narrowing(event)
    async with await client.query_stream("question", top_k=3) as stream:
        opened: AsyncQueryStream = stream
        last: QueryStreamEvent = await opened.__anext__()
        await opened.aclose()
    use(result, answer, name, await task, limited, last)


async def asynchronous_raw(client: AsyncEngramClient) -> None:
    response: RawResponse[List[Bucket]] = await client.with_raw_response.list_buckets()
    streamed: RawResponse[AsyncQueryStream] = await client.with_raw_response.query_stream("question")
    async for event in streamed.data:
        narrowing(event)
    async with client as same:
        again: AsyncEngramClient = same
        await again.aclose()
    hooks: Sequence[Hook] = client.hooks
    use(response.request_id, response.data[0]["name"], streamed.status, hooks)


async def asynchronous_must_be_errors(client: AsyncEngramClient) -> None:
    AsyncEngramClient(api_key=1)  # type: ignore[arg-type]  # must be an error
    AsyncEngramClient(timeout=3)  # type: ignore[call-arg]  # must be an error
    AsyncEngramClient(max_concurrency="8")  # type: ignore[arg-type]  # must be an error
    await client.store_memory(b"text")  # type: ignore[arg-type]  # must be an error
    await client.store_memory("text", dedup="sometimes")  # type: ignore[arg-type]  # must be an error
    await client.clear_memories()  # type: ignore[call-arg]  # must be an error
    client.query("question")["answer"]  # type: ignore[index]  # must be an error
    (await client.query("question"))["memories_found"].lower()  # type: ignore[attr-defined]  # must be an error
    client.with_options(timeout=3)  # type: ignore[call-arg]  # must be an error
    await client.with_raw_response.store_memory(1)  # type: ignore[arg-type]  # must be an error
    await client.iter_memories("bucket")  # type: ignore[misc]  # must be an error
    async for _ in client.query_stream("question"):  # type: ignore[attr-defined]  # must be an error
        pass
    with client:  # type: ignore[attr-defined]  # must be an error
        pass


def errors(client: EngramClient) -> str:
    try:
        client.store_memory("text")
    except RateLimitError as error:
        return f"{error.status} {error.attempts} {error.code} {error.request_id or ''} {error.outcome}"
    except StreamInterruptedError as error:
        return error.text
    except ConfigurationError as error:
        value_error: ValueError = error
        return str(value_error)
    except EngramError as error:
        return "may have happened" if error.outcome == "unknown" else "did not happen"
    return ""


def must_be_errors(client: EngramClient, event: QueryStreamEvent) -> None:
    EngramClient(api_key=1)  # type: ignore[arg-type]  # must be an error
    EngramClient(api_key="k", hooks=[progress])  # type: ignore[list-item]  # must be an error
    client.store_memory(b"text")  # type: ignore[arg-type]  # must be an error
    client.store_memory("text", dedup="sometimes")  # type: ignore[arg-type]  # must be an error
    client.clear_memories()  # type: ignore[call-arg]  # must be an error
    client.delete_bucket()  # type: ignore[call-arg]  # must be an error
    client.query("question", return_format="yaml")  # type: ignore[arg-type]  # must be an error
    client.query("question")["anwser"]  # type: ignore[typeddict-item]  # must be an error
    client.query("question")["memories_found"].lower()  # type: ignore[attr-defined]  # must be an error
    client.with_options(timeout=3)  # type: ignore[call-arg]  # must be an error
    client.with_raw_response.store_memory(1)  # type: ignore[arg-type]  # must be an error
    client.with_raw_response.list_buckets().data["x"]  # type: ignore[call-overload]  # must be an error
    event["usage"]  # type: ignore[typeddict-item]  # must be an error
    event["content"]  # type: ignore[typeddict-item]  # must be an error
    if event["type"] == "done":
        event["content"]  # type: ignore[typeddict-item]  # must be an error
    use(event["type"] == "delat")  # type: ignore[comparison-overlap]  # must be an error
    hook: Hook = progress  # type: ignore[assignment]  # must be an error
    use(hook)

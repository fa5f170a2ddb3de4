"""Never run: shared engrams as type checkers see them. A line that must be an error has an ignore that proves it."""

from __future__ import annotations

from typing import List, Optional

from engram import EngramClient, EngramError
from engram.engrams import (
    Axon,
    Dendrite,
    Engram,
    EngramBinding,
    EngramTimeout,
    Hit,
    Imprint,
    ImprintReceipt,
    InMemoryEngram,
    MemorySynapse,
    PostgresEngram,
    Recall,
    RecallResult,
    RemoteEngram,
    Signal,
    SqliteEngram,
    TraceEnd,
)
from engram.types.wire import JsonObject, JsonValue


def use(*values: object) -> None:
    """Take what would else be unused."""


async def neuron(given: JsonObject, context: JsonObject, *, recall: Recall, imprint: Imprint) -> JsonObject:
    found: RecallResult = await recall("ctx", query={"text": given["question"], "top_k": 3}, filters={"tags": ["qa"]})
    best: Optional[Hit] = found.best
    answer: JsonValue = found.hits[0].entry["answer"]
    content: JsonValue = found.hits[0].content
    receipt: ImprintReceipt = await imprint("ctx", op="upsert", entry={"a": 1}, merge_key="k", await_ack=True)
    receipts: List[ImprintReceipt] = await imprint("ctx", op="add", entry={}, await_ack=True, broadcast=True)
    await imprint("ctx", op="append", entry={"a": 1}, ttl_s=60, idempotency_key="once")
    use(best, answer, content, receipt.ok, receipts)
    return {"answer": 42}


def plain(given: JsonObject, context: JsonObject) -> str:
    return "done"


async def wiring(client: EngramClient) -> None:
    synapse = MemorySynapse()
    await synapse.connect()
    host = Dendrite(synapse=synapse, namespace="demo", dendrite_id="engram-host", role="worker")
    host.attach_engram(InMemoryEngram(engram_id="a", engram_kind="context"))
    host.attach_engram(SqliteEngram(engram_id="b", path="./engram.db"))
    host.attach_engram(PostgresEngram(engram_id="c", dsn="postgresql://localhost/cosmo"))
    host.attach_engram(RemoteEngram(engram_id="d", client=client))
    host.attach_engram(Engram.serve(engram_id="e"))
    bindings = [EngramBinding(name="ctx", engram_id="a"), EngramBinding("other", directed_type="context")]
    host.attach_axon(Axon(neuron_id="n", neuron_fn=neuron, capabilities=["research"], engrams=bindings))
    host.attach_axon(Axon("p", plain))
    async with host as same:
        reply: Signal = await same.dispatch_and_wait(neuron="n", input={"question": "Why?"}, timeout_s=5.0)
        output: JsonValue = reply.payload["output"]
        ended: TraceEnd = await same.stop_trace(reply.trace_id, rollback=True)
        use(output, ended.conflicts[0]["version"])


async def calls(dendrite: Dendrite) -> None:
    found = await dendrite.recall(engram_kind="context", query={}, recall_mode="all", deadline_ms=300)
    ids = [hit.id for hit in found] + [hit.engram_id async for hit in found]
    late: bool = found.partial and "C" in found.timed_out
    code: str = found.errors["B"].code
    receipt: ImprintReceipt = await dendrite.imprint(engram_id="a", op="add", entry={}, await_ack=True)
    version: Optional[int] = receipt.version
    use(ids, late, code, version)


def errors(error: EngramTimeout) -> str:
    base: EngramError = error
    return f"{base.code} {error.engram_ids}"


async def must_be_errors(dendrite: Dendrite, recall: Recall, imprint: Imprint) -> None:
    EngramBinding(name="ctx", engram_id="a", default_recall_mode="best")  # type: ignore[arg-type]  # must be an error
    SqliteEngram(engram_id="a", paths="x")  # type: ignore[call-arg]  # must be an error
    await recall("ctx")  # type: ignore[call-arg]  # must be an error
    await recall("ctx", query={}, deadline="1")  # type: ignore[call-arg]  # must be an error
    await imprint("ctx", op="replace", entry={})  # type: ignore[call-overload]  # must be an error
    (await imprint("ctx", op="add", entry={})).ok  # type: ignore[attr-defined,func-returns-value]  # must be an error
    (await dendrite.imprint(engram_id="a", op="add", entry={}, await_ack=True)).okay  # type: ignore[attr-defined]  # must be an error
    await dendrite.recall(query={}, recall_mode="best")  # type: ignore[arg-type]  # must be an error

"""Neurons: what they are given, what becomes of what they return or raise, and when their calls are cancelled."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import AsyncIterator, Callable, Dict, List, Sequence, Tuple

import pytest

from engram.engrams import (
    Axon,
    Dendrite,
    Engram,
    EngramArgumentError,
    EngramBinding,
    EngramCancelled,
    EngramTimeout,
    EngramUnavailable,
    Imprint,
    ImprintReceipt,
    MemorySynapse,
    Recall,
    RecallMode,
    Signal,
)
from engram.types.wire import JsonObject

from .support import FOR_EVER_MS, Log, elapsed_ms, entry, run, slow


@asynccontextmanager
async def working(
    neuron: Callable[..., object], bindings: Sequence[EngramBinding] = (), engrams: Sequence[Engram] = ()
) -> AsyncIterator[Dendrite]:
    """Have one Dendrite host engrams, another do tasks of `neuron`; yield one that dispatches."""
    synapse = MemorySynapse()
    await synapse.connect()
    host, worker, orchestrator = (Dendrite(synapse, "test", name) for name in ("host", "worker", "orchestrator"))
    for engram in engrams:
        host.attach_engram(engram)
    worker.attach_axon(Axon("neuron", neuron, capabilities=["tests"], engrams=bindings))
    async with host, worker, orchestrator:
        yield orchestrator


LOG = EngramBinding("log", engram_id="log")


def test_a_task_has_an_input_a_context_and_an_output() -> None:
    async def neuron(given: object, context: object) -> object:
        return {"given": given, "context": context, "pair": (1, 2)}

    async def scenario() -> None:
        async with working(neuron) as orchestrator:
            reply = await orchestrator.dispatch_and_wait(
                neuron="neuron", input={"question": "é\n"}, context={"depth": 1}, timeout_s=5.0
            )
            assert reply.type == "AGENT_OUTPUT"
            output: JsonObject = {"given": {"question": "é\n"}, "context": {"depth": 1}, "pair": [1, 2]}
            assert reply.payload == {"neuron_id": "neuron", "output": output}
            again = await orchestrator.dispatch_and_wait("neuron", None, trace_id=reply.trace_id)
            assert again.trace_id == reply.trace_id and again.parent_id != reply.parent_id
            assert again.payload["output"] == {"given": None, "context": {}, "pair": [1, 2]}

    run(scenario())


def _plain(given: object, context: object) -> List[str]:
    return []


async def _reader(given: object, context: object, recall: object) -> List[str]:
    return ["recall"]


async def _writer(given: object, context: object, *, imprint: object) -> List[str]:
    return ["imprint"]


async def _anything(given: object, context: object, **helpers: object) -> List[str]:
    return sorted(helpers)


class _Callable:
    async def __call__(self, given: object, context: object, *, recall: object, imprint: object) -> List[str]:
        return ["both"]


@pytest.mark.parametrize(
    ("neuron", "given"),
    [
        (_plain, []),
        (_reader, ["recall"]),
        (_writer, ["imprint"]),
        (_anything, ["imprint", "recall"]),
        (_Callable(), ["both"]),
    ],
)
def test_a_neuron_gets_the_helpers_that_it_names(neuron: Callable[..., object], given: List[str]) -> None:
    async def scenario() -> None:
        async with working(neuron) as orchestrator:
            assert (await orchestrator.dispatch_and_wait("neuron", {})).payload["output"] == given

    run(scenario())


def test_a_call_of_a_neuron_belongs_to_its_task() -> None:
    async def neuron(given: object, context: object, *, imprint: Imprint) -> bool:
        receipt = await imprint("log", op="add", entry={"text": "a"}, await_ack=True)
        return receipt.ok

    async def scenario() -> None:
        log = Log()
        async with working(neuron, [LOG], [log.engram]) as orchestrator:
            reply = await orchestrator.dispatch_and_wait("neuron", {})
            assert reply.payload["output"] is True
            assert (log.metas[0]["trace_id"], log.metas[0]["author"]) == (reply.trace_id, "neuron")

    run(scenario())


def test_the_binding_says_the_mode_and_the_deadline() -> None:
    async def neuron(given: object, context: object, *, recall: Recall, imprint: Imprint) -> object:
        both = await recall("all", query={})
        one = await recall("all", query={}, recall_mode="first")
        with pytest.raises(EngramTimeout, match="within 100 ms"):
            await recall("dead", query={})
        began = elapsed_ms()
        with pytest.raises(EngramTimeout, match="within 100 ms"):
            await imprint("dead", op="add", entry={}, await_ack=True)
        assert elapsed_ms() == began + 100
        with pytest.raises(EngramTimeout, match="within 30 ms"):
            await imprint("dead", op="add", entry={}, await_ack=True, deadline_ms=30)
        return [len(both), len(one)]

    async def scenario() -> None:
        bindings = [
            EngramBinding("all", engram_kind="k", default_recall_mode="all"),
            EngramBinding("dead", engram_id="dead", default_deadline_ms=100),
        ]
        engrams = [slow("A", 1, entry("a"), kind="k"), slow("B", 2, entry("b"), kind="k"), slow("dead", FOR_EVER_MS)]
        async with working(neuron, bindings, engrams) as orchestrator:
            reply = await orchestrator.dispatch_and_wait("neuron", {})
            assert reply.payload.get("output") == [2, 1], reply.payload

    run(scenario())


def test_a_broadcast_of_a_neuron_returns_all_receipts() -> None:
    async def neuron(given: object, context: object, *, imprint: Imprint) -> object:
        receipts = await imprint("all", op="add", entry={}, await_ack=True, broadcast=True)
        nothing: List[ImprintReceipt] = []
        assert receipts != nothing
        return [receipt.engram_id for receipt in receipts]

    async def scenario() -> None:
        engrams = [slow("A", 1, kind="k"), slow("B", 2, kind="k")]
        async with working(neuron, [EngramBinding("all", engram_kind="k")], engrams) as orchestrator:
            assert (await orchestrator.dispatch_and_wait("neuron", {})).payload["output"] == ["A", "B"]

    run(scenario())


def test_a_name_that_is_not_bound_ends_the_task_and_nothing_else() -> None:
    async def neuron(given: object, context: object, *, recall: Recall) -> None:
        await recall("cxt", query={})

    async def scenario() -> None:
        bindings = [EngramBinding("ctx", engram_id="ctx"), LOG]
        async with working(neuron, bindings) as orchestrator:
            for _ in range(2):
                reply = await orchestrator.dispatch_and_wait("neuron", {})
                assert reply.type == "ERROR"
                assert reply.payload == {
                    "neuron_id": "neuron",
                    "code": "NEURON_EXCEPTION",
                    "message": "neuron 'neuron' has no engram bound as 'cxt'; its bindings: 'ctx', 'log'",
                    "recoverable": False,
                }

    run(scenario())


async def _raises(given: object, context: object) -> None:
    raise KeyError("question")


async def _raises_nothing_to_read(given: object, context: object) -> None:
    raise RuntimeError


async def _is_late(given: object, context: object, *, recall: Recall) -> None:
    await recall("gone", query={})


async def _no_json(given: object, context: object) -> object:
    return {1, 2}


def _takes_nothing() -> None:
    pass


async def _cannot_reach(given: object, context: object, *, imprint: Imprint) -> None:
    (await imprint("away", op="add", entry={}, await_ack=True)).raise_for_error()


def _away(op: str, entry: object) -> ImprintReceipt:
    return ImprintReceipt("away", op, error="the connection failed", error_code="unavailable")


@pytest.mark.parametrize(
    ("neuron", "message", "recoverable"),
    [
        (_raises, "'question'", False),
        (_raises_nothing_to_read, "RuntimeError", False),
        (_is_late, "there is no engram 'gone'", True),
        (_cannot_reach, "away: the connection failed", True),
        (_no_json, "what neuron 'neuron' returned: the arguments cannot be sent as JSON", False),
        (_takes_nothing, "_takes_nothing() takes 0 positional arguments", False),
    ],
)
def test_what_a_neuron_raises_is_an_error_reply(
    neuron: Callable[..., object], message: str, recoverable: bool
) -> None:
    async def scenario() -> None:
        away = Engram.serve(engram_id="away")
        away.on_imprint(_away)
        bindings = [EngramBinding(name, engram_id=name) for name in ("gone", "away")]
        async with working(neuron, bindings, [away]) as orchestrator:
            reply = await orchestrator.dispatch_and_wait("neuron", {}, timeout_s=1)
            assert (reply.type, reply.payload["code"]) == ("ERROR", "NEURON_EXCEPTION")
            assert str(reply.payload["message"]).startswith(message)
            assert reply.payload["recoverable"] is recoverable

    run(scenario())


def test_nobody_to_do_it_and_too_late() -> None:
    async def neuron(given: object, context: object) -> None:
        await asyncio.sleep(60)

    async def scenario() -> None:
        async with working(neuron) as orchestrator:
            with pytest.raises(EngramUnavailable, match="no neuron 'nobody'; there are: neuron"):
                await orchestrator.dispatch_and_wait("nobody", {}, timeout_s=1)
            with pytest.raises(EngramTimeout, match="neuron 'neuron' was not done within 2 s"):
                await orchestrator.dispatch_and_wait("neuron", {}, timeout_s=2)
            assert elapsed_ms() == 2_000
            # Without a time it takes as long as it takes.
            assert (await orchestrator.dispatch_and_wait("neuron", {})).type == "AGENT_OUTPUT"
            with pytest.raises(EngramArgumentError, match="input: the arguments"):
                await orchestrator.dispatch_and_wait("neuron", {"x": object()})

    run(scenario())


End = Callable[[Dendrite, str], "asyncio.Future[object]"]


def _finish(dendrite: Dendrite, trace_id: str) -> "asyncio.Future[object]":
    return asyncio.ensure_future(dendrite.finish(trace_id))


def _stop(dendrite: Dendrite, trace_id: str) -> "asyncio.Future[object]":
    return asyncio.ensure_future(dendrite.stop_trace(trace_id))


def _fail(dendrite: Dendrite, trace_id: str) -> "asyncio.Future[object]":
    return asyncio.ensure_future(dendrite.dispatch_and_wait("failing", {}, trace_id=trace_id))


def _close(dendrite: Dendrite, trace_id: str) -> "asyncio.Future[object]":
    return asyncio.ensure_future(dendrite.stop())


@asynccontextmanager
async def _waiting_for_ever() -> AsyncIterator[Tuple[Dendrite, Dendrite]]:
    synapse = MemorySynapse()
    await synapse.connect()
    host, asker = Dendrite(synapse, "test", "host"), Dendrite(synapse, "test", "asker")
    host.attach_engram(slow("A", FOR_EVER_MS))
    host.attach_axon(Axon("failing", _raises))
    async with host, asker:
        yield host, asker


@pytest.mark.parametrize(
    ("end", "words"), [(_finish, "FINAL"), (_stop, "STOP"), (_fail, "ERROR"), (_close, "Dendrite 'asker' stopped")]
)
def test_a_call_ends_with_its_trace(end: End, words: str) -> None:
    async def scenario() -> None:
        async with _waiting_for_ever() as (host, asker):
            trace = asker.new_trace()
            mine = asyncio.ensure_future(asker.recall(engram_id="A", query={}, trace_id=trace))
            writing = asyncio.ensure_future(
                asker.imprint(engram_id="A", op="add", entry={}, await_ack=True, trace_id=trace, deadline_ms=9)
            )
            other = asyncio.ensure_future(host.recall(engram_id="A", query={}, deadline_ms=40))
            await asyncio.sleep(0.005)
            ended = end(asker, trace)
            for call in (mine, writing):
                with pytest.raises(EngramCancelled, match=words):
                    await call
            assert elapsed_ms() == 5
            # Another trace goes on, here to its deadline.
            with pytest.raises(EngramTimeout):
                await other
            await ended

    run(scenario())


def test_a_task_ends_with_its_trace_and_is_not_answered() -> None:
    seen: List[str] = []

    async def neuron(given: object, context: object) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    async def scenario() -> None:
        async with working(neuron) as orchestrator:
            trace = orchestrator.new_trace()
            task = asyncio.ensure_future(orchestrator.dispatch_and_wait("neuron", {}, trace_id=trace))
            await asyncio.sleep(0.005)
            ended = await orchestrator.stop_trace(trace)
            with pytest.raises(EngramCancelled, match="STOP"):
                await task
            assert (ended.trace_id, ended.restored, ended.timed_out, ended.errors) == (trace, (), (), {})
            assert seen == ["cancelled"] and elapsed_ms() == 5

    run(scenario())


def test_a_task_does_not_end_with_another_of_its_trace() -> None:
    async def neuron(given: object, context: object) -> str:
        await asyncio.sleep(0.05)
        return "done"

    async def scenario() -> None:
        async with _waiting_for_ever() as (host, asker):
            host.attach_axon(Axon("neuron", neuron))
            trace = asker.new_trace()
            task = asyncio.ensure_future(asker.dispatch_and_wait("neuron", {}, trace_id=trace))
            await asyncio.sleep(0.005)
            assert (await asker.dispatch_and_wait("failing", {}, trace_id=trace)).type == "ERROR"
            assert (await task).payload["output"] == "done"

    run(scenario())


def test_a_worker_that_stops_says_so() -> None:
    async def neuron(given: object, context: object) -> None:
        await asyncio.sleep(60)

    async def scenario() -> None:
        synapse = MemorySynapse()
        await synapse.connect()
        worker, orchestrator = Dendrite(synapse), Dendrite(synapse)
        worker.attach_axon(Axon("neuron", neuron))
        async with orchestrator:
            await worker.start()
            task = asyncio.ensure_future(orchestrator.dispatch_and_wait("neuron", {}))
            await asyncio.sleep(0.005)
            await worker.stop()
            reply: Signal = await task
            assert (reply.type, reply.payload["code"]) == ("ERROR", "NEURON_CANCELLED")
            assert reply.payload["recoverable"] is True

    run(scenario())


def test_what_a_neuron_is_given_is_its_own() -> None:
    async def neuron(given: Dict[str, object], context: object) -> None:
        given["changed"] = True

    async def scenario() -> None:
        async with working(neuron) as orchestrator:
            given: Dict[str, object] = {}
            await orchestrator.dispatch_and_wait("neuron", given)
            assert given == {}

    run(scenario())


@pytest.mark.parametrize("mode", ["first", "merge", "all"])
def test_the_modes_of_bindings(mode: RecallMode) -> None:
    assert EngramBinding("x", "x", default_recall_mode=mode).default_recall_mode == mode

"""Writes over the synapse: awaited or not, to one or to many, in order, and what is told of those that fail."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import List

import pytest

from engram.engrams import (
    Dendrite,
    Engram,
    EngramArgumentError,
    EngramRefused,
    EngramTimeout,
    EngramUnavailable,
    ImprintReceipt,
    MemorySynapse,
)
from engram.types.wire import JsonObject

from .support import FOR_EVER_MS, Log, elapsed_ms, hosted, run, slow


def test_an_awaited_write_returns_its_receipt() -> None:
    async def scenario() -> None:
        async with hosted(slow("A", 10)) as (_, asker):
            receipt = await asker.imprint(engram_id="A", op="add", entry={"x": 1}, await_ack=True)
            assert receipt == ImprintReceipt("A", "add", "A-1", took_ms=10.0) and receipt.ok
            receipt.raise_for_error()

    run(scenario())


def test_a_write_that_nobody_waits_for_returns_nothing_and_at_once() -> None:
    async def scenario() -> None:
        log = Log()
        async with hosted(log.engram) as (_, asker):
            assert await asker.imprint(engram_id="log", op="add", entry={"text": "a", "takes_ms": 50}) is None  # type: ignore[func-returns-value]  # that it returns nothing is tested
            assert elapsed_ms() == 0 and log.seen == []
        # It is waited for before the host is closed.
        assert log.seen == ["imprint a"] and elapsed_ms() == 50

    run(scenario())


def test_who_writes_without_waiting_reads_it_all_the_same() -> None:
    async def scenario() -> None:
        log = Log()
        async with hosted(log.engram) as (_, asker):
            for text, takes in (("a", 50), ("b", 20)):
                await asker.imprint(engram_id="log", op="append", entry={"text": text, "takes_ms": takes})
            await asker.recall(engram_id="log", query={"text": "c"})
            assert log.seen == ["imprint a", "imprint b", "recall c"]

    run(scenario())


def test_another_does_not_wait_for_these_writes() -> None:
    async def scenario() -> None:
        log = Log()
        async with hosted(log.engram) as (host, asker):
            await asker.imprint(engram_id="log", op="append", entry={"text": "a", "takes_ms": 50})
            await host.recall(engram_id="log", query={"text": "b"})
            assert log.seen == ["recall b"]

    run(scenario())


def test_awaited_writes_go_on_side_by_side() -> None:
    async def scenario() -> None:
        async with hosted(slow("A", 100)) as (_, asker):
            await asyncio.gather(
                *(asker.imprint(engram_id="A", op="append", entry={}, await_ack=True) for _ in range(10))
            )
            assert elapsed_ms() == 100

    run(scenario())


def test_a_failed_write_does_not_hold_up_the_next() -> None:
    async def scenario() -> None:
        log = Log()
        async with hosted(log.engram) as (_, asker):
            await asker.imprint(engram_id="log", op="append", entry={"text": "a", "fails": True})
            await asker.imprint(engram_id="log", op="append", entry={"text": "b", "takes_ms": FOR_EVER_MS}, deadline_ms=70)
            await asker.recall(engram_id="log", query={"text": "c"})
            assert log.seen == ["recall c"] and elapsed_ms() == 70

    run(scenario())


def test_the_deadline_of_an_awaited_write() -> None:
    async def scenario() -> None:
        async with hosted(slow("A", FOR_EVER_MS)) as (_, asker):
            with pytest.raises(EngramTimeout, match="no answer from 'A' within 100 ms"):
                await asker.imprint(engram_id="A", op="add", entry={}, await_ack=True, deadline_ms=100)
            assert elapsed_ms() == 100

    run(scenario())


def test_what_is_raised_comes_as_a_receipt() -> None:
    async def scenario() -> None:
        log = Log()
        async with hosted(log.engram) as (_, asker):
            receipt = await asker.imprint(
                engram_id="log", op="add", entry={"text": "a", "fails": True}, await_ack=True
            )
            assert (receipt.ok, receipt.error_code, receipt.error) == (False, "internal", "the disk is on fire")
            assert (receipt.engram_id, receipt.op) == ("log", "add")
            with pytest.raises(EngramRefused, match="log: the disk is on fire"):
                receipt.raise_for_error()

    run(scenario())


def test_failures_that_nobody_waited_for_are_counted_and_told(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        told: List[ImprintReceipt] = []
        log, synapse = Log(), MemorySynapse()
        await synapse.connect()
        asker = Dendrite(synapse, on_failed_imprint=told.append)
        asker.attach_engram(log.engram)
        asker.attach_engram(slow("slow", FOR_EVER_MS))
        async with asker:
            await asker.imprint(engram_id="log", op="add", entry={"text": "a", "fails": True})
            await asker.imprint(engram_id="log", op="add", entry={"text": "b"})
            await asker.imprint(engram_id="slow", op="add", entry={}, deadline_ms=10)
            # Whoever waits for nothing wants it done all the same.
            await asker.imprint(engram_id="log", op="add", entry={"text": "c", "takes_ms": 30}, deadline_ms=0)
            await asyncio.sleep(1)
            assert log.seen == ["imprint b", "imprint c"]
            assert asker.failed_imprints == 2
        assert [(one.engram_id, one.error_code) for one in told] == [("log", "internal"), ("slow", "timeout")]

    run(scenario())
    assert [record.getMessage() for record in caplog.records] == [
        "imprint add to log failed: the disk is on fire",
        "imprint add to slow failed: no answer from 'slow' within 10 ms",
    ]


def test_a_failure_is_told_although_the_trace_has_ended() -> None:
    async def scenario() -> None:
        told: List[ImprintReceipt] = []
        synapse = MemorySynapse()
        await synapse.connect()
        log = Log()
        async with Dendrite(synapse, on_failed_imprint=told.append) as asker:
            asker.attach_engram(log.engram)
            trace, entry = asker.new_trace(), {"text": "a", "takes_ms": 30, "fails": True}
            await asker.imprint(engram_id="log", op="add", entry=entry, trace_id=trace)
            await asyncio.sleep(0.005)
            await asker.finish(trace)
            # What was begun is waited for before a trace is closed.
            assert elapsed_ms() == 30
        assert [one.error for one in told] == ["the disk is on fire"]

    run(scenario())


def test_a_failure_is_told_although_the_dendrite_stops_at_once() -> None:
    async def scenario() -> None:
        told: List[ImprintReceipt] = []
        synapse = MemorySynapse()
        await synapse.connect()
        log, late = Log(), slow("late", FOR_EVER_MS)
        async with Dendrite(synapse, on_failed_imprint=told.append) as asker:
            asker.attach_engram(log.engram)
            asker.attach_engram(late)
            await asker.imprint(engram_id="log", op="add", entry={"text": "a", "takes_ms": 30, "fails": True})
            await asker.imprint(engram_id="late", op="add", entry={}, deadline_ms=50)
        assert [one.error_code for one in told] == ["internal", "timeout"]
        assert asker.failed_imprints == 2 and elapsed_ms() == 50

    run(scenario())


def test_what_the_hook_raises_is_told_to_the_loop_and_stops_nothing() -> None:
    async def scenario() -> None:
        asked: List[str] = []
        complaints: List[str] = []

        def hook(receipt: ImprintReceipt) -> None:
            asked.append(receipt.engram_id)
            raise OSError(f"no room to note {receipt.engram_id}")

        asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(str(told["exception"])))
        synapse = MemorySynapse()
        await synapse.connect()
        async with Dendrite(synapse, on_failed_imprint=hook) as asker:
            for name in ("one", "two"):
                log = Log(name)
                log.engram.engram_kind = "k"
                asker.attach_engram(log.engram)
            await asker.imprint(engram_kind="k", op="add", entry={"text": "a", "fails": True}, broadcast=True)
        assert asked == ["one", "two"] and asker.failed_imprints == 2
        assert complaints == ["no room to note one", "no room to note two"]

    run(scenario())


def test_several_of_a_kind_are_written_to_only_when_that_is_said() -> None:
    async def scenario() -> None:
        logs = [Log("one"), Log("two")]
        engrams: List[Engram] = []
        for log in logs:
            log.engram.engram_kind = "k"
            engrams.append(log.engram)
        async with hosted(*engrams) as (_, asker):
            for awaited in (True, False):
                with pytest.raises(EngramArgumentError, match="'one', 'two'; broadcast=True") as caught:
                    await asker.imprint(engram_kind="k", op="add", entry={"text": "a"}, await_ack=awaited)
                assert caught.value.code == "bad_request"
            await asyncio.sleep(1)
            assert [log.seen for log in logs] == [[], []]
            receipts = await asker.imprint(
                engram_kind="k", op="add", entry={"text": "a"}, await_ack=True, broadcast=True
            )
            assert [(receipt.engram_id, receipt.ok) for receipt in receipts] == [("one", True), ("two", True)]
            await asker.imprint(engram_id="one", op="add", entry={"text": "b"}, await_ack=True)
            assert [log.seen for log in logs] == [["imprint a", "imprint b"], ["imprint a"]]

    run(scenario())


def test_of_a_broadcast_those_that_are_late_have_a_receipt_too() -> None:
    async def scenario() -> None:
        async with hosted(slow("A", 1, kind="k"), slow("B", FOR_EVER_MS, kind="k")) as (_, asker):
            one, other = await asker.imprint(
                engram_kind="k", op="add", entry={}, await_ack=True, broadcast=True, deadline_ms=80
            )
            assert one.ok and not other.ok
            assert (other.engram_id, other.error_code, elapsed_ms()) == ("B", "timeout", 80)

    run(scenario())


def test_what_happens_to_an_entry_after_the_call_changes_nothing() -> None:
    async def scenario() -> None:
        kept: List[JsonObject] = []
        engram = Engram.serve(engram_id="A")

        @engram.on_imprint
        def keep(op: str, entry: JsonObject) -> bool:
            kept.append(entry)
            return True

        async with hosted(engram) as (_, asker):
            entry = {"tags": ["a"]}
            await asker.imprint(engram_id="A", op="add", entry=entry)
            entry["tags"].append("b")
        assert kept == [{"tags": ["a"]}]

    run(scenario())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"op": "replace", "entry": {}}, "op: must be one of add, append"),
        ({"op": "merge", "entry": {}}, "merge needs a merge_key"),
        ({"op": "upsert", "entry": {}, "merge_key": ""}, "upsert needs a merge_key"),
        ({"op": "add", "entry": {}, "deadline_ms": -1}, "deadline_ms: must be"),
        ({"op": "add", "entry": {}, "deadline_ms": float("nan")}, "deadline_ms: must be"),
        ({"op": "add", "entry": {}, "deadline_ms": float("inf")}, "deadline_ms: must be"),
        ({"op": "add", "entry": {}, "deadline_ms": True}, "deadline_ms: must be"),
        ({"op": "add", "entry": {"x": {1, 2}}}, "entry: the arguments cannot be sent as JSON"),
        ({"op": "add", "entry": ["x"]}, "entry: must be an object, not list"),
        ({"op": "add", "entry": {}, "engram_id": None}, "addressed by engram_id or by engram_kind"),
    ],
)
def test_what_can_never_be_sent_is_refused_before(arguments: "dict[str, object]", words: str) -> None:
    async def scenario() -> None:
        log = Log()
        async with hosted(log.engram) as (_, asker):
            with pytest.raises(ValueError, match=words) as caught:
                await asker.imprint(**{"engram_id": "log", **arguments})  # type: ignore[call-overload]  # wrong on purpose
            assert isinstance(caught.value, EngramArgumentError) and caught.value.outcome == "not_sent"
            await asyncio.sleep(1)
            assert log.metas == []

    run(scenario())


def test_unknown_options_are_a_type_error() -> None:
    async def scenario() -> None:
        async with hosted(slow("A", 1)) as (_, asker):
            with pytest.raises(TypeError, match="tll_s"):
                await asker.imprint(engram_id="A", op="add", entry={}, tll_s=3)  # type: ignore[call-overload]  # misspelt
            with pytest.raises(TypeError, match="fliters"):
                await asker.recall(engram_id="A", query={}, fliters={})  # type: ignore[call-arg]  # misspelt

    run(scenario())


def test_a_host_that_closes_while_it_is_asked_says_so() -> None:
    async def scenario() -> None:
        synapse = MemorySynapse()
        await synapse.connect()
        host, asker = Dendrite(synapse), Dendrite(synapse)
        host.attach_engram(slow("A", FOR_EVER_MS))
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(asker)
            await host.start()
            asking = asyncio.ensure_future(asker.recall(engram_id="A", query={}))
            await asyncio.sleep(0.001)
            await host.stop()
            with pytest.raises(EngramUnavailable, match="A: it is closed"):
                await asking
            assert elapsed_ms() == 1

    run(scenario())

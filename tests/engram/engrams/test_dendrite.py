"""The life of a Dendrite: starting, attaching before and after, stopping; and the signals that it sends."""

from __future__ import annotations

import asyncio
import itertools
import re
from typing import List

import pytest

from engram.engrams import (
    Axon,
    Dendrite,
    EngramArgumentError,
    EngramUnavailable,
    MemorySynapse,
    ServedEngram,
    Signal,
)

from .support import Log, entry, hosted, run, slow


class _Unopenable(ServedEngram):
    async def open(self) -> None:
        raise EngramUnavailable(f"engram {self.engram_id!r} cannot be opened: no such disk")


class _Listener:
    def __init__(self) -> None:
        self.heard: List[Signal] = []

    def receive(self, signal: Signal) -> None:
        self.heard.append(signal)


def test_an_engram_that_cannot_be_opened_keeps_its_host_from_starting() -> None:
    async def scenario() -> None:
        synapse = MemorySynapse()
        await synapse.connect()
        host = Dendrite(synapse)
        host.attach_engram(slow("fine", 1))
        host.attach_engram(_Unopenable("broken"))
        with pytest.raises(EngramUnavailable, match="engram 'broken' cannot be opened: no such disk"):
            await host.start()
        assert synapse.engrams("default") == ()
        await host.stop()

    run(scenario())


def test_what_is_attached_later_is_there_at_once() -> None:
    async def neuron(given: object, context: object) -> str:
        return "done"

    async def scenario() -> None:
        async with hosted() as (host, asker):
            host.attach_engram(slow("late", 1, entry("a"), kind="k"))
            host.attach_axon(Axon("neuron", neuron))
            assert len(await asker.recall(engram_kind="k", query={})) == 1
            assert (await asker.dispatch_and_wait("neuron", {})).payload["output"] == "done"

    run(scenario())


def test_an_id_is_attached_once_in_a_namespace() -> None:
    async def scenario() -> None:
        async with hosted(slow("A", 1)) as (host, asker):
            for dendrite, words in ((host, "attached already"), (asker, "already served in namespace 'test'")):
                with pytest.raises(ValueError, match=words):
                    dendrite.attach_engram(slow("A", 1))
            host.attach_axon(Axon("N", print))
            for dendrite, words in ((host, "attached already"), (asker, "'N': already served")):
                with pytest.raises(EngramArgumentError, match=words):
                    dendrite.attach_axon(Axon("N", print))
            # What was refused was not half attached.
            with pytest.raises(EngramArgumentError, match="already served"):
                asker.attach_engram(slow("A", 1))

    run(scenario())


def test_two_hosts_of_one_id_cannot_both_start() -> None:
    async def scenario() -> None:
        synapse = MemorySynapse()
        await synapse.connect()
        one, other, log = Dendrite(synapse), Dendrite(synapse), Log("A")
        one.attach_engram(slow("A", 1))
        other.attach_engram(log.engram)
        other.attach_engram(slow("B", 1))
        async with one:
            with pytest.raises(EngramArgumentError, match="'A': already served"):
                await other.start()
            assert synapse.engrams("default") == ("A",)
            await one.recall(engram_id="A", query={"text": "a"})
            # Who could not start hears nothing.
            assert log.seen == []
        async with other:
            assert synapse.engrams("default") == ("A", "B")

    run(scenario())


def test_a_dendrite_starts_stops_and_starts_again() -> None:
    async def scenario() -> None:
        synapse = MemorySynapse()
        log = Log()
        dendrite = Dendrite(synapse, namespace="demo", dendrite_id="one", role="worker")
        assert repr(dendrite) == "<Dendrite 'one' in 'demo'>" and dendrite.role == "worker"
        dendrite.attach_engram(log.engram)
        with pytest.raises(EngramUnavailable, match="await synapse.connect"):
            await dendrite.start()
        await synapse.connect()
        for _ in range(2):
            with pytest.raises(EngramUnavailable, match="Dendrite 'one' was not started"):
                await dendrite.recall(engram_id="log", query={})
            await dendrite.start()
            await dendrite.start()
            await dendrite.recall(engram_id="log", query={"text": "a"})
            await dendrite.stop()
            await dendrite.stop()
        assert log.seen == ["recall a", "recall a"]

    run(scenario())


def test_a_synapse_that_was_closed_carries_nothing() -> None:
    async def scenario() -> None:
        synapse = MemorySynapse()
        await synapse.connect()
        async with Dendrite(synapse) as dendrite:
            dendrite.attach_engram(slow("A", 10))
            asking = asyncio.ensure_future(dendrite.recall(engram_id="A", query={}, deadline_ms=50))
            await asyncio.sleep(0.005)
            await synapse.close()
            with pytest.raises(EngramUnavailable, match="not connected"):
                await dendrite.recall(engram_id="A", query={})
            # The answer to what was asked before finds no way, and that harms nobody.
            with pytest.raises(Exception, match="no answer from 'A' within 50 ms"):
                await asking

    run(scenario())


def test_the_envelopes_of_a_call() -> None:
    async def scenario() -> None:
        numbers = itertools.count(1)
        synapse = MemorySynapse(clock=lambda: 1_767_225_600.25, ids=lambda prefix: f"{prefix}_{next(numbers)}")
        await synapse.connect()
        listener = _Listener()
        synapse.join("demo", listener)
        async with Dendrite(synapse, "demo", "one") as dendrite:
            dendrite.attach_engram(slow("A", 1, entry("a"), kind="k"))
            await dendrite.recall(
                engram_kind="k", query={"text": "x"}, filters={"tags": ["t"]}, context_ref="c", min_confidence=0.5,
                deadline_ms=9, meta={"turn": 3},
            )  # fmt: skip
            await dendrite.imprint(
                engram_id="A", op="upsert", entry={"x": 1}, merge_key="k", await_ack=True, trace_id="trc_mine"
            )
        asked, told, write, receipt = (signal.envelope() for signal in listener.heard)
        assert asked == {
            "v": 1,
            "id": "evt_2",
            "trace_id": "trc_1",
            "parent_id": None,
            "type": "RECALL",
            "directed": {"id": None, "type": "k", "capabilities": []},
            "ts": "2026-01-01T00:00:00.250Z",
            "payload": {
                "query": {"text": "x"},
                "recall_mode": "first",
                "filters": {"tags": ["t"]},
                "context_ref": "c",
                "deadline_ms": 9,
                "min_confidence": 0.5,
            },
            "meta": {"turn": 3, "sender": "one", "author": "one"},
        }
        assert (told["type"], told["parent_id"], told["trace_id"]) == ("RECALLED", "evt_2", "trc_1")
        assert told["payload"] == {
            "engram_id": "A",
            "hits": [{"id": "a", "entry": entry("a"), "score": 1.0}],
            "truncated": False,
            "took_ms": 1.0,
        }
        assert (write["type"], write["trace_id"]) == ("IMPRINT", "trc_mine")
        assert write["payload"] == {"op": "upsert", "entry": {"x": 1}, "merge_key": "k", "deadline_ms": 5_000}
        assert (receipt["type"], receipt["parent_id"]) == ("IMPRINTED", write["id"])
        assert receipt["payload"] == {"engram_id": "A", "op": "upsert", "id": "A-1", "took_ms": 1.0}

    run(scenario())


def test_the_envelopes_of_a_task_and_its_calls() -> None:
    async def neuron(given: object, context: object, **helpers: object) -> int:
        return 7

    async def scenario() -> None:
        synapse = MemorySynapse()
        await synapse.connect()
        listener = _Listener()
        synapse.join("demo", listener)
        async with Dendrite(synapse, "demo") as dendrite:
            dendrite.attach_axon(Axon("neuron", neuron))
            reply = await dendrite.dispatch_and_wait("neuron", {"a": 1})
            await dendrite.finish(reply.trace_id)
        task, output, final = listener.heard
        assert output is reply and output.parent_id == task.id
        assert (task.type, task.directed.id, task.payload) == ("TASK", "neuron", {"input": {"a": 1}, "context": {}})
        assert (final.type, final.trace_id) == ("FINAL", task.trace_id)
        assert re.fullmatch(r"evt_[0-9a-f]{32}", task.id) and re.fullmatch(r"trc_[0-9a-f]{32}", task.trace_id)

    run(scenario())

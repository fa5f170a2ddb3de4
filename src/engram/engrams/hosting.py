"""The engrams that one Dendrite hosts: each RECALL and IMPRINT that means one of them is answered, side by side.

What a sender wrote without waiting for the receipt is done before anything that the same sender asks of the same
engram afterwards, so it reads its own writes. An answer that would come after the caller's deadline is not given.
"""

from __future__ import annotations

import asyncio
from typing import Awaitable, Callable, Coroutine, Dict, List, Mapping, Optional, Set, Tuple, TypeVar, cast

from ..errors import EngramError
from ..types.wire import JsonObject, JsonValue
from .engram import Engram, Origin
from .errors import EngramTimeout
from .requests import seconds_of
from .results import Hit, ImprintReceipt, RecallResult, TraceEnd
from .signals import Signal, SignalType

T = TypeVar("T")

Reply = Callable[[SignalType, Signal, JsonObject], None]
"""Publishes a reply: its type, the signal that it answers, its payload."""

_MILLISECONDS = 1000.0

# Whose writes to which engram.
_Lane = Tuple[str, Optional[str]]


class Hosting:
    """Answers for engrams."""

    def __init__(self, reply: Reply) -> None:
        self.engrams: Dict[str, Engram] = {}
        self._reply = reply
        self._stopping = False
        self._recalls: Set["asyncio.Task[RecallResult]"] = set()
        #: The writes that go on, with their traces.
        self._writes: Dict["asyncio.Task[ImprintReceipt]", str] = {}
        self._ends: Set["asyncio.Task[TraceEnd]"] = set()
        #: The last write of each sender that it does not wait for itself.
        self._unwaited: Dict[_Lane, "asyncio.Task[ImprintReceipt]"] = {}

    async def open(self) -> None:
        """Open every engram.

        Raises:
            EngramUnavailable: one of them cannot be opened; those that were are closed again.
        """
        self._stopping, opened = False, False
        try:
            for engram in self.engrams.values():
                await engram.open()
            opened = True
        finally:
            if not opened:
                await self._close_all()

    async def close(self) -> None:
        """End what reads, wait for what writes, close every engram."""
        self._stopping = True
        for task in self._recalls:
            task.cancel()
        under_way: List[Awaitable[object]] = [*self._recalls, *self._writes, *self._ends]
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._close_all()

    async def _close_all(self) -> None:
        for engram in self.engrams.values():
            await engram.close()

    def receive(self, signal: Signal) -> None:
        """Begin to answer a signal."""
        if signal.type in ("FINAL", "STOP"):
            for engram in self.engrams.values():
                self._begin_end(engram, signal)
        elif signal.type in ("RECALL", "IMPRINT"):
            begin = self._begin_recall if signal.type == "RECALL" else self._begin_write
            for engram in self.engrams.values():
                if signal.directed.means(engram.engram_id, engram.engram_kind):
                    begin(engram, signal)

    # -- beginning

    def _begin_recall(self, engram: Engram, signal: Signal) -> None:
        began, before = _now(), self._unwaited.get(_lane(engram, signal))
        task = _within(seconds_of(signal.payload), _after(before, lambda: engram.answer(signal.payload)))
        self._recalls.add(task)

        def over(task: "asyncio.Task[RecallResult]") -> None:
            self._recalls.remove(task)
            self._tell("RECALLED", engram, signal, began, task, _recalled)

        task.add_done_callback(over)

    def _begin_write(self, engram: Engram, signal: Signal) -> None:
        began, lane = _now(), _lane(engram, signal)
        origin = Origin(signal.trace_id, _text(signal.meta.get("author")), signal.id)
        work = _after(self._unwaited.get(lane), lambda: engram.write(signal.payload, origin))
        task = _within(seconds_of(signal.payload), work)
        self._writes[task] = signal.trace_id
        if not signal.meta.get("await_ack"):
            self._unwaited[lane] = task

        def over(task: "asyncio.Task[ImprintReceipt]") -> None:
            del self._writes[task]
            if self._unwaited.get(lane) is task:
                del self._unwaited[lane]
            self._tell("IMPRINTED", engram, signal, began, task, ImprintReceipt.payload)

        task.add_done_callback(over)

    def _begin_end(self, engram: Engram, signal: Signal) -> None:
        began = _now()
        rollback = signal.type == "STOP" and signal.payload.get("rollback") is True
        writes = [task for task, trace_id in self._writes.items() if trace_id == signal.trace_id]

        async def end() -> TraceEnd:
            # What was begun may still be written, and would be missed.
            if writes:
                await asyncio.wait(writes)
            return await engram.end_trace(signal.trace_id, rollback=rollback)

        task = asyncio.get_running_loop().create_task(end())
        self._ends.add(task)

        def over(task: "asyncio.Task[TraceEnd]") -> None:
            self._ends.remove(task)
            self._tell("ENDED", engram, signal, began, task, _ended)

        task.add_done_callback(over)

    # -- telling

    def _tell(
        self,
        kind: SignalType,
        engram: Engram,
        signal: Signal,
        began: float,
        task: "asyncio.Task[T]",
        told: Callable[[T], Mapping[str, JsonValue]],
    ) -> None:
        took_ms = round((_now() - began) * _MILLISECONDS, 3)
        who: JsonObject = {"engram_id": engram.engram_id, "took_ms": took_ms}
        if "op" in signal.payload:
            who["op"] = signal.payload["op"]
        if task.cancelled():
            # Else it took too long, which the caller knows by itself.
            if self._stopping:
                self._reply(kind, signal, {**who, "error": "it is closed", "error_code": "unavailable"})
            return
        error = task.exception()
        if isinstance(error, EngramTimeout):
            return
        if error is not None:
            code = error.code if isinstance(error, EngramError) and error.code else "internal"
            words = str(error) or type(error).__name__
            self._reply(kind, signal, {**who, "error": words, "error_code": code})
        else:
            # Under the id by which it was asked, whatever a handler says of itself.
            self._reply(kind, signal, {**who, **told(task.result()), "engram_id": engram.engram_id})


def _now() -> float:
    return asyncio.get_running_loop().time()


def _lane(engram: Engram, signal: Signal) -> _Lane:
    return engram.engram_id, _text(signal.meta.get("sender"))


def _text(value: JsonValue) -> Optional[str]:
    return value if isinstance(value, str) else None


async def _after(before: "Optional[asyncio.Task[ImprintReceipt]]", work: Callable[[], Awaitable[T]]) -> T:
    if before is not None:
        await asyncio.wait({before})
    return await work()


def _within(seconds: float, work: "Coroutine[object, None, T]") -> "asyncio.Task[T]":
    """Return the task of some work, which is cancelled when its time is up."""
    loop = asyncio.get_running_loop()
    task: "asyncio.Task[T]" = loop.create_task(work)
    timer = loop.call_later(seconds, task.cancel)
    task.add_done_callback(lambda task: timer.cancel())
    return task


def _recalled(result: RecallResult) -> JsonObject:
    said: JsonObject = {"hits": [_sent(hit) for hit in result.hits], "truncated": result.truncated}
    return said if result.next is None else {**said, "next": result.next}


def _sent(hit: Hit) -> JsonObject:
    return {"id": hit.id, "entry": hit.entry, "score": hit.score}


def _ended(end: TraceEnd) -> JsonObject:
    return {"restored": [*map(_as_json, end.restored)], "conflicts": [*map(_as_json, end.conflicts)]}


def _as_json(one: object) -> JsonObject:
    return cast(JsonObject, one)

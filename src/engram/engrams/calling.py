"""The asking side of a Dendrite: sends a signal, waits for those who can answer, and makes one result of it."""

from __future__ import annotations

import asyncio
import logging
from typing import Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple, cast

from ..types import RestoredEntry, RollbackConflict
from ..types.wire import JsonObject, JsonValue
from .combine import Answer, Fanned, combined
from .errors import EngramArgumentError, EngramError, EngramTimeout, EngramUnavailable, refusal
from .requests import DEFAULT_DEADLINE_MS, Asked, RecallMode, in_sequence, top_k_of
from .results import Hit, ImprintReceipt, Receipts, RecallError, RecallResult, TraceEnd
from .signals import Directed, Signal, SignalType
from .synapse import MemorySynapse
from .waiting import Enough, Waiting

FailedImprint = Callable[[ImprintReceipt], None]
"""Is told of a write that failed and that nobody waited for."""

logger = logging.getLogger("engram")

_MILLISECONDS = 1000.0
_REPLIES = frozenset({"AGENT_OUTPUT", "ERROR", "RECALLED", "IMPRINTED", "ENDED"})
_ENDINGS = frozenset({"FINAL", "ERROR", "STOP"})


class Asking(NamedTuple):
    """On whose behalf a call is made."""

    trace_id: str
    author: str
    parent_id: Optional[str] = None
    meta: Mapping[str, JsonValue] = {}


class Replied(NamedTuple):
    """What came of a signal."""

    replies: Sequence[Signal]
    #: Who was asked and has not answered, in order.
    missing: Tuple[str, ...]
    took_ms: float


class Caller:
    """Sends and waits, for one Dendrite."""

    def __init__(
        self, synapse: MemorySynapse, namespace: str, dendrite_id: str, on_failed_imprint: Optional[FailedImprint]
    ) -> None:
        self._synapse = synapse
        self._namespace = namespace
        self._dendrite_id = dendrite_id
        self._on_failed_imprint = on_failed_imprint
        self._waiting: Dict[str, Waiting] = {}
        self._unwaited: Set["asyncio.Task[None]"] = set()
        #: How many writes failed that nobody waited for.
        self.failed_imprints = 0

    def receive(self, signal: Signal) -> None:
        """Hand a reply to whoever waits for it; end the calls of a trace that ended."""
        waiting = self._waiting.get(signal.parent_id or "")
        if waiting is not None and signal.type in _REPLIES:
            waiting.take(signal, _sender_of(signal))
        if signal.type in _ENDINGS:
            for one in self._waiting.values():
                if one.signal.trace_id == signal.trace_id and _ends(signal, one.signal):
                    one.cancel(f"the trace {signal.trace_id} ended ({signal.type})")

    def cancel(self) -> None:
        """End every call that somebody waits for with an `EngramCancelled`."""
        for waiting in self._waiting.values():
            if not _is_unwaited(waiting.signal):
                waiting.cancel(f"the Dendrite {self._dendrite_id!r} stopped")

    async def settle(self) -> None:
        """Wait until it is known what came of the writes that nobody waits for."""
        if self._unwaited:
            await asyncio.wait(self._unwaited)

    # -- engrams

    async def recall(self, directed: Directed, mode: RecallMode, asked: Asked, asking: Asking) -> RecallResult:
        """Ask every engram that an address means.

        Raises:
            EngramUnavailable: nobody serves the address, or who does cannot be reached.
            EngramTimeout: nobody answered by the deadline.
            EngramRefused: nobody gave hits, and somebody said why.
            EngramCancelled: the trace ended, or the Dendrite stopped.
        """
        targets = self._targets(directed)
        signal = self._signal("RECALL", asked.payload, asking, directed)
        enough: Enough = _is_well if mode == "first" else _never
        came = await self._ask(signal, targets, enough, asked.deadline_ms)
        answers = [_answer(reply.payload) for reply in came.replies if _is_well(reply)]
        errors = {_sender_of(reply): _error(reply.payload) for reply in came.replies if not _is_well(reply)}
        if not answers:
            raise _nothing(targets, errors, asked.deadline_ms)
        fanned, sequence = Fanned(answers, came.missing, errors), in_sequence(asked.payload)
        return combined(fanned, mode, top_k_of(asked.payload), came.took_ms, in_sequence=sequence)

    async def imprint(
        self, directed: Directed, asked: Asked, asking: Asking, *, broadcast: bool, await_ack: bool
    ) -> Receipts:
        """Have one engram write and return its receipt, or with `broadcast` each that is meant, for a list of them.

        Without `await_ack` nothing is waited for, so there is none: what fails is told to the hook.

        Raises:
            EngramArgumentError: several engrams are meant without `broadcast`.
            EngramUnavailable, EngramTimeout, EngramCancelled: as `recall`.
        """
        targets = self._targets(directed)
        if len(targets) > 1 and not broadcast:
            meant = ", ".join(map(repr, targets))
            raise EngramArgumentError(f"engrams {directed} are several: {meant}; broadcast=True writes to each")
        # Told to the host, which lets what is asked later wait for what nobody waits for.
        asking = asking._replace(meta={**asking.meta, "await_ack": await_ack})
        signal = self._signal("IMPRINT", asked.payload, asking, directed)
        waiting = self._send(signal, targets, _never)
        if await_ack:
            receipts = await self._receipts(waiting, targets, asked)
            return receipts if broadcast else receipts[0]
        # Who does not wait at all still wants to know.
        asked = asked._replace(deadline_ms=asked.deadline_ms or DEFAULT_DEADLINE_MS)
        task = asyncio.get_running_loop().create_task(self._watch(waiting, targets, asked))
        self._unwaited.add(task)
        task.add_done_callback(self._unwaited.discard)
        return None

    async def _receipts(self, waiting: Waiting, targets: Tuple[str, ...], asked: Asked) -> List[ImprintReceipt]:
        came = await self._replied(waiting, asked.deadline_ms)
        if not came.replies:
            raise EngramTimeout(_late(targets, asked.deadline_ms), targets)
        receipts = [ImprintReceipt.of(reply.payload) for reply in came.replies]
        op = str(asked.payload["op"])
        for engram_id in came.missing:
            late = _late((engram_id,), asked.deadline_ms)
            receipts.append(ImprintReceipt(engram_id, op, error=late, error_code="timeout"))
        return sorted(receipts, key=lambda receipt: receipt.engram_id)

    async def _watch(self, waiting: Waiting, targets: Tuple[str, ...], asked: Asked) -> None:
        op = str(asked.payload["op"])
        try:
            receipts = await self._receipts(waiting, targets, asked)
        except EngramTimeout as error:
            receipts = [ImprintReceipt(one, op, error=str(error), error_code=error.code) for one in targets]
        for receipt in receipts:
            if not receipt.ok:
                self.failed_imprints += 1
                logger.warning("imprint %s to %s failed: %s", receipt.op, receipt.engram_id, receipt.error)
                if self._on_failed_imprint is not None:
                    # What the hook raises is its loop's to tell.
                    asyncio.get_running_loop().call_soon(self._on_failed_imprint, receipt)

    # -- traces and tasks

    async def dispatch(self, neuron: str, payload: JsonObject, asking: Asking, seconds: Optional[float]) -> Signal:
        """Have a neuron do something; return its AGENT_OUTPUT or its ERROR.

        Raises:
            EngramUnavailable: there is no such neuron.
            EngramTimeout: it was not done in time.
            EngramCancelled: the trace ended, or the Dendrite stopped.
        """
        there = self._synapse.neurons(self._namespace)
        if neuron not in there:
            raise EngramUnavailable(f"there is no neuron {neuron!r}; there are: {', '.join(there) or 'none'}")
        signal = self._signal("TASK", payload, asking, Directed(neuron))
        came = await self._ask(signal, (neuron,), _never, None if seconds is None else seconds * _MILLISECONDS)
        if not came.replies:
            raise EngramTimeout(f"neuron {neuron!r} was not done within {seconds} s")
        return came.replies[0]

    async def end_trace(
        self, kind: SignalType, payload: JsonObject, asking: Asking, deadline_ms: float
    ) -> TraceEnd:
        """Tell everybody that a trace is over; return what became of its writes."""
        targets = self._synapse.engrams(self._namespace)
        came = await self._ask(self._signal(kind, payload, asking, Directed()), targets, _never, deadline_ms)
        restored: List[RestoredEntry] = []
        conflicts: List[RollbackConflict] = []
        for reply in came.replies:
            if _is_well(reply):
                restored += cast("List[RestoredEntry]", reply.payload["restored"])
                conflicts += cast("List[RollbackConflict]", reply.payload["conflicts"])
        errors = {_sender_of(reply): _error(reply.payload) for reply in came.replies if not _is_well(reply)}
        return TraceEnd(asking.trace_id, tuple(restored), tuple(conflicts), came.missing, errors)

    # -- sending and waiting

    def _targets(self, directed: Directed) -> Tuple[str, ...]:
        targets = self._synapse.engrams(self._namespace, directed)
        if not targets:
            there = ", ".join(map(repr, self._synapse.engrams(self._namespace))) or "none"
            raise EngramUnavailable(
                f"there is no engram {directed} in namespace {self._namespace!r}; there are: {there}"
            )
        return targets

    def _signal(self, kind: SignalType, payload: JsonObject, asking: Asking, directed: Directed) -> Signal:
        meta: JsonObject = {**asking.meta, "sender": self._dendrite_id, "author": asking.author}
        return self._synapse.signal(
            kind, payload, trace_id=asking.trace_id, directed=directed, parent_id=asking.parent_id, meta=meta
        )

    def _send(self, signal: Signal, targets: Tuple[str, ...], enough: Enough) -> Waiting:
        waiting = Waiting(signal, targets, enough)
        self._waiting[signal.id] = waiting
        try:
            self._synapse.publish(self._namespace, signal)
        except EngramError:
            del self._waiting[signal.id]
            raise
        return waiting

    async def _ask(
        self, signal: Signal, targets: Tuple[str, ...], enough: Enough, deadline_ms: Optional[float]
    ) -> Replied:
        return await self._replied(self._send(signal, targets, enough), deadline_ms)

    async def _replied(self, waiting: Waiting, deadline_ms: Optional[float]) -> Replied:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            await waiting.replied(None if deadline_ms is None else deadline_ms / _MILLISECONDS)
        finally:
            del self._waiting[waiting.signal.id]
        return Replied(waiting.replies, tuple(sorted(waiting.open)), (loop.time() - began) * _MILLISECONDS)


def _ends(ending: Signal, waited_for: Signal) -> bool:
    """Say whether the end of a trace ends a call of it."""
    if ending.id == waited_for.id or _is_unwaited(waited_for):
        return False
    # A task waits for its own end, and for that of no other part of its trace.
    return ending.type != "ERROR" or waited_for.type in ("RECALL", "IMPRINT")


def _is_unwaited(signal: Signal) -> bool:
    return signal.meta.get("await_ack") is False


def _sender_of(reply: Signal) -> str:
    return str(reply.payload.get("engram_id") or reply.payload.get("neuron_id") or "")


def _is_well(reply: Signal) -> bool:
    return reply.payload.get("error_code") is None and reply.payload.get("error") is None


def _never(reply: Signal) -> bool:
    return False


def _late(targets: Sequence[str], deadline_ms: float) -> str:
    return f"no answer from {', '.join(map(repr, targets))} within {deadline_ms:g} ms"


def _nothing(targets: Tuple[str, ...], errors: Mapping[str, RecallError], deadline_ms: float) -> EngramError:
    if not errors:
        return EngramTimeout(_late(targets, deadline_ms), targets)
    engram_id, error = next(iter(errors.items()))
    return refusal(engram_id, error.code, error.message)


def _answer(payload: JsonObject) -> Answer:
    engram_id, cursor = str(payload["engram_id"]), payload.get("next")
    hits = [
        Hit(str(one["id"]), cast(JsonObject, one["entry"]), cast(float, one["score"]), engram_id, (engram_id,))
        for one in cast("List[JsonObject]", payload["hits"])
    ]
    return Answer(engram_id, hits, payload["truncated"] is True, cursor if isinstance(cursor, str) else None)


def _error(payload: JsonObject) -> RecallError:
    return RecallError(str(payload.get("error_code") or "internal"), str(payload.get("error")))

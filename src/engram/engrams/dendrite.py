"""Dendrite: one participant on a synapse. It hosts engrams, does tasks, asks others, or all of these."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, List, Literal, Mapping, Optional, TypeVar, overload

from ..types.wire import JsonObject
from .axon import Axon
from .calling import Asking, Caller, FailedImprint
from .engram import Engram
from .errors import EngramArgumentError, EngramError, EngramUnavailable
from .hosting import Hosting
from .requests import DEFAULT_DEADLINE_MS, RecallMode, address, checked_mode, imprint_asked, recall_asked
from .results import ImprintReceipt, Receipts, RecallResult, TraceEnd
from .signals import Signal, SignalType, frozen, frozen_object, new_id
from .synapse import MemorySynapse
from .working import Working

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .requests import ImprintOp, ImprintOptions, RecallOptions

D = TypeVar("D", bound="Dendrite")


class Dendrite:
    """One participant of a namespace; others see what it hosts between `start` and `stop`.

    `role` says what it is there for, to whoever reads it. `on_failed_imprint` is told of each write that failed and
    that nobody waited for; `failed_imprints` counts them.

        async with Dendrite(synapse, namespace="demo", dendrite_id="engram-host") as host:
            host.attach_engram(InMemoryEngram(engram_id="ctx"))
    """

    def __init__(
        self,
        synapse: MemorySynapse,
        namespace: str = "default",
        dendrite_id: Optional[str] = None,
        role: str = "worker",
        *,
        on_failed_imprint: Optional[FailedImprint] = None,
    ) -> None:
        self.namespace = namespace
        self.dendrite_id = dendrite_id or new_id("dnd")
        self.role = role
        self._synapse = synapse
        self._started = False
        self._caller = Caller(synapse, namespace, self.dendrite_id, on_failed_imprint)
        self._hosting = Hosting(self._reply)
        self._working = Working(self._caller, self._reply)

    def __repr__(self) -> str:
        return f"<Dendrite {self.dendrite_id!r} in {self.namespace!r}>"

    @property
    def failed_imprints(self) -> int:
        """How many writes failed that nobody waited for."""
        return self._caller.failed_imprints

    # -- what it has

    def attach_engram(self, engram: Engram) -> None:
        """Host an engram, from now on or from the start. After the start it is opened by its first use.

        Raises:
            EngramArgumentError: its id is taken.
        """
        if engram.engram_id in self._hosting.engrams:
            raise EngramArgumentError(f"engram {engram.engram_id!r} is attached already")
        if self._started:
            self._synapse.register(self.namespace, engrams={engram.engram_id: engram.engram_kind})
        self._hosting.engrams[engram.engram_id] = engram

    def attach_axon(self, axon: Axon) -> None:
        """Do the tasks of a neuron, from now on or from the start.

        Raises:
            EngramArgumentError: its id is taken.
        """
        if axon.neuron_id in self._working.axons:
            raise EngramArgumentError(f"neuron {axon.neuron_id!r} is attached already")
        if self._started:
            self._synapse.register(self.namespace, neurons=(axon.neuron_id,))
        self._working.axons[axon.neuron_id] = axon

    # -- its life

    async def start(self) -> None:
        """Open the engrams, and let others see what is hosted here. Safe to call again.

        Raises:
            EngramUnavailable: an engram cannot be opened, or the synapse is not connected.
            EngramArgumentError: another Dendrite of the namespace hosts one of the same id.
        """
        if self._started:
            return
        await self._hosting.open()
        engrams = {one.engram_id: one.engram_kind for one in self._hosting.engrams.values()}
        try:
            self._synapse.join(self.namespace, self)
            self._synapse.register(self.namespace, engrams=engrams, neurons=self._working.axons)
        except EngramError:
            self._synapse.leave(self.namespace, self)
            await self._hosting.close()
            raise
        self._started = True

    async def stop(self) -> None:
        """End what waits and what reads, wait for what writes, close the engrams. Safe to call again.

        A write of its own that nobody waits for is waited for here, as long as its deadline says.
        """
        if not self._started:
            return
        self._started = False
        self._synapse.withdraw(self.namespace, engrams=self._hosting.engrams, neurons=self._working.axons)
        self._caller.cancel()
        await self._working.close()
        await self._caller.settle()
        await self._hosting.close()
        self._synapse.leave(self.namespace, self)

    async def __aenter__(self: D) -> D:
        await self.start()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.stop()

    # -- asking

    async def recall(
        self,
        *,
        query: Mapping[str, object],
        engram_id: Optional[str] = None,
        engram_kind: Optional[str] = None,
        recall_mode: RecallMode = "first",
        trace_id: Optional[str] = None,
        meta: Optional[Mapping[str, object]] = None,
        **options: "Unpack[RecallOptions]",
    ) -> RecallResult:
        """Read from the engram of an id, or from all of a kind at once.

        `first` returns the hits of whoever answers first. `merge` waits for all and makes one view of them, `all`
        returns every hit. Without a deadline answers are waited for 5 s.

            found = await dendrite.recall(engram_kind="context", query={"text": "launch"}, recall_mode="merge")

        Raises:
            EngramArgumentError: there is no address, no such mode, or something that is no JSON.
            EngramUnavailable: nobody serves the address, or who does cannot be reached.
            EngramTimeout: nobody answered by the deadline.
            EngramRefused: nobody gave hits, and somebody said why.
            EngramCancelled: the trace ended, or this Dendrite stopped.
        """
        directed = address(engram_id, engram_kind)
        mode = checked_mode(recall_mode)
        asked = recall_asked(query, mode, **options)
        return await self._caller.recall(directed, mode, asked, self._asking(trace_id, meta))

    @overload
    async def imprint(
        self,
        *,
        op: ImprintOp,
        entry: Mapping[str, object],
        engram_id: Optional[str] = None,
        engram_kind: Optional[str] = None,
        await_ack: Literal[False] = False,
        broadcast: bool = False,
        trace_id: Optional[str] = None,
        meta: Optional[Mapping[str, object]] = None,
        **options: "Unpack[ImprintOptions]",
    ) -> None: ...

    @overload
    async def imprint(
        self,
        *,
        op: ImprintOp,
        entry: Mapping[str, object],
        engram_id: Optional[str] = None,
        engram_kind: Optional[str] = None,
        await_ack: Literal[True],
        broadcast: Literal[False] = False,
        trace_id: Optional[str] = None,
        meta: Optional[Mapping[str, object]] = None,
        **options: "Unpack[ImprintOptions]",
    ) -> ImprintReceipt: ...

    @overload
    async def imprint(
        self,
        *,
        op: ImprintOp,
        entry: Mapping[str, object],
        engram_id: Optional[str] = None,
        engram_kind: Optional[str] = None,
        await_ack: Literal[True],
        broadcast: Literal[True],
        trace_id: Optional[str] = None,
        meta: Optional[Mapping[str, object]] = None,
        **options: "Unpack[ImprintOptions]",
    ) -> List[ImprintReceipt]: ...

    async def imprint(
        self,
        *,
        op: ImprintOp,
        entry: Mapping[str, object],
        engram_id: Optional[str] = None,
        engram_kind: Optional[str] = None,
        await_ack: bool = False,
        broadcast: bool = False,
        trace_id: Optional[str] = None,
        meta: Optional[Mapping[str, object]] = None,
        **options: "Unpack[ImprintOptions]",
    ) -> Receipts:
        """Write to the engram of an id, or to the one of a kind; with `broadcast` to each of a kind.

        With `await_ack` it returns the receipt, of a broadcast all of them. Without, it returns at once; whatever
        this Dendrite asks of the same engram later is done after it, and a failure is told to `on_failed_imprint`.

            receipt = await dendrite.imprint(
                engram_id="ctx", op="upsert", entry={"answer": 42}, merge_key="q:1", await_ack=True
            )
            receipt.raise_for_error()

        Raises:
            EngramArgumentError: as `recall`; or `merge` or `upsert` without a merge key; or several engrams of the
                kind and no `broadcast`.
            EngramUnavailable, EngramTimeout, EngramCancelled: as `recall`.
        """
        directed = address(engram_id, engram_kind)
        asked = imprint_asked(op, entry, **options)
        asking = self._asking(trace_id, meta)
        return await self._caller.imprint(directed, asked, asking, broadcast=broadcast, await_ack=await_ack)

    async def dispatch_and_wait(
        self,
        neuron: str,
        input: object,
        *,
        timeout_s: Optional[float] = None,
        context: Optional[Mapping[str, object]] = None,
        trace_id: Optional[str] = None,
    ) -> Signal:
        """Have a neuron do something; return its reply.

        That is an AGENT_OUTPUT, whose `payload["output"]` the neuron returned, or an ERROR with `code`, `message` and
        `recoverable`. The trace goes on: see `finish` and `stop_trace`.

            reply = await dendrite.dispatch_and_wait(neuron="researcher", input={"question": "Why?"}, timeout_s=5.0)

        Raises:
            EngramUnavailable: there is no such neuron.
            EngramTimeout: it was not done in time.
            EngramCancelled: the trace was ended, or this Dendrite stopped.
        """
        payload: JsonObject = {"input": frozen(input, "input"), "context": frozen_object(context or {}, "context")}
        return await self._caller.dispatch(neuron, payload, self._asking(trace_id, None), timeout_s)

    # -- traces

    def new_trace(self) -> str:
        """Return the id of a new trace, for calls and tasks that belong together."""
        return self._synapse.new_trace()

    async def finish(self, trace_id: str, *, deadline_ms: float = DEFAULT_DEADLINE_MS) -> TraceEnd:
        """End a trace well: its calls that still wait are cancelled, and its writes can no longer be taken back."""
        return await self._caller.end_trace("FINAL", {}, self._asking(trace_id, None), deadline_ms)

    async def stop_trace(
        self, trace_id: str, *, rollback: bool = False, deadline_ms: float = DEFAULT_DEADLINE_MS
    ) -> TraceEnd:
        """Break a trace off: its tasks and calls are cancelled; with `rollback` its writes are taken back.

        An entry that somebody else has written since stays as it is and is told as a conflict.
        """
        payload: JsonObject = {"rollback": rollback}
        return await self._caller.end_trace("STOP", payload, self._asking(trace_id, None), deadline_ms)

    # -- what the synapse calls

    def receive(self, signal: Signal) -> None:
        """Take a signal."""
        self._caller.receive(signal)
        self._hosting.receive(signal)
        self._working.receive(signal)

    def _reply(self, kind: SignalType, to: Signal, payload: JsonObject) -> None:
        meta: JsonObject = {"sender": self.dendrite_id, "role": self.role}
        reply = self._synapse.signal(kind, payload, trace_id=to.trace_id, parent_id=to.id, meta=meta)
        # Nobody hears it on a synapse that was closed meanwhile.
        with contextlib.suppress(EngramUnavailable):
            self._synapse.publish(self.namespace, reply)

    def _asking(self, trace_id: Optional[str], meta: Optional[Mapping[str, object]]) -> Asking:
        if not self._started:
            raise EngramUnavailable(f"the Dendrite {self.dendrite_id!r} was not started")
        return Asking(trace_id or self.new_trace(), self.dendrite_id, None, frozen_object(meta or {}, "meta"))

"""Engram: what a Dendrite hosts. Either the store of an Engram server (`stored`) or functions of yours, as here."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, Iterable, List, Mapping, NamedTuple, Optional, TypeVar, cast

from ..types.wire import JsonObject
from .errors import EngramArgumentError
from .guests import Guest, called, taken
from .requests import imprint_asked, recall_asked
from .results import Hit, ImprintReceipt, RecallResult, TraceEnd
from .signals import frozen_object

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .requests import ImprintOp, ImprintOptions, RecallOptions

G = TypeVar("G", bound=Guest)


class Origin(NamedTuple):
    """Whom a write comes from."""

    #: What the write is a part of; None for one that is part of nothing.
    trace_id: Optional[str] = None
    #: The neuron, or the Dendrite, that writes.
    author: Optional[str] = None
    #: The signal that asks for it. Taken twice, it is written once.
    signal_id: Optional[str] = None


class Engram(ABC):
    """Shared memory under an id, and maybe of a kind.

    `recall` and `imprint` ask it directly, without a Dendrite.
    """

    def __init__(self, engram_id: str, engram_kind: Optional[str] = None) -> None:
        if not engram_id:
            raise EngramArgumentError("engram_id: must not be empty")
        self.engram_id = engram_id
        self.engram_kind = engram_kind

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.engram_id!r} of kind {self.engram_kind!r}>"

    @staticmethod
    def serve(*, engram_id: str, engram_kind: Optional[str] = None) -> ServedEngram:
        """Return an engram that answers with functions of yours.

            notes = Engram.serve(engram_id="notes")

            @notes.on_recall
            async def search(query, **options):
                return [{"text": "found"}]
        """
        return ServedEngram(engram_id, engram_kind)

    async def recall(self, query: Mapping[str, object], **options: "Unpack[RecallOptions]") -> RecallResult:
        """Return what is found, best first.

        Raises:
            EngramRefused: the query says what nobody understands (`bad_query`), or the engram failed.
        """
        return await self.answer(recall_asked(query, "first", **options).payload)

    async def imprint(
        self,
        op: ImprintOp,
        entry: Mapping[str, object],
        *,
        trace_id: Optional[str] = None,
        author: Optional[str] = None,
        **options: "Unpack[ImprintOptions]",
    ) -> ImprintReceipt:
        """Write; return the receipt, which tells a refusal as well."""
        asked = imprint_asked(op, entry, **options)
        return await self.write(asked.payload, Origin(trace_id, author))

    # -- what hosts it calls

    async def open(self) -> None:
        """Make it ready to answer. Safe to call again.

        Raises:
            EngramUnavailable: it cannot be; the message names it.
        """

    async def close(self) -> None:
        """Release what is held; what is asked later opens it again. Safe to call again."""

    @abstractmethod
    async def answer(self, payload: JsonObject) -> RecallResult:
        """Answer the payload of a RECALL. Raise `EngramRefused` to refuse it."""

    @abstractmethod
    async def write(self, payload: JsonObject, origin: Origin) -> ImprintReceipt:
        """Carry out the payload of an IMPRINT."""

    async def end_trace(self, trace_id: str, *, rollback: bool) -> TraceEnd:
        """Keep the writes of a trace for good, or take them back."""
        return TraceEnd(trace_id)


class ServedEngram(Engram):
    """Answers with handlers: they are asked in order, and the first that returns anything but None has answered.

    A handler is a function, asynchronous or not, and takes of the options those that it names. What it raises is told
    to the caller as an error with the code `internal`.
    """

    def __init__(self, engram_id: str, engram_kind: Optional[str] = None) -> None:
        super().__init__(engram_id, engram_kind)
        self._on_recall: List[Guest] = []
        self._on_imprint: List[Guest] = []

    def on_recall(self, handler: G) -> G:
        """Add a handler `(query, **options)` that returns a `RecallResult`, or a list of `Hit`s or of entries."""
        self._on_recall.append(handler)
        return handler

    def on_imprint(self, handler: G) -> G:
        """Add a handler `(op, entry, **options)` that returns an `ImprintReceipt`, the id of the entry, or True."""
        self._on_imprint.append(handler)
        return handler

    async def answer(self, payload: JsonObject) -> RecallResult:
        """Ask the handlers."""
        options = {name: value for name, value in payload.items() if name != "query"}
        for handler in self._on_recall:
            found = await called(handler, payload["query"], **taken(handler, options))
            if found is not None:
                return self._result(found)
        return RecallResult([])

    async def write(self, payload: JsonObject, origin: Origin) -> ImprintReceipt:
        """Ask the handlers."""
        op = str(payload["op"])
        options = {name: value for name, value in payload.items() if name not in ("op", "entry")}
        options.update(trace_id=origin.trace_id, author=origin.author)
        for handler in self._on_imprint:
            done = await called(handler, op, payload["entry"], **taken(handler, options))
            if isinstance(done, ImprintReceipt):
                return done
            if done is not None:
                return self._receipt(op, done)
        return ImprintReceipt(self.engram_id, op, error="nobody takes this", error_code="bad_request")

    def _result(self, found: object) -> RecallResult:
        result = found if isinstance(found, RecallResult) else RecallResult([])
        return replace(result, hits=[_own(one) for one in cast("Iterable[object]", found)])

    def _receipt(self, op: str, done: object) -> ImprintReceipt:
        if done is False:
            return ImprintReceipt(self.engram_id, op, error="the handler says that it failed", error_code="internal")
        return ImprintReceipt(self.engram_id, op, None if done is True else str(done))


def _own(found: object) -> Hit:
    """Return a hit that shares nothing with the handler that found it."""
    entry = frozen_object(
        found.entry if isinstance(found, Hit) else cast("Mapping[str, object]", found), "what a handler found"
    )
    return replace(found, entry=entry) if isinstance(found, Hit) else Hit(str(entry.get("id", "")), entry)

"""The calls of shared engrams over any client, as blocking functions; `AsyncEngramVerbs` has the same to be awaited."""

from __future__ import annotations

from typing import Optional

from .. import calls_engrams as calls
from ..aio import AsyncFace, awaitable
from ..core import ClientCore
from ..transport.local import LocalTransport
from ..types import (
    EngramInfo,
    EntryHistory,
    ImprintBody,
    PurgeBody,
    Purged,
    RecallBody,
    Recalled,
    Receipt,
    RegisterEngramBody,
    TraceCommitted,
    TraceRolledBack,
)


class EngramVerbs:
    """What a server of Engram does for shared engrams."""

    def __init__(self, client: ClientCore) -> None:
        self._client = client

    def register(self, engram_id: str, body: RegisterEngramBody) -> EngramInfo:
        """Make an engram, if it is not there."""
        return self._client._call(calls.REGISTER_ENGRAM, {"engram_id": engram_id}, body=body)

    def info(self, engram_id: str) -> EngramInfo:
        """Return what an engram is and holds."""
        return self._client._call(calls.GET_ENGRAM, {"engram_id": engram_id})

    def recall(self, engram_id: str, body: RecallBody, *, deadline_seconds: Optional[float] = None) -> Recalled:
        """Find entries."""
        path = {"engram_id": engram_id}
        return self._client._call(calls.RECALL, path, body=body, deadline_seconds=deadline_seconds)

    def imprint(self, engram_id: str, body: ImprintBody, *, deadline_seconds: Optional[float] = None) -> Receipt:
        """Write an entry."""
        # A key costs a write of its own: the answer is kept for whoever has lost it.
        once = body.get("idempotency_key") is not None or self._loses_no_answer()
        call, path = calls.IMPRINT_ONCE if once else calls.IMPRINT, {"engram_id": engram_id}
        return self._client._call(call, path, body=body, deadline_seconds=deadline_seconds)

    def history(self, engram_id: str, entry_id: str) -> EntryHistory:
        """Return the prior versions of an entry."""
        return self._client._call(calls.GET_HISTORY, {"engram_id": engram_id, "entry_id": entry_id})

    def purge(self, engram_id: str, body: PurgeBody) -> Purged:
        """Forget prior versions."""
        return self._client._call(calls.PURGE_ENGRAM, {"engram_id": engram_id}, body=body)

    def commit_trace(self, trace_id: str) -> TraceCommitted:
        """Keep the writes of a trace for good."""
        return self._client._call(calls.COMMIT_TRACE, {"trace_id": trace_id}, body={})

    def roll_back_trace(self, trace_id: str) -> TraceRolledBack:
        """Take the writes of a trace back."""
        return self._client._call(calls.ROLL_BACK_TRACE, {"trace_id": trace_id}, body={})

    def _loses_no_answer(self) -> bool:
        """Return whether the server is in this process, and no hook stands between."""
        return isinstance(self._client._transport, LocalTransport) and not self._client._options.hooks


class AsyncEngramVerbs(AsyncFace[EngramVerbs]):
    """The same, to be awaited."""

    register = awaitable(EngramVerbs.register)
    info = awaitable(EngramVerbs.info)
    recall = awaitable(EngramVerbs.recall)
    imprint = awaitable(EngramVerbs.imprint)
    history = awaitable(EngramVerbs.history)
    purge = awaitable(EngramVerbs.purge)
    commit_trace = awaitable(EngramVerbs.commit_trace)
    roll_back_trace = awaitable(EngramVerbs.roll_back_trace)

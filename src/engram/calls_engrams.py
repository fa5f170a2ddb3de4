"""The calls of shared engrams as lines of data, like those in `calls`. Nothing here sends anything."""

from __future__ import annotations

from .calls import Call
from .types import (
    EngramInfo,
    EngramList,
    EntryHistory,
    Purged,
    Recalled,
    RecalledMany,
    Receipt,
    Receipts,
    TraceCommitted,
    TraceRolledBack,
)

_ENGRAM = "/v1/engrams/{engram_id}"
_TRACE = "/v1/traces/{trace_id}"

LIST_ENGRAMS: Call[EngramList] = Call("GET", "/v1/engrams", writes=False)
GET_ENGRAM: Call[EngramInfo] = Call("GET", _ENGRAM, writes=False)
REGISTER_ENGRAM: Call[EngramInfo] = Call("PUT", _ENGRAM, writes=True)
PURGE_ENGRAM: Call[Purged] = Call("POST", _ENGRAM + "/purge", writes=True)

RECALL: Call[Recalled] = Call("POST", _ENGRAM + "/recall", writes=False)
RECALL_MANY: Call[RecalledMany] = Call("POST", "/v1/recall", writes=False)
IMPRINT: Call[Receipt] = Call("POST", _ENGRAM + "/imprint", writes=True)
#: The same of what happens once without a key of the call: its body carries one, or no answer of it can be lost.
IMPRINT_ONCE: Call[Receipt] = Call("POST", _ENGRAM + "/imprint", writes=False)
IMPRINT_MANY: Call[Receipts] = Call("POST", "/v1/imprint", writes=True)
GET_HISTORY: Call[EntryHistory] = Call("GET", _ENGRAM + "/entries/{entry_id}/history", writes=False)

COMMIT_TRACE: Call[TraceCommitted] = Call("POST", _TRACE + "/commit", writes=True)
ROLL_BACK_TRACE: Call[TraceRolledBack] = Call("POST", _TRACE + "/rollback", writes=True)

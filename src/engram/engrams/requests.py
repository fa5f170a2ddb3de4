"""What is asked of an engram: the arguments of recall and imprint, checked and copied before anything is sent. Pure.

Only what can be known without the engram is checked here; what a query may say is the engram's to judge.
"""

from __future__ import annotations

import math
from typing import Literal, Mapping, NamedTuple, Optional, TypedDict, cast

from ..types.wire import JsonObject
from .errors import EngramArgumentError
from .signals import Directed, frozen, frozen_object

RecallMode = Literal["first", "merge", "all"]
ImprintOp = Literal["add", "append", "merge", "upsert", "delete"]

RECALL_MODES = ("first", "merge", "all")
IMPRINT_OPS = ("add", "append", "merge", "upsert", "delete")
# What combines with what is there, or replaces it, has to say with what.
_KEYED_OPS = frozenset({"merge", "upsert"})

# Longer than any engram should take, shorter than what makes an agent look dead.
DEFAULT_DEADLINE_MS = 5_000
DEFAULT_TOP_K = 50


class RecallOptions(TypedDict, total=False):
    """What a recall takes beside its query."""

    #: `tags` that an entry must all have, `since` and `until` for the moment of its last write.
    filters: Optional[Mapping[str, object]]
    #: What the question belongs to; handed on as it is.
    context_ref: object
    #: How long answers are waited for; 0 waits for none.
    deadline_ms: Optional[float]
    #: The least score of a hit.
    min_confidence: Optional[float]
    #: Where the page begins: the `next` of the page before. For one engram.
    cursor: Optional[str]
    #: Leave out what the query says in words that nobody knows, instead of refusing it.
    lenient: bool


class ImprintOptions(TypedDict, total=False):
    """What an imprint takes beside its operation and its entry."""

    merge_key: Optional[str]
    deadline_ms: Optional[float]
    #: Write only if the entry has this version; 0: only if there is none.
    if_version: Optional[int]
    #: Seconds after which the entry is gone.
    ttl_s: Optional[float]
    #: The moment at which the entry is gone: RFC 3339.
    expires_at: Optional[str]
    #: The same key again does the same write once.
    idempotency_key: Optional[str]
    #: Delete everything under the merge key.
    all: bool
    #: Keep the versions of what is deleted in the history.
    keep_history: bool


class Asked(NamedTuple):
    """A payload that can be sent, and how long its answer is waited for."""

    payload: JsonObject
    deadline_ms: float


def address(engram_id: Optional[str], engram_kind: Optional[str]) -> Directed:
    """Return the address of an engram.

    Raises:
        EngramArgumentError: there is none.
    """
    if not engram_id and not engram_kind:
        raise EngramArgumentError("an engram is addressed by engram_id or by engram_kind; give one of them")
    return Directed(engram_id or None, engram_kind or None)


def checked_mode(mode: str, name: str = "recall_mode") -> RecallMode:
    """Return a recall mode.

    Raises:
        EngramArgumentError: it is none.
    """
    if mode not in RECALL_MODES:
        raise EngramArgumentError(f"{name}: must be one of {', '.join(RECALL_MODES)}, not {mode!r}")
    return cast(RecallMode, mode)


def checked_deadline(deadline_ms: Optional[float], default: Optional[float] = None) -> float:
    """Return a deadline in milliseconds: the given one, else the default, else that of this package.

    Raises:
        EngramArgumentError: it is no number, or negative.
    """
    chosen: object = next((one for one in (deadline_ms, default) if one is not None), DEFAULT_DEADLINE_MS)
    # NaN is not at least anything, and nothing is below it.
    if isinstance(chosen, bool) or not isinstance(chosen, (int, float)) or not 0 <= chosen < math.inf:
        raise EngramArgumentError(f"deadline_ms: must be a number of milliseconds, not {chosen!r}")
    return chosen


def recall_asked(
    query: Mapping[str, object],
    mode: RecallMode,
    *,
    default_deadline_ms: Optional[float] = None,
    filters: Optional[Mapping[str, object]] = None,
    context_ref: object = None,
    deadline_ms: Optional[float] = None,
    min_confidence: Optional[float] = None,
    cursor: Optional[str] = None,
    lenient: bool = False,
) -> Asked:
    """Return the payload of a RECALL.

    Raises:
        EngramArgumentError: an argument can never be sent.
    """
    deadline = checked_deadline(deadline_ms, default_deadline_ms)
    payload: JsonObject = {"query": frozen_object(query, "query"), "recall_mode": mode, "deadline_ms": deadline}
    given = {
        "filters": filters,
        "context_ref": context_ref,
        "min_confidence": min_confidence,
        "cursor": cursor,
        "lenient": lenient or None,
    }
    return Asked({**payload, **_given(given)}, deadline)


def imprint_asked(
    op: str,
    entry: Mapping[str, object],
    *,
    default_deadline_ms: Optional[float] = None,
    merge_key: Optional[str] = None,
    deadline_ms: Optional[float] = None,
    if_version: Optional[int] = None,
    ttl_s: Optional[float] = None,
    expires_at: Optional[str] = None,
    idempotency_key: Optional[str] = None,
    all: bool = False,
    keep_history: bool = False,
) -> Asked:
    """Return the payload of an IMPRINT.

    Raises:
        EngramArgumentError: an argument can never be sent.
    """
    if op not in IMPRINT_OPS:
        raise EngramArgumentError(f"op: must be one of {', '.join(IMPRINT_OPS)}, not {op!r}")
    deadline = checked_deadline(deadline_ms, default_deadline_ms)
    kept = frozen_object(entry, "entry")
    if op in _KEYED_OPS and not (merge_key or kept.get("merge_key")):
        raise EngramArgumentError(f"{op} needs a merge_key")
    payload: JsonObject = {"op": op, "entry": kept, "deadline_ms": deadline}
    given = {
        "merge_key": merge_key,
        "if_version": if_version,
        "ttl_s": ttl_s,
        "expires_at": expires_at,
        "idempotency_key": idempotency_key,
        "all": all or None,
        "keep_history": keep_history or None,
    }
    return Asked({**payload, **_given(given)}, deadline)


def _given(options: Mapping[str, object]) -> JsonObject:
    return {name: frozen(value, name) for name, value in options.items() if value is not None}


def seconds_of(payload: JsonObject) -> float:
    """Return how long a RECALL or an IMPRINT may take. Who waits for no answer still wants it done."""
    deadline = payload.get("deadline_ms")
    return (deadline if isinstance(deadline, (int, float)) and deadline else DEFAULT_DEADLINE_MS) / 1000.0


def top_k_of(payload: JsonObject) -> int:
    """Return how many hits a RECALL asks for."""
    query = payload["query"]
    top_k = query.get("top_k") if isinstance(query, dict) else None
    return top_k if isinstance(top_k, int) else DEFAULT_TOP_K


def in_sequence(payload: JsonObject) -> bool:
    """Return whether a RECALL asks for the entries of one merge key, and not for how well they fit."""
    query = payload["query"]
    return isinstance(query, dict) and "merge_key" in query and not (query.get("text") or query.get("words"))

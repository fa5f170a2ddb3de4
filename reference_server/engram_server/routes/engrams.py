"""The routes of shared engrams and of traces: one call a method, JSON in and out."""

from __future__ import annotations

import json
from typing import Hashable, List, Mapping, Optional, cast

from engram.types import (
    EngramInfo,
    EngramList,
    EntryHistory,
    EntryVersion,
    Hit,
    ImprintBody,
    ImprintManyBody,
    PurgeBody,
    Purged,
    Recalled,
    RecallBody,
    RecalledMany,
    RecallManyBody,
    Receipt,
    Receipts,
    RegisterEngramBody,
    TraceCommitted,
    TraceRolledBack,
)
from engram.types.limits import MAX_PAGE_ITEMS, MAX_TRACE_CHARS

from ..clock import moment_of, rfc3339
from ..domains.engrams import many, registry, traces
from ..domains.engrams.data import entry_of
from ..domains.engrams.imprinting import imprint, order_of
from ..domains.engrams.keeping_up import settle
from ..domains.engrams.many import Merged
from ..domains.engrams.recalling import Found, Place, recall, require, wanted
from ..domains.errors import Invalid, Malformed
from ..domains.scope import ChangeRow, EngramRow, Reader, Writer
from ..wire import Response, json_response
from .base import Call, Handler, Refusal, Route, Write
from .paging import next_cursor, page_of, unwrapped, wrapped

_PLACE_PREFIX = b"engram3:"
# A day: longer than any call lasts.
_NO_DEADLINE_MS = 24 * 60 * 60 * 1000

_BAD_QUERY = Refusal(400, "bad_query")
_BAD_REQUEST = Refusal(400, "bad_request")


def settle_memories(call: Call) -> None:
    """Let memories be what the entries are, before anything is asked of memories."""
    _keep_profiles(call, settle(call.scope))


def _bound_backlog(call: Call) -> None:
    _keep_profiles(call, call.services.backlog.after_imprint(call.scope))


def _keep_profiles(call: Call, changed: Mapping[str, int]) -> None:
    for bucket, changes in changed.items():
        call.services.profiles.after_write(call.scope, bucket, changes)


# -- engrams


def list_engrams(call: Call) -> Response:
    page, now = page_of(call, MAX_PAGE_ITEMS), call.scope.now()
    with call.scope.read() as reader:
        found = reader.engrams(
            call.scope.tenant_id, kind=call.query.get("kind"), limit=page.limit, after=page.cursor or 0
        )
        infos = [_info(reader, row, now) for row in found]
    body: EngramList = {
        "engrams": infos,
        "next_cursor": next_cursor([row.space_id for row in found], page.limit),
    }
    return json_response(200, body)


def get_engram(call: Call) -> Response:
    with call.scope.read() as reader:
        row = require(reader, call.scope, call.path["engram_id"])
        return json_response(200, _info(reader, row, call.scope.now()))


def register_engram(call: Call) -> Write:
    kind = cast(RegisterEngramBody, call.body).get("kind")

    def write(writer: Writer) -> Response:
        row = registry.register(writer, call.scope, call.path["engram_id"], kind)
        return json_response(200, _info(writer, row, call.scope.now()))

    return write


def purge_engram(call: Call) -> Write:
    body = cast(PurgeBody, call.body)
    before = body.get("before")
    moment = None if before is None else moment_of(before)

    def write(writer: Writer) -> Response:
        purged: Purged = {
            "purged": registry.purge(writer, call.scope, call.path["engram_id"], body.get("id"), moment)
        }
        return json_response(200, purged)

    return write


def _info(reader: Reader, row: EngramRow, now: int) -> EngramInfo:
    return {
        "engram_id": row.name,
        "kind": row.kind,
        "entry_count": reader.count_entries(row.space_id, now),
        "created_at": rfc3339(row.created_at),
        "last_write_at": None if row.last_write_at is None else rfc3339(row.last_write_at),
    }


def get_entry_history(call: Call) -> Response:
    with call.scope.read() as reader:
        found = registry.history(reader, call.scope, call.path["engram_id"], call.path["entry_id"])
    body: EntryHistory = {
        "engram_id": call.path["engram_id"],
        "id": call.path["entry_id"],
        "versions": [version for change in found for version in _version(change)],
    }
    return json_response(200, body)


def _version(change: ChangeRow) -> List[EntryVersion]:
    row = change.before
    if row is None:
        return []
    return [
        {
            **entry_of(row),
            "replaced_at": rfc3339(change.at),
            "replaced_by": change.op,
            "replaced_in": change.trace_id,
        }
    ]


# -- recall


def recall_entries(call: Call) -> Response:
    body, began = cast(RecallBody, call.body), call.scope.clock()
    asked = wanted(body, call.scope.now(), _place_of(body.get("cursor")))
    with call.scope.read() as reader:
        answer = recall(reader, call.scope, require(reader, call.scope, call.path["engram_id"]), asked)
    reply: Recalled = {
        "engram_id": answer.engram.name,
        "hits": [_hit(found) for found in answer.found],
        "truncated": answer.next is not None,
        "next_cursor": None if answer.next is None else _cursor_of(answer.next),
        "took_ms": _took(call, began),
    }
    return json_response(200, reply)


def recall_by_kind(call: Call) -> Response:
    body, began = cast(RecallManyBody, call.body), call.scope.clock()
    asked = wanted(body, call.scope.now())
    allowed = body.get("deadline_ms")
    deadline = began * 1000 + (_NO_DEADLINE_MS if allowed is None else allowed)
    with call.scope.read() as reader:
        together = many.recall_many(
            reader, call.scope, body["kind"], asked, body.get("recall_mode") or "first", deadline
        )
    reply: RecalledMany = {
        "hits": [_merged_hit(merged) for merged in together.hits],
        "engram_ids": together.answered,
        "truncated": together.truncated,
        "partial": bool(together.timed_out),
        "timed_out": together.timed_out,
        "errors": [],
        "took_ms": _took(call, began),
    }
    return json_response(200, reply)


def _hit(found: Found) -> Hit:
    return {"id": found.row.public_id, "entry": entry_of(found.row), "score": found.score}


def _merged_hit(merged: Merged) -> Hit:
    hit = _hit(merged.found)
    hit["entry"]["tags"] = merged.tags
    hit["engram_id"], hit["sources"] = merged.engram_id, merged.sources
    return hit


def _took(call: Call, began: float) -> float:
    return max(0.0, round((call.scope.clock() - began) * 1000, 3))


def _cursor_of(place: Place) -> str:
    return wrapped(_PLACE_PREFIX + json.dumps(place, separators=(",", ":")).encode("utf-8"))


def _place_of(cursor: Optional[str]) -> Optional[Place]:
    """Return where a page begins.

    Raises:
        Malformed: `bad_query`, the cursor is none of ours.
    """
    if not cursor:
        return None
    text = unwrapped(cursor)
    try:
        found: object = json.loads(text[len(_PLACE_PREFIX) :]) if text.startswith(_PLACE_PREFIX) else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or [type(part) for part in found] != [float, int, str]:
        raise Malformed("cursor: not one that this server gave out", {"field": "cursor"}, code="bad_query")
    return Place(*found)


# -- imprint


def imprint_entry(call: Call) -> Write:
    order = order_of(cast(ImprintBody, call.body), call.scope.now())
    return lambda writer: json_response(200, imprint(writer, call.scope, call.path["engram_id"], order))


def imprint_by_kind(call: Call) -> Write:
    body = cast(ImprintManyBody, call.body)
    order = order_of(body, call.scope.now())

    def write(writer: Writer) -> Response:
        receipts: Receipts = {
            "receipts": many.imprint_many(
                writer, call.scope, body["kind"], order, broadcast=bool(body.get("broadcast"))
            )
        }
        return json_response(200, receipts)

    return write


# -- traces


def commit_trace(call: Call) -> Write:
    trace_id = _trace(call)

    def write(writer: Writer) -> Response:
        committed: TraceCommitted = {
            "trace_id": trace_id,
            "committed": traces.commit(writer, call.scope, trace_id),
        }
        return json_response(200, committed)

    return write


def roll_back_trace(call: Call) -> Write:
    trace_id = _trace(call)
    return lambda writer: json_response(200, traces.roll_back(writer, call.scope, trace_id))


def _trace(call: Call) -> str:
    trace_id = call.path["trace_id"]
    if len(trace_id) > MAX_TRACE_CHARS:
        raise Invalid(f"trace_id: must have at most {MAX_TRACE_CHARS} characters", {"field": "trace_id"})
    return trace_id


def _asking(path: str, handler: Handler, summary: str, reply: Hashable, body: Hashable) -> Route:
    return Route("POST", path, handler, summary, reply, body, reads=True, refusal=_BAD_QUERY)


def _writing(path: str, handler: Handler, summary: str, reply: Hashable, body: Hashable, method: str = "POST") -> Route:
    return Route(method, path, handler, summary, reply, body, refusal=_BAD_REQUEST)


def _imprinting(path: str, handler: Handler, summary: str, reply: Hashable, body: Hashable) -> Route:
    return _writing(path, handler, summary, reply, body)._replace(after=_bound_backlog)


_ENGRAM = "/v1/engrams/{engram_id}"
_HISTORY = _ENGRAM + "/entries/{entry_id}/history"
_TRACE = "/v1/traces/{trace_id}"
_LISTING = ("kind", "limit", "cursor")

ROUTES: List[Route] = [
    Route("GET", "/v1/engrams", list_engrams, "List the engrams, the oldest first.", EngramList, query=_LISTING),
    Route("GET", _ENGRAM, get_engram, "Read what an engram is and how much it holds.", EngramInfo),
    _writing(_ENGRAM, register_engram, "Make an engram of a kind.", EngramInfo, RegisterEngramBody, "PUT"),
    _writing(_ENGRAM + "/purge", purge_engram, "Forget prior versions of entries.", Purged, PurgeBody),
    _asking(_ENGRAM + "/recall", recall_entries, "Recall entries, the best first.", Recalled, RecallBody),
    _imprinting(
        _ENGRAM + "/imprint", imprint_entry, "Add, append, merge, upsert or delete an entry.", Receipt, ImprintBody
    ),
    Route("GET", _HISTORY, get_entry_history, "Read the prior versions of an entry.", EntryHistory),
    _asking("/v1/recall", recall_by_kind, "Recall from every engram of a kind.", RecalledMany, RecallManyBody),
    _imprinting("/v1/imprint", imprint_by_kind, "Imprint into the engrams of a kind.", Receipts, ImprintManyBody),
    Route("POST", _TRACE + "/commit", commit_trace, "Let what was written under a trace stand.", TraceCommitted),
    Route("POST", _TRACE + "/rollback", roll_back_trace, "Take back what a trace has written.", TraceRolledBack),
]

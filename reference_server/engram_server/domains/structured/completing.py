"""What was sent in, made whole: defaults filled in, moments in UTC, objects in the order of their keys. Pure.

The types of `engram.types` have been checked when a value comes here. Keys that they do not name are dropped.
"""

from __future__ import annotations

import json
from typing import Dict, List, Literal, Optional, Tuple, TypeVar, cast

from engram.types import (
    Episode,
    EpisodeInput,
    Event,
    EventInput,
    EvidenceInput,
    EvidenceRef,
    Fact,
    FactInput,
    Insight,
    InsightInput,
    JsonObject,
    JsonValue,
    KeyQuote,
    KeyQuoteInput,
    MemoryPacket,
    PacketInput,
    Procedure,
    ProcedureInput,
    StmInput,
    StmState,
    WorkingState,
    WorkingStatePatch,
)

from ...clock import moment_of
from .moments import given_moment, rewritten, written, written_with_offset
from .scopes import whole

_MOST_VERSION = 2**32 - 1
_Field = Literal["goal", "plan", "slots", "constraints", "tool_evidence", "decisions", "risks"]
_FIELDS: Tuple[_Field, ...] = ("goal", "plan", "slots", "constraints", "tool_evidence", "decisions", "risks")

V = TypeVar("V", JsonValue, JsonObject)


def event(given: EventInput, now: int) -> Event:
    """Return a whole event; `now` is its moment where it gives none."""
    moment = given_moment(given.get("ts_ms"), given.get("ts"))
    return {
        "event_id": given["event_id"],
        "scope": whole(given["scope"]),
        "ts": written_with_offset(now if moment is None else moment),
        "kind": given["kind"],
        "payload": _ordered(given["payload"]),
        "tags": given.get("tags", []),
        "entities": given.get("entities", []),
    }


def patched(state: Optional[WorkingState], patch: WorkingStatePatch) -> WorkingState:
    """Return a working state with the given fields replaced and its version set, or one further if any was given."""
    before: WorkingState = state or {
        "goal": "",
        "plan": [],
        "slots": {},
        "constraints": {},
        "tool_evidence": [],
        "decisions": [],
        "risks": [],
        "state_version": 0,
    }
    given: Dict[str, object] = {name: patch[name] for name in _FIELDS if patch.get(name) is not None}
    version = patch.get("state_version")
    if version is None:
        version = min(before["state_version"] + bool(given), _MOST_VERSION)
    changed: Dict[str, object] = {**before, **given, "state_version": version}
    changed["tool_evidence"] = [_evidence(one) for one in cast(List[EvidenceInput], changed["tool_evidence"])]
    changed["slots"] = _ordered(cast(JsonObject, changed["slots"]))
    changed["constraints"] = _ordered(cast(JsonObject, changed["constraints"]))
    return cast(WorkingState, changed)


def _evidence(given: EvidenceInput) -> EvidenceRef:
    return {
        "evidence_id": given["evidence_id"],
        "summary": given.get("summary", ""),
        "kind": given.get("kind", ""),
    }


def stm(given: StmInput) -> StmState:
    """Return a whole short-term memory."""
    return {
        "rolling_summary": given.get("rolling_summary", ""),
        "key_quotes": [_quote(one) for one in given.get("key_quotes", [])],
    }


def _quote(given: KeyQuoteInput) -> KeyQuote:
    return {
        "evidence_id": given["evidence_id"],
        "quote": given["quote"],
        "role": given.get("role", "user"),
        "ts": rewritten(given.get("ts")),
    }


def fact(given: FactInput) -> Fact:
    """Return a whole fact."""
    validity = given.get("validity", {})
    return {
        "fact_id": given["fact_id"],
        "fact_key": given["fact_key"],
        "value": _ordered(given["value"]),
        "status": given.get("status", "active"),
        "validity": {
            "valid_from": rewritten(validity.get("valid_from")),
            "valid_to": rewritten(validity.get("valid_to")),
        },
        "confidence": float(given.get("confidence", 0.5)),
        "sources": given.get("sources", []),
        "scope_level": given.get("scope_level", "user"),
        "notes": given.get("notes", ""),
    }


def episode(given: EpisodeInput) -> Episode:
    """Return a whole episode."""
    recency = given.get("recency_score")
    return {
        "episode_id": given["episode_id"],
        "time_range": {
            "start": written(moment_of(given["time_range"]["start"])),
            "end": rewritten(given["time_range"].get("end")),
        },
        "summary": given["summary"],
        "highlights": given.get("highlights", []),
        "tags": given.get("tags", []),
        "entities": given.get("entities", []),
        "sources": given.get("sources", []),
        "compression_level": given.get("compression_level", "raw"),
        "recency_score": None if recency is None else float(recency),
    }


def procedure(given: ProcedureInput) -> Procedure:
    """Return a whole procedure."""
    return {
        "procedure_id": given["procedure_id"],
        "task_type": given["task_type"],
        "content": _ordered(given["content"]),
        "priority": given.get("priority", 0),
        "sources": given.get("sources", []),
        "applicability": _ordered(given.get("applicability", {})),
    }


def insight(given: InsightInput) -> Insight:
    """Return a whole insight."""
    return {
        "id": given["id"],
        "type": given["type"],
        "statement": given["statement"],
        "trigger": given.get("trigger", "synthesis"),
        "confidence": float(given.get("confidence", 0.3)),
        "validation_state": given.get("validation_state", "unvalidated"),
        "tests_suggested": given.get("tests_suggested", []),
        "expires_at": given.get("expires_at", ""),
        "sources": given.get("sources", []),
    }


def packet(given: PacketInput, now: int) -> MemoryPacket:
    """Return a packet with what it lacks filled in as in an empty one; what it has is kept as it is."""
    meta = given["meta"]
    whole_meta = {
        "schema_version": "v1",
        "task_type": "generic",
        "cues": {},
        "policy_id": "default",
        "generated_at": written(now),
        **meta,
        "scope": whole(meta["scope"]),
        "budget": {"per_section": {}, **meta["budget"]},
    }
    short_term = {
        "working_state": patched(None, {}),
        "rolling_summary": "",
        "key_quotes": [],
        "conversation_window": [],
        "open_loops": [],
        "last_tool_evidence": [],
        **given["short_term"],
    }
    insights = {
        "usage_policy": {"allow_in_responder": False},
        "hypotheses": [],
        "strategy_sketches": [],
        "patterns": [],
        **given.get("insight", {}),
    }
    report = {
        "max_tokens": meta["budget"]["max_tokens"],
        "used_tokens_est": 0,
        "section_usage": {},
        "degradations": [],
        "omissions": [],
        **given.get("budget_report", {}),
    }
    explain = {
        "policy_id": whole_meta["policy_id"],
        "candidate_counts": {},
        "candidate_limits": {},
        "time_window_days": 0,
        "determinism": {},
        **given.get("explain", {}),
    }
    made = {
        "meta": whole_meta,
        "short_term": short_term,
        "long_term": {"facts": [], "preferences": [], "procedures": [], "episodes": [], **given["long_term"]},
        "insight": insights,
        "citations": given.get("citations", []),
        "budget_report": report,
        "explain": explain,
    }
    return cast(MemoryPacket, made)


def _ordered(value: V) -> V:
    """Return JSON with the keys of its objects in order, so that equal values are written alike."""
    ordered: V = json.loads(json.dumps(value, sort_keys=True))
    return ordered

"""Records to build packets of, and a source that reads them as a store must."""

from __future__ import annotations

from typing import Callable, Dict, Iterable, List, NamedTuple, Optional, Sequence, TypeVar, cast

from engram.types import (
    Cues,
    Episode,
    Event,
    EvidenceRef,
    Fact,
    Insight,
    InsightType,
    JsonObject,
    JsonValue,
    KeyQuote,
    MemoryPacket,
    MemoryScope,
    PacketPolicy,
    PacketRequest,
    Procedure,
    Purpose,
    StmState,
    ValidationState,
    WorkingState,
)
from engram_server.clock import moment_of, rfc3339
from engram_server.domains.structured.packets import Estimator, Hit, build, load, read
from engram_server.domains.structured.packets.candidates import Relevance

NOW = moment_of("2026-05-02T09:00:00.123Z")
DAY_MS = 86_400_000
SCOPE: MemoryScope = {
    "tenant_id": "acme",
    "user_id": "mira",
    "agent_id": "travel-bot",
    "session_id": "s-42",
    "run_id": "r-7",
}

# What a packet of nothing is estimated at.
EMPTY_TOKENS = 59

Record = TypeVar("Record")


def fact(
    fact_id: str,
    fact_key: Optional[str] = None,
    value: JsonValue = "v",
    *,
    confidence: float = 0.5,
    sources: Sequence[str] = (),
    valid_from: Optional[str] = None,
    valid_to: Optional[str] = None,
) -> Fact:
    return {
        "fact_id": fact_id,
        "fact_key": fact_id if fact_key is None else fact_key,
        "value": value,
        "status": "active",
        "validity": {"valid_from": valid_from, "valid_to": valid_to},
        "confidence": confidence,
        "sources": [*sources],
        "scope_level": "user",
        "notes": "",
    }


def episode(
    episode_id: str,
    days_ago: float = 0,
    summary: str = "s",
    *,
    tags: Sequence[str] = (),
    entities: Sequence[str] = (),
    sources: Sequence[str] = (),
) -> Episode:
    return {
        "episode_id": episode_id,
        "time_range": {"start": rfc3339(NOW - int(days_ago * DAY_MS)), "end": None},
        "summary": summary,
        "highlights": [],
        "tags": [*tags],
        "entities": [*entities],
        "sources": [*sources],
        "compression_level": "raw",
        "recency_score": None,
    }


def procedure(procedure_id: str, task_type: str = "generic", priority: int = 0, content: JsonValue = None) -> Procedure:
    return {
        "procedure_id": procedure_id,
        "task_type": task_type,
        "content": content,
        "priority": priority,
        "sources": [],
        "applicability": {},
    }


def insight(
    id_: str,
    type_: InsightType = "hypothesis",
    state: ValidationState = "unvalidated",
    confidence: float = 0.3,
    statement: str = "it may rain",
) -> Insight:
    return {
        "id": id_,
        "type": type_,
        "statement": statement,
        "trigger": "synthesis",
        "confidence": confidence,
        "validation_state": state,
        "tests_suggested": [],
        "expires_at": "",
        "sources": [],
    }


def quote(evidence_id: str, text: str = "so I said") -> KeyQuote:
    return {"evidence_id": evidence_id, "quote": text, "role": "user", "ts": None}


def message(event_id: str, payload: JsonValue, minute: int = 0) -> Event:
    return {
        "event_id": event_id,
        "scope": SCOPE,
        "ts": rfc3339(NOW - DAY_MS + minute * 60_000),
        "kind": "message",
        "payload": payload,
        "tags": [],
        "entities": [],
    }


def evidence(evidence_id: str, summary: str = "", kind: str = "tool_result") -> EvidenceRef:
    return {"evidence_id": evidence_id, "summary": summary, "kind": kind}


def state(
    *,
    goal: str = "",
    plan: Sequence[str] = (),
    slots: Optional[JsonObject] = None,
    risks: Sequence[str] = (),
    tool_evidence: Sequence[EvidenceRef] = (),
) -> WorkingState:
    return {
        "goal": goal,
        "plan": [*plan],
        "slots": slots or {},
        "constraints": {},
        "tool_evidence": [*tool_evidence],
        "decisions": [],
        "risks": [*risks],
        "state_version": 1,
    }


def stm(summary: str = "", quotes: Sequence[KeyQuote] = ()) -> StmState:
    return {"rolling_summary": summary, "key_quotes": [*quotes]}


class Kept(NamedTuple):
    """All records of one scope; reads them as a `Source` says, by brute force."""

    state: Optional[WorkingState] = None
    short_term: Optional[StmState] = None
    messages: Sequence[Event] = ()
    known: Sequence[Fact] = ()
    how: Sequence[Procedure] = ()
    past: Sequence[Episode] = ()
    supposed: Sequence[Insight] = ()
    #: What the words of records add for whatever question.
    words: Relevance = {}

    def working_state(self, scope: MemoryScope) -> Optional[WorkingState]:
        return self.state

    def stm(self, scope: MemoryScope) -> Optional[StmState]:
        return self.short_term

    def conversation(self, scope: MemoryScope, limit: int) -> List[Event]:
        return sorted(reversed(self.messages), key=lambda one: one["ts"], reverse=True)[:limit]

    def facts(self, scope: MemoryScope, valid_at: int, limit: int) -> List[Fact]:
        def holds(one: Fact) -> bool:
            start, end = one["validity"]["valid_from"], one["validity"]["valid_to"]
            begun = start is None or moment_of(start) <= valid_at
            return one["status"] == "active" and begun and (end is None or moment_of(end) >= valid_at)

        return _first(filter(holds, self.known), lambda one: (one["fact_key"], one["fact_id"]), limit)

    def procedures(self, scope: MemoryScope, task_type: str, limit: int) -> List[Procedure]:
        fitting = [one for one in self.how if one["task_type"] == task_type]
        return _first(fitting, lambda one: (-one["priority"], one["procedure_id"]), limit)

    def episodes(
        self,
        scope: MemoryScope,
        start: Optional[int],
        end: Optional[int],
        tags: Sequence[str],
        entities: Sequence[str],
        limit: int,
    ) -> List[Episode]:
        def fits(one: Episode) -> bool:
            begun = moment_of(one["time_range"]["start"])
            ended = moment_of(one["time_range"]["end"] or one["time_range"]["start"])
            in_time = (start is None or begun >= start) and (end is None or ended <= end)
            tagged = not tags or not set(tags).isdisjoint(one["tags"])
            return in_time and tagged and (not entities or not set(entities).isdisjoint(one["entities"]))

        def age(one: Episode) -> int:
            return max(0, NOW - moment_of(one["time_range"]["start"])) // 1000

        return _first(filter(fits, self.past), lambda one: (age(one), one["episode_id"]), limit)

    def insights(self, scope: MemoryScope, states: Sequence[ValidationState], limit: int) -> List[Insight]:
        fitting = [one for one in self.supposed if one["validation_state"] in states]
        fitting.sort(key=lambda one: one["id"], reverse=True)
        return _first(
            fitting, lambda one: (states.index(one["validation_state"]), -int(one["confidence"] * 1000)), limit
        )

    def by_words(self, section: str, scope: MemoryScope, question: str, limit: int) -> List[Hit]:
        records: Dict[str, object] = {
            "facts": {one["fact_id"]: one for one in self.known},
            "procedures": {one["procedure_id"]: one for one in self.how},
            "episodes": {one["episode_id"]: one for one in self.past},
        }
        of_section = cast("Dict[str, object]", records[section])
        hits = [Hit(of_section[id_], parts) for (name, id_), parts in self.words.items() if name == section]
        return sorted(hits, key=lambda hit: -sum(hit.parts.values()))[:limit]


def _first(records: Iterable[Record], key: Callable[[Record], object], limit: int) -> List[Record]:
    return sorted(records, key=cast("Callable[[Record], str]", key))[:limit]


def packet_of(
    kept: Kept,
    purpose: Purpose = "planner",
    *,
    task_type: Optional[str] = None,
    query: Optional[str] = None,
    cues: Optional[Cues] = None,
    max_tokens: int = 2048,
    per_section: Optional[JsonObject] = None,
    policy: Optional[PacketPolicy] = None,
    policy_id: Optional[str] = None,
    estimator: Optional[Estimator] = None,
) -> MemoryPacket:
    """Build a packet of what is kept, at the moment `NOW`."""
    request: PacketRequest = {
        "scope": {**SCOPE},
        "purpose": purpose,
        "task_type": task_type,
        "query": query,
        "cues": cues,
        "budget": {"max_tokens": max_tokens, "per_section": per_section or {}},
        "policy": policy,
        "policy_id": policy_id,
    }
    asked = read(request, NOW)
    if estimator is not None:
        asked = asked._replace(estimator=estimator)
    return build(asked, load(kept, asked, NOW), now=NOW)


def omitted(built: MemoryPacket) -> List[str]:
    """Return what was passed over as `section id reason`."""
    return [f"{one['section']} {one['id']} {one['reason']}" for one in built["budget_report"]["omissions"]]

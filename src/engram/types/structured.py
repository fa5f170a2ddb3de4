"""The structured-memory face: scopes and eight families of records.

What is sent in is an `...Input`: its optional keys may be left out, and null only stands where the type says so.
What comes back has every key. Unknown keys are ignored. Moments are taken with any offset from UTC and come back in
UTC, to the millisecond: those of events and cues with `+00:00`, all others with `Z`.
"""

from __future__ import annotations

from typing import Annotated, List, Literal, Optional, TypedDict

from .limits import Between, Moment
from .wire import JsonObject, JsonValue

EventKind = Literal["message", "tool_result", "state_patch", "system"]
QuoteRole = Literal["user", "assistant", "tool"]
FactStatus = Literal["active", "disputed", "deprecated"]
ScopeLevel = Literal["user", "agent", "tenant"]
CompressionLevel = Literal["raw", "phase_summary", "milestone", "theme"]
InsightType = Literal["hypothesis", "strategy", "pattern"]
InsightTrigger = Literal["conflict", "failure", "synthesis", "analogy"]
ValidationState = Literal["unvalidated", "testing", "validated", "rejected"]

Instant = Annotated[str, Moment()]
# The years 1 to 9999, which is what a moment can be written of.
InstantMs = Annotated[int, Between(-62_135_596_800_000, 253_402_300_799_999)]
Count = Annotated[int, Between(0, 2**32 - 1)]
SignedCount = Annotated[int, Between(-(2**31), 2**31 - 1)]
# Nothing is asked of a confidence but that it can be ordered.
Number = Annotated[float, Between(-1e12, 1e12)]


# -- scope


class _ScopeIds(TypedDict):
    user_id: str
    agent_id: str
    session_id: str
    run_id: str


class ScopeInput(_ScopeIds, total=False):
    """Whose memory it is. `tenant_id` is `"default"` where it is absent.

    Facts, episodes and procedures belong to tenant, user and agent; short-term memory to these and the session; all
    else to these and the run.
    """

    tenant_id: str


class MemoryScope(_ScopeIds):
    """A scope with its tenant filled in."""

    tenant_id: str


class TimeRangeInput(TypedDict, total=False):
    """A span of time, both ends included. The `_ms` keys are milliseconds since 1970 and win over the others."""

    start: Optional[Instant]
    end: Optional[Instant]
    start_ms: Optional[InstantMs]
    end_ms: Optional[InstantMs]


# -- events


class _EventRequired(TypedDict):
    event_id: str
    scope: ScopeInput
    kind: EventKind
    payload: JsonValue


class EventInput(_EventRequired, total=False):
    """Something that happened in a run. `ts_ms` wins over `ts`; without both it is the moment of the first write."""

    ts: Optional[Instant]
    ts_ms: Optional[InstantMs]
    tags: List[str]
    entities: List[str]


class Event(TypedDict):
    """An event as it is kept."""

    event_id: str
    scope: MemoryScope
    ts: str
    kind: EventKind
    payload: JsonValue
    tags: List[str]
    entities: List[str]


# -- working state


class _EvidenceId(TypedDict):
    evidence_id: str


class EvidenceInput(_EvidenceId, total=False):
    """What a tool told; `evidence_id` names the event that holds it."""

    summary: str
    kind: str


class EvidenceRef(_EvidenceId):
    """Evidence as it is kept."""

    summary: str
    kind: str


class WorkingStatePatch(TypedDict, total=False):
    """Fields of a working state that are to be replaced whole; null leaves one as it is.

    `state_version` sets the version; without it the version grows by one where any field is given.
    """

    goal: Optional[str]
    plan: Optional[List[str]]
    slots: Optional[JsonObject]
    constraints: Optional[JsonObject]
    tool_evidence: Optional[List[EvidenceInput]]
    decisions: Optional[List[str]]
    risks: Optional[List[str]]
    state_version: Optional[Count]


class WorkingState(TypedDict):
    """What a run is at."""

    goal: str
    plan: List[str]
    slots: JsonObject
    constraints: JsonObject
    tool_evidence: List[EvidenceRef]
    decisions: List[str]
    risks: List[str]
    state_version: int


# -- short-term memory


class _QuoteRequired(TypedDict):
    evidence_id: str
    quote: str


class KeyQuoteInput(_QuoteRequired, total=False):
    """Words worth keeping as they were said."""

    role: QuoteRole
    ts: Optional[Instant]


class KeyQuote(_QuoteRequired):
    """A quote as it is kept."""

    role: QuoteRole
    ts: Optional[str]


class StmInput(TypedDict, total=False):
    """The short-term memory of a session. What is absent is emptied."""

    rolling_summary: str
    key_quotes: List[KeyQuoteInput]


class StmState(TypedDict):
    """The short-term memory of a session as it is kept."""

    rolling_summary: str
    key_quotes: List[KeyQuote]


# -- facts


class ValidityInput(TypedDict, total=False):
    """When a fact holds, both ends included; null is open."""

    valid_from: Optional[Instant]
    valid_to: Optional[Instant]


class Validity(TypedDict):
    """When a fact holds, both ends included; null is open."""

    valid_from: Optional[str]
    valid_to: Optional[str]


class _FactRequired(TypedDict):
    fact_id: str
    fact_key: str
    value: JsonValue


class FactInput(_FactRequired, total=False):
    """Something that is true of a user; an upsert replaces all of it. Several facts may have one `fact_key`."""

    status: FactStatus
    validity: ValidityInput
    confidence: Number
    sources: List[str]
    scope_level: ScopeLevel
    notes: str


class Fact(_FactRequired):
    """A fact as it is kept."""

    status: FactStatus
    validity: Validity
    confidence: float
    sources: List[str]
    scope_level: ScopeLevel
    notes: str


# -- episodes


class _SpanStart(TypedDict):
    start: Instant


class SpanInput(_SpanStart, total=False):
    """When an episode was; without an end it is open."""

    end: Optional[Instant]


class Span(TypedDict):
    """When an episode was; an end of null is open."""

    start: str
    end: Optional[str]


class _EpisodeRequired(TypedDict):
    episode_id: str
    time_range: SpanInput
    summary: str


class EpisodeInput(_EpisodeRequired, total=False):
    """Something that was gone through."""

    highlights: List[str]
    tags: List[str]
    entities: List[str]
    sources: List[str]
    compression_level: CompressionLevel
    recency_score: Optional[Number]


class Episode(TypedDict):
    """An episode as it is kept. A packet fills in `recency_score`."""

    episode_id: str
    time_range: Span
    summary: str
    highlights: List[str]
    tags: List[str]
    entities: List[str]
    sources: List[str]
    compression_level: CompressionLevel
    recency_score: Optional[float]


# -- procedures


class _ProcedureRequired(TypedDict):
    procedure_id: str
    task_type: str
    content: JsonValue


class ProcedureInput(_ProcedureRequired, total=False):
    """How a kind of task is done; an upsert replaces all of it."""

    priority: SignedCount
    sources: List[str]
    applicability: JsonObject


class Procedure(_ProcedureRequired):
    """A procedure as it is kept."""

    priority: int
    sources: List[str]
    applicability: JsonObject


# -- insights


class _InsightRequired(TypedDict):
    id: str
    type: InsightType
    statement: str


class InsightInput(_InsightRequired, total=False):
    """Something a run came to think. `expires_at` is free text; where it is a moment, the insight is gone after it."""

    trigger: InsightTrigger
    confidence: Number
    validation_state: ValidationState
    tests_suggested: List[str]
    expires_at: str
    sources: List[str]


class Insight(_InsightRequired):
    """An insight as it is kept."""

    trigger: InsightTrigger
    confidence: float
    validation_state: ValidationState
    tests_suggested: List[str]
    expires_at: str
    sources: List[str]

"""The structured-memory face: what is asked of a memory packet, and the packet, version 1."""

from __future__ import annotations

from typing import Dict, List, Literal, Optional, TypedDict

from .structured import (
    Count,
    Episode,
    EvidenceRef,
    Fact,
    Insight,
    Instant,
    KeyQuote,
    MemoryScope,
    Procedure,
    QuoteRole,
    ScopeInput,
    SignedCount,
    TimeRangeInput,
    WorkingState,
)
from .wire import JsonObject

Purpose = Literal["planner", "tool", "responder"]
CitationType = Literal["message", "tool_result", "state_patch"]


# -- what is asked of a packet


class Cues(TypedDict, total=False):
    """What the packet is for: labels that episodes must have, words to look for, a span of time."""

    tags: List[str]
    entities: List[str]
    keywords: List[str]
    time_range: Optional[TimeRangeInput]


class _BudgetRequired(TypedDict):
    max_tokens: Count


class BudgetInput(_BudgetRequired, total=False):
    """How long a packet may be. Of `per_section`, whole numbers under the names of sections count."""

    per_section: JsonObject


class PacketPolicy(TypedDict, total=False):
    """How much of what goes into a packet; null is the default."""

    max_total_candidates: Optional[Count]
    max_facts: Optional[Count]
    max_procedures: Optional[Count]
    max_episodes: Optional[Count]
    max_insights: Optional[Count]
    max_key_quotes: Optional[Count]
    conversation_window: Optional[Count]
    episode_time_window_days: Optional[SignedCount]
    last_tool_evidence_limit: Optional[Count]
    include_conversation_window: Optional[bool]
    include_insights_in_tool: Optional[bool]
    allow_insights_in_responder: Optional[bool]
    rank: Optional[Literal["stored", "relevance"]]


class _PacketRequestRequired(TypedDict):
    scope: ScopeInput
    purpose: Purpose


class PacketRequest(_PacketRequestRequired, total=False):
    """What a packet is to be built for."""

    task_type: Optional[str]
    query: Optional[str]
    cues: Optional[Cues]
    budget: Optional[BudgetInput]
    policy_id: Optional[str]
    policy: Optional[PacketPolicy]
    persist: Optional[bool]
    estimator: Optional[Literal["characters", "cjk"]]


# -- the packet, version 1


class EchoedRange(TypedDict):
    """A span of time as it was asked for."""

    start: Optional[str]
    end: Optional[str]


class EchoedCues(TypedDict, total=False):
    """The cues that were given and not empty."""

    tags: List[str]
    entities: List[str]
    keywords: List[str]
    time_range: EchoedRange


class Budget(TypedDict):
    """A budget as it was asked for."""

    max_tokens: int
    per_section: JsonObject


class PacketMeta(TypedDict):
    """What a packet was built for, and when."""

    schema_version: str
    scope: MemoryScope
    generated_at: str
    purpose: Purpose
    task_type: str
    cues: EchoedCues
    budget: Budget
    policy_id: str


class ConversationTurn(TypedDict):
    """A message of the run."""

    role: QuoteRole
    content: str
    evidence_id: Optional[str]
    ts: Optional[str]


class ShortTerm(TypedDict):
    """What is going on."""

    working_state: WorkingState
    rolling_summary: str
    key_quotes: List[KeyQuote]
    conversation_window: List[ConversationTurn]
    open_loops: List[str]
    last_tool_evidence: List[EvidenceRef]


class LongTerm(TypedDict):
    """What is known."""

    facts: List[Fact]
    preferences: List[Fact]
    procedures: List[Procedure]
    episodes: List[Episode]


class InsightUsage(TypedDict):
    """Whether insights may be shown to whoever is answered."""

    allow_in_responder: bool


class InsightSection(TypedDict):
    """What is thought and not known."""

    usage_policy: InsightUsage
    hypotheses: List[Insight]
    strategy_sketches: List[Insight]
    patterns: List[Insight]


class Citation(TypedDict):
    """A piece of evidence that something in the packet rests on."""

    id: str
    type: CitationType
    ts: Optional[str]
    summary: str


class Omission(TypedDict):
    """A candidate that is not in the packet, and why."""

    section: str
    id: str
    reason: str


class _DegradationRequired(TypedDict):
    section: str
    action: str
    reason: str


class Degradation(_DegradationRequired, total=False):
    """What could not be done as asked."""

    dropped: int


class OverBudget(TypedDict):
    """By how many tokens what cannot be dropped is too long."""

    tokens: int
    sections: Dict[str, int]


class _BudgetReportRequired(TypedDict):
    max_tokens: int
    used_tokens_est: int
    section_usage: Dict[str, int]
    degradations: List[Degradation]
    omissions: List[Omission]


class BudgetReport(_BudgetReportRequired, total=False):
    """How long the packet is; `over_budget` is there only where something is too long."""

    over_budget: OverBudget


class _SelectedRequired(TypedDict):
    section: str
    id: str
    why: str


class Selected(_SelectedRequired, total=False):
    """A candidate that is in the packet, and why; `parts` add up to `score` exactly."""

    score: float
    parts: Dict[str, float]
    keywords: List[str]


class Omitted(Omission, total=False):
    """A candidate that is not in the packet, and why; `parts` add up to `score` exactly."""

    score: float
    parts: Dict[str, float]
    keywords: List[str]


class Conflict(TypedDict):
    """Several active facts of one key."""

    fact_key: str
    fact_ids: List[str]
    same_value: bool


class _ExplainRequired(TypedDict):
    policy_id: str
    candidate_counts: Dict[str, int]
    candidate_limits: Dict[str, int]
    time_window_days: int
    determinism: Dict[str, str]


class PacketExplain(_ExplainRequired, total=False):
    """How the packet came to be what it is."""

    selected: List[Selected]
    omitted: List[Omitted]
    conflicts: List[Conflict]


class MemoryPacket(TypedDict):
    """What a model is to be told, version 1: all seven sections, always."""

    meta: PacketMeta
    short_term: ShortTerm
    long_term: LongTerm
    insight: InsightSection
    citations: List[Citation]
    budget_report: BudgetReport
    explain: PacketExplain


# -- a packet that a caller made


class _PacketMetaRequired(TypedDict):
    scope: ScopeInput
    purpose: Purpose
    budget: BudgetInput


class PacketMetaInput(_PacketMetaRequired, total=False):
    """What a packet was built for. `generated_at` is the moment of writing where it is absent."""

    schema_version: str
    generated_at: Instant
    task_type: str
    cues: EchoedCues
    policy_id: str


class _PacketRequired(TypedDict):
    meta: PacketMetaInput
    short_term: JsonObject
    long_term: JsonObject


class PacketInput(_PacketRequired, total=False):
    """A packet to keep. What is absent is filled in as in an empty one."""

    insight: JsonObject
    citations: List[Citation]
    budget_report: JsonObject
    explain: JsonObject

"""What packet is asked for, with every default filled in. Pure; a request has been checked when it comes here."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, NamedTuple, Optional, cast

from engram.types import EchoedCues, JsonObject, MemoryScope, PacketPolicy, PacketRequest, Purpose, TimeRangeInput
from engram.types.limits import MAX_QUESTION_CHARS

from ....clock import moment_of
from ..moments import given_moment, written_with_offset
from ..scopes import whole
from .sizes import ESTIMATORS, Estimator

DEFAULT_TASK_TYPE = "generic"
DEFAULT_POLICY_ID = "default"
DEFAULT_ESTIMATOR = "characters"
DEFAULT_MAX_TOKENS = 2048

_DAY_MS = 86_400_000
# What a moment can be, in milliseconds since 1970: from year 1 to year 9999.
_FIRST_MOMENT = moment_of("0001-01-01T00:00:00Z")
_LAST_MOMENT = moment_of("9999-12-31T23:59:59.999Z")


class Policy(NamedTuple):
    """What is looked at, with the defaults."""

    max_total_candidates: int = 100
    max_facts: int = 30
    max_procedures: int = 5
    max_episodes: int = 20
    max_insights: int = 10
    max_key_quotes: int = 10
    conversation_window: int = 5
    episode_time_window_days: int = 30
    last_tool_evidence_limit: int = 3
    include_conversation_window: bool = False
    include_insights_in_tool: bool = False
    allow_insights_in_responder: bool = False
    rank: Literal["stored", "relevance"] = "stored"


class Window(NamedTuple):
    """Between which moments episodes are looked for, in milliseconds, both included; None is open."""

    start: Optional[int]
    end: Optional[int]


class Asked(NamedTuple):
    """A request with its defaults."""

    scope: MemoryScope
    purpose: Purpose
    task_type: str
    query: str
    tags: List[str]
    entities: List[str]
    keywords: List[str]
    #: The window of the cues, None when the policy's days count.
    cue_window: Optional[Window]
    window: Window
    max_tokens: int
    per_section: JsonObject
    policy_id: str
    policy: Policy
    estimator: Estimator

    @property
    def wants_insights(self) -> bool:
        """Whether insights may be in a packet for this purpose."""
        return {
            "planner": True,
            "tool": self.policy.include_insights_in_tool,
            "responder": self.policy.allow_insights_in_responder,
        }[self.purpose]

    @property
    def by_stored_order(self) -> bool:
        """Whether the order in which records are stored decides, and not how well they fit."""
        return self.policy.rank == "stored" and not self.keywords

    @property
    def question(self) -> str:
        """What facts, episodes and procedures are to fit: the keywords, and under relevance the query or other cues."""
        words = list(self.keywords)
        if self.policy.rank == "relevance":
            words[:0] = [self.query] if self.query else [*self.tags, *self.entities]
        return " ".join(words)[:MAX_QUESTION_CHARS]

    def cues(self) -> EchoedCues:
        """Return the cues that say anything, as the packet repeats them."""
        said = {"tags": self.tags, "entities": self.entities, "keywords": self.keywords}
        cues = cast(EchoedCues, {name: words for name, words in said.items() if words})
        if self.cue_window is not None:
            cues["time_range"] = {"start": _echoed(self.cue_window.start), "end": _echoed(self.cue_window.end)}
        return cues


def read(request: PacketRequest, now: int) -> Asked:
    """Return what is asked for at the moment `now`; absent and null mean the default."""
    cues = request.get("cues") or {}
    budget = request.get("budget") or {"max_tokens": DEFAULT_MAX_TOKENS}
    policy = _policy(request.get("policy") or {})
    time_range = cues.get("time_range")
    cue_window = None if time_range is None else _cue_window(time_range)
    return Asked(
        scope=whole(request["scope"]),
        purpose=request["purpose"],
        task_type=_or(request.get("task_type"), DEFAULT_TASK_TYPE),
        query=_or(request.get("query"), ""),
        tags=cues.get("tags") or [],
        entities=cues.get("entities") or [],
        keywords=cues.get("keywords") or [],
        cue_window=cue_window,
        window=cue_window or Window(_days_before(now, policy.episode_time_window_days), now),
        max_tokens=budget["max_tokens"],
        per_section=budget.get("per_section") or {},
        policy_id=_or(request.get("policy_id"), DEFAULT_POLICY_ID),
        policy=policy,
        estimator=ESTIMATORS[_or(request.get("estimator"), DEFAULT_ESTIMATOR)],
    )


def _policy(given: PacketPolicy) -> Policy:
    known = {name: value for name, value in given.items() if name in Policy._fields and value is not None}
    return Policy(**cast(Dict[str, Any], known))


def _or(text: Optional[str], default: str) -> str:
    return default if text is None else text


def _days_before(now: int, days: int) -> int:
    return max(_FIRST_MOMENT, min(now - days * _DAY_MS, _LAST_MOMENT))


def _cue_window(given: TimeRangeInput) -> Window:
    return Window(
        given_moment(given.get("start_ms"), given.get("start")),
        given_moment(given.get("end_ms"), given.get("end")),
    )


def _echoed(moment: Optional[int]) -> Optional[str]:
    return None if moment is None else written_with_offset(moment)

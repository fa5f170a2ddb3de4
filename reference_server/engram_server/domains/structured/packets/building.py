"""Puts a MemoryPacket v1 together: choose, fit into the budget, cite, explain. Pure.

The same request, candidates and moment give the same packet to the byte, in whatever order the records come.
"""

from __future__ import annotations

from typing import Dict, List

from engram.types import (
    BudgetReport,
    ConversationTurn,
    InsightSection,
    InsightUsage,
    LongTerm,
    MemoryPacket,
    Omission,
    PacketMeta,
    ShortTerm,
    WorkingState,
)

from ....storage import as_json
from ..completing import patched
from ..moments import written
from . import budget
from .asked import Asked
from .candidates import Candidates
from .choosing import Chosen, choose
from .citing import citations
from .conversation import open_loops, said
from .explaining import explain, preferences

SCHEMA_VERSION = "v1"


def build(asked: Asked, candidates: Candidates, *, now: int) -> MemoryPacket:
    """Return the packet of a request at the moment `now`."""
    turns = said(candidates.conversation)
    state = candidates.working_state or patched(None, {})
    summary = candidates.stm["rolling_summary"] if candidates.stm else ""
    chosen = choose(asked, candidates, turns, now)
    usage_policy: InsightUsage = {"allow_in_responder": asked.policy.allow_insights_in_responder}
    fitted = budget.fit(
        _written(chosen, state, summary, usage_policy), asked.max_tokens, asked.per_section, asked.estimator
    )
    ids = chosen.ids()
    omissions = [*chosen.omissions, *budget.omissions(ids, fitted)]
    short_term = _short_term(asked, state, summary, chosen, turns, fitted.kept)
    long_term = _long_term(chosen, fitted.kept)
    insight = _insight(usage_policy, chosen, fitted.kept)
    kept = {section: of_section[: fitted.kept[section]] for section, of_section in ids.items()}
    return {
        "meta": _meta(asked, now),
        "short_term": short_term,
        "long_term": long_term,
        "insight": insight,
        "citations": citations(short_term, long_term, insight),
        "budget_report": _report(asked, fitted, omissions),
        "explain": explain(asked, chosen, kept, omissions, candidates.facts),
    }


def _written(chosen: Chosen, state: WorkingState, summary: str, usage_policy: InsightUsage) -> budget.Written:
    lists: Dict[str, List[str]] = {
        "facts": [as_json(fact) for fact in chosen.facts],
        "procedures": [as_json(procedure) for procedure in chosen.procedures],
        "episodes": [as_json(episode) for episode in chosen.episodes],
        "key_quotes": [as_json(quote) for quote in chosen.key_quotes],
        "conversation_window": [as_json(turn) for turn in chosen.turns],
        **{section: [as_json(insight) for insight in items] for section, items in chosen.insights.items()},
    }
    untouched = {"working_state": as_json(state), "rolling_summary": as_json(summary)}
    return budget.Written(untouched, lists, f'"usage_policy":{as_json(usage_policy)}')


def _short_term(
    asked: Asked, state: WorkingState, summary: str, chosen: Chosen, turns: List[ConversationTurn], kept: Dict[str, int]
) -> ShortTerm:
    evidence = state["tool_evidence"]
    newest = max(0, len(evidence) - asked.policy.last_tool_evidence_limit)
    return {
        "working_state": state,
        "rolling_summary": summary,
        "key_quotes": chosen.key_quotes[: kept["key_quotes"]],
        "conversation_window": chosen.turns[: kept["conversation_window"]][::-1],
        "open_loops": open_loops(state, turns),
        "last_tool_evidence": evidence[newest:],
    }


def _long_term(chosen: Chosen, kept: Dict[str, int]) -> LongTerm:
    facts = chosen.facts[: kept["facts"]]
    return {
        "facts": facts,
        "preferences": preferences(facts),
        "procedures": chosen.procedures[: kept["procedures"]],
        "episodes": chosen.episodes[: kept["episodes"]],
    }


def _insight(usage_policy: InsightUsage, chosen: Chosen, kept: Dict[str, int]) -> InsightSection:
    left = {section: items[: kept[section]] for section, items in chosen.insights.items()}
    return {
        "usage_policy": usage_policy,
        "hypotheses": left["insight.hypotheses"],
        "strategy_sketches": left["insight.strategy_sketches"],
        "patterns": left["insight.patterns"],
    }


def _meta(asked: Asked, now: int) -> PacketMeta:
    return {
        "schema_version": SCHEMA_VERSION,
        "scope": asked.scope,
        "generated_at": written(now),
        "purpose": asked.purpose,
        "task_type": asked.task_type,
        "cues": asked.cues(),
        "budget": {"max_tokens": asked.max_tokens, "per_section": asked.per_section},
        "policy_id": asked.policy_id,
    }


def _report(asked: Asked, fitted: budget.Fitted, omissions: List[Omission]) -> BudgetReport:
    report: BudgetReport = {
        "max_tokens": asked.max_tokens,
        "used_tokens_est": sum(fitted.usage.values()),
        "section_usage": fitted.usage,
        "degradations": budget.degradations(omissions, asked.per_section),
        "omissions": omissions,
    }
    over = budget.over_budget(fitted.usage, asked.max_tokens, asked.per_section)
    if over["tokens"] or over["sections"]:
        report["over_budget"] = over
    return report

"""What a packet holds of what was kept, over every door."""

from __future__ import annotations

from typing import Any, Dict, List, cast

import pytest

from engram import packet_text
from engram.memory_verbs import MemoryVerbs
from engram.types import MemoryPacket

from .doors import SCOPE


def _built(memory: MemoryVerbs, purpose: str = "planner", **asked: Any) -> MemoryPacket:
    return memory.build_memory_packet(cast(Any, {"scope": SCOPE, "purpose": purpose, **asked}))


def _facts(memory: MemoryVerbs, count: int, prefix: str, **changed: Any) -> None:
    for number in range(count):
        fact = {"fact_id": f"{prefix}{number}", "fact_key": f"data.point.{number}", "value": "x", **changed}
        memory.upsert_fact(SCOPE, cast(Any, fact))


def _ids(packet: MemoryPacket) -> List[str]:
    return [fact["fact_id"] for fact in packet["long_term"]["facts"]]


def test_the_packet_of_nothing(memory: MemoryVerbs) -> None:
    report = _built(memory)["budget_report"]
    assert (report["used_tokens_est"], report["max_tokens"], report["omissions"]) == (59, 2048, [])
    assert "over_budget" not in report
    assert _built(memory, budget={"max_tokens": 58})["budget_report"]["over_budget"]["tokens"] == 1
    assert packet_text(_built(memory)) == ""


def test_the_limit_of_facts_counts_in_the_order_of_keys(memory: MemoryVerbs) -> None:
    _facts(memory, 50, "fact-")
    budget = {"max_tokens": 2048, "per_section": {"facts": 100}}
    packet = _built(memory, policy={"max_facts": 5, "max_total_candidates": 10}, budget=budget)
    assert _ids(packet) == ["fact-0", "fact-1"]
    assert packet["budget_report"]["section_usage"]["facts"] <= 100
    dropped = [one["id"] for one in packet["budget_report"]["omissions"] if one["reason"] == "section_budget"]
    assert dropped == ["fact-12", "fact-11", "fact-10"]


def test_a_budget_is_kept_and_what_it_drops_is_told(memory: MemoryVerbs) -> None:
    _facts(memory, 100, "f_")
    packet = _built(memory, policy={"max_facts": 80, "max_total_candidates": 60}, budget={"max_tokens": 300})
    report = packet["budget_report"]
    assert 0 < len(_ids(packet)) < 60 and report["used_tokens_est"] <= 300
    assert len(_ids(packet)) + len(report["omissions"]) >= 80


def test_only_what_is_active_and_valid_is_told(memory: MemoryVerbs) -> None:
    _facts(memory, 1, "old", status="deprecated")
    _facts(memory, 1, "later", validity={"valid_from": "2026-06-01T00:00:00Z"})
    _facts(memory, 1, "now", validity={"valid_to": "2026-01-01T00:00:00Z"})
    assert _ids(_built(memory)) == ["now0"]


@pytest.mark.parametrize(
    ("purpose", "policy", "told"),
    [
        ("planner", {}, True),
        ("tool", {}, False),
        ("tool", {"include_insights_in_tool": True}, True),
        ("tool", {"allow_insights_in_responder": True}, False),
        ("responder", {}, False),
        ("responder", {"allow_insights_in_responder": True}, True),
    ],
)
def test_who_is_told_of_insights(purpose: str, policy: Dict[str, bool], told: bool, memory: MemoryVerbs) -> None:
    memory.append_insight(SCOPE, {"id": "i", "type": "hypothesis", "statement": "Mira avoids layovers."})
    memory.append_insight(SCOPE, {"id": "r", "type": "pattern", "statement": "No.", "validation_state": "rejected"})
    packet = _built(memory, purpose, policy=policy)
    assert len(packet["insight"]["hypotheses"]) == told
    assert packet["insight"]["patterns"] == []
    assert ("Mira avoids layovers." in packet_text(packet)) is told


def test_the_last_turns_of_a_conversation(memory: MemoryVerbs) -> None:
    payloads: List[Any] = ["a", {"text": "b"}, {"role": "assistant", "content": "c"}, {"content": ["skipped"]}, "d"]
    for number, payload in enumerate(payloads):
        memory.append_event(
            {"event_id": f"e{number}", "scope": SCOPE, "kind": "message", "payload": payload, "ts_ms": number}
        )
    policy = {"include_conversation_window": True, "conversation_window": 3}
    turns = _built(memory, policy=policy)["short_term"]["conversation_window"]
    assert [(turn["role"], turn["content"]) for turn in turns] == [("user", "b"), ("assistant", "c"), ("user", "d")]
    assert _built(memory, policy={"conversation_window": 3})["short_term"]["conversation_window"] == []


def test_the_newest_evidence_of_tools_is_told(memory: MemoryVerbs) -> None:
    evidence = [{"evidence_id": f"t{number}", "summary": f"Price {number}"} for number in range(5)]
    memory.patch_working_state(SCOPE, cast(Any, {"tool_evidence": evidence}))
    packet = _built(memory)
    assert [one["evidence_id"] for one in packet["short_term"]["last_tool_evidence"]] == ["t2", "t3", "t4"]
    assert len(packet["short_term"]["working_state"]["tool_evidence"]) == 5


def test_packets_are_kept_in_their_run_unless_asked_not_to(memory: MemoryVerbs) -> None:
    packets = [_built(memory, task_type=f"task-{number}") for number in range(3)]
    _built(memory, persist=False)
    assert memory.list_context_builds(SCOPE) == packets
    assert memory.list_context_builds(SCOPE, 1) == packets[:1]
    assert memory.list_context_builds(SCOPE, newest=True) == packets[::-1]
    assert memory.list_context_builds({**SCOPE, "run_id": "other"}) == []


def test_a_packet_that_was_made_elsewhere_is_kept_whole(memory: MemoryVerbs) -> None:
    packet = _built(memory, persist=False)
    build = memory.write_context_build({**SCOPE, "run_id": "other"}, packet)
    kept = memory.list_context_builds({**SCOPE, "run_id": "other"})
    assert kept == [packet] == [build["packet"]] and kept.build_ids == [build["build_id"]]

"""What a packet holds, number by number.

Where the numbers and rules of packets as they were first published are changed here, this is how
(what is dropped is tested in `test_budget`, what comes first in `test_relevance`):

| as published                                             | here                                                  |
|----------------------------------------------------------|-------------------------------------------------------|
| a section's estimate loses each dropped item's own       | the section that is left is estimated again, so that  |
| rounded-up estimate and may stay above its limit         | it never stays above its limit while it holds an item |
| what cannot be dropped may be over without a word        | `budget_report.over_budget`, in all and by section    |
| a limit above 32 bits wraps around                       | it is as large as it says                             |
| a limit that is no number of tokens is ignored           | and `degradations` says so; so does every drop        |
| what the total cap drops is dropped without a word       | omitted with the reason `total_cap`                   |
| citations of what was dropped stay                       | only what is in the packet is cited                   |
| `last_tool_evidence` is the first of the evidence        | the last of it, in its order                          |
| `open_loops` and `preferences` are empty                 | filled; neither is in a section's estimate            |
| keywords are repeated and have no effect                 | records that hold them come first; none is shut out   |
| `explain` has counts and orders                          | also `selected`, `omitted` and `conflicts`            |
| `generated_at` in nanoseconds                            | in milliseconds                                       |
| a window of 100,000,000 days ends the process            | it reaches back to year 1                             |
"""

from __future__ import annotations

from typing import Dict, List, Optional

import pytest

from engram.types import Cues, PacketPolicy, Purpose, ValidationState
from engram_server.clock import rfc3339
from engram_server.domains.structured.packets import Candidates, build, read

from .support import (
    DAY_MS,
    EMPTY_TOKENS,
    NOW,
    SCOPE,
    Kept,
    episode,
    evidence,
    fact,
    insight,
    message,
    omitted,
    packet_of,
    procedure,
    quote,
    state,
    stm,
)


def test_an_empty_packet_has_all_sections() -> None:
    packet = packet_of(Kept())
    assert list(packet) == [
        "meta",
        "short_term",
        "long_term",
        "insight",
        "citations",
        "budget_report",
        "explain",
    ]
    assert packet["budget_report"]["section_usage"] == {
        "working_state": 28,
        "rolling_summary": 1,
        "key_quotes": 1,
        "conversation_window": 1,
        "facts": 1,
        "procedures": 1,
        "episodes": 1,
        "insight": 25,
    }
    assert packet["budget_report"]["used_tokens_est"] == EMPTY_TOKENS
    assert packet["budget_report"]["degradations"] == []
    assert "over_budget" not in packet["budget_report"]


def test_what_is_left_out_of_a_request_has_its_default() -> None:
    packet = build(read({"scope": {**SCOPE}, "purpose": "tool"}, NOW), Candidates(), now=NOW)
    assert packet["meta"] == {
        "schema_version": "v1",
        "scope": SCOPE,
        "generated_at": "2026-05-02T09:00:00.123Z",
        "purpose": "tool",
        "task_type": "generic",
        "cues": {},
        "budget": {"max_tokens": 2048, "per_section": {}},
        "policy_id": "default",
    }
    assert packet["explain"]["candidate_limits"] == {
        "max_total": 100,
        "facts": 30,
        "procedures": 5,
        "episodes": 20,
        "insights": 10,
    }
    assert packet["explain"]["time_window_days"] == 30


def test_a_scope_without_a_tenant_belongs_to_the_default() -> None:
    asked = read({"scope": {"user_id": "u", "agent_id": "a", "session_id": "s", "run_id": "r"}, "purpose": "tool"}, NOW)
    assert asked.scope["tenant_id"] == "default"


def test_null_in_a_policy_is_the_default() -> None:
    packet = packet_of(Kept(), policy={"max_facts": None, "rank": None})
    assert packet["explain"]["candidate_limits"]["facts"] == 30


def test_one_preference() -> None:
    concise = fact("f1", "user_preference", "Alice prefers concise answers.", confidence=1.0)
    packet = packet_of(Kept(known=[concise]), "responder", max_tokens=2000)
    assert packet["long_term"]["facts"] == packet["long_term"]["preferences"] == [concise]
    assert packet["budget_report"]["section_usage"]["facts"] == 54
    assert packet["budget_report"]["used_tokens_est"] == 112


def test_a_strict_policy() -> None:
    packet = packet_of(
        Kept(known=[fact(f"fact-{i}", f"data.point.{i}", i) for i in range(50)]),
        policy={"max_facts": 5, "max_total_candidates": 10},
        per_section={"facts": 100},
        policy_id="strict-v1",
    )
    assert [one["fact_id"] for one in packet["long_term"]["facts"]] == ["fact-0", "fact-1"]
    assert omitted(packet) == [f"facts {id_} section_budget" for id_ in ("fact-12", "fact-11", "fact-10")]
    assert packet["budget_report"]["section_usage"]["facts"] == 93
    assert packet["budget_report"]["used_tokens_est"] == 151
    assert packet["budget_report"]["degradations"] == [
        {"section": "facts", "action": "shortened", "reason": "section_budget", "dropped": 3}
    ]
    assert packet["explain"]["candidate_limits"]["facts"] == 5
    assert packet["explain"]["policy_id"] == packet["meta"]["policy_id"] == "strict-v1"


def test_many_facts() -> None:
    many = Kept(known=[fact(f"f_{i}", f"k_{i}") for i in range(200)])
    few = packet_of(many, policy={"max_facts": 5})
    assert [one["fact_id"] for one in few["long_term"]["facts"]] == ["f_0", "f_1", "f_10", "f_100", "f_101"]
    packet = packet_of(many, policy={"max_facts": 200}, max_tokens=300)
    reasons = [one["reason"] for one in packet["budget_report"]["omissions"]]
    left = len(packet["long_term"]["facts"])
    assert 0 < left < 100
    assert packet["budget_report"]["used_tokens_est"] <= 300
    assert reasons == ["total_cap"] * 100 + ["budget"] * (100 - left)


def test_turns_are_no_candidates_unless_asked_for() -> None:
    chat = Kept(messages=[message(f"e{i:02}", f"line {i}", i) for i in range(90)], known=[fact(i) for i in "abc"])
    packet = packet_of(chat, "responder", max_tokens=600, policy={"conversation_window": 50})
    assert len(packet["long_term"]["facts"]) == 3
    assert packet["short_term"]["conversation_window"] == []
    assert omitted(packet) == []


def test_the_newest_turns_oldest_first() -> None:
    chat = Kept(messages=[message(f"e{i}", f"line {i}", i) for i in range(7)])
    packet = packet_of(chat, policy={"include_conversation_window": True})
    assert [turn["evidence_id"] for turn in packet["short_term"]["conversation_window"]] == [
        f"e{i}" for i in range(2, 7)
    ]


@pytest.mark.parametrize(
    ("cues", "policy", "found"),
    [
        ({}, {}, ["now", "one", "three", "five"]),
        ({}, {"episode_time_window_days": 4}, ["now", "one", "three"]),
        ({}, {"episode_time_window_days": 10**8}, ["now", "one", "three", "five", "month"]),
        ({}, {"max_episodes": 2}, ["now", "one"]),
        ({"time_range": {}}, {}, ["now", "one", "three", "five", "month"]),
        ({"time_range": {"start_ms": NOW - 60 * DAY_MS}}, {}, ["now", "one", "three", "five", "month"]),
        ({"time_range": {"end": rfc3339(NOW - 4 * DAY_MS)}}, {}, ["five", "month"]),
        ({"time_range": {"start": rfc3339(0), "start_ms": NOW - 2 * DAY_MS}}, {}, ["now", "one"]),
        ({"tags": ["y"]}, {}, ["now", "one"]),
        ({"tags": ["x", "zz"]}, {}, ["now"]),
        ({"tags": ["y"], "entities": ["E1"]}, {}, ["now"]),
        ({"entities": ["none"]}, {}, []),
        ({"keywords": ["nothing"]}, {}, ["now", "one", "three", "five"]),
    ],
)
def test_episodes(cues: Cues, policy: PacketPolicy, found: List[str]) -> None:
    past = [
        episode("five", 5),
        episode("month", 31),
        episode("now", 0, tags=["x", "y"], entities=["E1"]),
        episode("three", 3),
        episode("one", 1, tags=["y"]),
    ]
    packet = packet_of(Kept(past=past), cues=cues, policy=policy)
    assert [one["episode_id"] for one in packet["long_term"]["episodes"]] == found


def test_recency() -> None:
    past = [episode(str(days), days) for days in (0, 1, 3, 5)]
    scores = [one["recency_score"] for one in packet_of(Kept(past=past))["long_term"]["episodes"]]
    assert scores == pytest.approx([1, 1 / 2, 1 / 4, 1 / 6])


def test_a_time_range_is_repeated_in_utc() -> None:
    cues: Cues = {"time_range": {"start": "2026-01-01T08:00:00.5+08:00"}, "tags": [], "keywords": ["a"]}
    packet = packet_of(Kept(), cues=cues)
    assert packet["meta"]["cues"] == {
        "keywords": ["a"],
        "time_range": {"start": "2026-01-01T00:00:00.500+00:00", "end": None},
    }


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "holds"),
    [(0, 0, True), (-DAY_MS, DAY_MS, True), (1, None, False), (None, -1, False), (None, None, True)],
)
def test_a_fact_holds_at_both_ends(valid_from: Optional[int], valid_to: Optional[int], holds: bool) -> None:
    ends = [None if offset is None else rfc3339(NOW + offset) for offset in (valid_from, valid_to)]
    packet = packet_of(Kept(known=[fact("f", valid_from=ends[0], valid_to=ends[1])]))
    assert bool(packet["long_term"]["facts"]) is holds


def test_facts_of_one_key_are_told_apart() -> None:
    known = [fact("old", "city", "Oslo"), fact("new", "city", "Bergen"), fact("a", "pet"), fact("b", "pet"), fact("c")]
    packet = packet_of(Kept(known=known))
    assert [one["fact_id"] for one in packet["long_term"]["facts"]] == ["c", "new", "old", "a", "b"]
    assert packet["explain"]["conflicts"] == [
        {"fact_key": "city", "fact_ids": ["new", "old"], "same_value": False},
        {"fact_key": "pet", "fact_ids": ["a", "b"], "same_value": True},
    ]


def test_procedures_of_the_task() -> None:
    how = [procedure("lo", "sum", 1), procedure("hi_b", "sum", 9), procedure("hi_a", "sum", 9), procedure("any")]
    for_sum = packet_of(Kept(how=how), task_type="sum")["long_term"]["procedures"]
    assert [one["procedure_id"] for one in for_sum] == ["hi_a", "hi_b", "lo"]
    assert [one["procedure_id"] for one in packet_of(Kept(how=how))["long_term"]["procedures"]] == ["any"]


@pytest.mark.parametrize(
    ("purpose", "policy", "shown"),
    [
        ("planner", {}, True),
        ("tool", {}, False),
        ("tool", {"include_insights_in_tool": True}, True),
        ("tool", {"allow_insights_in_responder": True}, False),
        ("responder", {}, False),
        ("responder", {"allow_insights_in_responder": True}, True),
        ("responder", {"include_insights_in_tool": True}, False),
    ],
)
def test_who_is_shown_insights(purpose: Purpose, policy: PacketPolicy, shown: bool) -> None:
    packet = packet_of(Kept(supposed=[insight("i"), insight("r", state="rejected")]), purpose, policy=policy)
    assert [one["id"] for one in packet["insight"]["hypotheses"]] == (["i"] if shown else [])
    allowed = policy.get("allow_insights_in_responder", False)
    assert packet["insight"]["usage_policy"] == {"allow_in_responder": allowed}
    assert omitted(packet) == []


def test_insights_that_come_for_another_purpose_are_left_out() -> None:
    asked = read({"scope": {**SCOPE}, "purpose": "responder"}, NOW)
    packet = build(asked, Candidates(insights=[insight("i", "pattern")]), now=NOW)
    assert omitted(packet) == ["insight.patterns i purpose"]


def test_the_best_validated_insights_first() -> None:
    rows: Dict[str, "tuple[ValidationState, float]"] = {
        "i0": ("unvalidated", 0.9),
        "i1": ("testing", 0.1),
        "i2": ("validated", 0.2),
        "i3": ("validated", 0.2),
        "i4": ("validated", 0.2004),
    }
    supposed = [insight(id_, state=standing, confidence=sure) for id_, (standing, sure) in rows.items()]
    packet = packet_of(Kept(supposed=supposed))
    assert [one["id"] for one in packet["insight"]["hypotheses"]] == ["i4", "i3", "i2", "i1", "i0"]
    packet = packet_of(Kept(supposed=supposed), policy={"max_insights": 2})
    assert [one["id"] for one in packet["insight"]["hypotheses"]] == ["i4", "i3"]


def test_the_newest_evidence_of_tools() -> None:
    found = [evidence(f"t{i}") for i in range(5)]
    kept = Kept(state=state(tool_evidence=found), known=[fact("f", sources=["t4", "m"])])
    packet = packet_of(kept)
    assert packet["short_term"]["last_tool_evidence"] == found[2:]
    assert packet["short_term"]["working_state"]["tool_evidence"] == found
    assert [(one["id"], one["type"]) for one in packet["citations"]] == [
        ("m", "message"),
        ("t2", "tool_result"),
        ("t3", "tool_result"),
        ("t4", "message"),
        ("t4", "tool_result"),
    ]
    assert packet_of(kept, policy={"last_tool_evidence_limit": 0})["short_term"]["last_tool_evidence"] == []


def test_the_first_citation_of_an_id_counts() -> None:
    kept = Kept(
        short_term=stm("", [quote("e0", "as quoted")]),
        messages=[message("e0", "as said")],
        known=[fact("f", sources=["e0", "e0"])],
    )
    packet = packet_of(kept, policy={"include_conversation_window": True})
    assert packet["citations"] == [{"id": "e0", "type": "message", "ts": None, "summary": "as quoted"}]

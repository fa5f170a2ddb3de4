"""What a packet drops to stay within its limits, in which order, and what it says of that."""

from __future__ import annotations

import json
from typing import List

import pytest

from engram.types import JsonObject

from .support import (
    EMPTY_TOKENS,
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

ALL_OF_ONE = Kept(
    state=state(goal="to find a boat", tool_evidence=[evidence("t0")]),
    short_term=stm("They talked about boats.", [quote("q0")]),
    messages=[message("e0", "hello", 0), message("e1", "ahoy", 1)],
    known=[fact("f0")],
    how=[procedure("p0")],
    past=[episode("ep0")],
    supposed=[insight("i0"), insight("i1", "strategy"), insight("i2", "pattern")],
)


def test_what_cannot_be_dropped_is_reported() -> None:
    report = packet_of(Kept(), max_tokens=58)["budget_report"]
    assert (report["used_tokens_est"], report["omissions"]) == (EMPTY_TOKENS, [])
    assert report["over_budget"] == {"tokens": 1, "sections": {}}


def test_the_order_of_dropping() -> None:
    packet = packet_of(ALL_OF_ONE, max_tokens=1, policy={"include_conversation_window": True})
    assert omitted(packet) == [
        "insight.hypotheses i0 budget",
        "insight.strategy_sketches i1 budget",
        "insight.patterns i2 budget",
        "episodes ep0 budget",
        "conversation_window e0 budget",
        "conversation_window e1 budget",
        "procedures p0 budget",
        "facts f0 budget",
        "key_quotes q0 budget",
    ]
    assert packet["short_term"]["working_state"]["goal"] == "to find a boat"
    assert packet["short_term"]["rolling_summary"] == "They talked about boats."
    assert set(packet["explain"]["candidate_counts"].values()) == {0}
    report = packet["budget_report"]
    assert report["over_budget"] == {"tokens": report["used_tokens_est"] - 1, "sections": {}}
    assert [one["id"] for one in packet["citations"]] == ["t0"]


def test_the_order_of_the_total_cap() -> None:
    packet = packet_of(ALL_OF_ONE, policy={"max_total_candidates": 2})
    assert omitted(packet) == [
        "insight.hypotheses i0 total_cap",
        "insight.strategy_sketches i1 total_cap",
        "insight.patterns i2 total_cap",
        "episodes ep0 total_cap",
    ]
    assert packet["explain"]["omitted"] == packet["budget_report"]["omissions"]


@pytest.mark.parametrize(
    ("max_tokens", "per_section", "degraded"),
    [
        (0, {}, []),
        (2048, {"episodes": "10", "procedures": 1.5, "facts": True}, ["episodes", "facts", "procedures"]),
        (2048, {"facts": 4294967296}, []),
        (2048, {"stm": 3, "insight": -1}, ["insight", "stm"]),
    ],
)
def test_a_budget_that_asks_for_nothing(max_tokens: int, per_section: JsonObject, degraded: List[str]) -> None:
    packet = packet_of(ALL_OF_ONE, max_tokens=max_tokens, per_section=per_section)
    report = packet["budget_report"]
    assert report["omissions"] == []
    assert [one["section"] for one in report["degradations"]] == degraded
    assert "over_budget" not in report
    assert packet["meta"]["budget"] == {"max_tokens": max_tokens, "per_section": per_section}


def test_limits_of_what_is_never_dropped() -> None:
    report = packet_of(ALL_OF_ONE, per_section={"working_state": 1, "rolling_summary": 1})["budget_report"]
    usage = report["section_usage"]
    assert report["omissions"] == []
    assert report["over_budget"] == {
        "tokens": 0,
        "sections": {"working_state": usage["working_state"] - 1, "rolling_summary": usage["rolling_summary"] - 1},
    }


def test_a_section_is_estimated_again_after_each_drop() -> None:
    known = [fact(f"f{i:02}") for i in range(20)]
    for limit in range(1, 1000):
        packet = packet_of(Kept(known=known), per_section={"facts": limit})
        text = json.dumps(packet["long_term"]["facts"], separators=(",", ":"))
        used = packet["budget_report"]["section_usage"]["facts"]
        assert used == -(-len(text) // 4) <= limit
        longer = len(text) + len(json.dumps(known[0], separators=(",", ":"))) + (1 if len(text) > 2 else 0)
        assert len(packet["long_term"]["facts"]) == 20 or -(-longer // 4) > limit


def test_quotes_over_the_limit_are_reported() -> None:
    packet = packet_of(Kept(short_term=stm("", [quote(f"q{i}") for i in range(4)])), policy={"max_key_quotes": 2})
    assert [one["evidence_id"] for one in packet["short_term"]["key_quotes"]] == ["q0", "q1"]
    assert omitted(packet) == ["key_quotes q3 limit", "key_quotes q2 limit"]

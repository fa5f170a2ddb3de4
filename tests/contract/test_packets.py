"""Packets of what is stored: the numbers of the published page, what is kept of a build, what is refused."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from engram_server.clock import moment_of

from .doors import OTHER_KEY, Door
from .records import FAMILIES, SCOPE, START_TEXT, WHOLE_SCOPE, ask, keep, remove, told

PLANNER: Dict[str, Any] = {"scope": SCOPE, "purpose": "planner"}


def built(door: Door, **request: Any) -> Any:
    """Build a packet and return it; it is not kept unless the request says so."""
    return told(door, "packets/build", {"request": {**PLANNER, "persist": False, **request}})


def builds(door: Door, **page: Any) -> List[Any]:
    """Return the packets that were kept."""
    return [one["packet"] for one in told(door, "context-builds/list", {"scope": SCOPE, **page})["context_builds"]]


def test_the_packet_of_nothing(door: Door) -> None:
    packet = built(door)
    assert packet["meta"] == {
        "schema_version": "v1",
        "scope": WHOLE_SCOPE,
        "generated_at": START_TEXT,
        "purpose": "planner",
        "task_type": "generic",
        "cues": {},
        "budget": {"max_tokens": 2048, "per_section": {}},
        "policy_id": "default",
    }
    report = packet["budget_report"]
    assert (report["used_tokens_est"], report["section_usage"]["insight"]) == (59, 25)
    assert report["section_usage"]["working_state"] == 28
    assert set(packet) == {"meta", "short_term", "long_term", "insight", "citations", "budget_report", "explain"}


def test_the_packet_of_the_published_page(door: Door) -> None:
    fact = {
        "fact_id": "f1",
        "fact_key": "user_preference",
        "value": "Alice prefers concise answers.",
        "status": "active",
        "confidence": 1.0,
    }
    told(door, "facts/upsert", {"scope": SCOPE, "fact": fact})
    packet = built(door, purpose="responder", budget={"max_tokens": 2000})
    assert [one["fact_id"] for one in packet["long_term"]["facts"]] == ["f1"]
    assert packet["long_term"]["preferences"] == packet["long_term"]["facts"]
    report = packet["budget_report"]
    assert (report["section_usage"]["facts"], report["used_tokens_est"]) == (54, 112)


def _of_a_trip(door: Door) -> None:
    """Keep what the worked example of the published page is made of."""
    said_at, no_flights = "2026-05-02T08:55:00Z", "No early flights please"
    seen = [{"evidence_id": "ev-tool-1", "summary": "3 hotels under 400 EUR", "kind": "tool_result"}]
    state = {
        "goal": "Book a Lisbon weekend",
        "plan": ["find hotel", "pick flight"],
        "slots": {"city": "Lisbon", "nights": 2},
        "constraints": {"max_price_eur": 400},
        "tool_evidence": seen,
        "decisions": ["stay in Alfama"],
        "risks": ["fares rising"],
        "state_version": 3,
    }
    told(door, "working-state/patch", {"scope": SCOPE, "patch": state})
    quote = {"evidence_id": "ev-msg-1", "quote": no_flights, "ts": said_at}
    stm = {"rolling_summary": "Mira wants a quiet weekend trip.", "key_quotes": [quote]}
    told(door, "stm/update", {"scope": SCOPE, "stm": stm})
    keep(door, FAMILIES["events"], event_id="ev-msg-1", payload={"content": no_flights}, ts=said_at)
    for fact_id, value in (("f-diet", "vegetarian"), ("f-seat", "window")):
        fact: Dict[str, Any] = {"fact_id": fact_id, "fact_key": fact_id[2:], "value": value, "sources": ["ev-msg-0"]}
        keep(door, FAMILIES["facts"], confidence=0.9, **fact)
    steps = {"steps": ["lodging", "transport"]}
    procedure: Dict[str, Any] = {"procedure_id": "p-trip", "task_type": "trip_planning", "content": steps}
    keep(door, FAMILIES["procedures"], priority=5, **procedure)
    episode: Dict[str, Any] = {
        "episode_id": "ep-9",
        "time_range": {"start": "2026-05-01T09:00:00.123Z"},
        "summary": "Compared Lisbon districts",
        "tags": ["lisbon"],
        "sources": ["ev-msg-0"],
    }
    keep(door, FAMILIES["episodes"], **episode)
    insight: Dict[str, Any] = {"id": "h-1", "statement": "Mira avoids layovers", "expires_at": "run_end"}
    keep(door, FAMILIES["insights"], tests_suggested=["ask her"], **insight)


def test_the_worked_example_of_the_published_page(door: Door) -> None:
    _of_a_trip(door)
    door.clock.now = moment_of("2026-05-02T09:00:00.123Z") / 1000
    packet = built(
        door,
        task_type="trip_planning",
        cues={"tags": ["lisbon"]},
        budget={"max_tokens": 1200, "per_section": {"facts": 90}},
        policy={"include_conversation_window": True},
        policy_id="trip-v1",
    )
    report = packet["budget_report"]
    assert report["used_tokens_est"] == 364
    assert report["section_usage"] == {
        "working_state": 80,
        "rolling_summary": 9,
        "key_quotes": 26,
        "conversation_window": 27,
        "facts": 50,
        "procedures": 36,
        "episodes": 60,
        "insight": 76,
    }
    assert report["omissions"] == [{"section": "facts", "id": "f-seat", "reason": "section_budget"}]
    assert packet["citations"] == [
        {"id": "ev-msg-0", "type": "message", "ts": None, "summary": ""},
        {"id": "ev-msg-1", "type": "message", "ts": "2026-05-02T08:55:00Z", "summary": "No early flights please"},
        {"id": "ev-tool-1", "type": "tool_result", "ts": None, "summary": "3 hotels under 400 EUR"},
    ]
    assert packet["long_term"]["episodes"][0]["recency_score"] == 0.5
    assert packet["short_term"]["open_loops"] == []
    assert packet["meta"]["cues"] == {"tags": ["lisbon"]}
    assert packet["explain"]["candidate_counts"] == {"facts": 1, "procedures": 1, "episodes": 1, "insights": 1}


def test_one_of_everything(door: Door) -> None:
    quote = {"evidence_id": "e-1", "quote": "No early flights"}
    told(door, "stm/update", {"scope": SCOPE, "stm": {"rolling_summary": "Quiet.", "key_quotes": [quote]}})
    told(door, "working-state/patch", {"scope": SCOPE, "patch": {"goal": "to pack", "slots": {"city": None}}})
    for family in FAMILIES.values():
        asks: Dict[str, Any] = {"payload": "Is it far?"} if family.path == "events" else {}
        keep(door, family, **asks)
    door.clock.now += 1
    packet = built(door, task_type="trip", policy={"include_conversation_window": True})
    assert packet["explain"]["candidate_counts"] == {"facts": 1, "procedures": 1, "episodes": 1, "insights": 1}
    short_term = packet["short_term"]
    assert (short_term["working_state"]["goal"], short_term["rolling_summary"]) == ("to pack", "Quiet.")
    assert short_term["conversation_window"] == [
        {"role": "user", "content": "Is it far?", "evidence_id": "e-1", "ts": START_TEXT}
    ]
    assert short_term["open_loops"] == ["slot without a value: city", "Is it far?"]
    assert packet["long_term"]["episodes"][0]["recency_score"] == 1.0
    other_agent = built(door, scope={**SCOPE, "agent_id": "another"})
    assert other_agent["budget_report"]["used_tokens_est"] == 59
    whose = told(door, "packets/build", {"request": {**PLANNER, "task_type": "trip"}}, OTHER_KEY)
    assert whose["budget_report"]["used_tokens_est"] == 59


def test_messages_of_one_moment_stand_as_they_came(door: Door) -> None:
    for event_id in ("b", "d", "a", "c"):
        keep(door, FAMILIES["events"], event_id=event_id, payload=event_id)
    window = built(door, policy={"include_conversation_window": True, "conversation_window": 3})
    turns = window["short_term"]["conversation_window"]
    assert [turn["evidence_id"] for turn in turns] == ["d", "a", "c"]


def test_packets_are_kept_unless_asked_not_to(door: Door) -> None:
    made = []
    for persist in ({}, {"persist": None}, {"persist": True}):
        door.clock.now += 1
        made.append(told(door, "packets/build", {"request": {**PLANNER, **persist}}))
    built(door)
    assert builds(door) == made
    assert builds(door, limit=1) == made[:1]
    other_run = {"scope": {**SCOPE, "run_id": "another"}}
    assert told(door, "context-builds/list", other_run)["context_builds"] == []


@pytest.mark.parametrize(("persist", "kept"), [(True, 1), (False, 0)])
def test_a_build_that_is_sent_again_is_the_first(persist: bool, kept: int, door: Door) -> None:
    body = {"request": {**PLANNER, "persist": persist}}
    answers = []
    for _ in range(2):
        door.clock.now += 1
        answers.append(door.request("POST", "/v1/memory/packets/build", body, {"Idempotency-Key": "once"}).json())
    assert answers[0] == answers[1]
    assert len(builds(door)) == kept


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"purpose": "debug"}, "request.purpose"),
        ({"purpose": None}, "request.purpose"),
        ({"scope": {}}, "request.scope.user_id"),
        ({"budget": {}}, "request.budget.max_tokens"),
        ({"budget": {"max_tokens": -1}}, "request.budget.max_tokens"),
        ({"budget": {"max_tokens": 100.5}}, "request.budget.max_tokens"),
        ({"policy": {"max_facts": -1}}, "request.policy.max_facts"),
        ({"policy": {"rank": "best"}}, "request.policy.rank"),
        ({"cues": {"tags": [1]}}, "request.cues.tags[0]"),
        ({"cues": {"time_range": {"start": "2026-01-01T00:00:00"}}}, "request.cues.time_range.start"),
        ({"estimator": "words"}, "request.estimator"),
    ],
)
def test_what_no_packet_can_be_built_of(changed: Dict[str, Any], field: str, door: Door) -> None:
    answer = ask(door, "packets/build", {"request": {**PLANNER, **changed}})
    assert (answer.status, answer.json()["details"]["field"]) == (422, field)
    assert builds(door) == []


def test_null_and_unknown_keys_are_as_absent(door: Door) -> None:
    policy = dict.fromkeys(("max_facts", "rank", "conversation_window", "include_conversation_window"))
    nothing = dict.fromkeys(("task_type", "query", "cues", "budget", "policy_id", "estimator"))
    assert built(door, policy=policy, unknown=1, **nothing) == built(door)


def test_cjk_is_counted_as_asked(door: Door) -> None:
    told(door, "stm/update", {"scope": SCOPE, "stm": {"rolling_summary": "上海の天気は晴れです"}})
    plain, honest = built(door), built(door, estimator="cjk")
    assert plain["budget_report"]["section_usage"]["rolling_summary"] == 3
    assert honest["budget_report"]["section_usage"]["rolling_summary"] == 11


def test_under_relevance_what_is_asked_about_comes_first_as_long_as_it_is_kept(door: Door) -> None:
    facts = FAMILIES["facts"]
    for number in range(60):
        keep(door, facts, fact_id=f"f{number:02}", fact_key=f"k{number:02}", value=f"thing {number}")
    keep(door, facts, fact_id="f50", fact_key="k50", value="She sails a boat.")
    asked: Dict[str, Any] = {"query": "Who has a boat?", "policy": {"rank": "relevance", "max_facts": 1}}

    def first() -> Any:
        packet = built(door, **asked)
        return packet["long_term"]["facts"][0]["fact_id"], packet["explain"]["selected"][0]["parts"]

    fact_id, parts = first()
    assert fact_id == "f50" and "word:boat" in parts
    keep(door, facts, fact_id="f50", fact_key="k50", value="She sold it.")
    assert "word:boat" not in first()[1]
    keep(door, facts, fact_id="f51", fact_key="k51", value="A boat")
    assert first()[0] == "f51"
    remove(door, facts, "f51")
    assert first()[0] == "f00"

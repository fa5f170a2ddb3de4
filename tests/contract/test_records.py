"""Structured memory: what is kept of a scope comes back whole, once, and to nobody else."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from .doors import OTHER_KEY, Door
from .records import (
    FAMILIES,
    PACKET_INPUT,
    SCOPE,
    START_TEXT,
    STATE_DEFAULTS,
    WHOLE_SCOPE,
    Family,
    ask,
    body_of,
    keep,
    listed,
    remove,
    told,
)

by_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=list(FAMILIES))


@by_family
def test_a_record_comes_back_whole(family: Family, door: Door) -> None:
    assert keep(door, family, unknown=1) == family.whole
    assert listed(door, family) == [family.whole]
    assert listed(door, family, newest=True) == [family.whole]


@by_family
def test_what_is_deleted_is_gone_and_may_come_again(family: Family, door: Door) -> None:
    record_id = family.least[family.id_key]
    assert remove(door, family, record_id) is False
    keep(door, family)
    other: Dict[str, Any] = {family.id_key: "other"}
    keep(door, family, **other)
    assert remove(door, family, record_id) is True
    assert [one[family.id_key] for one in listed(door, family)] == ["other"]
    assert remove(door, family, record_id) is False
    keep(door, family)
    assert len(listed(door, family)) == 2


def test_a_working_state_is_patched_field_by_field(door: Door) -> None:
    """Each patch and what it leaves; a field is replaced whole, and null leaves it."""
    assert told(door, "working-state/get", {"scope": SCOPE}) == {"working_state": None}
    state = dict(STATE_DEFAULTS)
    steps: List[Any] = [
        ({}, {}),
        ({"goal": "pack"}, {"goal": "pack", "state_version": 1}),
        ({"goal": None}, {}),
        ({"slots": {"b": 1, "a": {"d": 1, "c": 2}}}, {"slots": {"a": {"c": 2, "d": 1}, "b": 1}, "state_version": 2}),
        ({"slots": {"c": 1}, "unknown": 1}, {"slots": {"c": 1}, "state_version": 3}),
        ({"unknown": 1}, {}),
        ({"state_version": 1}, {"state_version": 1}),
        ({"plan": ["a"], "state_version": 7}, {"plan": ["a"], "state_version": 7}),
        (
            {"tool_evidence": [{"evidence_id": "e"}], "decisions": ["d"]},
            {
                "tool_evidence": [{"evidence_id": "e", "summary": "", "kind": ""}],
                "decisions": ["d"],
                "state_version": 8,
            },
        ),
        ({"goal": "", "plan": []}, {"goal": "", "plan": [], "state_version": 9}),
        ({"state_version": 2**32 - 1}, {"state_version": 2**32 - 1}),
        ({"risks": ["r"]}, {"risks": ["r"]}),
    ]
    for patch, changed in steps:
        state.update(changed)
        assert told(door, "working-state/patch", {"scope": SCOPE, "patch": patch}) == {"working_state": state}
        assert told(door, "working-state/get", {"scope": SCOPE}) == {"working_state": state}
    assert told(door, "working-state/delete", {"scope": SCOPE}) == {"deleted": True}
    assert told(door, "working-state/get", {"scope": SCOPE}) == {"working_state": None}
    assert told(door, "working-state/delete", {"scope": SCOPE}) == {"deleted": False}


def test_short_term_memory_is_replaced_and_is_of_the_session(door: Door) -> None:
    other_run = {**SCOPE, "run_id": "other"}
    assert told(door, "stm/get", {"scope": SCOPE}) == {"stm": None}
    quotes = [
        {"evidence_id": "e-1", "quote": "No early flights", "ts": "2026-05-02T08:55:00+01:00"},
        {"evidence_id": "e-2", "quote": "", "role": "tool"},
    ]
    stm = {
        "rolling_summary": "Quiet.",
        "key_quotes": [
            {"evidence_id": "e-1", "quote": "No early flights", "role": "user", "ts": "2026-05-02T07:55:00.000Z"},
            {"evidence_id": "e-2", "quote": "", "role": "tool", "ts": None},
        ],
    }
    given = {"rolling_summary": "Quiet.", "key_quotes": quotes}
    assert told(door, "stm/update", {"scope": SCOPE, "stm": given}) == {"stm": stm}
    assert told(door, "stm/get", {"scope": other_run}) == {"stm": stm}
    cleared = {"rolling_summary": "", "key_quotes": []}
    assert told(door, "stm/update", {"scope": other_run, "stm": {"key_quotes": []}}) == {"stm": cleared}
    assert told(door, "stm/get", {"scope": SCOPE}) == {"stm": cleared}
    assert told(door, "stm/delete", {"scope": SCOPE}) == {"deleted": True}
    assert told(door, "stm/get", {"scope": other_run}) == {"stm": None}


def test_a_packet_is_kept_with_what_it_lacks_filled_in(door: Door) -> None:
    long_term = {"facts": [{"fact_id": "f", "made": "elsewhere"}]}
    build = told(
        door, "context-builds/write", {"scope": SCOPE, "packet": {**PACKET_INPUT, "long_term": long_term, "more": 1}}
    )
    packet = build["packet"]
    assert set(packet) == {"meta", "short_term", "long_term", "insight", "citations", "budget_report", "explain"}
    assert packet["meta"] == {
        "schema_version": "v1",
        "scope": WHOLE_SCOPE,
        "generated_at": START_TEXT,
        "purpose": "planner",
        "task_type": "generic",
        "cues": {},
        "budget": {"max_tokens": 100, "per_section": {}},
        "policy_id": "default",
    }
    assert packet["short_term"]["working_state"] == STATE_DEFAULTS
    assert packet["long_term"] == {"facts": long_term["facts"], "preferences": [], "procedures": [], "episodes": []}
    assert (packet["budget_report"]["max_tokens"], build["ts"]) == (100, START_TEXT)
    assert told(door, "context-builds/list", {"scope": SCOPE})["context_builds"] == [build]
    # What came back may be kept again, and is another build.
    again = told(door, "context-builds/write", {"scope": SCOPE, "packet": packet})
    assert again["packet"] == packet and again["build_id"] != build["build_id"]
    one = {"scope": SCOPE, "build_id": build["build_id"]}
    assert told(door, "context-builds/delete", one) == {"deleted": True}
    assert told(door, "context-builds/list", {"scope": SCOPE})["context_builds"] == [again]


# -- kept once, or in place of an earlier one

ONCE = ("events", "episodes", "insights")
CHANGED: Dict[str, Dict[str, Any]] = {
    "events": {"payload": "other"},
    "facts": {"value": "other"},
    "episodes": {"summary": "other"},
    "procedures": {"content": "other"},
    "insights": {"statement": "other"},
}


@pytest.mark.parametrize("name", ONCE)
def test_the_same_again_is_the_first_and_another_is_a_conflict(name: str, door: Door) -> None:
    family = FAMILIES[name]
    first = keep(door, family)
    door.clock.now += 60
    assert keep(door, family) == first
    # What is left out and its default are the same.
    defaults = {key: value for key, value in family.whole.items() if key not in ("scope", "ts")}
    assert keep(door, family, **defaults) == first
    answer = ask(door, family.path + family.verb, body_of(family, {**family.least, **CHANGED[name]}))
    assert (answer.status, answer.json()["code"]) == (409, "record_exists")
    assert answer.json()["details"] == {"field": family.id_key}
    assert listed(door, family) == [first]


def test_an_event_with_another_time_is_another(door: Door) -> None:
    events = FAMILIES["events"]
    keep(door, events, ts_ms=1_000)
    assert keep(door, events, ts="1970-01-01T01:00:01+01:00", ts_ms=1_000)["ts"] == "1970-01-01T00:00:01.000Z"
    for at in ({"ts_ms": 1_001}, {"ts": START_TEXT}):
        assert ask(door, "events", body_of(events, {**events.least, **at})).status == 409
    # Without a time it is the one that was there.
    assert keep(door, events)["ts"] == "1970-01-01T00:00:01.000Z"


@pytest.mark.parametrize(("name", "more"), [("facts", {"status": "disputed"}), ("procedures", {"priority": -3})])
def test_an_upsert_replaces_all_of_it(name: str, more: Dict[str, Any], door: Door) -> None:
    family = FAMILIES[name]
    keep(door, family, sources=["e-1"], **more)
    keep(door, family, **CHANGED[name])
    assert listed(door, family) == [{**family.whole, **CHANGED[name]}]


# -- whose it is


SHARED_WITHIN = {"facts": 3, "episodes": 3, "procedures": 3, "events": 5, "insights": 5}
"""How many ids of the scope a record belongs to; the others may differ."""


@by_family
def test_what_differs_in_an_id_that_counts_is_not_seen(family: Family, door: Door) -> None:
    first = keep(door, family)
    for place, part in enumerate(("tenant_id", "user_id", "agent_id", "session_id", "run_id")):
        other = {**SCOPE, part: "another"}
        if place >= SHARED_WITHIN[family.path]:
            assert listed(door, family, other) == [first]
            continue
        assert listed(door, family, other) == []
        assert remove(door, family, family.least[family.id_key], other) is False
        assert keep(door, family, other, **CHANGED[family.path]) is not None
    assert listed(door, family) == [first]


@by_family
def test_the_holder_of_another_key_sees_nothing_of_it(family: Family, door: Door) -> None:
    first = keep(door, family)
    name = family.path + "/list"
    assert told(door, name, {"scope": SCOPE}, OTHER_KEY)[family.name] == []
    changed = body_of(family, {**family.least, **CHANGED[family.path]})
    told(door, family.path + family.verb, changed, OTHER_KEY)
    assert listed(door, family) == [first]
    gone = {"scope": SCOPE, family.id_key: family.least[family.id_key]}
    assert told(door, family.path + "/delete", gone, OTHER_KEY) == {"deleted": True}
    assert listed(door, family) == [first]


def test_ids_cannot_imitate_the_ends_of_others(door: Door) -> None:
    facts = FAMILIES["facts"]
    scopes = [
        {**SCOPE, "user_id": user, "agent_id": agent}
        for user, agent in (("a", "b"), ('a","b', ""), ("a,b", ""), ("", "a,b"), ("a", 'b"'), ("A", "b"), ("a\0", "b"))
    ]
    for number, scope in enumerate(scopes):
        keep(door, facts, scope, value=number)
    assert [[fact["value"] for fact in listed(door, facts, scope)] for scope in scopes] == [
        [number] for number in range(len(scopes))
    ]

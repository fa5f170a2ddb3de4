"""Structured memory: what is kept of a scope comes back whole, once, and to nobody else."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List

import pytest

from engram_server.domains.structured.records import MAX_PAGE_CHARS

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
            {"evidence_id": "e-1", "quote": "No early flights", "role": "user", "ts": "2026-05-02T07:55:00Z"},
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
    packet["meta"]["generated_at"] = "2026-05-02T11:00:00.123456789+02:00"
    dated = told(door, "context-builds/write", {"scope": SCOPE, "packet": packet})
    assert (dated["packet"], dated["ts"]) == (packet, "2026-05-02T09:00:00.123Z")
    one = {"scope": SCOPE, "build_id": build["build_id"]}
    assert told(door, "context-builds/delete", one) == {"deleted": True}
    assert told(door, "context-builds/list", {"scope": SCOPE})["context_builds"] == [again, dated]


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
    assert keep(door, events, ts="1970-01-01T01:00:01+01:00", ts_ms=1_000)["ts"] == "1970-01-01T00:00:01+00:00"
    for at in ({"ts_ms": 1_001}, {"ts": START_TEXT}):
        assert ask(door, "events", body_of(events, {**events.least, **at})).status == 409
    # Without a time it is the one that was there.
    assert keep(door, events)["ts"] == "1970-01-01T00:00:01+00:00"


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


# -- lists


def ids(page: Any, family: Family) -> List[str]:
    return [one[family.id_key] for one in page[family.name]]


def test_lists_are_in_the_order_of_the_family(door: Door) -> None:
    for number, at in enumerate([3_000, 1_000, 2_000, 1_000]):
        keep(door, FAMILIES["events"], event_id=f"e{number}", ts_ms=at)
    for fact_id, fact_key in (("b", "k"), ("a", "k"), ("c", ""), ("z", "K"), ("d", "k2")):
        keep(door, FAMILIES["facts"], fact_id=fact_id, fact_key=fact_key)
    for episode_id, day in (("b", "2000-01-01"), ("a", "2000-01-01"), ("z", "1969-12-31")):
        keep(door, FAMILIES["episodes"], episode_id=episode_id, time_range={"start": day + "T00:00:00Z"})
    for procedure_id, priority in (("lo", 1), ("hi_b", 9), ("hi_a", 9), ("minus", -3), ("most", 2**31 - 1)):
        keep(door, FAMILIES["procedures"], procedure_id=procedure_id, priority=priority)
    for insight_id, state, confidence in (
        ("u", "unvalidated", 0.9),
        ("t", "testing", 0.1),
        ("v2", "validated", 0.2),
        ("v1", "validated", 0.2),
        ("v0", "validated", 0.2004),
        ("v9", "validated", -7),
        ("r", "rejected", 1e12),
    ):
        keep(door, FAMILIES["insights"], id=insight_id, validation_state=state, confidence=confidence)
    expected = {
        "events": (["e1", "e3", "e2", "e0"], ["e0", "e2", "e3", "e1"]),
        "facts": (["c", "z", "a", "b", "d"], ["d", "z", "c", "a", "b"]),
        "episodes": (["z", "a", "b"], ["a", "b", "z"]),
        "procedures": (["most", "hi_a", "hi_b", "lo", "minus"], ["most", "minus", "hi_a", "hi_b", "lo"]),
        "insights": (["v0", "v1", "v2", "v9", "u", "t", "r"], ["r", "v9", "v0", "v1", "v2", "t", "u"]),
    }
    for name, (stored, newest) in expected.items():
        family = FAMILIES[name]
        assert [one[family.id_key] for one in listed(door, family)] == stored
        assert [one[family.id_key] for one in listed(door, family, newest=True)] == newest
        for size in (1, 2):
            for order, turned in ((stored, False), (newest, True)):
                assert list(paged(door, family, size, newest=turned)) == order


def paged(door: Door, family: Family, size: int, **asked: Any) -> Iterator[str]:
    """Yield the ids of a list, page by page."""
    cursor = None
    while True:
        page = told(door, family.path + "/list", {"scope": SCOPE, "limit": size, "cursor": cursor, **asked})
        assert len(page[family.name]) <= size
        yield from ids(page, family)
        cursor = page["next_cursor"]
        if cursor is None:
            return


@by_family
@pytest.mark.parametrize("newest", [False, True])
def test_pages_stay_right_while_records_come_and_go(newest: bool, family: Family, door: Door) -> None:
    def at(number: int) -> Dict[str, Any]:
        name = f"{number:02}"
        moment = {"start": f"2025-01-01T00:00:{name}Z"}
        own: Dict[str, Dict[str, Any]] = {"events": {"ts_ms": number}, "episodes": {"time_range": moment}}
        return {family.id_key: name, **own.get(family.path, {})}

    for number in range(10, 30):
        keep(door, family, **at(number))
    whole = [f"{number:02}" for number in range(10, 30)]
    if newest:
        whole.reverse()
    pages = paged(door, family, 5, newest=newest)
    seen = [next(pages) for _ in range(5)]
    # The last row of the page that was read, one before it, and one that is still to come.
    for gone in (whole[4], whole[1], whole[12]):
        assert remove(door, family, gone) is True
    seen += pages
    assert seen == [one for one in whole if one != whole[12]]


@pytest.mark.parametrize("path", ["events", "facts"])
def test_a_page_of_long_records_ends_early(path: str, door: Door) -> None:
    family = FAMILIES[path]
    text = "x" * (MAX_PAGE_CHARS // 2)
    for record_id, said in (("a", "short"), ("b", text), ("c", text * 3), ("d", "short"), ("e", text)):
        changed: Dict[str, Any] = {family.id_key: record_id, **dict.fromkeys(CHANGED[path], said)}
        keep(door, family, fact_key=record_id, **changed)
    pages: List[str] = []
    cursor = None
    while not pages or cursor is not None:
        page = told(door, path + "/list", {"scope": SCOPE, "cursor": cursor})
        pages.append("".join(ids(page, family)))
        cursor = page["next_cursor"]
    assert pages == ["abc", "de"]
    assert list(paged(door, family, 2)) == [*"abcde"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, "abc"),
        ({"tags": ["y"]}, "ab"),
        ({"tags": ["x", "zz"]}, "a"),
        ({"tags": ["Y"]}, ""),
        ({"tags": ["y"], "entities": ["E1"]}, "a"),
        ({"entities": ["none"]}, ""),
        ({"tags": [], "entities": []}, "abc"),
        ({"time_range": {"start_ms": 1_000}}, "bc"),
        ({"time_range": {"start": "1970-01-01T00:00:00Z", "start_ms": None, "end_ms": 1_000}}, "a"),
        ({"time_range": {"end": "1970-01-01T00:00:05Z"}}, "ab"),
        ({"time_range": {"end_ms": 4_999}}, "a"),
        ({"limit": 2}, "ab"),
        ({"limit": 0}, ""),
    ],
)
def test_episodes_are_found_by_labels_and_wholly_within_a_span(wanted: Any, found: str, door: Door) -> None:
    episodes = FAMILIES["episodes"]
    for name, start, end, tags, entities in (
        ("a", "00", None, ["x", "y", "y"], ["E1"]),
        ("b", "01", "05", ["y"], []),
        ("c", "09", "02", [], []),
    ):
        span = {"start": f"1970-01-01T00:00:{start}Z", "end": end and f"1970-01-01T00:00:{end}Z"}
        keep(door, episodes, episode_id=name, time_range=span, tags=tags, entities=entities)
    assert "".join(one["episode_id"] for one in listed(door, episodes, filter=wanted)) == found


def test_lists_are_found_by_state(door: Door) -> None:
    facts, insights, procedures = (FAMILIES[name] for name in ("facts", "insights", "procedures"))
    for status in ("active", "disputed", "deprecated"):
        keep(door, facts, fact_id=status, status=status)
    for state in ("validated", "testing", "rejected"):
        keep(door, insights, id=state, validation_state=state)
    for task_type in ("sum", "Sum", ""):
        keep(door, procedures, procedure_id=task_type, task_type=task_type)
    for wanted in (["active"], ["deprecated", "disputed"]):
        assert sorted(one["fact_id"] for one in listed(door, facts, filter={"status": wanted})) == wanted
    nothing: List[Any] = [[], None]
    for everything in nothing:
        assert len(listed(door, facts, filter={"status": everything})) == 3
        assert len(listed(door, insights, filter={"validation_state": everything})) == 3
    assert [one["id"] for one in listed(door, insights, filter={"validation_state": ["testing"]})] == ["testing"]
    for task_type in ("sum", "Sum", ""):
        assert [one["procedure_id"] for one in listed(door, procedures, task_type=task_type)] == [task_type]
    assert listed(door, procedures, task_type="SUM") == []
    assert len(listed(door, procedures, task_type=None)) == 3


def test_the_newest_few_events_are_asked_for_as_such(door: Door) -> None:
    events = FAMILIES["events"]
    for number in range(30):
        keep(door, events, event_id=str(number), ts_ms=number, kind="system" if number % 2 else "message")
    assert [one["event_id"] for one in listed(door, events, limit=3)] == ["0", "1", "2"]
    assert [one["event_id"] for one in listed(door, events, limit=3, newest=True)] == ["29", "28", "27"]
    span = {"start_ms": 4, "end_ms": 6, "start": "2030-01-01T00:00:00Z"}
    assert [one["event_id"] for one in listed(door, events, time_range=span)] == ["4", "5", "6"]
    assert listed(door, events, limit=0) == []


def test_context_builds_are_listed_by_their_time(door: Door) -> None:
    made = []
    for number in range(3):
        door.clock.now += 1
        made.append(told(door, "context-builds/write", {"scope": SCOPE, "packet": PACKET_INPUT}))
    family = Family("context-builds", "", "", "build_id", {}, {})
    assert listed(door, family) == made
    assert listed(door, family, newest=True, limit=1) == made[2:]
    assert list(paged(door, family, 2)) == [one["build_id"] for one in made]
    assert listed(door, family, {**SCOPE, "run_id": "other"}) == []

"""Structured memory: what is refused and how, what holds when many write, and what time takes away."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, List

import pytest

from .doors import START, Answer, Door
from .records import FAMILIES, PACKET_INPUT, SCOPE, Family, ask, body_of, keep, listed, told
from .test_texts import HOSTILE, LARGE

WRITERS = 8
PATCHES = 25


def at_once(writers: int, work: Callable[[int], Any]) -> List[Any]:
    """Run the work of so many writers, who start together."""
    barrier = threading.Barrier(writers)

    def begin(number: int) -> Any:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(writers) as pool:
        return list(pool.map(begin, range(writers)))


# -- what is refused


def _in_scope(path: str, key: str, record: Dict[str, Any], **changed: Any) -> "tuple[str, Any]":
    return path, {"scope": SCOPE, key: {**record, **changed}}


def _of(name: str, **changed: Any) -> "tuple[str, Any]":
    family = FAMILIES[name]
    return family.path + family.verb, body_of(family, {**family.least, **changed})


def _without(name: str, key: str) -> "tuple[str, Any]":
    family = FAMILIES[name]
    return family.path + family.verb, body_of(family, {k: v for k, v in family.least.items() if k != key})


NAIVE = "2026-01-01T00:00:00"
REFUSED: List[Any] = [
    # A field, and a call that is refused because of it.
    ("event_id", _without("events", "event_id")),
    ("payload", _without("events", "payload")),
    ("kind", _of("events", kind="foo")),
    ("kind", _of("events", kind="Message")),
    ("kind", _of("events", kind=None)),
    ("ts", _of("events", ts=NAIVE)),
    ("ts", _of("events", ts="2026-01-01")),
    ("ts", _of("events", ts="2026-02-30T00:00:00Z")),
    ("ts", _of("events", ts=1)),
    ("ts_ms", _of("events", ts_ms=10**15)),
    ("ts_ms", _of("events", ts_ms=1.5)),
    ("tags", _of("events", tags=None)),
    ("tags[1]", _of("events", tags=["a", 1])),
    ("scope", ("events", {"event_id": "e", "kind": "message", "payload": 1})),
    ("scope.run_id", ("events/list", {"scope": {key: SCOPE[key] for key in SCOPE if key != "run_id"}})),
    ("scope.tenant_id", ("events/list", {"scope": {**SCOPE, "tenant_id": None}})),
    ("scope.user_id", ("facts/list", {"scope": {**SCOPE, "user_id": 7}})),
    ("time_range.start", ("events/list", {"scope": SCOPE, "time_range": {"start": NAIVE}})),
    ("limit", ("events/list", {"scope": SCOPE, "limit": -1})),
    ("limit", ("facts/list", {"scope": SCOPE, "limit": "1"})),
    ("cursor", ("events/list", {"scope": SCOPE, "cursor": "mine"})),
    ("fact.fact_id", _without("facts", "fact_id")),
    ("fact.fact_key", _without("facts", "fact_key")),
    ("fact.value", _without("facts", "value")),
    ("fact.status", _of("facts", status="Active")),
    ("fact.status", _of("facts", status=None)),
    ("fact.validity.valid_to", _of("facts", validity={"valid_to": NAIVE})),
    ("fact.validity", _of("facts", validity=None)),
    ("fact.confidence", _of("facts", confidence="high")),
    ("fact.confidence", _of("facts", confidence=True)),
    ("fact.scope_level", _of("facts", scope_level="world")),
    ("fact", ("facts/upsert", {"scope": SCOPE})),
    ("filter.status[0]", ("facts/list", {"scope": SCOPE, "filter": {"status": ["old"]}})),
    ("filter.valid_at", ("facts/list", {"scope": SCOPE, "filter": {"valid_at": NAIVE}})),
    ("episode.time_range.start", _of("episodes", time_range={})),
    ("episode.time_range.end", _of("episodes", time_range={"start": NAIVE + "Z", "end": NAIVE})),
    ("episode.summary", _without("episodes", "summary")),
    ("episode.compression_level", _of("episodes", compression_level="tiny")),
    ("filter.tags", ("episodes/list", {"scope": SCOPE, "filter": {"tags": None}})),
    ("procedure.task_type", _without("procedures", "task_type")),
    ("procedure.content", _without("procedures", "content")),
    ("procedure.priority", _of("procedures", priority=1.5)),
    ("procedure.priority", _of("procedures", priority=2**31)),
    ("insight.type", _of("insights", type="guess")),
    ("insight.trigger", _of("insights", trigger="whim")),
    ("insight.validation_state", _of("insights", validation_state="true")),
    ("insight.statement", _without("insights", "statement")),
    ("patch.state_version", ("working-state/patch", {"scope": SCOPE, "patch": {"state_version": -1}})),
    ("patch.slots", ("working-state/patch", {"scope": SCOPE, "patch": {"slots": []}})),
    (
        "patch.tool_evidence[0].evidence_id",
        ("working-state/patch", {"scope": SCOPE, "patch": {"tool_evidence": [{"summary": "s"}]}}),
    ),
    ("if_version", ("working-state/patch", {"scope": SCOPE, "patch": {}, "if_version": 1.0})),
    ("stm.key_quotes[0].quote", ("stm/update", {"scope": SCOPE, "stm": {"key_quotes": [{"evidence_id": "e"}]}})),
    (
        "stm.key_quotes[0].role",
        (
            "stm/update",
            {"scope": SCOPE, "stm": {"key_quotes": [{"evidence_id": "e", "quote": "q", "role": "system"}]}},
        ),
    ),
    ("packet.short_term", ("context-builds/write", {"scope": SCOPE, "packet": {"meta": PACKET_INPUT["meta"]}})),
    ("packet.meta.purpose", _in_scope("context-builds/write", "packet", PACKET_INPUT, meta={"scope": SCOPE})),
    ("fact_id", ("facts/delete", {"scope": SCOPE})),
    ("build_id", ("context-builds/delete", {"scope": SCOPE, "build_id": None})),
]


@pytest.mark.parametrize(("field", "call"), REFUSED, ids=[f"{call[0]} {field}" for field, call in REFUSED])
def test_what_does_not_fit_is_refused_by_the_name_of_its_field(field: str, call: Any, door: Door) -> None:
    answer = ask(door, *call)
    assert (answer.status, answer.json()["code"]) == (422, "invalid_field"), answer
    assert answer.json()["details"]["field"] == field
    assert answer.json()["error"].startswith(field + ": ")


def test_a_cursor_of_another_order_is_refused(door: Door) -> None:
    facts = FAMILIES["facts"]
    keep(door, facts)
    for newest in (True, False):
        page = told(door, "facts/list", {"scope": SCOPE, "limit": 1, "newest": newest})
        other = {"scope": SCOPE, "newest": not newest, "cursor": page["next_cursor"]}
        assert ask(door, "facts/list", other).json()["details"] == {"field": "cursor"}


# -- many writers


def _patch(door: Door, **given: Any) -> Answer:
    return ask(door, "working-state/patch", {"scope": SCOPE, **given})


def test_no_blind_patch_is_lost(door: Door) -> None:
    def work(number: int) -> List[int]:
        return [
            _patch(door, patch={"goal": f"{number} {step}"}).json()["working_state"]["state_version"]
            for step in range(PATCHES)
        ]

    versions = at_once(WRITERS, work)
    # Each patch made a version of its own, and each writer saw its own come later and later.
    assert sorted(sum(versions, [])) == list(range(1, WRITERS * PATCHES + 1))
    assert all(one == sorted(one) for one in versions)
    state = told(door, "working-state/get", {"scope": SCOPE})["working_state"]
    assert state["state_version"] == WRITERS * PATCHES


def test_what_is_compared_before_it_is_swapped_adds_up(door: Door) -> None:
    """Each writer adds one to a count that is read and written back; with `if_version` none is lost."""

    def work(number: int) -> int:
        refusals = done = 0
        while done < PATCHES:
            state = told(door, "working-state/get", {"scope": SCOPE})["working_state"]
            version, count = (state["state_version"], state["slots"]["count"]) if state else (0, 0)
            answer = _patch(door, patch={"slots": {"count": count + 1}}, if_version=version)
            assert answer.status in (200, 412), answer
            done += answer.status == 200
            refusals += answer.status == 412
        return refusals

    at_once(WRITERS, work)
    state = told(door, "working-state/get", {"scope": SCOPE})["working_state"]
    assert (state["slots"], state["state_version"]) == ({"count": WRITERS * PATCHES}, WRITERS * PATCHES)


def test_a_stale_version_is_told_the_one_there_is(door: Door) -> None:
    assert _patch(door, patch={"goal": "a"}, if_version=1).status == 412
    assert _patch(door, patch={"goal": "a"}, if_version=0).status == 200
    answer = _patch(door, patch={"goal": "b"}, if_version=0)
    assert (answer.status, answer.json()["code"]) == (412, "version_mismatch")
    assert answer.json()["details"] == {"field": "if_version", "version": 1}
    assert _patch(door, patch={"goal": "c"}, if_version=None).json()["working_state"]["state_version"] == 2
    assert told(door, "working-state/get", {"scope": SCOPE})["working_state"]["goal"] == "c"


@pytest.mark.parametrize("name", ["events", "episodes", "insights"])
def test_of_many_that_keep_one_id_one_wins_and_its_like_are_told_so(name: str, door: Door) -> None:
    family = FAMILIES[name]
    field = {"events": "payload", "episodes": "summary", "insights": "statement"}[name]

    def work(number: int) -> Answer:
        return ask(door, family.path + family.verb, body_of(family, {**family.least, field: str(number % 2)}))

    answers = at_once(WRITERS, work)
    (there,) = listed(door, family)
    for number, answer in enumerate(answers):
        if there[field] == str(number % 2):
            assert (answer.status, answer.json()) == (200, there)
        else:
            assert (answer.status, answer.json()["code"]) == (409, "record_exists")


def test_many_append_at_once(door: Door) -> None:
    events = FAMILIES["events"]
    at_once(WRITERS, lambda number: [keep(door, events, event_id=f"{number} {step}") for step in range(PATCHES)])
    assert len({event["event_id"] for event in listed(door, events)}) == WRITERS * PATCHES


# -- what time takes away


def test_an_insight_is_gone_when_it_has_expired(door: Door) -> None:
    insights = FAMILIES["insights"]
    keep(door, insights, id="short", expires_at="2026-01-01T01:01:00+01:00")
    keep(door, insights, id="run", expires_at="run_end")
    request = {"scope": SCOPE, "purpose": "planner", "persist": False}
    for seconds, there in ((59.999, ["run", "short"]), (60.0, ["run"]), (1e6, ["run"])):
        door.clock.now = START + seconds
        assert sorted(one["id"] for one in listed(door, insights)) == there
        assert sorted(one["id"] for one in listed(door, insights, newest=True)) == there
        packet = told(door, "packets/build", {"request": request})
        assert sorted(one["id"] for one in packet["insight"]["hypotheses"]) == there
    assert told(door, "insights/delete", {"scope": SCOPE, "id": "short"}) == {"deleted": False}
    # Its id is free again.
    assert keep(door, insights, id="short", statement="other")["statement"] == "other"


def test_a_fact_holds_at_both_ends_of_its_time_and_not_beyond(door: Door) -> None:
    facts = FAMILIES["facts"]
    keep(door, facts, validity={"valid_from": "2024-01-01T00:00:00Z", "valid_to": "2024-02-01T00:00:00Z"})
    for at, there in (
        ("2023-12-31T23:59:59.999Z", 0),
        ("2024-01-01T00:00:00Z", 1),
        ("2024-02-01T01:00:00+01:00", 1),
        ("2024-02-01T00:00:00.001Z", 0),
    ):
        assert len(listed(door, facts, filter={"valid_at": at})) == there
    # Milliseconds win, and without a moment time plays no part.
    assert len(listed(door, facts, filter={"valid_at": "2030-01-01T00:00:00Z", "valid_at_ms": 1_704_067_200_000})) == 1
    assert len(listed(door, facts)) == 1


# -- any text


def _texts(family: Family, text: str) -> Dict[str, Any]:
    """Return the keys of a family that take any text, all with this one."""
    given: Dict[str, Dict[str, Any]] = {
        "events": {"payload": {text: [text]}, "tags": [text], "entities": [text]},
        "facts": {"fact_key": text, "value": {text: text}, "sources": [text], "notes": text},
        "episodes": {"summary": text, "highlights": [text], "tags": [text, text], "entities": [text]},
        "procedures": {"task_type": text, "content": text, "applicability": {text: text}},
        "insights": {"statement": text, "tests_suggested": [text], "expires_at": text},
    }
    return {family.id_key: text, **given[family.path]}


@pytest.mark.parametrize("text", ["", *HOSTILE, *LARGE[:2]], ids=lambda text: ascii(text)[:40])
def test_any_text_comes_back_and_finds_its_own(text: str, door: Door) -> None:
    scope = {key: text for key in SCOPE}
    for family in FAMILIES.values():
        given = _texts(family, text)
        kept = keep(door, family, scope, **given)
        assert {key: kept[key] for key in given} == given
        beside: Dict[str, Any] = {family.id_key: text + "'"}
        keep(door, family, scope, **beside)
        assert kept in listed(door, family, scope)
        assert len(listed(door, family, scope, newest=True)) == 2
        page = told(door, family.path + "/list", {"scope": scope, "limit": 1})
        rest = told(door, family.path + "/list", {"scope": scope, "cursor": page["next_cursor"]})
        assert len({one[family.id_key] for one in page[family.name] + rest[family.name]}) == 2
    assert [one["task_type"] for one in listed(door, FAMILIES["procedures"], scope, task_type=text)].count(text) == 1
    for wanted in ({"tags": [text]}, {"entities": [text]}, {"tags": ["nobody", text], "entities": [text]}):
        assert [one["tags"] for one in listed(door, FAMILIES["episodes"], scope, filter=wanted)] == [[text, text]]
    state = {"goal": text, "plan": [text], "slots": {text: text}, "decisions": [text]}
    assert told(door, "working-state/patch", {"scope": scope, "patch": state})["working_state"]["slots"] == {text: text}
    told(door, "stm/update", {"scope": scope, "stm": {"rolling_summary": text}})
    assert told(door, "stm/get", {"scope": scope})["stm"]["rolling_summary"] == text
    cues = {"keywords": [text], "tags": [text], "entities": [text]}
    request = {"scope": scope, "purpose": "planner", "task_type": text, "query": text, "cues": cues}
    for rank in ("stored", "relevance"):
        packet = told(door, "packets/build", {"request": {**request, "policy": {"rank": rank}}})
        assert packet["short_term"]["working_state"]["goal"] == text
    for family in FAMILIES.values():
        assert told(door, family.path + "/delete", {"scope": scope, family.id_key: text}) == {"deleted": True}
        assert len(listed(door, family, scope)) == 1


def test_half_of_a_surrogate_pair_is_refused_and_keeps_nothing(door: Door) -> None:
    for half in (rb"\ud800", rb"a\udc00b"):
        body = b'{"scope": %s, "fact": {"fact_id": "f", "fact_key": "k", "value": "%s"}}'
        scope = b'{"user_id": "u", "agent_id": "a", "session_id": "s", "run_id": "r"}'
        answer = ask(door, "facts/upsert", body % (scope, half))
        assert (answer.status, answer.json()["code"]) == (400, "malformed_json")
    assert listed(door, FAMILIES["facts"], {**SCOPE, "user_id": "u", "agent_id": "a"}) == []


@pytest.mark.parametrize("value", [None, 0, -0.0, 1e308, 10**4000, True, [], {}, [[[]]], {"": {"": ""}}, 0.1 + 0.2])
def test_any_value_comes_back(value: Any, door: Door) -> None:
    for name, key in (("events", "payload"), ("facts", "value"), ("procedures", "content")):
        kept = keep(door, FAMILIES[name], **{key: value})[key]
        assert (kept, type(kept)) == (value, type(value))
        assert listed(door, FAMILIES[name])[0][key] == value

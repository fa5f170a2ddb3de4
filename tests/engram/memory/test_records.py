"""The contract of the verbs that keep, list and delete, over every door."""

from __future__ import annotations

import json
import math
from typing import Any, Callable, Dict, List, NamedTuple, cast

import pytest

from engram import ConflictError, Page, PreconditionFailedError, ValidationError
from engram.memory_verbs import MemoryVerbs
from engram.types import ScopeInput, WorkingStatePatch

from .doors import SCOPE, Door

DAY_MS = 86_400_000
START_MS = 1_767_225_600_000


class Family(NamedTuple):
    """The verbs of a family whose records have ids, and its `number`th record."""

    name: str
    keep: str
    id_key: str
    record: Callable[[int], Dict[str, Any]]

    def one(self, number: int, **changed: object) -> Dict[str, Any]:
        """Return a record to keep."""
        return {self.id_key: f"id-{number:03}", **self.record(number), **changed}

    def kept(self, memory: MemoryVerbs, number: int, scope: ScopeInput = SCOPE, **changed: object) -> Any:
        """Keep a record, and return it as it is kept."""
        record = self.one(number, **changed)
        if self.name == "event":
            return getattr(memory, self.keep)({**record, "scope": scope})
        return getattr(memory, self.keep)(scope, record)

    def listed(self, memory: MemoryVerbs, scope: ScopeInput = SCOPE, **asked: Any) -> "Page[Any]":
        """Return a list; a limit goes where the verb takes it."""
        limit = asked.pop("limit", None)
        if limit is not None and self.name in ("event", "procedure"):
            asked["limit"] = limit
        elif limit is not None:
            asked[f"{self.name}_filter"] = {"limit": limit}
        return cast("Page[Any]", getattr(memory, f"list_{self.name}s")(scope, **asked))

    def ids(self, memory: MemoryVerbs, **asked: Any) -> List[str]:
        """Return the ids of a list."""
        return [one[self.id_key] for one in self.listed(memory, **asked)]

    def delete(self, memory: MemoryVerbs, number: int, scope: ScopeInput = SCOPE) -> bool:
        """Delete a record, and return whether it was there."""
        return cast(bool, getattr(memory, f"delete_{self.name}")(scope, f"id-{number:03}"))


EVENT = Family(
    "event", "append_event", "event_id", lambda n: {"kind": "message", "payload": f"{n}", "ts_ms": START_MS + n}
)
FACT = Family("fact", "upsert_fact", "fact_id", lambda n: {"fact_key": f"key-{n:03}", "value": n})
EPISODE = Family(
    "episode",
    "append_episode",
    "episode_id",
    lambda n: {"time_range": {"start": f"2026-01-01T00:00:{n % 60:02}Z"}, "summary": "Packed."},
)
PROCEDURE = Family(
    "procedure", "upsert_procedure", "procedure_id", lambda n: {"task_type": "trip", "content": {"step": n}}
)
INSIGHT = Family("insight", "append_insight", "id", lambda n: {"type": "pattern", "statement": f"Pattern {n}."})

FAMILIES = (EVENT, FACT, EPISODE, PROCEDURE, INSIGHT)
ONCE = (EVENT, EPISODE, INSIGHT)
REPLACED = (FACT, PROCEDURE)

of_all = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)


# -- keeping and deleting


@of_all
def test_what_is_kept_comes_back_with_its_defaults(family: Family, memory: MemoryVerbs) -> None:
    kept = family.kept(memory, 1)
    assert {**kept, **{key: kept[key] for key in family.one(1) if key in kept}} == kept
    assert family.listed(memory) == [kept]
    assert json.loads(json.dumps(family.listed(memory))) == [kept]


@of_all
def test_what_is_deleted_is_gone(family: Family, memory: MemoryVerbs) -> None:
    assert family.delete(memory, 1) is False
    family.kept(memory, 1)
    family.kept(memory, 2)
    assert family.delete(memory, 1) is True
    assert family.delete(memory, 1) is False
    assert family.ids(memory) == ["id-002"]


@pytest.mark.parametrize("family", ONCE, ids=lambda family: family.name)
def test_the_same_again_is_kept_once_and_another_is_a_conflict(family: Family, memory: MemoryVerbs) -> None:
    first = family.kept(memory, 1)
    assert family.kept(memory, 1) == first
    with pytest.raises(ConflictError) as caught:
        family.kept(memory, 1, SCOPE, **{"payload" if family is EVENT else "sources": ["other"]})
    assert (caught.value.status, caught.value.code, caught.value.outcome) == (409, "record_exists", "rejected")
    assert family.listed(memory) == [first]


@pytest.mark.parametrize("family", REPLACED, ids=lambda family: family.name)
def test_another_of_its_id_takes_its_place_whole(family: Family, memory: MemoryVerbs) -> None:
    family.kept(memory, 1, sources=["ev-1"])
    again = family.kept(memory, 1)
    assert again["sources"] == []
    assert family.listed(memory) == [again]


@of_all
def test_nobody_sees_what_is_of_another_agent(family: Family, memory: MemoryVerbs) -> None:
    family.kept(memory, 1)
    for changed in ("tenant_id", "user_id", "agent_id"):
        other = cast(ScopeInput, {**SCOPE, changed: "other"})
        assert family.listed(memory, other) == []
        assert family.delete(memory, 1, other) is False
    elsewhere: ScopeInput = {**SCOPE, "session_id": "other", "run_id": "other"}
    assert len(family.listed(memory, elsewhere)) == (family not in (EVENT, INSIGHT))


# -- lists and their pages


@of_all
def test_a_list_goes_on_where_a_page_ends(family: Family, memory: MemoryVerbs) -> None:
    for number in range(7):
        family.kept(memory, number)
    everything = family.listed(memory)
    assert len(everything) == 7 and everything.next_cursor is None
    for newest in (False, True):
        whole = family.listed(memory, newest=newest)
        told: List[Any] = []
        cursor = None
        for _ in range(3):
            page = family.listed(memory, newest=newest, limit=3, cursor=cursor)
            told += page
            cursor = page.next_cursor
        assert told == whole and cursor is None
    assert family.ids(memory, newest=True) == [f"id-{number:03}" for number in reversed(range(7))]
    assert family.ids(memory, limit=0) == []
    assert family.ids(memory, limit=100) == [one[family.id_key] for one in everything]


def test_the_newest_events_come_first_and_a_limit_keeps_them(memory: MemoryVerbs) -> None:
    for number in range(5):
        EVENT.kept(memory, number)
    assert EVENT.ids(memory, limit=2) == ["id-000", "id-001"]
    assert EVENT.ids(memory, limit=2, newest=True) == ["id-004", "id-003"]


def test_events_within_a_span(memory: MemoryVerbs) -> None:
    for number in range(5):
        EVENT.kept(memory, number)
    span = {"start_ms": START_MS + 1, "end": "2026-01-01T00:00:00.003Z"}
    assert EVENT.ids(memory, time_range=span) == ["id-001", "id-002", "id-003"]
    assert EVENT.ids(memory, time_range={"start": None}) == [f"id-{number:03}" for number in range(5)]


def test_facts_that_a_filter_lets_through(memory: MemoryVerbs) -> None:
    FACT.kept(memory, 1, validity={"valid_from": "2024-01-01T00:00:00Z", "valid_to": "2024-02-01T00:00:00Z"})
    FACT.kept(memory, 2, status="deprecated")
    FACT.kept(memory, 3)

    def ids(**fact_filter: object) -> List[str]:
        return [fact["fact_id"] for fact in memory.list_facts(SCOPE, cast(Any, fact_filter))]

    assert ids() == ids(status=[]) == ["id-001", "id-002", "id-003"]
    assert ids(status=["active", "disputed"]) == ["id-001", "id-003"]
    inside, outside = ("2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z"), ("2023-12-31T23:59:59.999Z",)
    for moment, valid in [*((one, True) for one in inside), *((one, False) for one in outside)]:
        assert ("id-001" in ids(valid_at=moment)) is valid
    assert ids(valid_at="2024-01-15T00:00:00Z", valid_at_ms=START_MS, limit=1) == ["id-002"]


def test_episodes_that_a_filter_lets_through(memory: MemoryVerbs) -> None:
    EPISODE.kept(memory, 1, tags=["x", "y"], entities=["E1"])
    EPISODE.kept(memory, 2, tags=["y"])
    EPISODE.kept(memory, 3, time_range={"start": "2026-01-02T00:00:00Z", "end": "2026-01-03T00:00:00Z"})

    def ids(**episode_filter: object) -> List[str]:
        return [one["episode_id"] for one in memory.list_episodes(SCOPE, cast(Any, episode_filter))]

    assert ids(tags=["y"]) == ["id-001", "id-002"]
    assert ids(tags=["x", "zz"]) == ids(tags=["y"], entities=["E1"]) == ["id-001"]
    assert ids(entities=["none"]) == ids(tags=["X"]) == []
    assert ids(time_range={"start": "2026-01-01T12:00:00Z"}) == ["id-003"]
    assert ids(time_range={"end_ms": START_MS + DAY_MS}) == ["id-001", "id-002"]


def test_procedures_by_priority(memory: MemoryVerbs) -> None:
    for name, priority in [("lo", 1), ("hi_b", 9), ("hi_a", 9), ("less", -5)]:
        memory.upsert_procedure(
            SCOPE, {"procedure_id": name, "task_type": "sum", "content": None, "priority": priority}
        )
    memory.upsert_procedure(SCOPE, {"procedure_id": "other", "task_type": "Sum", "content": []})

    def ids(*args: Any) -> List[str]:
        return [one["procedure_id"] for one in memory.list_procedures(SCOPE, *args)]

    assert ids("sum") == ["hi_a", "hi_b", "lo", "less"]
    assert ids("sum", 2) == ["hi_a", "hi_b"]
    assert ids() == ["hi_a", "hi_b", "lo", "other", "less"]
    assert ids("none") == []


def test_insights_by_state_and_confidence(memory: MemoryVerbs) -> None:
    states = [("unvalidated", 0.9), ("testing", 0.1), ("validated", 0.2), ("rejected", 1.0), ("validated", 0.3)]
    for number, (state, confidence) in enumerate(states):
        INSIGHT.kept(memory, number, validation_state=state, confidence=confidence)
    assert INSIGHT.ids(memory) == ["id-004", "id-002", "id-000", "id-001", "id-003"]
    only = memory.list_insights(SCOPE, {"validation_state": ["validated", "rejected"], "limit": 2})
    assert [one["id"] for one in only] == ["id-004", "id-002"]


def test_an_insight_that_expired_is_gone(door: Door) -> None:
    INSIGHT.kept(door.memory, 1, expires_at="2026-01-01T01:00:00Z")
    INSIGHT.kept(door.memory, 2, expires_at="run_end")
    assert INSIGHT.ids(door.memory) == ["id-001", "id-002"]
    door.clock.now += 3601
    assert INSIGHT.ids(door.memory) == ["id-002"]


# -- what there is one of


def test_the_working_state(memory: MemoryVerbs) -> None:
    assert memory.get_working_state(SCOPE) is None
    assert memory.patch_working_state(SCOPE, {})["state_version"] == 0
    patches: List["tuple[WorkingStatePatch, int]"] = [
        ({"goal": "pack"}, 1),
        ({"goal": None}, 1),
        ({"slots": {"a": 1}}, 2),
        ({"slots": {"b": 1}}, 3),
        ({"state_version": 1}, 1),
    ]
    for patch, version in patches:
        assert memory.patch_working_state(SCOPE, patch)["state_version"] == version
    state = memory.get_working_state(SCOPE)
    assert state is not None and (state["goal"], state["slots"]) == ("pack", {"b": 1})
    assert memory.get_working_state({**SCOPE, "run_id": "other"}) is None
    assert memory.delete_working_state(SCOPE) is True
    assert memory.delete_working_state(SCOPE) is False
    assert memory.get_working_state(SCOPE) is None


def test_a_stale_version_changes_nothing(memory: MemoryVerbs) -> None:
    with pytest.raises(PreconditionFailedError):
        memory.patch_working_state(SCOPE, {"goal": "b"}, if_version=1)
    assert memory.patch_working_state(SCOPE, {"goal": "a"}, if_version=0)["state_version"] == 1
    with pytest.raises(PreconditionFailedError) as caught:
        memory.patch_working_state(SCOPE, {"goal": "b"}, if_version=0)
    assert (caught.value.status, caught.value.code) == (412, "version_mismatch")
    assert memory.patch_working_state(SCOPE, {"goal": "c"}, if_version=1)["goal"] == "c"


def test_short_term_memory_is_that_of_a_session(memory: MemoryVerbs) -> None:
    assert memory.get_stm(SCOPE) is None
    stm = memory.update_stm(SCOPE, {"rolling_summary": "so far", "key_quotes": [{"evidence_id": "e", "quote": "no"}]})
    assert stm["key_quotes"] == [{"evidence_id": "e", "quote": "no", "role": "user", "ts": None}]
    assert memory.get_stm({**SCOPE, "run_id": "other"}) == stm
    assert memory.get_stm({**SCOPE, "session_id": "other"}) is None
    assert memory.update_stm(SCOPE, {"key_quotes": []})["rolling_summary"] == ""
    assert (memory.delete_stm(SCOPE), memory.delete_stm(SCOPE), memory.get_stm(SCOPE)) == (True, False, None)


# -- refusals


SOUND_FACT = {"fact_id": "f", "fact_key": "k", "value": 1}
SOUND_EVENT = {"event_id": "e", "scope": SCOPE, "kind": "message", "payload": None}

Refused = Callable[[MemoryVerbs], object]
REFUSALS: List["tuple[str, Refused]"] = [
    ("kind", lambda memory: memory.append_event(cast(Any, {**SOUND_EVENT, "kind": "foo"}))),
    ("ts", lambda memory: memory.append_event(cast(Any, {**SOUND_EVENT, "ts": "2026-01-01T00:00:00"}))),
    ("event_id", lambda memory: memory.append_event(cast(Any, {"scope": SCOPE, "kind": "message", "payload": 1}))),
    ("scope.run_id", lambda memory: memory.get_stm(cast(Any, {k: v for k, v in SCOPE.items() if k != "run_id"}))),
    ("fact.status", lambda memory: memory.upsert_fact(SCOPE, cast(Any, {**SOUND_FACT, "status": "Active"}))),
    ("fact.value", lambda memory: memory.upsert_fact(SCOPE, cast(Any, {"fact_id": "f", "fact_key": "k"}))),
    ("fact.sources", lambda memory: memory.upsert_fact(SCOPE, cast(Any, {**SOUND_FACT, "sources": None}))),
    ("patch.plan", lambda memory: memory.patch_working_state(SCOPE, cast(Any, {"plan": "one"}))),
    ("if_version", lambda memory: memory.patch_working_state(SCOPE, {}, if_version=-1)),
    ("limit", lambda memory: memory.list_events(SCOPE, limit=-1)),
    ("limit", lambda memory: memory.list_events(SCOPE, limit=cast(Any, "3"))),
    ("limit", lambda memory: memory.list_facts(SCOPE, {"limit": True})),
    ("filter.status", lambda memory: memory.list_facts(SCOPE, cast(Any, {"status": ["Active"]}))),
    ("filter", lambda memory: memory.list_facts(SCOPE, cast(Any, "active"))),
    ("cursor", lambda memory: memory.list_events(SCOPE, cursor="foreign")),
    ("request.purpose", lambda memory: memory.build_memory_packet(cast(Any, {"scope": SCOPE}))),
    ("request", lambda memory: memory.build_memory_packet(cast(Any, "planner"))),
    ("scope", lambda memory: memory.get_stm(cast(Any, None))),
    ("JSON", lambda memory: memory.get_stm(cast(Any, ...))),
    ("JSON: fact.value: nan", lambda memory: memory.upsert_fact(SCOPE, cast(Any, {**SOUND_FACT, "value": math.nan}))),
]


@pytest.mark.parametrize(("field", "refused"), REFUSALS)
def test_a_refusal_names_the_field(field: str, refused: Refused, memory: MemoryVerbs) -> None:
    with pytest.raises(ValidationError, match=field) as caught:
        refused(memory)
    assert caught.value.outcome in ("rejected", "not_sent")


@pytest.mark.parametrize("nothing", [None, "event", []], ids=repr)
def test_no_event_is_a_refusal_too(nothing: object, memory: MemoryVerbs) -> None:
    with pytest.raises(ValidationError, match="event: must be an object, not"):
        memory.append_event(cast(Any, nothing))

"""What records are put in order by: texts that sort as what they stand for does."""

from __future__ import annotations

import random
from typing import Any, Dict, List

import pytest

from engram.types import EventInput, FactInput, InsightInput, ProcedureInput, ScopeInput, ValidationState
from engram_server.domains.structured import completing, placing
from engram_server.domains.structured.scopes import agent_key, run_key, session_key, whole

NOW = 1_767_225_600_000
SCOPE: ScopeInput = {"user_id": "u", "agent_id": "a", "session_id": "s", "run_id": "r"}


def _priority(number: int) -> ProcedureInput:
    return {"procedure_id": "p", "task_type": "t", "content": None, "priority": number}


def _insight(state: ValidationState, confidence: float) -> InsightInput:
    return {"id": "i", "type": "pattern", "statement": "s", "validation_state": state, "confidence": confidence}


def test_priorities_are_in_order_the_highest_first() -> None:
    rng = random.Random(1)
    numbers = [-(2**31), -1, 0, 1, 2**31 - 1, *(rng.randrange(-(2**31), 2**31) for _ in range(500))]
    places = {n: placing.placed_procedure(completing.procedure(_priority(n)), NOW).place for n in numbers}
    assert sorted(numbers, key=lambda n: places[n]) == sorted(numbers, reverse=True)
    assert len(set(places.values())) == len(set(numbers))


def test_confidences_are_in_order_within_their_state() -> None:
    rng = random.Random(2)
    numbers = [-1e12, -1e-300, 0.0, 5e-324, 0.3, 0.30000000000000004, 1e12]
    numbers += [rng.uniform(-2, 2) * 10 ** rng.randrange(-9, 9) for _ in range(500)]
    states: List[ValidationState] = ["validated", "unvalidated", "testing", "rejected"]
    rows = [(state, number) for state in states for number in numbers]
    placed = {row: placing.placed_insight(completing.insight(_insight(*row)), NOW) for row in rows}
    assert sorted(rows, key=lambda row: placed[row].place) == sorted(
        rows, key=lambda row: (states.index(row[0]), -row[1])
    )
    trust = {"validated": 3, "testing": 2, "unvalidated": 1}
    chosen = sorted((row for row in rows if row[0] in trust), key=lambda row: (trust[row[0]], int(row[1] * 1000)))
    weights = [placed[row].weight for row in chosen]
    assert weights == sorted(weights) and 0 < weights[0] and weights[-1] < 2**63
    # Equal weights are those of one state and one thousandth, and no others.
    assert len(set(weights)) == len({(row[0], int(row[1] * 1000)) for row in chosen})
    assert {placed[row].weight for row in rows if row[0] == "rejected"} == {0}


def test_no_zero_is_less_than_the_other() -> None:
    places = {placing.placed_insight(completing.insight(_insight("testing", zero)), NOW).place for zero in (0.0, -0.0)}
    assert len(places) == 1


@pytest.mark.parametrize(
    ("text", "expires"),
    [
        ("2026-01-01T01:00:00+01:00", NOW),
        ("2026-01-01T00:00:00.0019Z", NOW + 1),
        ("run_end", None),
        ("", None),
        ("2026-01-01T00:00:00", None),
        ("2026-02-30T00:00:00Z", None),
        ("\0", None),
    ],
)
def test_only_a_moment_expires(text: str, expires: Any) -> None:
    given: InsightInput = {"id": "i", "type": "pattern", "statement": "s", "expires_at": text}
    assert placing.placed_insight(completing.insight(given), NOW).expires_at == expires


@pytest.mark.parametrize(
    ("kind", "payload", "state"),
    [
        ("message", "plain", placing.SAID),
        ("message", "", placing.SAID),
        ("message", {"text": "t"}, placing.SAID),
        ("message", {"content": 1, "text": "t"}, placing.SAID),
        ("message", {"content": ["c"]}, "message"),
        ("message", {}, "message"),
        ("message", None, "message"),
        ("message", ["a"], "message"),
        ("message", 1, "message"),
        ("tool_result", "plain", "tool_result"),
        ("system", {"content": "c"}, "system"),
    ],
)
def test_messages_with_words_are_told_from_all_else(kind: Any, payload: Any, state: str) -> None:
    given: EventInput = {"event_id": "e", "scope": SCOPE, "kind": kind, "payload": payload}
    assert placing.placed_event(completing.event(given, NOW)).state == state


def test_equal_values_are_written_alike() -> None:
    values: List[Dict[str, Any]] = [{"b": {"d": 1, "c": 2}, "a": [3]}, {"a": [3], "b": {"c": 2, "d": 1}}]
    facts: List[FactInput] = [{"fact_id": "f", "fact_key": "k", "value": value} for value in values]
    bodies = {placing.placed_fact(completing.fact(fact), NOW).body for fact in facts}
    assert len(bodies) == 1


def test_keys_of_scopes_are_equal_only_where_their_ids_are() -> None:
    ids = ["", "a", "b", '"', '","', "a,b", "\\", "\0", "é"]
    scopes = [
        whole({"tenant_id": one, "user_id": two, "agent_id": three, "session_id": "s", "run_id": "r"})
        for one in ids
        for two in ids
        for three in ids
    ]
    keys = {key(scope) for scope in scopes for key in (agent_key, session_key, run_key)}
    assert len(keys) == 3 * len(scopes)

"""Adapters that need no framework: the same memory as its verbs see."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List

import pytest

from engram import (
    ConflictError,
    EngramCheckpointer,
    EngramContextInjector,
    EngramNodeMiddleware,
    Memory,
    ValidationError,
)
from engram.types import ScopeInput

SCOPE: ScopeInput = {"user_id": "mira", "agent_id": "travel-bot", "session_id": "s-42", "run_id": "r-7"}


@pytest.fixture
def memory() -> Iterator[Memory]:
    with Memory(in_memory=True) as made:
        yield made


def test_a_packet_is_built_as_asked(memory: Memory) -> None:
    injector = EngramContextInjector(memory, SCOPE)
    memory.upsert_fact(SCOPE, {"fact_id": "f", "fact_key": "diet", "value": "vegan"})
    meta = injector.build_packet()["meta"]
    assert (meta["purpose"], meta["task_type"], meta["policy_id"]) == ("planner", "generic", "default")
    packet = injector.build_packet(
        "tool",
        "search",
        cues={"keywords": ["diet"]},
        budget={"max_tokens": 500},
        policy={"max_facts": 0},
        policy_id="strict",
        persist=False,
    )
    meta = packet["meta"]
    assert (meta["purpose"], meta["task_type"], meta["policy_id"]) == ("tool", "search", "strict")
    assert (meta["cues"], meta["budget"]["max_tokens"]) == ({"keywords": ["diet"]}, 500)
    assert packet["long_term"]["facts"] == []
    assert len(memory.list_context_builds(SCOPE)) == 1


def test_a_checkpoint_is_the_working_state(memory: Memory) -> None:
    checkpointer = EngramCheckpointer(memory, SCOPE)
    assert checkpointer.get() is None
    state = checkpointer.put({"goal": "to pack"})
    assert state == checkpointer.get() == memory.get_working_state(SCOPE)
    assert checkpointer.put({"plan": ["book"]})["goal"] == "to pack"


def test_before_a_node_there_is_a_packet(memory: Memory) -> None:
    nodes = EngramNodeMiddleware(memory, SCOPE)
    assert nodes.before_node()["meta"]["purpose"] == "planner"
    meta = nodes.before_node("responder", "greet")["meta"]
    assert (meta["purpose"], meta["task_type"]) == ("responder", "greet")


def test_after_a_node_its_events_are_kept(memory: Memory) -> None:
    other: ScopeInput = {**SCOPE, "run_id": "r-8"}
    events: List[Dict[str, Any]] = [
        {"kind": "message", "payload": "one"},
        {"kind": "tool_result", "payload": "two", "event_id": "e-2"},
        {"kind": "message", "payload": "three", "scope": other},
    ]
    nodes = EngramNodeMiddleware(memory, SCOPE)
    nodes.after_node(events)
    assert [event["scope"] for event in events] == [SCOPE, SCOPE, other]
    assert len({event["event_id"] for event in events}) == 3 and events[1]["event_id"] == "e-2"
    kept = memory.list_events(SCOPE)
    assert [event["payload"] for event in kept] == ["one", "two"]
    assert [event["event_id"] for event in kept] == [event["event_id"] for event in events[:2]]
    assert [event["payload"] for event in memory.list_events(other)] == ["three"]


def test_events_of_a_node_that_failed_may_be_left_again(memory: Memory) -> None:
    events: List[Dict[str, Any]] = [{"kind": "message", "payload": "one"}, {"kind": "whisper", "payload": "two"}]
    nodes = EngramNodeMiddleware(memory, SCOPE)
    with pytest.raises(ValidationError, match="kind"):
        nodes.after_node(events)
    events[1]["kind"] = "message"
    nodes.after_node(events)
    assert [event["payload"] for event in memory.list_events(SCOPE)] == ["one", "two"]
    events[0]["payload"] = "another"
    with pytest.raises(ConflictError):
        nodes.after_node(events)

"""The chat history over LangChain's own classes."""

from __future__ import annotations

from typing import Any, Iterator, List

import pytest

from engram import Memory
from engram.types import EventKind, JsonValue, ScopeInput

messages: Any = pytest.importorskip("langchain_core.messages", reason="langchain-core is in the extra `interop`")
chat_history: Any = pytest.importorskip("langchain_core.chat_history")

SCOPE: ScopeInput = {"user_id": "mira", "agent_id": "travel-bot", "session_id": "s-42", "run_id": "r-7"}


@pytest.fixture
def memory() -> Iterator[Memory]:
    with Memory(in_memory=True) as made:
        yield made


def history_of(memory: Memory, **options: Any) -> Any:
    from engram import EngramChatMessageHistory

    return EngramChatMessageHistory(memory, SCOPE, **options)


def keep(memory: Memory, payload: JsonValue, kind: EventKind = "message") -> None:
    number = len(memory.list_events(SCOPE))
    memory.append_event({"event_id": f"e-{number}", "scope": SCOPE, "kind": kind, "payload": payload, "ts_ms": number})


def test_messages_come_back_whole(memory: Memory) -> None:
    call = {"name": "search", "args": {"city": "Lisbon"}, "id": "c-1", "type": "tool_call"}
    said: List[Any] = [
        messages.SystemMessage(content="Be brief."),
        messages.HumanMessage(content="Any hotels?", name="mira", id="m-1"),
        messages.AIMessage(content="", tool_calls=[call]),
        messages.ToolMessage(content="3 hotels", tool_call_id="c-1"),
        messages.AIMessage(content=[{"type": "text", "text": "Three."}]),
    ]
    history = history_of(memory)
    assert isinstance(history, chat_history.BaseChatMessageHistory)
    history.add_messages(said)
    assert history.messages == said
    history.add_user_message("Thanks.")
    history.add_ai_message("Welcome.")
    assert [(one.type, one.content) for one in history.messages[-2:]] == [("human", "Thanks."), ("ai", "Welcome.")]


def test_packets_see_who_said_what(memory: Memory) -> None:
    history = history_of(memory)
    history.add_messages([messages.HumanMessage(content="Far?"), messages.AIMessage(content="No.")])
    window = memory.build_memory_packet(
        {"scope": SCOPE, "purpose": "planner", "policy": {"include_conversation_window": True}}
    )["short_term"]["conversation_window"]
    assert [(turn["role"], turn["content"]) for turn in window] == [("user", "Far?"), ("assistant", "No.")]


@pytest.mark.parametrize(
    ("payload", "kind", "content"),
    [
        ("plain", "human", "plain"),
        (None, "human", ""),
        ({"role": "user", "content": "a"}, "human", "a"),
        ({"role": "assistant", "content": "a"}, "ai", "a"),
        ({"role": "ai", "text": "a"}, "ai", "a"),
        ({"role": "system", "content": "a"}, "system", "a"),
        ({"role": "tool", "content": 3}, "tool", "3"),
        ({"role": ["user"]}, "human", ""),
    ],
)
def test_what_others_kept_is_read(payload: JsonValue, kind: str, content: str, memory: Memory) -> None:
    keep(memory, payload)
    assert [(one.type, one.content) for one in history_of(memory).messages] == [(kind, content)]


def test_the_newest_messages_oldest_first(memory: Memory) -> None:
    for number in range(4):
        keep(memory, f"message {number}")
        keep(memory, f"result {number}", "tool_result")
    assert [one.content for one in history_of(memory).messages] == [f"message {number}" for number in range(4)]
    assert [one.content for one in history_of(memory, limit=2).messages] == ["message 2", "message 3"]
    assert len(history_of(memory, limit=9).messages) == 4
    assert history_of(memory, limit=0).messages == []


def test_what_was_said_is_not_cleared(memory: Memory) -> None:
    history = history_of(memory)
    history.add_user_message("Stay.")
    with pytest.raises(NotImplementedError, match="delete_event"):
        history.clear()
    assert len(history.messages) == 1

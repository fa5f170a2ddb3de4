"""The conversation of a run as a chat history of LangChain, which is `langchain-core` and must be installed."""

from __future__ import annotations

import uuid
from typing import Dict, List, Optional, Tuple, Type

from langchain_core.chat_history import BaseChatMessageHistory
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
    message_to_dict,
    messages_from_dict,
)

from ..memory_verbs import MemoryVerbs
from ..types import Event, JsonValue, ScopeInput

_ROLES: Tuple[Tuple[Type[BaseMessage], str], ...] = (
    (AIMessage, "assistant"),
    (SystemMessage, "system"),
    (ToolMessage, "tool"),
)
_KINDS: Dict[object, Type[BaseMessage]] = {"assistant": AIMessage, "ai": AIMessage, "system": SystemMessage}
# Where a message lies whole beside its role and its text, which are for packets.
_WHOLE = "langchain"
# How many events are read at a time where only some of them are wanted.
_AT_ONCE = 100


class EngramChatMessageHistory(BaseChatMessageHistory):
    """The messages among a run's events, the newest `limit` of them, oldest first.

        history = EngramChatMessageHistory(memory, scope, limit=20)
        history.add_user_message("No early flights, please.")
    """

    def __init__(self, memory: MemoryVerbs, scope: ScopeInput, limit: Optional[int] = None) -> None:
        self._memory = memory
        self._scope = scope
        self._limit = limit

    @property
    def messages(self) -> List[BaseMessage]:
        """What was said; what other programs kept is read by its `role` and its `content` or `text`."""
        return [_message(event["payload"]) for event in self._events()]

    def _events(self) -> List[Event]:
        if self._limit is None:
            return [event for event in self._memory.list_events(self._scope) if event["kind"] == "message"]
        found: List[Event] = []
        cursor: Optional[str] = None
        while len(found) < self._limit:
            page = self._memory.list_events(self._scope, limit=_AT_ONCE, newest=True, cursor=cursor)
            found += [event for event in page if event["kind"] == "message"]
            cursor = page.next_cursor
            if cursor is None:
                break
        return found[: self._limit][::-1]

    def add_message(self, message: BaseMessage) -> None:
        """Keep a message as an event of the run."""
        role = next((role for kind, role in _ROLES if isinstance(message, kind)), "user")
        content = message.content if isinstance(message.content, str) else str(message.content)
        self._memory.append_event(
            {
                "event_id": str(uuid.uuid4()),
                "scope": self._scope,
                "kind": "message",
                "payload": {"role": role, "content": content, _WHOLE: message_to_dict(message)},
            }
        )

    def clear(self) -> None:
        """Refuse: packets and citations rest on the events of a run. `delete_event` deletes one.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("events are kept for packets; begin another run, or delete them with delete_event")


def _message(payload: JsonValue) -> BaseMessage:
    if not isinstance(payload, dict):
        return HumanMessage(content=_text(payload))
    if _WHOLE in payload:
        return messages_from_dict([payload[_WHOLE]])[0]
    content = _text(payload.get("content") or payload.get("text"))
    role = payload.get("role")
    if role == "tool":
        return ToolMessage(content=content, tool_call_id=_text(payload.get("tool_call_id")))
    return _KINDS.get(role, HumanMessage)(content=content) if isinstance(role, str) else HumanMessage(content=content)


def _text(value: JsonValue) -> str:
    return "" if value is None else str(value)

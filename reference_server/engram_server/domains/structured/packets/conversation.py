"""What was said in a run, and what was left open. Pure."""

from __future__ import annotations

import re
from typing import Iterator, List, Mapping, Sequence

from engram.types import ConversationTurn, Event, JsonValue, QuoteRole, WorkingState

from ....text.tokens import cut_to_tokens
from ..moments import rewritten
from ..wording import of_message

_ROLES: Mapping[object, QuoteRole] = {"user": "user", "assistant": "assistant", "tool": "tool"}
_DEFAULT_ROLE: QuoteRole = "user"

_QUESTION = re.compile("[?\uff1f\u061f]")
_NO_VALUE: Sequence[JsonValue] = (None, "", [], {})
# Open loops are pointers into the conversation and not a copy of it; they are in no section's estimate.
_MAX_LOOPS = 8
_MAX_LOOP_TOKENS = 40


def said(events: Sequence[Event]) -> List[ConversationTurn]:
    """Return the messages among events that have text as turns; of the newest first the oldest first."""
    turns = []
    for event in reversed(events):
        content = of_message(event["payload"])
        if event["kind"] == "message" and content is not None:
            role, ts = _role(event["payload"]), rewritten(event["ts"])
            turns.append(ConversationTurn(role=role, content=content, evidence_id=event["event_id"], ts=ts))
    return turns


def _role(payload: JsonValue) -> QuoteRole:
    role = payload.get("role") if isinstance(payload, dict) else None
    return _ROLES.get(role, _DEFAULT_ROLE) if isinstance(role, str) else _DEFAULT_ROLE


def open_loops(state: WorkingState, turns: List[ConversationTurn]) -> List[str]:
    """Return what waits for somebody: at most 8 short lines.

    These are, in this order: slots that have a name and no value yet, by name; steps of the plan and risks that are
    put as questions; and what the user asked after the assistant last spoke, among the newest turns.
    """
    loops = [f"slot without a value: {name}" for name, value in sorted(state["slots"].items()) if value in _NO_VALUE]
    loops += [text for text in (*state["plan"], *state["risks"]) if _QUESTION.match(text.rstrip()[-1:])]
    loops += _unanswered(turns)
    return [cut_to_tokens(loop, _MAX_LOOP_TOKENS) for loop in dict.fromkeys(loops)][:_MAX_LOOPS]


def _unanswered(turns: List[ConversationTurn]) -> Iterator[str]:
    spoken = [at for at, turn in enumerate(turns) if turn["role"] == "assistant"]
    for turn in turns[spoken[-1] + 1 if spoken else 0 :]:
        if turn["role"] == "user" and _QUESTION.search(turn["content"]):
            yield turn["content"]

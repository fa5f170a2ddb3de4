"""What the nodes of a graph of agents are told, and what they leave. Nothing here needs a framework."""

from __future__ import annotations

import uuid
from typing import Iterable, MutableMapping, Optional, cast

from ..memory_verbs import MemoryVerbs
from ..types import (
    BudgetInput,
    Cues,
    EventInput,
    MemoryPacket,
    PacketPolicy,
    Purpose,
    ScopeInput,
    WorkingState,
    WorkingStatePatch,
)


class _OfScope:
    def __init__(self, memory: MemoryVerbs, scope: ScopeInput) -> None:
        self._memory = memory
        self._scope = scope


class EngramContextInjector(_OfScope):
    """Packets of one scope.

        prompt = packet_text(EngramContextInjector(memory, scope).build_packet("responder"))
    """

    def build_packet(
        self,
        purpose: Purpose = "planner",
        task_type: Optional[str] = None,
        cues: Optional[Cues] = None,
        budget: Optional[BudgetInput] = None,
        policy: Optional[PacketPolicy] = None,
        policy_id: Optional[str] = None,
        persist: Optional[bool] = None,
    ) -> MemoryPacket:
        """Return a packet; None is the default of each, as in a `PacketRequest`."""
        return self._memory.build_memory_packet(
            {
                "scope": self._scope,
                "purpose": purpose,
                "task_type": task_type,
                "cues": cues,
                "budget": budget,
                "policy": policy,
                "policy_id": policy_id,
                "persist": persist,
            }
        )


class EngramCheckpointer(_OfScope):
    """The working state of a run, to be read and patched. It is no `BaseCheckpointSaver` of LangGraph."""

    def get(self) -> Optional[WorkingState]:
        """Return the working state, None where there is none."""
        return self._memory.get_working_state(self._scope)

    def put(self, state: WorkingStatePatch) -> WorkingState:
        """Replace the given fields of the working state; return all of it."""
        return self._memory.patch_working_state(self._scope, state)


class EngramNodeMiddleware(_OfScope):
    """What goes on around a node: a packet before it, events after it.

        nodes = EngramNodeMiddleware(memory, scope)
        packet = nodes.before_node("tool", "search")
        nodes.after_node([{"kind": "tool_result", "payload": {"content": "3 hotels"}}])
    """

    def before_node(self, purpose: Purpose = "planner", task_type: Optional[str] = None) -> MemoryPacket:
        """Return the packet for a node."""
        return EngramContextInjector(self._memory, self._scope).build_packet(purpose, task_type)

    def after_node(self, events: Iterable[MutableMapping[str, object]]) -> None:
        """Keep what a node left, one after another.

        Events without an `event_id` or a `scope` are given one in place, so that after an error the same may be left
        again and none is kept twice.
        """
        for event in events:
            event.setdefault("event_id", str(uuid.uuid4()))
            event.setdefault("scope", self._scope)
            self._memory.append_event(cast(EventInput, event))

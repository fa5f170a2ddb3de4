"""RecallEvent: a question that was asked, from which patterns can be learned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Tuple

from ...types.brain_learning import RecallEventWire
from .values import in_utc, read_moment, settle


@dataclass(frozen=True)
class RecallEvent:
    """A question, and the session that it was asked in."""

    id: str
    query: str
    session_id: str
    asked_at: datetime
    topics: Tuple[str, ...] = ()

    def __post_init__(self) -> None:
        settle(self, {"asked_at": in_utc(self.asked_at), "topics": tuple(self.topics)})

    @classmethod
    def of(cls, wire: RecallEventWire) -> RecallEvent:
        """Return what was sent."""
        asked_at = read_moment(wire["asked_at"])
        return cls(wire["id"], wire["query"], wire["session_id"], asked_at, tuple(wire["topics"]))

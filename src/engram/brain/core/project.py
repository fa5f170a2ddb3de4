"""Project: a stretch of time that memories belong to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import AbstractSet, Iterable, Optional
from uuid import uuid4

from ...types.brain import ProjectWire
from ...types.brain_keeping import ProjectInput
from .values import Metadata, in_utc, own, read, read_moment, sent, sent_moment, settle, tags_of, utcnow


@dataclass(frozen=True)
class Project:
    """A stretch of time that memories belong to. One without an end is ongoing."""

    id: str
    name: str
    description: str = ""
    start_date: datetime = field(default_factory=utcnow)
    end_date: Optional[datetime] = None
    tags: AbstractSet[str] = frozenset()
    priority: float = 1.0
    metadata: Metadata = field(default_factory=dict, hash=False)
    created_at: datetime = field(default_factory=utcnow)

    def __post_init__(self) -> None:
        settle(
            self,
            {
                "start_date": in_utc(self.start_date),
                "end_date": in_utc(self.end_date),
                "tags": tags_of(self.tags),
                "metadata": own(self.metadata),
                "created_at": in_utc(self.created_at),
            },
        )

    @classmethod
    def create(
        cls,
        name: str,
        description: str = "",
        start_date: Optional[datetime] = None,
        end_date: Optional[datetime] = None,
        duration_days: Optional[float] = None,
        tags: Optional[Iterable[str]] = None,
        priority: float = 1.0,
        metadata: Optional[Metadata] = None,
        project_id: Optional[str] = None,
    ) -> Project:
        """Return a new project that starts now where no start is given.

        `duration_days` says when it ends, unless an end is given.
        """
        start = in_utc(start_date) or utcnow()
        if end_date is None and duration_days is not None:
            end_date = start + timedelta(days=duration_days)
        return cls(
            project_id or str(uuid4()),
            name,
            description,
            start,
            end_date,
            tags_of(tags),
            priority,
            own(metadata),
        )

    @property
    def is_active(self) -> bool:
        """Whether it goes on now."""
        return self.contains_date(utcnow())

    @property
    def is_ongoing(self) -> bool:
        """Whether it has no end."""
        return self.end_date is None

    @property
    def days_remaining(self) -> Optional[int]:
        """How many whole days it still goes on; None without an end."""
        return None if self.end_date is None else max(0, (self.end_date - utcnow()).days)

    @property
    def duration_days(self) -> Optional[int]:
        """How many whole days it takes; None without an end."""
        return None if self.end_date is None else (self.end_date - self.start_date).days

    def contains_date(self, date: datetime) -> bool:
        """Say whether it goes on at a moment."""
        return self.start_date <= in_utc(date) and (self.end_date is None or in_utc(date) <= self.end_date)

    def with_end_date(self, end_date: datetime) -> Project:
        """Return it with another end."""
        return replace(self, end_date=end_date)

    def with_extended_deadline(self, extra_days: float) -> Project:
        """Return it ending later: than its end, or than now where it has none."""
        return replace(self, end_date=(self.end_date or utcnow()) + timedelta(days=extra_days))

    def with_tags(self, tags: Iterable[str]) -> Project:
        """Return it with other tags."""
        return replace(self, tags=frozenset(tags))

    @classmethod
    def of(cls, wire: ProjectWire) -> Project:
        """Return what was sent."""
        return cls(
            wire["id"],
            wire["name"],
            wire["description"],
            read_moment(wire["start_date"]),
            read(wire["end_date"]),
            frozenset(wire["tags"]),
            wire["priority"],
            wire["metadata"],
            read_moment(wire["created_at"]),
        )

    def payload(self) -> ProjectInput:
        """Return it as it is sent."""
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "start_date": sent_moment(self.start_date),
            "end_date": sent(self.end_date),
            "tags": sorted(self.tags),
            "priority": self.priority,
            "metadata": own(self.metadata),
            "created_at": sent_moment(self.created_at),
        }

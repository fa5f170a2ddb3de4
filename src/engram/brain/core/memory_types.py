"""TypedMemory: what kind of memory a fiber is, how much it matters, where it comes from and how long it holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import AbstractSet, Iterable, Optional, Union

from ...types.brain import ProvenanceInput, ProvenanceWire, TypedMemoryWire
from ...types.brain_keeping import TypedMemoryInput
from .values import Metadata, Word, in_utc, own, read, read_moment, sent, sent_moment, settle, tags_of, utcnow


class MemoryType(Word):
    """What kind of memory it is."""

    FACT = "fact"
    DECISION = "decision"
    PREFERENCE = "preference"
    TODO = "todo"
    INSIGHT = "insight"
    CONTEXT = "context"
    INSTRUCTION = "instruction"
    ERROR = "error"
    WORKFLOW = "workflow"
    REFERENCE = "reference"
    TOOL = "tool"
    HYPOTHESIS = "hypothesis"
    PREDICTION = "prediction"
    SCHEMA = "schema"
    BOUNDARY = "boundary"


class Priority(IntEnum):
    """How much a memory matters."""

    LOWEST = 0
    LOW = 2
    NORMAL = 5
    HIGH = 7
    CRITICAL = 10

    @classmethod
    def from_int(cls, value: int) -> Priority:
        """Return the priority that a number stands for.

        Raises:
            ValueError: it is no number.
        """
        if not isinstance(value, (int, float)):
            raise ValueError(f"priority: must be a number, as Priority.HIGH is, not {value!r:.40}")
        return next((priority for most, priority in _SNAPS if value <= most), cls.CRITICAL)


_SNAPS = ((1, Priority.LOWEST), (3, Priority.LOW), (6, Priority.NORMAL), (8, Priority.HIGH))


class Confidence(Word):
    """How sure it is."""

    VERIFIED = "verified"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFERRED = "inferred"


class MemoryTier(Word):
    """How near at hand it is kept."""

    HOT = "hot"
    WARM = "warm"
    COLD = "cold"


@dataclass(frozen=True)
class Provenance:
    """Where a memory comes from."""

    source: str = "user_input"
    confidence: Confidence = Confidence.MEDIUM
    verified: bool = False
    verified_at: Optional[datetime] = None
    created_by: str = "user"
    last_confirmed: Optional[datetime] = None

    def __post_init__(self) -> None:
        settle(
            self,
            {
                "confidence": Confidence(self.confidence),
                "verified_at": in_utc(self.verified_at),
                "last_confirmed": in_utc(self.last_confirmed),
            },
        )

    def verify(self, now: Optional[datetime] = None) -> Provenance:
        """Return it verified, now where no moment is given."""
        moment = now or utcnow()
        return replace(
            self, confidence=Confidence.VERIFIED, verified=True, verified_at=moment, last_confirmed=moment
        )

    def confirm(self, now: Optional[datetime] = None) -> Provenance:
        """Return it confirmed, which is less than verified."""
        return replace(self, last_confirmed=now or utcnow())

    @classmethod
    def of(cls, wire: ProvenanceWire) -> Provenance:
        """Return what was sent."""
        return cls(
            wire["source"],
            Confidence(wire["confidence"]),
            wire["verified"],
            read(wire["verified_at"]),
            wire["created_by"],
            read(wire["last_confirmed"]),
        )

    def payload(self) -> ProvenanceInput:
        """Return it as it is sent."""
        return {
            "source": self.source,
            "confidence": self.confidence.value,
            "verified": self.verified,
            "verified_at": sent(self.verified_at),
            "created_by": self.created_by,
            "last_confirmed": sent(self.last_confirmed),
        }


@dataclass(frozen=True)
class TypedMemory:
    """What is known of one fiber beside its graph. A fiber has at most one; a second one replaces the first.

    Raises:
        ValueError: its type or its tier is not one.
    """

    fiber_id: str
    memory_type: MemoryType
    priority: Priority = Priority.NORMAL
    provenance: Provenance = field(default_factory=Provenance)
    expires_at: Optional[datetime] = None
    project_id: Optional[str] = None
    tags: AbstractSet[str] = frozenset()
    metadata: Metadata = field(default_factory=dict, hash=False)
    created_at: datetime = field(default_factory=utcnow)
    trust_score: Optional[float] = None
    source: Optional[str] = None
    tier: MemoryTier = MemoryTier.WARM

    def __post_init__(self) -> None:
        settle(
            self,
            {
                "memory_type": MemoryType(self.memory_type),
                "priority": Priority.from_int(self.priority),
                "expires_at": in_utc(self.expires_at),
                "tags": tags_of(self.tags),
                "metadata": own(self.metadata),
                "created_at": in_utc(self.created_at),
                "tier": MemoryTier(self.tier),
            },
        )

    @classmethod
    def create(
        cls,
        fiber_id: str,
        memory_type: MemoryType,
        priority: Union[Priority, int] = Priority.NORMAL,
        source: str = "user_input",
        confidence: Confidence = Confidence.MEDIUM,
        expires_in_days: Optional[float] = None,
        project_id: Optional[str] = None,
        tags: Optional[Iterable[str]] = None,
        metadata: Optional[Metadata] = None,
        trust_score: Optional[float] = None,
        tier: MemoryTier = MemoryTier.WARM,
    ) -> TypedMemory:
        """Return a new typed memory. A number as `priority` snaps to the nearest word for it.

        Raises:
            ValueError: as `TypedMemory`.
        """
        now = utcnow()
        return cls(
            fiber_id,
            memory_type,
            Priority.from_int(priority),
            Provenance(source, confidence),
            None if expires_in_days is None else now + timedelta(days=expires_in_days),
            project_id,
            tags_of(tags),
            own(metadata),
            now,
            trust_score,
            tier=tier,
        )

    @property
    def is_expired(self) -> bool:
        """Whether it holds no longer."""
        return self.expires_at is not None and utcnow() > self.expires_at

    @property
    def days_until_expiry(self) -> Optional[int]:
        """How many whole days it still holds; None for ever."""
        return None if self.expires_at is None else max(0, (self.expires_at - utcnow()).days)

    def with_priority(self, priority: Union[Priority, int]) -> TypedMemory:
        """Return it with another priority."""
        return replace(self, priority=Priority.from_int(priority))

    def with_tier(self, tier: MemoryTier) -> TypedMemory:
        """Return it in another tier."""
        return replace(self, tier=tier)

    def verify(self, now: Optional[datetime] = None) -> TypedMemory:
        """Return it verified, now where no moment is given."""
        return replace(self, provenance=self.provenance.verify(now))

    def extend_expiry(self, days: float) -> TypedMemory:
        """Return it holding longer: from its end, or from now where it has none."""
        return replace(self, expires_at=(self.expires_at or utcnow()) + timedelta(days=days))

    @classmethod
    def of(cls, wire: TypedMemoryWire) -> TypedMemory:
        """Return what was sent."""
        return cls(
            wire["fiber_id"],
            MemoryType(wire["memory_type"]),
            Priority.from_int(wire["priority"]),
            Provenance.of(wire["provenance"]),
            read(wire["expires_at"]),
            wire["project_id"],
            frozenset(wire["tags"]),
            wire["metadata"],
            read_moment(wire["created_at"]),
            wire["trust_score"],
            wire["source"],
            MemoryTier(wire["tier"]),
        )

    def payload(self) -> TypedMemoryInput:
        """Return it as it is sent."""
        wire: TypedMemoryInput = {
            "fiber_id": self.fiber_id,
            "memory_type": self.memory_type.value,
            "priority": int(self.priority),
            "provenance": self.provenance.payload(),
            "expires_at": sent(self.expires_at),
            "project_id": self.project_id,
            "tags": sorted(self.tags),
            "metadata": own(self.metadata),
            "trust_score": self.trust_score,
            "tier": self.tier.value,
            "created_at": sent_moment(self.created_at),
        }
        if self.source is not None:
            wire["source"] = self.source
        return wire

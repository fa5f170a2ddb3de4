"""Alert: something about a brain that somebody should look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Optional

from ...types.brain import AlertWire
from ...types.brain_keeping import AlertInput
from .values import Metadata, Word, in_utc, own, read, read_moment, settle, utcnow


class AlertType(Word):
    """What is the matter."""

    HIGH_NEURON_COUNT = "high_neuron_count"
    HIGH_FIBER_COUNT = "high_fiber_count"
    HIGH_SYNAPSE_COUNT = "high_synapse_count"
    LOW_CONNECTIVITY = "low_connectivity"
    HIGH_ORPHAN_RATIO = "high_orphan_ratio"
    EXPIRED_MEMORIES = "expired_memories"
    STALE_FIBERS = "stale_fibers"


class AlertSeverity(Word):
    """How bad it is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class AlertStatus(Word):
    """How far it was dealt with."""

    ACTIVE = "active"
    SEEN = "seen"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Alert:
    """Something about a brain that somebody should look at. The server makes and resolves them by itself.

    Raises:
        ValueError: its type, severity or status is not one.
    """

    id: str
    brain_id: str
    alert_type: AlertType
    severity: AlertSeverity = AlertSeverity.LOW
    message: str = ""
    recommended_action: str = ""
    status: AlertStatus = AlertStatus.ACTIVE
    created_at: datetime = field(default_factory=utcnow)
    seen_at: Optional[datetime] = None
    acknowledged_at: Optional[datetime] = None
    resolved_at: Optional[datetime] = None
    metadata: Metadata = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        settle(
            self,
            {
                "alert_type": AlertType(self.alert_type),
                "severity": AlertSeverity(self.severity),
                "status": AlertStatus(self.status),
                "created_at": in_utc(self.created_at),
                "seen_at": in_utc(self.seen_at),
                "acknowledged_at": in_utc(self.acknowledged_at),
                "resolved_at": in_utc(self.resolved_at),
                "metadata": own(self.metadata),
            },
        )

    @classmethod
    def of(cls, wire: AlertWire) -> Alert:
        """Return what was sent."""
        return cls(
            wire["id"],
            wire["brain_id"],
            AlertType(wire["alert_type"]),
            AlertSeverity(wire["severity"]),
            wire["message"],
            wire["recommended_action"],
            AlertStatus(wire["status"]),
            read_moment(wire["created_at"]),
            read(wire["seen_at"]),
            read(wire["acknowledged_at"]),
            read(wire["resolved_at"]),
            wire["metadata"],
        )

    def payload(self) -> AlertInput:
        """Return it as it is sent."""
        return {
            "id": self.id,
            "alert_type": self.alert_type.value,
            "severity": self.severity.value,
            "message": self.message,
            "recommended_action": self.recommended_action,
            "metadata": own(self.metadata),
        }

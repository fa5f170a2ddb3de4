"""Alerts, and the pulse that raises them: a look at a brain's figures after so many changes, and before anybody asks.

A pulse costs a scan of the brain, so the larger a brain is the more changes pass between two; what is counted as it
changes is looked at with every change that takes it over its limit.
"""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Sequence, Tuple

from engram.types.brain import AlertKind, AlertSeverity, AlertWire
from engram.types.brain_keeping import AlertInput

from ...storage import Reader, Writer, as_json
from ...storage.brain_rows import AlertRow, BrainRow
from ..errors import Taken, Unknown
from ..scope import Scope
from . import shapes
from .brains import now

_DAY_US = 24 * 60 * 60 * 1_000_000
# An alert that stands is not told again so soon.
_AGAIN_US = 6 * 60 * 60 * 1_000_000
_STALE_US = 90 * _DAY_US

# In the order of `Figures`.
_LIMITS: Sequence[Tuple[AlertKind, int, str]] = (
    ("high_neuron_count", 2_000, "neurons"),
    ("high_synapse_count", 5_000, "synapses"),
    ("high_fiber_count", 500, "fibers"),
)
_TOO_MANY = "Delete what is no longer needed, or keep separate subjects in brains of their own."
_MOST_EXPIRED = 10
# In a smaller brain a share says nothing.
_ENOUGH = 10
_LEAST_CONNECTED = 1.5
_MOST_ORPHANS, _FAR_TOO_MANY_ORPHANS = 0.25, 0.4
_MOST_STALE = 0.3

# What tells the alerts of a pulse from those that somebody recorded, which no pulse resolves.
_OF_A_PULSE = '{"found_by":"pulse"}'
_ALERTS_READ = 1_000

# Changes between two pulses, and of how many neurons the scan costs about as much as a change.
_BETWEEN_PULSES = 25
_NEURONS_A_CHANGE = 40


class Figures(NamedTuple):
    """What a brain's health is told by."""

    neurons: int
    synapses: int
    fibers: int
    orphans: int
    expired: int
    stale: int


class Finding(NamedTuple):
    """Something that is not as it should be."""

    severity: AlertSeverity
    message: str
    advice: str


def findings(figures: Figures) -> Dict[AlertKind, Finding]:
    """Return what is not as it should be."""
    found: Dict[AlertKind, Finding] = {}
    for (kind, most, what), count in zip(_LIMITS, figures):
        if count > most:
            found[kind] = Finding("medium", f"The brain has {count:,} {what}, more than {most:,}.", _TOO_MANY)
    if figures.neurons >= _ENOUGH:
        found.update(_of_connections(figures))
    if figures.expired > _MOST_EXPIRED:
        found["expired_memories"] = Finding(
            "low", f"{figures.expired:,} memories have expired.", "Delete them, or give them a later end."
        )
    if figures.fibers >= _ENOUGH and figures.stale > _MOST_STALE * figures.fibers:
        found["stale_fibers"] = Finding(
            "low",
            f"{figures.stale:,} of {figures.fibers:,} fibers were not used for 90 days.",
            "Look at what is never asked for, and delete it.",
        )
    return found


def _of_connections(figures: Figures) -> Dict[AlertKind, Finding]:
    found: Dict[AlertKind, Finding] = {}
    if figures.synapses < _LEAST_CONNECTED * figures.neurons:
        each = figures.synapses / figures.neurons
        found["low_connectivity"] = Finding(
            "low", f"There are {each:.2f} synapses to a neuron.", "Encode longer texts, or connect neurons by hand."
        )
    if figures.orphans > _MOST_ORPHANS * figures.neurons:
        severity: AlertSeverity = "critical" if figures.orphans > _FAR_TOO_MANY_ORPHANS * figures.neurons else "medium"
        found["high_orphan_ratio"] = Finding(
            severity,
            f"{figures.orphans:,} of {figures.neurons:,} neurons are connected to nothing.",
            "Connect them or delete them: nothing can be recalled by them.",
        )
    return found


def pulse(writer: Writer, scope: Scope, brain: BrainRow) -> None:
    """Look at a brain: raise what is not as it should be, resolve what is again."""
    moment = now(scope)
    figures = Figures(
        brain.neurons,
        brain.synapses,
        brain.fibers,
        writer.count_orphans(brain.space_id),
        writer.count_expired(brain.space_id, moment),
        writer.count_stale_fibers(brain.space_id, moment - _STALE_US),
    )
    found = findings(figures)
    standing = writer.open_alerts(brain.space_id, _ALERTS_READ)
    # What stands is not told twice, nor at once what somebody has acknowledged.
    told = {one.alert_type for one in standing if (one.acknowledged_at or moment) > moment - _AGAIN_US}
    for kind, finding in found.items():
        if kind not in told:
            _record(writer, brain, _new(scope, kind, finding, moment)._replace(metadata=_OF_A_PULSE))
    over = [alert.public_id for alert in standing if alert.metadata == _OF_A_PULSE and alert.alert_type not in found]
    writer.close_alerts(brain.space_id, over, moment)
    writer.mark_pulsed(brain.space_id)


def beat(writer: Writer, scope: Scope, before: BrainRow) -> None:
    """Look at a brain if, since it was as `before`, enough has changed."""
    after = writer.brain(scope.tenant_id, before.brain_id)
    if after is not None and _is_due(before, after):
        pulse(writer, scope, after)


def _is_due(brain: BrainRow, after: BrainRow) -> bool:
    old, new = (brain.neurons, brain.synapses, brain.fibers), (after.neurons, after.synapses, after.fibers)
    crossed = any((was > most) != (is_ > most) for was, is_, (_, most, _) in zip(old, new, _LIMITS))
    return crossed or after.unpulsed >= _BETWEEN_PULSES + after.neurons // _NEURONS_A_CHANGE


def open_alerts(reader: Reader, brain: BrainRow, limit: int) -> List[AlertWire]:
    """Return the alerts that are not resolved: the most severe first, then the newest."""
    return [shapes.alert(row, brain.brain_id) for row in reader.open_alerts(brain.space_id, limit)]


def record(writer: Writer, scope: Scope, brain: BrainRow, given: AlertInput) -> str:
    """Record an alert, and return its id: empty where one of its type has stood for less than six hours.

    Raises:
        Taken: the brain has one of its id.
    """
    if "id" in given and writer.alert(brain.space_id, given["id"]) is not None:
        raise Taken(f"Alert already exists: {given['id']}", {"alert_id": given["id"]})
    row = _new(
        scope,
        given["alert_type"],
        Finding(given["severity"], given["message"], given.get("recommended_action", "")),
        now(scope),
    )
    row = row._replace(
        public_id=given.get("id", row.public_id), metadata=as_json(given.get("metadata", {}))
    )
    return row.public_id if _record(writer, brain, row) else ""


def acknowledge(writer: Writer, scope: Scope, brain: BrainRow, alert_id: str) -> bool:
    """Acknowledge an alert, which then nothing resolves by itself; return whether it was open.

    Raises:
        Unknown: there is none of that id.
    """
    if writer.alert(brain.space_id, alert_id) is None:
        raise Unknown(f"Alert not found: {alert_id}", {"alert_id": alert_id}, code="alert_not_found")
    return writer.acknowledge_alert(brain.space_id, alert_id, now(scope))


def _new(scope: Scope, kind: AlertKind, finding: Finding, moment: int) -> AlertRow:
    return AlertRow(
        public_id=scope.ids.new("alr"),
        alert_type=kind,
        severity=finding.severity,
        message=finding.message,
        recommended_action=finding.advice,
        status="active",
        created_at=moment,
        seen_at=None,
        acknowledged_at=None,
        resolved_at=None,
        metadata="{}",
    )


def _record(writer: Writer, brain: BrainRow, row: AlertRow) -> bool:
    return writer.add_alert(brain.space_id, row, row.created_at - _AGAIN_US)

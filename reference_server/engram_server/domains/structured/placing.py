"""Whole records as they are kept: what each family's lists are in order of and filtered by. Pure."""

from __future__ import annotations

import struct
from typing import Dict, Optional

from engram.types import ContextBuild, Episode, Event, Fact, Insight, Procedure, ValidationState

from ...clock import moment_of
from ...storage import NewRecord, as_json
from .wording import of_message

# The state of events that are messages with a text.
SAID = "said"
# Which insights a packet takes first, and how far apart these are: further than any confidence in thousandths.
_TRUST: Dict[ValidationState, int] = {"validated": 3, "testing": 2, "unvalidated": 1}
_TRUST_APART = 2 * 10**15 + 1
# Lists of insights are in the order of the names of their states, backwards.
_STATE_PLACES: Dict[ValidationState, str] = {"validated": "0", "unvalidated": "1", "testing": "2", "rejected": "3"}


def placed_event(event: Event) -> NewRecord:
    """Return an event as it is kept: in the order of time."""
    said = event["kind"] == "message" and of_message(event["payload"]) is not None
    return NewRecord(event["event_id"], as_json(event), at=moment_of(event["ts"]), state=SAID if said else event["kind"])


def placed_fact(fact: Fact, now: int) -> NewRecord:
    """Return a fact as it is kept: in the order of its key."""
    return NewRecord(
        fact["fact_id"],
        as_json(fact),
        at=now,
        state=fact["status"],
        place="=" + fact["fact_key"],
        since=_moment(fact["validity"]["valid_from"]),
        until=_moment(fact["validity"]["valid_to"]),
    )


def placed_episode(episode: Episode) -> NewRecord:
    """Return an episode as it is kept: in the order of its start. One that ends before it starts ends there."""
    start, end = moment_of(episode["time_range"]["start"]), _moment(episode["time_range"]["end"])
    return NewRecord(
        episode["episode_id"],
        as_json(episode),
        at=start,
        place=_sortable(start),
        until=None if end is None else max(start, end),
        tags=episode["tags"],
        entities=episode["entities"],
    )


def placed_procedure(procedure: Procedure, now: int) -> NewRecord:
    """Return a procedure as it is kept: the highest priority first."""
    return NewRecord(
        procedure["procedure_id"],
        as_json(procedure),
        at=now,
        state=procedure["task_type"],
        place=_sortable(-procedure["priority"]),
    )


def placed_insight(insight: Insight, now: int) -> NewRecord:
    """Return an insight as it is kept: by its state, the most confident first."""
    state, confidence = insight["validation_state"], insight["confidence"]
    return NewRecord(
        insight["id"],
        as_json(insight),
        at=now,
        state=state,
        place=_STATE_PLACES[state] + _sortable(-confidence),
        weight=_TRUST[state] * _TRUST_APART + int(confidence * 1000) if state in _TRUST else 0,
        expires_at=_expiry(insight["expires_at"]),
    )


def placed_build(build: ContextBuild) -> NewRecord:
    """Return a context build as it is kept: in the order of time."""
    return NewRecord(build["build_id"], as_json(build), at=moment_of(build["ts"]))


def placed_state(state: object, now: int) -> NewRecord:
    """Return what there is one of in its part of a scope."""
    return NewRecord("", as_json(state), at=now)


def _moment(text: Optional[str]) -> Optional[int]:
    return None if text is None else moment_of(text)


def _expiry(text: str) -> Optional[int]:
    """Return from when on an insight is gone; a text that is no moment never comes."""
    try:
        return moment_of(text)
    except ValueError:
        return None


def _sortable(number: float) -> str:
    """Return a text that sorts among others of its kind as the number does among numbers."""
    # IEEE 754: positive numbers sort as their bits do, negative ones the other way round. Adding 0.0 makes -0.0 0.0.
    bits = int.from_bytes(struct.pack(">d", number + 0.0), "big")
    bits ^= 0xFFFF_FFFF_FFFF_FFFF if bits >> 63 else 1 << 63
    return f"{bits:016x}"

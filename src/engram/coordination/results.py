"""What calls of coordination return: ids that know their token, leases, and the rows of the layout of before. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Dict, Mapping, Optional, Tuple

from ..types.coordination import GrantedLease, HeldLock, LogEntry, SessionRecord

Row = Dict[str, Optional[str]]
"""A session as it always was: its nine columns."""


class SessionId(str):
    """The id of a session, and the token that shows that it is one's own. The token is in no repr."""

    token: Optional[str]

    def __new__(cls, value: str, token: Optional[str] = None) -> SessionId:
        """Return an id with its token."""
        made = super().__new__(cls, value)
        made.token = token
        return made


@dataclass(frozen=True)
class Lease:
    """A lock that was granted, until it expires unless it is renewed."""

    resource: str
    session_id: str
    mode: str
    #: The fencing token, greater than those of all grants before.
    token: int
    #: RFC 3339, by the server's clock.
    expires_at: str
    ttl_s: float
    note: Optional[str]
    #: The ids of the other sessions that held it at that moment.
    holders: Tuple[str, ...] = ()

    @property
    def fence(self) -> Tuple[str, int]:
        """What a write gives as `fence` to be refused once the lease is over."""
        return self.resource, self.token


def lease_of(told: GrantedLease) -> Lease:
    """Return a lease."""
    return Lease(
        told["resource"],
        told["session_id"],
        told["mode"],
        told["token"],
        told["expires_at"],
        told["ttl_s"],
        told["note"],
        tuple(holder["session_id"] for holder in told["holders"]),
    )


def session_row(told: SessionRecord) -> Row:
    """Return a session as it always was."""
    written = told["as_written"]
    return {
        "id": told["id"],
        "session_type": told["session_type"],
        "summary": told["summary"],
        "status": "active" if told["status"] == "stale" else told["status"],
        "started_at": _local(told["started_at"], written, "started_at"),
        "last_heartbeat": _local(told["last_heartbeat"], written, "last_heartbeat"),
        "completed_at": _local(told["completed_at"], written, "completed_at"),
        "completion_summary": told["completion_summary"],
        "metadata": told["metadata"],
    }


def log_row(told: LogEntry) -> "Dict[str, object]":
    """Return a note as it always was."""
    return {
        "id": told["id"],
        "session_id": told["session_id"],
        "timestamp": _local(told["timestamp"], told["as_written"], "timestamp"),
        "entry": told["entry"],
    }


def lock_row(told: HeldLock) -> Row:
    """Return a lock as it always was."""
    return {
        "resource": told["resource"],
        "session_id": told["session_id"],
        "locked_at": _local(told["locked_at"], {}, "locked_at"),
        "note": told["note"],
        "summary": told["summary"],
        "session_type": told["session_type"],
    }


def _local(moment: Optional[str], written: Mapping[str, str], name: str) -> Optional[str]:
    """Return a moment as local text; one that could not be read as it was written."""
    if moment is None:
        return written.get(name)
    local = datetime.fromisoformat(moment[:-1] + "+00:00").astimezone()
    return local.replace(tzinfo=None).isoformat(timespec="microseconds")

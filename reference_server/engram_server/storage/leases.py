"""Locks: what is asked and what is changed.

A lock is a row of `resource_locks`, which another program may read and write, and one of `leases` beside it. Deleting
the former deletes the latter, by a trigger.
"""

from __future__ import annotations

from typing import Any, List, NamedTuple, Optional, Tuple

from .asking import Asking, legible


class LeaseRow(NamedTuple):
    """A lock and what its session does. Times are milliseconds, as is `ttl`."""

    owner: int
    resource: str
    session_id: str
    mode: str
    is_path: int
    #: The fencing token.
    fence: int
    granted_at: int
    expires_at: int
    ttl: int
    note: Optional[str]
    summary: str
    session_type: str


class UnreadLease(NamedTuple):
    """A lock that another program has written."""

    owner: int
    resource: str
    session_id: str
    locked_text: str
    mode: str
    is_path: int
    #: None where it is new.
    fence: Optional[int]
    ttl: Optional[int]
    heartbeat_at: Optional[int]


class LeaseTerms(NamedTuple):
    """What a lease is granted on."""

    mode: str
    is_path: bool
    fence: int
    granted_at: int
    expires_at: int
    ttl: int


# As bytes what another program may have written.
_LEASES = (
    "SELECT owner, CAST(resource AS BLOB), session_id, mode, is_path, token, granted_at, expires_at, ttl,"
    " CAST(note AS BLOB), CAST(summary AS BLOB), CAST(session_type AS BLOB) FROM lease_rows"
)
_ON = _LEASES + " WHERE owner = ? AND resource = ? ORDER BY token"
_BETWEEN = _LEASES + " WHERE owner = ? AND resource >= ? AND resource < ? AND is_path = 1 ORDER BY resource, token"
_OF = _LEASES + " WHERE owner = :owner AND (:session IS NULL OR session_id = :session) ORDER BY resource, token"
_OF_ACTIVE = (
    _LEASES + " WHERE owner = :owner AND (:since IS NULL OR granted_at > :since) AND session_id IN"
    " (SELECT session_id FROM registrations WHERE owner = :owner AND state = 'active')"
    " ORDER BY resource, token LIMIT :limit"
)


def _lease(row: Tuple[Any, ...]) -> LeaseRow:
    owner, resource, *terms, note, summary, session_type = row
    return LeaseRow._make((owner, legible(resource), *terms, *map(legible, (note, summary, session_type))))


class Leases(Asking):
    """The questions about locks."""

    def leases_on(self, owner: int, resource: str) -> List[LeaseRow]:
        """Return the locks on a resource, in the order of granting."""
        found = self._db.execute(_ON, (owner, resource))
        return [_lease(row) for row in found]

    def path_leases_between(self, owner: int, low: str, high: str) -> List[LeaseRow]:
        """Return the locks on paths from `low` on and before `high`."""
        found = self._db.execute(_BETWEEN, (owner, low, high))
        return [_lease(row) for row in found]

    def leases_of(self, owner: int, session_id: Optional[str]) -> List[LeaseRow]:
        """Return the locks of a session, or of all."""
        found = self._db.execute(_OF, {"owner": owner, "session": session_id})
        return [_lease(row) for row in found]

    def leases_of_active(self, owner: int, *, since: Optional[int], limit: int) -> List[LeaseRow]:
        """Return the locks of active sessions by resource; only those granted after `since`."""
        found = self._db.execute(_OF_ACTIVE, {"owner": owner, "since": since, "limit": limit})
        return [_lease(row) for row in found]

    def count_leases_of_active(self, owner: int, *, since: Optional[int]) -> int:
        """Return how many there are of these."""
        return int(
            self._db.execute(
                "SELECT COUNT(*) FROM leases WHERE owner = :owner AND (:since IS NULL OR granted_at > :since)"
                " AND session_id IN (SELECT session_id FROM registrations WHERE owner = :owner AND state = 'active')",
                {"owner": owner, "since": since},
            ).fetchone()[0]
        )

    def newest_fence(self, owner: int, resource: str) -> int:
        """Return the last fencing token of a resource, 0 when it was never granted."""
        row = self._db.execute(
            "SELECT token FROM fences WHERE owner = ? AND resource = ?", (owner, resource)
        ).fetchone()
        return 0 if row is None else int(row[0])

    def unread_leases(self) -> List[UnreadLease]:
        """Return the locks that another program has written."""
        found = self._db.execute(
            "SELECT l.owner, l.resource, l.session_id, CAST(k.locked_at AS BLOB), l.mode, l.is_path, l.token, l.ttl,"
            " r.heartbeat_at FROM leases AS l"
            " CROSS JOIN resource_locks AS k ON k.resource = l.resource AND k.session_id = l.session_id"
            " LEFT JOIN registrations AS r ON r.session_id = l.session_id WHERE l.unread = 1"
            " ORDER BY k.locked_at, l.session_id"
        )
        return [UnreadLease._make((*row[:3], legible(row[3]), *row[4:])) for row in found]


class LeaseChanges(Leases):
    """The changes of locks."""

    def next_fence(self, owner: int, resource: str) -> int:
        """Return a fencing token that is greater than every one before it."""
        self._db.execute(
            "INSERT INTO fences (owner, resource, token) VALUES (?, ?, 1)"
            " ON CONFLICT (owner, resource) DO UPDATE SET token = token + 1",
            (owner, resource),
        )
        return self.newest_fence(owner, resource)

    def save_lease(
        self, owner: int, resource: str, session_id: str, terms: LeaseTerms, *, note: Optional[str], text: str
    ) -> None:
        """Grant a lock, or grant it anew. Without a note an earlier one stays."""
        self._db.execute(
            "INSERT INTO resource_locks (resource, session_id, locked_at, note) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (resource, session_id) DO UPDATE SET locked_at = excluded.locked_at,"
            " note = COALESCE(excluded.note, note)",
            (resource, session_id, text, note),
        )
        self.note_lease_read(owner, resource, session_id, terms)

    def note_lease_read(self, owner: int, resource: str, session_id: str, terms: LeaseTerms) -> None:
        """Set what a lock is granted on."""
        self._db.execute(
            "UPDATE leases SET mode = ?, is_path = ?, token = ?, granted_at = ?, expires_at = ?, ttl = ?, unread = 0"
            " WHERE owner = ? AND resource = ? AND session_id = ?",
            (*terms, owner, resource, session_id),
        )

    def extend_leases(self, session_id: str, now: int) -> None:
        """Let every lock of a session last from now on for as long as it was granted."""
        self._db.execute("UPDATE leases SET expires_at = ? + ttl WHERE session_id = ?", (now, session_id))

    def extend_lease(self, lease: LeaseRow, expires_at: int, ttl: int) -> None:
        """Let a lock last until a moment."""
        self._db.execute(
            "UPDATE leases SET expires_at = ?, ttl = ? WHERE owner = ? AND resource = ? AND session_id = ?",
            (expires_at, ttl, lease.owner, lease.resource, lease.session_id),
        )

    def remove_lease(self, resource: str, session_id: str) -> bool:
        """Delete a lock and return whether it was there."""
        removed = self._db.execute(
            "DELETE FROM resource_locks WHERE resource = ? AND session_id = ?", (resource, session_id)
        )
        return removed.rowcount > 0

    def remove_leases_of(self, session_id: str) -> int:
        """Delete every lock of a session and return how many there were."""
        return self._db.execute("DELETE FROM resource_locks WHERE session_id = ?", (session_id,)).rowcount

    def remove_expired_leases(self, owner: int, now: int) -> None:
        """Delete the locks whose time is over."""
        self._db.execute(
            "DELETE FROM resource_locks WHERE (resource, session_id) IN"
            " (SELECT resource, session_id FROM leases WHERE owner = ? AND expires_at <= ?)",
            (owner, now),
        )

"""Sessions, their notes and the audit: what is asked and what is changed.

A session is a row of `sessions`, which another program may read and write, and one of `registrations` beside it. The
texts of times in the former are local, for that program; the times in the latter are milliseconds, and the truth.
"""

from __future__ import annotations

from typing import Any, List, NamedTuple, Optional, Tuple

from .asking import Asking, legible


class SessionRow(NamedTuple):
    """A session."""

    number: int
    owner: int
    #: `active`, `completed` or `expired`.
    state: str
    #: Milliseconds; None where they could not be read.
    started_at: Optional[int]
    heartbeat_at: Optional[int]
    ended_at: Optional[int]
    expired_because: Optional[str]
    token_hash: Optional[bytes]
    local_times: int
    odd_times: int
    id: str
    session_type: str
    summary: str
    #: The same times, as they were written.
    started_text: str
    heartbeat_text: str
    completed_text: Optional[str]
    completion_summary: Optional[str]
    metadata: Optional[str]


class LogRow(NamedTuple):
    """A note of a session. One that another program wrote has no time but its text, and no level."""

    id: int
    session_id: str
    written_at: str
    entry: str
    at: Optional[int]
    level: Optional[str]


class AuditRow(NamedTuple):
    """Who did what to what, and when."""

    id: int
    at: int
    actor: str
    action: str
    subject: str
    detail: str


class SessionTimes(NamedTuple):
    """The times of a session as they were read."""

    started_at: Optional[int]
    heartbeat_at: Optional[int]
    ended_at: Optional[int]
    odd: bool


class Notes(NamedTuple):
    """Which notes of a session are wanted; what is None fits all."""

    before_id: Optional[int] = None
    after_id: Optional[int] = None
    level: Optional[str] = None
    search: Optional[str] = None


# What another program wrote may be no text, or none in UTF-8: it is asked for as bytes, and made legible.
_SESSIONS = (
    "SELECT number, owner, state, began, heartbeat_at, ended_at, expired_because, token_hash, local_times, odd_times,"
    " CAST(id AS BLOB), CAST(session_type AS BLOB), CAST(summary AS BLOB), CAST(started_at AS BLOB),"
    " CAST(last_heartbeat AS BLOB), CAST(completed_at AS BLOB), CAST(completion_summary AS BLOB),"
    " CAST(metadata AS BLOB) FROM session_rows"
)
# So many columns are not of that program.
_OF_OURS = 10

_ONE = _SESSIONS + " WHERE owner = ? AND number = (SELECT number FROM registrations WHERE session_id = ?)"
_ACTIVE = (
    _SESSIONS + " WHERE owner = :owner AND state = 'active' AND (:since IS NULL OR heartbeat_at > :since)"
    " ORDER BY heartbeat_at DESC, number DESC LIMIT :limit"
)
_COMPLETED = _SESSIONS + " WHERE owner = ? AND state = 'completed' AND ended_at > ? ORDER BY ended_at DESC, number DESC"
_BEFORE = (
    _SESSIONS + " WHERE owner = :owner AND number < :number AND (:state IS NULL OR state = :state)"
    " AND (:kind IS NULL OR session_type = :kind) AND (:heard IS NULL OR heartbeat_at >= :heard)"
    " AND (:unheard IS NULL OR heartbeat_at < :unheard) ORDER BY number DESC LIMIT :limit"
)
_UNREAD = _SESSIONS + " WHERE number IN (SELECT number FROM registrations WHERE unread = 1) ORDER BY number"

_LOGS = (
    "SELECT g.id, g.session_id, CAST(g.timestamp AS BLOB), CAST(g.entry AS BLOB), d.at, d.level FROM session_logs AS g"
    " LEFT JOIN log_details AS d ON d.log_id = g.id"
    " LEFT JOIN registrations AS r ON r.session_id = g.session_id"
    " WHERE g.session_id = :session AND COALESCE(r.owner, 0) = :owner"
    " AND (:before IS NULL OR g.id < :before) AND (:after IS NULL OR g.id > :after)"
    " AND (:level IS NULL OR COALESCE(d.level, 'info') = :level)"
    " AND (:search IS NULL OR instr(lower(g.entry), lower(:search)) > 0)"
)
_NEWEST_LOGS = _LOGS + " ORDER BY g.id DESC LIMIT :limit"
_OLDEST_LOGS = _LOGS + " ORDER BY g.id LIMIT :limit"


def _session(row: Tuple[Any, ...]) -> SessionRow:
    return SessionRow._make((*row[:_OF_OURS], *map(legible, row[_OF_OURS:])))


class Sessions(Asking):
    """The questions about sessions."""

    def session(self, owner: int, session_id: str) -> Optional[SessionRow]:
        """Return a session."""
        row = self._db.execute(_ONE, (owner, session_id)).fetchone()
        return None if row is None else _session(row)

    def session_exists(self, session_id: str) -> bool:
        """Return whether there is a session of this id, whoever it belongs to."""
        return self._db.execute("SELECT 1 FROM sessions WHERE id = ?", (session_id,)).fetchone() is not None

    def active_sessions(self, owner: int, *, since: Optional[int] = None, limit: int = -1) -> List[SessionRow]:
        """Return active sessions, the newest heartbeat first; only those heard of after `since`."""
        found = self._db.execute(_ACTIVE, {"owner": owner, "since": since, "limit": limit})
        return [_session(row) for row in found]

    def count_active_sessions(self, owner: int, *, since: Optional[int] = None) -> int:
        """Return how many sessions are active; only those heard of after `since`."""
        return int(
            self._db.execute(
                "SELECT COUNT(*) FROM registrations WHERE owner = :owner AND state = 'active'"
                " AND (:since IS NULL OR heartbeat_at > :since)",
                {"owner": owner, "since": since},
            ).fetchone()[0]
        )

    def completed_sessions(self, owner: int, after: int) -> List[SessionRow]:
        """Return what was completed after a moment, the newest first."""
        found = self._db.execute(_COMPLETED, (owner, after))
        return [_session(row) for row in found]

    def sessions_before(
        self,
        owner: int,
        number: int,
        *,
        state: Optional[str],
        kind: Optional[str],
        heard: Optional[int],
        unheard: Optional[int],
        limit: int,
    ) -> List[SessionRow]:
        """Return sessions under a number, the last that was registered first.

        `heard` is the least time of the last heartbeat, `unheard` what it must lie before.
        """
        asked = {
            "owner": owner,
            "number": number,
            "state": state,
            "kind": kind,
            "heard": heard,
            "unheard": unheard,
            "limit": limit,
        }
        found = self._db.execute(_BEFORE, asked)
        return [_session(row) for row in found]

    def unread_sessions(self) -> List[SessionRow]:
        """Return the sessions that another program has written to."""
        found = self._db.execute(_UNREAD)
        return [_session(row) for row in found]

    def unheard_sessions(self, owner: int, before: int) -> List[Tuple[str, int]]:
        """Return id and last heartbeat of active sessions not heard of since a moment, the earliest first."""
        found = self._db.execute(
            "SELECT session_id, heartbeat_at FROM registrations WHERE owner = ? AND state = 'active'"
            " AND heartbeat_at < ? ORDER BY heartbeat_at, number",
            (owner, before),
        )
        return found.fetchall()

    def coordination_is_due(self, owner: int, now: int, unheard_before: int) -> bool:
        """Return whether anything was written by another program, or has ended by the passing of time."""
        found = self._db.execute(
            "SELECT EXISTS (SELECT 1 FROM registrations WHERE unread = 1)"
            " OR EXISTS (SELECT 1 FROM leases WHERE unread = 1)"
            " OR EXISTS (SELECT 1 FROM world_versions WHERE unread = 1)"
            " OR EXISTS (SELECT 1 FROM leases WHERE owner = :owner AND expires_at <= :now)"
            " OR EXISTS (SELECT 1 FROM registrations"
            "   WHERE owner = :owner AND state = 'active' AND heartbeat_at < :unheard)",
            {"owner": owner, "now": now, "unheard": unheard_before},
        )
        return bool(found.fetchone()[0])

    def session_logs(self, owner: int, session_id: str, wanted: Notes, limit: int) -> List[LogRow]:
        """Return notes of a session: the newest first, or those after an id from there on. -1 is no limit."""
        asked = {
            "owner": owner,
            "session": session_id,
            "before": wanted.before_id,
            "after": wanted.after_id,
            "level": wanted.level,
            "search": wanted.search,
            "limit": limit,
        }
        found = self._db.execute(_NEWEST_LOGS if wanted.after_id is None else _OLDEST_LOGS, asked)
        return [LogRow._make((*row[:2], *map(legible, row[2:4]), *row[4:])) for row in found]

    def audit(self, owner: int, *, before_id: Optional[int], limit: int) -> List[AuditRow]:
        """Return what was done, the newest first."""
        found = self._db.execute(
            "SELECT id, at, actor, action, subject, detail FROM coordination_audit"
            " WHERE owner = :owner AND (:before IS NULL OR id < :before) ORDER BY id DESC LIMIT :limit",
            {"owner": owner, "before": before_id, "limit": limit},
        )
        return [AuditRow._make(row) for row in found]


class SessionChanges(Sessions):
    """The changes of sessions. `text` is the present moment as that other program writes it."""

    def add_session(
        self,
        owner: int,
        session_id: str,
        *,
        session_type: str,
        summary: str,
        metadata: Optional[str],
        token_hash: Optional[bytes],
        now: int,
        text: str,
    ) -> None:
        """Make an active session. There must be none of this id."""
        self._db.execute(
            "INSERT INTO sessions (id, session_type, summary, status, started_at, last_heartbeat, metadata)"
            " VALUES (?, ?, ?, 'active', ?, ?, ?)",
            (session_id, session_type, summary, text, text, metadata),
        )
        self._db.execute(
            "UPDATE registrations SET owner = ?, started_at = ?, heartbeat_at = ?, token_hash = ?, unread = 0"
            " WHERE session_id = ?",
            (owner, now, now, token_hash, session_id),
        )

    def beat(self, session_id: str, summary: Optional[str], now: int, text: str) -> None:
        """Note that a session lives, and what it does where `summary` is not None."""
        self._db.execute(
            "UPDATE sessions SET last_heartbeat = ?, summary = COALESCE(?, summary) WHERE id = ?",
            (text, summary, session_id),
        )
        self._db.execute(
            "UPDATE registrations SET heartbeat_at = ?, odd_times = 0, unread = 0 WHERE session_id = ?",
            (now, session_id),
        )

    def complete_session(self, session_id: str, summary: Optional[str], now: int, text: str) -> None:
        """End a session."""
        self._db.execute(
            "UPDATE sessions SET status = 'completed', completed_at = ?, completion_summary = ? WHERE id = ?",
            (text, summary, session_id),
        )
        self._db.execute(
            "UPDATE registrations SET ended_at = ?, expired_because = NULL, unread = 0 WHERE session_id = ?",
            (now, session_id),
        )

    def expire_session(self, session_id: str, why: str, due: int) -> None:
        """End a session that was not heard of, as of when that was due."""
        self._db.execute("UPDATE sessions SET status = 'expired' WHERE id = ?", (session_id,))
        self._db.execute(
            "UPDATE registrations SET ended_at = ?, expired_because = ?, unread = 0 WHERE session_id = ?",
            (due, why, session_id),
        )

    def resume_session(self, session_id: str, now: int, text: str) -> None:
        """Make a session active, as if it had never ended."""
        self._db.execute(
            "UPDATE sessions SET status = 'active', last_heartbeat = ?, completed_at = NULL,"
            " completion_summary = NULL WHERE id = ?",
            (text, session_id),
        )
        self._db.execute(
            "UPDATE registrations SET heartbeat_at = ?, ended_at = NULL, expired_because = NULL, odd_times = 0,"
            " unread = 0 WHERE session_id = ?",
            (now, session_id),
        )

    def note_session_read(self, session_id: str, times: SessionTimes) -> None:
        """Keep the times of a session that another program has written."""
        self._db.execute(
            "UPDATE registrations SET started_at = ?, heartbeat_at = ?, ended_at = ?, local_times = 1,"
            " odd_times = ?, unread = 0 WHERE session_id = ?",
            (*times, session_id),
        )

    def add_log(self, session_id: str, entry: str, level: str, now: int, text: str) -> int:
        """Keep a note of a session and return its id."""
        cursor = self._db.execute(
            "INSERT INTO session_logs (session_id, timestamp, entry) VALUES (?, ?, ?)", (session_id, text, entry)
        )
        log_id = cursor.lastrowid or 0
        self._db.execute("INSERT INTO log_details (log_id, at, level) VALUES (?, ?, ?)", (log_id, now, level))
        return log_id

    def add_audit(self, owner: int, now: int, actor: str, action: str, subject: str, detail: str = "") -> None:
        """Note who did what to what."""
        self._db.execute(
            "INSERT INTO coordination_audit (owner, at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?, ?)",
            (owner, now, actor, action, subject, detail),
        )

"""Sessions: registering, living, ending, and their notes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Dict, List, Optional, Tuple

from engram.types.coordination import (
    AuditEntry,
    CompleteBody,
    HeartbeatBody,
    LogBody,
    LogEntry,
    LogLevel,
    RegisterBody,
    SessionRecord,
    SessionStatus,
)

from ...clock import rfc3339
from ...storage import LogRow, Notes, SessionRow
from ..errors import Forbidden, Over, Unknown, Unproven
from ..scope import Reader, Writer
from .moments import local_text, read_text
from .tending import Desk

# For the routes, which may not ask the storage.
__all__ = ["Notes"]

_TOKEN_BYTES = 24
_ID_BYTES = 4
# Beyond every number.
LATEST = 2**62

_LEVELS: "Tuple[LogLevel, ...]" = ("debug", "info", "warning", "error", "amendment")


def register(writer: Writer, at: Desk, body: RegisterBody) -> Tuple[SessionRecord, Optional[str]]:
    """Make a session; return it, and its token where the caller has none of its own."""
    owned = body.get("owned") is not False
    brought = body.get("token")
    token = brought or secrets.token_urlsafe(_TOKEN_BYTES)
    session_id = _new_id(writer, at.now)
    writer.add_session(
        at.owner,
        session_id,
        session_type=body["session_type"],
        summary=body["summary"],
        metadata=body.get("metadata"),
        token_hash=_hash(token) if owned else None,
        now=at.now,
        text=local_text(at.now),
    )
    writer.add_audit(at.owner, at.now, session_id, "register", session_id)
    return shape(known(writer, at, session_id), at), None if brought or not owned else token


def _new_id(reader: Reader, now: int) -> str:
    stamp = local_text(now)
    head = stamp[:10].replace("-", "") + "-" + stamp[11:19].replace(":", "")
    while True:
        session_id = f"{head}-{secrets.token_hex(_ID_BYTES)}"
        if not reader.session_exists(session_id):
            return session_id


def _hash(token: str) -> bytes:
    # A token is as random as its own hash, so that there is nothing to be guessed more slowly.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def known(reader: Reader, at: Desk, session_id: str) -> SessionRow:
    """Return a session.

    Raises:
        Unknown: there is none.
    """
    row = reader.session(at.owner, session_id)
    if row is None:
        raise Unknown(f"There is no session {session_id!r:.80}", {"session_id": session_id}, "session_not_found")
    return row


def proven(reader: Reader, at: Desk, session_id: str, token: Optional[str]) -> SessionRow:
    """Return a session that the bearer of a token may change.

    Raises:
        Unknown, Unproven, Forbidden: there is none; it takes a token; the token is another's.
    """
    row = known(reader, at, session_id)
    if row.token_hash is None:
        return row
    if token is None:
        raise Unproven("token: this session is changed with its token only", {"field": "token"})
    if not hmac.compare_digest(_hash(token), row.token_hash):
        raise Forbidden("token: not the one of this session", {"field": "token"})
    return row


def living(row: SessionRow) -> SessionRow:
    """Return a session that has not expired.

    Raises:
        Over: it has.
    """
    if row.state not in ("active", "completed"):
        raise Over(
            f"The session {row.id} has expired: {row.expired_because}; resume it first",
            {"session_id": row.id},
            "session_expired",
        )
    return row


def heartbeat(writer: Writer, at: Desk, session_id: str, body: HeartbeatBody) -> SessionRecord:
    """Note that a session lives, which renews its locks.

    Raises:
        Over: it has expired or was completed; nothing revives it but `resume`.
    """
    row = living(proven(writer, at, session_id, body.get("token")))
    if row.state == "completed":
        raise Over(
            f"The session {row.id} was completed; resume it first", {"session_id": row.id}, "session_completed"
        )
    writer.beat(row.id, body.get("summary") or None, at.now, local_text(at.now))
    writer.extend_leases(row.id, at.now)
    return shape(known(writer, at, row.id), at)


def add_log(writer: Writer, at: Desk, session_id: str, body: LogBody) -> LogEntry:
    """Keep a note of a session, whatever state it is in."""
    row = proven(writer, at, session_id, body.get("token"))
    return _add_log(writer, at, row.id, body["entry"], body.get("level") or "info")


def _add_log(writer: Writer, at: Desk, session_id: str, entry: str, level: LogLevel) -> LogEntry:
    log_id = writer.add_log(session_id, entry, level, at.now, local_text(at.now))
    return log_shape(LogRow(log_id, session_id, local_text(at.now), entry, at.now, level))


def complete(writer: Writer, at: Desk, session_id: str, body: CompleteBody) -> SessionRecord:
    """End a session and free its locks. What is said of it again is kept as an amendment."""
    row = proven(writer, at, session_id, body.get("token"))
    summary = body.get("completion_summary")
    if row.state == "completed":
        _add_log(writer, at, row.id, summary or "", "amendment")
    else:
        writer.complete_session(row.id, summary, at.now, local_text(at.now))
    freed = writer.remove_leases_of(row.id)
    again = "again; " if row.state == "completed" else ""
    writer.add_audit(at.owner, at.now, row.id, "complete", row.id, f"{again}{freed} locks freed")
    return shape(known(writer, at, row.id), at)


def resume(writer: Writer, at: Desk, session_id: str, token: Optional[str]) -> SessionRecord:
    """Make a session active again, as if it had never ended."""
    row = proven(writer, at, session_id, token)
    writer.resume_session(row.id, at.now, local_text(at.now))
    writer.add_audit(at.owner, at.now, row.id, "resume", row.id)
    return shape(known(writer, at, row.id), at)


# -- lists


def page(
    reader: Reader,
    at: Desk,
    *,
    status: Optional[SessionStatus],
    kind: Optional[str],
    since: Optional[int],
    before: int,
    limit: int,
) -> List[SessionRow]:
    """Return sessions of a status, the last that was registered first."""
    threshold = at.now - at.rules.stale_after
    heard, unheard = since, None
    if status == "active":
        heard = threshold if since is None else max(since, threshold)
    if status == "stale":
        unheard = threshold
    return reader.sessions_before(
        at.owner,
        before,
        state="active" if status == "stale" else status,
        kind=kind,
        heard=heard,
        unheard=unheard,
        limit=limit,
    )


def active(reader: Reader, at: Desk) -> List[SessionRecord]:
    """Return active sessions, stale ones too, the newest heartbeat first."""
    return [shape(row, at) for row in reader.active_sessions(at.owner)]


def recent(reader: Reader, at: Desk, hours: float) -> List[SessionRecord]:
    """Return what was completed in the last hours, the newest first."""
    # Older than all that there is, however many hours that would be.
    after = at.now - min(hours * 3_600_000, float(LATEST)) if hours > 0 else at.now
    return [shape(row, at) for row in reader.completed_sessions(at.owner, int(after))]


def logs(reader: Reader, at: Desk, session_id: str, wanted: Notes, limit: int) -> List[LogEntry]:
    """Return notes of a session, which nobody needs to know."""
    return [log_shape(row) for row in reader.session_logs(at.owner, session_id, wanted, limit)]


def audit(reader: Reader, at: Desk, before_id: Optional[int], limit: int) -> List[AuditEntry]:
    """Return what was done, the newest first."""
    return [
        {
            "id": row.id,
            "at": rfc3339(row.at),
            "actor": row.actor,
            "action": row.action,
            "subject": row.subject,
            "detail": row.detail,
        }
        for row in reader.audit(at.owner, before_id=before_id, limit=limit)
    ]


# -- shapes


def moment(at: Optional[int]) -> Optional[str]:
    """Return a moment as it is sent, if there is one."""
    return None if at is None else rfc3339(at)


def shape(row: SessionRow, at: Desk) -> SessionRecord:
    """Return a session as it is sent."""
    status: SessionStatus = "expired"
    if row.state == "active":
        status = "stale" if at.is_stale(row) else "active"
    elif row.state == "completed":
        status = "completed"
    times = {"started_at": row.started_at, "last_heartbeat": row.heartbeat_at, "completed_at": row.ended_at}
    texts = {
        "started_at": row.started_text,
        "last_heartbeat": row.heartbeat_text,
        "completed_at": row.completed_text,
    }
    told = {name: moment(time) if texts[name] is not None else None for name, time in times.items()}
    return {
        "id": row.id,
        "session_type": row.session_type,
        "summary": row.summary,
        "status": status,
        "started_at": told["started_at"],
        "last_heartbeat": told["last_heartbeat"],
        "completed_at": told["completed_at"],
        "completion_summary": row.completion_summary,
        "metadata": row.metadata,
        "expired_because": row.expired_because if status == "expired" else None,
        "local_times": bool(row.local_times),
        "odd_times": bool(row.odd_times),
        "as_written": _as_written(texts, told),
    }


def _as_written(texts: Dict[str, Optional[str]], told: Dict[str, Optional[str]]) -> Dict[str, str]:
    return {name: text for name, text in texts.items() if text is not None and told[name] is None}


def log_shape(row: LogRow) -> LogEntry:
    """Return a note as it is sent."""
    at = read_text(row.written_at).at if row.at is None else row.at
    told = moment(at)
    level = row.level
    return {
        "id": row.id,
        "session_id": row.session_id,
        "timestamp": told,
        "entry": row.entry,
        "level": next((one for one in _LEVELS if one == level), "info"),
        "as_written": _as_written({"timestamp": row.written_at}, {"timestamp": told}),
    }

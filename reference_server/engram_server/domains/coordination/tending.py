"""What has to be done before anything is asked or changed: read what another program wrote, end what is over.

Whoever only asks looks first whether anything is due, and mostly nothing is: whatever sees a session or a lock comes
by here first, and what is over is ended as of when it was due. Only a program that reads the file without us could tell
that nobody came by, so a server does now and then.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from ...keys import DEFAULT_TENANT
from ...storage import SHARED_OWNER, LeaseTerms, SessionRow, SessionTimes
from ..scope import Reader, Scope, Writer
from .moments import read_text

# How long a lock lasts unless it says otherwise, and one of a program that knows of no such thing.
DEFAULT_TTL_MS = 30 * 60 * 1000

_SWEEPER = "server"

# 64 bits: it tells apart the versions of one text, which nobody has a reason to forge.
_DIGEST_CHARS = 16


class Rules(NamedTuple):
    """What may be set for a whole server. Durations are milliseconds."""

    stale_after: int = 30 * 60 * 1000
    expire_after: int = 24 * 60 * 60 * 1000
    #: How many versions of a document are kept; 0 keeps all.
    keep_versions: int = 0


class Desk(NamedTuple):
    """On whose behalf, when and by which rules; `owner` is what the storage knows the tenant by."""

    owner: int
    now: int
    rules: Rules

    @property
    def unheard_before(self) -> int:
        """Before which moment the last heartbeat of an expired session was."""
        return self.now - self.rules.expire_after

    def is_stale(self, row: SessionRow) -> bool:
        """Return whether an active session was not heard of for too long."""
        return row.heartbeat_at is not None and self.now - row.heartbeat_at > self.rules.stale_after


def desk(reader: Reader, scope: Scope, rules: Rules) -> Desk:
    """Return where a call of a tenant is dealt with, at the present moment."""
    shares = reader.tenant(DEFAULT_TENANT) == scope.tenant_id
    return Desk(SHARED_OWNER if shares else scope.tenant_id, scope.now(), rules)


def is_due(reader: Reader, at: Desk) -> bool:
    """Return whether `tend` would change anything."""
    return reader.coordination_is_due(at.owner, at.now, at.unheard_before)


def tend(writer: Writer, at: Desk) -> None:
    """Read what another program wrote, then end the sessions and the locks whose time is over."""
    if not is_due(writer, at):
        return
    _read_sessions(writer)
    _read_leases(writer, at)
    _read_world(writer)
    for session_id, heartbeat_at in writer.unheard_sessions(at.owner, at.unheard_before):
        due = heartbeat_at + at.rules.expire_after
        why = f"no heartbeat for {at.rules.expire_after // 1000} s"
        writer.remove_expired_leases(at.owner, due)
        writer.expire_session(session_id, why, due)
        freed = writer.remove_leases_of(session_id)
        writer.add_audit(at.owner, due, _SWEEPER, "expire", session_id, f"{why}; {freed} locks freed")
    writer.remove_expired_leases(at.owner, at.now)


def sweep(scope: Scope, rules: Rules) -> None:
    """Do for a tenant what is due, as if somebody had asked."""
    with scope.read() as reader:
        at = desk(reader, scope, rules)
        due = is_due(reader, at)
    if due:
        scope.store.write(lambda writer: tend(writer, at))


def _read_sessions(writer: Writer) -> None:
    for row in writer.unread_sessions():
        began, beat, ended = map(read_text, (row.started_text, row.heartbeat_text, row.completed_text))
        # A time that was known exactly and still stands is not guessed from its text.
        times = SessionTimes(
            began.at if row.started_at is None else row.started_at,
            beat.at if row.heartbeat_at is None else row.heartbeat_at,
            ended.at if row.ended_at is None else row.ended_at,
            any(reading.odd for reading in (began, beat, ended)),
        )
        writer.note_session_read(row.id, times)


def _read_leases(writer: Writer, at: Desk) -> None:
    for lease in writer.unread_leases():
        # A time that lies ahead is none.
        told = read_text(lease.locked_text).at
        locked = at.now if told is None else min(told, at.now)
        ttl = lease.ttl or DEFAULT_TTL_MS
        fence = lease.fence or writer.next_fence(lease.owner, lease.resource)
        expires_at = max(locked, min(lease.heartbeat_at or locked, at.now)) + ttl
        terms = LeaseTerms(lease.mode, bool(lease.is_path), fence, locked, expires_at, ttl)
        writer.note_lease_read(lease.owner, lease.resource, lease.session_id, terms)


def _read_world(writer: Writer) -> None:
    for row_id, written_at, content in writer.unread_world_versions():
        digest, size = measure(content)
        writer.note_world_read(row_id, read_text(written_at).at, digest, size)


def measure(content: str) -> "tuple[str, int]":
    """Return the digest of a text and its size in bytes of UTF-8."""
    encoded = content.encode("utf-8")
    return hashlib.sha256(encoded).hexdigest()[:_DIGEST_CHARS], len(encoded)

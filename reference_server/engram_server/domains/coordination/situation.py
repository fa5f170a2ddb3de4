"""The report: what everybody should know, who is at work, and what is taken, of one moment."""

from __future__ import annotations

from typing import Optional

from engram.types.coordination import Situation

from ..scope import Reader
from . import locks, report, sessions, world
from .tending import Desk

DEFAULT_MAX_CHARS = 20_000
DEFAULT_MAX_SESSIONS = 50

# The least that a line of the report has, so that no more locks are read than could be shown.
_LEAST_LINE_CHARS = 8


def situation(reader: Reader, at: Desk, *, max_chars: int, max_sessions: int, since: Optional[int]) -> Situation:
    """Return the report; since a version of the world state, only what is newer than that.

    That is the world state if it has a newer version, and sessions heard of and locks granted after the version.
    """
    head = world.record(reader, at, world.DEFAULT_DOCUMENT)
    known = None
    if since:
        found = reader.world_version(at.owner, world.DEFAULT_DOCUMENT, since)
        known = found and found[0].at
    changed = since is None or head["version"] > since
    active = reader.count_active_sessions(at.owner, since=known)
    rows = reader.active_sessions(at.owner, since=known, limit=max_sessions)
    locked = reader.count_leases_of_active(at.owner, since=known)
    leases = reader.leases_of_active(at.owner, since=known, limit=max_chars // _LEAST_LINE_CHARS)
    content = report.Content(
        head["content"] if changed else "",
        [sessions.shape(row, at) for row in rows],
        active,
        [locks.held(row) for row in leases],
        locked,
        f"Nothing has changed since version {since}." if since else report.EMPTY,
    )
    written = report.write(content, max_chars)
    return {
        "report": written.text,
        "version": head["version"],
        "world": head["content"] if changed else None,
        "active": active,
        "sessions": list(content.sessions[: written.sessions]),
        "locks": list(content.locks[: written.locks]),
        "sessions_left_out": active - written.sessions,
        "locks_left_out": locked - written.locks,
    }

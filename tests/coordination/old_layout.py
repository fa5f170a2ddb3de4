"""A program of the layout that was there before: four tables, local times as text, a connection for every call.

It knows nothing of what this package keeps beside these tables, and it fails on a time with an offset, as it always
did. As a program of its own it does what its arguments say: `old_layout.py FILE VERB ARGUMENT...`.
"""

from __future__ import annotations

import sqlite3
import sys
import uuid
from contextlib import closing
from datetime import datetime, timedelta
from typing import List, Optional, Tuple

_SCHEMA = """
CREATE TABLE IF NOT EXISTS world_state (id INTEGER PRIMARY KEY CHECK (id = 1), updated_at TEXT NOT NULL,
    updated_by TEXT, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, session_type TEXT NOT NULL, summary TEXT NOT NULL,
    status TEXT DEFAULT 'active', started_at TEXT NOT NULL, last_heartbeat TEXT NOT NULL, completed_at TEXT,
    completion_summary TEXT, metadata TEXT);
CREATE TABLE IF NOT EXISTS session_logs (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT,
    timestamp TEXT NOT NULL, entry TEXT NOT NULL, FOREIGN KEY (session_id) REFERENCES sessions(id));
CREATE TABLE IF NOT EXISTS resource_locks (resource TEXT, session_id TEXT, locked_at TEXT NOT NULL, note TEXT,
    PRIMARY KEY (resource, session_id), FOREIGN KEY (session_id) REFERENCES sessions(id));
CREATE INDEX IF NOT EXISTS idx_sessions_status ON sessions(status);
CREATE INDEX IF NOT EXISTS idx_logs_session ON session_logs(session_id);
CREATE INDEX IF NOT EXISTS idx_locks_resource ON resource_locks(resource);
"""
_STALE = timedelta(minutes=30)


def _now() -> str:
    return datetime.now().isoformat()


class OldProgram:
    """What that program does with its file."""

    def __init__(self, path: str) -> None:
        self._path = path
        with closing(self._connect()) as db:
            db.executescript(_SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=10)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA busy_timeout = 5000")
        return db

    def _do(self, sql: str, *values: Optional[str]) -> None:
        with closing(self._connect()) as db, db:
            db.execute(sql, values)

    def ask(self, sql: str, *values: Optional[str]) -> "List[Tuple[str, ...]]":
        """Return the rows of a question."""
        with closing(self._connect()) as db:
            return db.execute(sql, values).fetchall()

    def register(self, kind: str, summary: str, at: Optional[str] = None) -> str:
        """Add an active session; the columns are not named."""
        session_id = datetime.now().strftime("%Y%m%d-%H%M%S-") + uuid.uuid4().hex[:8]
        at = at or _now()
        self._do(
            "INSERT INTO sessions VALUES (?, ?, ?, 'active', ?, ?, NULL, NULL, NULL)", session_id, kind, summary, at, at
        )
        return session_id

    def heartbeat(self, session_id: str, at: Optional[str] = None) -> None:
        """Make a session active now."""
        self._do("UPDATE sessions SET last_heartbeat = ?, status = 'active' WHERE id = ?", at or _now(), session_id)

    def log(self, session_id: str, entry: str, at: Optional[str] = None) -> None:
        """Append a note."""
        self._do("INSERT INTO session_logs VALUES (NULL, ?, ?, ?)", session_id, at or _now(), entry)

    def lock(self, session_id: str, resource: str, note: Optional[str] = None, at: Optional[str] = None) -> None:
        """Record a lock."""
        self._do("INSERT OR REPLACE INTO resource_locks VALUES (?, ?, ?, ?)", resource, session_id, at or _now(), note)

    def complete(self, session_id: str, summary: str) -> None:
        """End a session and free its locks."""
        with closing(self._connect()) as db, db:
            db.execute(
                "UPDATE sessions SET status = 'completed', completed_at = ?, completion_summary = ? WHERE id = ?",
                (_now(), summary, session_id),
            )
            db.execute("DELETE FROM resource_locks WHERE session_id = ?", (session_id,))

    def set_world(self, content: str, by: Optional[str] = None, at: Optional[str] = None) -> None:
        """Replace the world state."""
        self._do("INSERT OR REPLACE INTO world_state VALUES (1, ?, ?, ?)", at or _now(), by, content)

    def report(self) -> str:
        """Return its report."""
        parts: List[str] = []
        for (content,) in self.ask("SELECT content FROM world_state"):
            parts += [content, ""] if content else []
        active = self.ask("SELECT * FROM sessions WHERE status = 'active' ORDER BY last_heartbeat DESC")
        if active:
            parts.append(f"**Active sessions ({len(active)}):**")
            for session_id, kind, summary, _, _, heartbeat, *_ in active:
                stale = datetime.now() - datetime.fromisoformat(heartbeat) > _STALE
                parts.append(f"- {'⚠ stale' if stale else '●'} `{session_id}` ({kind}): {summary[:100]}")
            parts.append("")
        held = self.ask(
            "SELECT l.resource, l.session_id FROM resource_locks l JOIN sessions s ON s.id = l.session_id"
            " WHERE s.status = 'active'"
        )
        if held:
            parts += ["**Locked resources:**", *(f"- `{resource}` by `{by}`" for resource, by in held), ""]
        return "\n".join(parts)


if __name__ == "__main__":
    told = getattr(OldProgram(sys.argv[1]), sys.argv[2])(*sys.argv[3:])
    sys.stdout.write(told or "")

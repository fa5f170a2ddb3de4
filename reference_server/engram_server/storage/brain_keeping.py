"""Typed memories, projects, alerts and recorded questions of brains: what is asked of them, and what changes them."""

from __future__ import annotations

from typing import Dict, Iterable, List, Optional, Sequence

from .asking import as_json
from .brain_fibers import FiberChanges, Fibers
from .brain_rows import AlertRow, NewTypedMemory, ProjectRow, RecallEventRow, TypedMemoryFilter, TypedMemoryRow

_FIND_TYPED = (
    "SELECT * FROM typed_memory_rows WHERE space_id = :space"
    " AND (:memory_type IS NULL OR memory_type = :memory_type) AND priority >= :min_priority"
    " AND (:project_id IS NULL OR project_id = :project_id)"
    " AND (:unexpired_at IS NULL OR expires_at IS NULL OR expires_at >= :unexpired_at)"
    " AND NOT EXISTS (SELECT 1 FROM json_each(:wanted_tags) AS w"
    "   WHERE w.value NOT IN (SELECT value FROM json_each(typed_memory_rows.tags)))"
    " ORDER BY priority DESC, created_at DESC, id DESC LIMIT :limit OFFSET :offset"
)
_ALERTS = (
    "SELECT public_id, alert_type, severity, message, recommended_action, status, created_at, seen_at,"
    " acknowledged_at, resolved_at, metadata FROM alerts WHERE space_id = ?"
)
_ALERT = _ALERTS + " AND public_id = ?"
_OPEN_ALERTS = _ALERTS + (
    " AND status <> 'resolved'"
    " ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END,"
    " created_at DESC, id DESC LIMIT ?"
)
_PROJECTS = (
    "SELECT public_id, name, description, start_date, end_date, tags, priority, metadata, created_at FROM projects"
    " WHERE space_id = ?"
)
_PROJECT = _PROJECTS + " AND public_id = ?"
_PROJECTS_IN_ORDER = _PROJECTS + " ORDER BY priority DESC, start_date DESC, public_id LIMIT ? OFFSET ?"


class Kept(Fibers):
    """The questions about what is kept beside a graph."""

    def typed_memories(self, space_id: int, fiber_ids: Iterable[int]) -> Dict[int, TypedMemoryRow]:
        """Return what kind of memory some fibers are, by row number; one that is of none is left out."""
        found = self._db.execute(
            "SELECT t.* FROM json_each(?) AS wanted"
            " CROSS JOIN typed_memory_rows AS t ON t.id = wanted.value AND t.space_id = ?",
            (as_json(sorted(set(fiber_ids))), space_id),
        )
        return {row[0]: TypedMemoryRow._make(row) for row in found}

    def find_typed_memories(
        self, space_id: int, wanted: TypedMemoryFilter, *, limit: int, offset: int = 0
    ) -> List[TypedMemoryRow]:
        """Return typed memories: the highest priority first, then the newest."""
        asked = {
            "space": space_id,
            "memory_type": wanted.memory_type,
            "min_priority": wanted.min_priority,
            "project_id": wanted.project_id,
            "wanted_tags": as_json(list(wanted.tags)),
            "unexpired_at": wanted.unexpired_at,
            "limit": limit,
            "offset": offset,
        }
        return [TypedMemoryRow._make(row) for row in self._db.execute(_FIND_TYPED, asked)]

    def count_typed_memories(self, space_id: int) -> int:
        """Return how many fibers are of a kind."""
        row = self._db.execute("SELECT COUNT(*) FROM typed_memories WHERE space_id = ?", (space_id,)).fetchone()
        return int(row[0])

    def expired_fibers(self, space_id: int, now: int) -> List[int]:
        """Return the row numbers of the fibers whose typed memory has expired."""
        found = self._db.execute(
            "SELECT fiber_id FROM typed_memories WHERE space_id = ? AND expires_at < ? ORDER BY fiber_id",
            (space_id, now),
        )
        return [row[0] for row in found]

    def count_expired(self, space_id: int, now: int) -> int:
        """Return how many typed memories have expired."""
        row = self._db.execute(
            "SELECT COUNT(*) FROM typed_memories WHERE space_id = ? AND expires_at < ?", (space_id, now)
        ).fetchone()
        return int(row[0])

    def project(self, space_id: int, public_id: str) -> Optional[ProjectRow]:
        """Return a project."""
        row = self._db.execute(_PROJECT, (space_id, public_id)).fetchone()
        return None if row is None else ProjectRow._make(row)

    def projects(self, space_id: int, *, limit: int, offset: int = 0) -> List[ProjectRow]:
        """Return projects: the highest priority first, then those that started last."""
        found = self._db.execute(_PROJECTS_IN_ORDER, (space_id, limit, offset))
        return [ProjectRow._make(row) for row in found]

    def count_projects(self, space_id: int) -> int:
        """Return how many projects there are."""
        row = self._db.execute("SELECT COUNT(*) FROM projects WHERE space_id = ?", (space_id,)).fetchone()
        return int(row[0])

    def alert(self, space_id: int, public_id: str) -> Optional[AlertRow]:
        """Return an alert."""
        row = self._db.execute(_ALERT, (space_id, public_id)).fetchone()
        return None if row is None else AlertRow._make(row)

    def open_alerts(self, space_id: int, limit: int) -> List[AlertRow]:
        """Return the alerts that are not resolved: the most severe first, then the newest."""
        found = self._db.execute(_OPEN_ALERTS, (space_id, limit))
        return [AlertRow._make(row) for row in found]

    def recall_events(self, space_id: int, limit: int) -> List[RecallEventRow]:
        """Return recorded questions, newest first."""
        found = self._db.execute(
            "SELECT public_id, session, query, topics, asked_at FROM recall_events WHERE space_id = ?"
            " ORDER BY asked_at DESC, id DESC LIMIT ?",
            (space_id, limit),
        )
        return [RecallEventRow._make(row) for row in found]

    def snapshot_parts(self, tenant_id: int, upload: str) -> List[str]:
        """Return the parts of a snapshot that have come, in their order."""
        found = self._db.execute(
            "SELECT body FROM snapshot_parts WHERE tenant_id = ? AND upload = ? ORDER BY part", (tenant_id, upload)
        )
        return [row[0] for row in found]


class KeptChanges(Kept, FiberChanges):
    """The changes of what is kept beside a graph."""

    def save_snapshot_part(self, tenant_id: int, upload: str, part: int, body: str, now: int) -> None:
        """Keep a part of a snapshot, in place of an earlier one of its number."""
        self._db.execute(
            "INSERT OR REPLACE INTO snapshot_parts (tenant_id, upload, part, body, created_at) VALUES (?, ?, ?, ?, ?)",
            (tenant_id, upload, part, body, now),
        )

    def forget_snapshot_parts(self, tenant_id: int, upload: str, before: int) -> None:
        """Delete the parts of a snapshot, and those of anybody's that came before a moment."""
        self._db.execute("DELETE FROM snapshot_parts WHERE tenant_id = ? AND upload = ?", (tenant_id, upload))
        self._db.execute("DELETE FROM snapshot_parts WHERE created_at < ?", (before,))

    def save_typed_memory(self, space_id: int, new: NewTypedMemory) -> None:
        """Keep what kind of memory a fiber is, in place of an earlier saying."""
        self._db.execute(
            "INSERT OR REPLACE INTO typed_memories (space_id, fiber_id, memory_type, priority, provenance, expires_at,"
            " project_id, tags, metadata, trust_score, source, tier, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (space_id, *new),
        )

    def remove_typed_memory(self, fiber_id: int) -> bool:
        """Forget what kind of memory a fiber is; return whether it was told."""
        return self._db.execute("DELETE FROM typed_memories WHERE fiber_id = ?", (fiber_id,)).rowcount > 0

    def save_project(self, space_id: int, project: ProjectRow) -> None:
        """Keep a project in place of an earlier one of its id."""
        self._db.execute(
            "INSERT OR REPLACE INTO projects (space_id, public_id, name, description, start_date, end_date, tags,"
            " priority, metadata, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (space_id, *project),
        )

    def remove_project(self, space_id: int, public_id: str) -> bool:
        """Delete a project; return whether it was there. Memories keep its id."""
        removed = self._db.execute(
            "DELETE FROM projects WHERE space_id = ? AND public_id = ?", (space_id, public_id)
        )
        return removed.rowcount > 0

    def add_alert(self, space_id: int, alert: AlertRow, unless_since: int) -> bool:
        """Add an alert unless one of its type has been active or seen since a moment; return whether it was added."""
        added = self._db.execute(
            "INSERT INTO alerts (space_id, public_id, alert_type, severity, message, recommended_action, status,"
            " created_at, seen_at, acknowledged_at, resolved_at, metadata)"
            " SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS"
            " (SELECT 1 FROM alerts WHERE space_id = ? AND alert_type = ? AND status IN ('active', 'seen')"
            "   AND created_at > ?)",
            (space_id, *alert, space_id, alert.alert_type, unless_since),
        )
        return added.rowcount > 0

    def see_alerts(self, space_id: int, public_ids: Sequence[str], now: int) -> int:
        """Mark those of some alerts that are active as seen; return how many."""
        return self._db.execute(
            "UPDATE alerts SET status = 'seen', seen_at = ? WHERE space_id = ? AND status = 'active'"
            " AND public_id IN (SELECT value FROM json_each(?))",
            (now, space_id, as_json(list(public_ids))),
        ).rowcount

    def acknowledge_alert(self, space_id: int, public_id: str, now: int) -> bool:
        """Mark an alert that is active or seen as acknowledged; return whether it was."""
        changed = self._db.execute(
            "UPDATE alerts SET status = 'acknowledged', acknowledged_at = ?"
            " WHERE space_id = ? AND public_id = ? AND status IN ('active', 'seen')",
            (now, space_id, public_id),
        )
        return changed.rowcount > 0

    def resolve_alerts(self, space_id: int, alert_types: Sequence[str], now: int) -> int:
        """Mark those alerts of some types that are active or seen as resolved; return how many."""
        return self._db.execute(
            "UPDATE alerts SET status = 'resolved', resolved_at = ? WHERE space_id = ?"
            " AND status IN ('active', 'seen') AND alert_type IN (SELECT value FROM json_each(?))",
            (now, space_id, as_json(list(alert_types))),
        ).rowcount

    def close_alerts(self, space_id: int, public_ids: Sequence[str], now: int) -> None:
        """Mark those of some alerts that are active or seen as resolved."""
        self._db.execute(
            "UPDATE alerts SET status = 'resolved', resolved_at = ? WHERE space_id = ?"
            " AND status IN ('active', 'seen') AND public_id IN (SELECT value FROM json_each(?))",
            (now, space_id, as_json(list(public_ids))),
        )

    def add_recall_event(self, space_id: int, event: RecallEventRow) -> None:
        """Record a question that was asked."""
        self._db.execute(
            "INSERT INTO recall_events (space_id, public_id, session, query, topics, asked_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (space_id, *event),
        )

    def forget_recall_events(self, space_id: int, keep: int) -> None:
        """Delete recorded questions but the newest."""
        self._db.execute(
            "DELETE FROM recall_events WHERE space_id = :space AND id <="
            " (SELECT id FROM recall_events WHERE space_id = :space ORDER BY id DESC LIMIT 1 OFFSET :keep)",
            {"space": space_id, "keep": keep},
        )

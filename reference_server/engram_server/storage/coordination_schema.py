"""The tables of coordination.

The first four are those of a layout that was there before: another program may have made them, and may read and write
them at any time. So nothing is added to them. What is known beyond them stands beside them: each session has a row in
`registrations`, each lock one in `leases`. Triggers, which run in that other program as well, keep these rows there
and mark as `unread` what it has written, so that finding that costs nothing.

`owner` is a tenant's id, or 0 for whatever the tenant `default` and that other program share.
"""

from __future__ import annotations

#: What another program may have made, in its own words: tables, and their columns in order.
LEGACY_TABLES = {
    "world_state": ("id", "updated_at", "updated_by", "content"),
    "sessions": (
        "id",
        "session_type",
        "summary",
        "status",
        "started_at",
        "last_heartbeat",
        "completed_at",
        "completion_summary",
        "metadata",
    ),
    "session_logs": ("id", "session_id", "timestamp", "entry"),
    "resource_locks": ("resource", "session_id", "locked_at", "note"),
}

_APPEND_VERSION = """
    WHEN NOT EXISTS (SELECT 1 FROM world_heads WHERE owner = 0 AND document = ''
        AND written_at = NEW.updated_at AND updated_by IS NEW.updated_by AND content = NEW.content) BEGIN
        INSERT INTO world_versions (owner, document, version, written_at, updated_by, content)
            SELECT 0, '', COALESCE(MAX(version), 0) + 1, NEW.updated_at, NEW.updated_by, NEW.content
            FROM world_versions WHERE owner = 0 AND document = '';
    END
"""

COORDINATION = (
    """
    CREATE TABLE IF NOT EXISTS world_state (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        updated_at TEXT NOT NULL,
        updated_by TEXT,
        content TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS sessions (
        id TEXT PRIMARY KEY,
        session_type TEXT NOT NULL,
        summary TEXT NOT NULL,
        status TEXT DEFAULT 'active',
        started_at TEXT NOT NULL,
        last_heartbeat TEXT NOT NULL,
        completed_at TEXT,
        completion_summary TEXT,
        metadata TEXT
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS session_logs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id TEXT REFERENCES sessions (id),
        timestamp TEXT NOT NULL,
        entry TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS resource_locks (
        resource TEXT,
        session_id TEXT REFERENCES sessions (id),
        locked_at TEXT NOT NULL,
        note TEXT,
        PRIMARY KEY (resource, session_id)
    )
    """,
    "CREATE INDEX session_logs_in_order ON session_logs (session_id, id)",
    """
    CREATE TABLE log_details (
        log_id INTEGER PRIMARY KEY REFERENCES session_logs (id) ON DELETE CASCADE,
        at INTEGER NOT NULL,
        level TEXT NOT NULL
    )
    """,
    # Times in milliseconds; one that is null could not be read, or was not yet. `local_times` and `odd_times` tell of
    # the texts beside them that they were read as local time, and that they were no such text.
    """
    CREATE TABLE registrations (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id TEXT NOT NULL UNIQUE,
        owner INTEGER NOT NULL DEFAULT 0,
        state TEXT NOT NULL,
        started_at INTEGER,
        heartbeat_at INTEGER,
        ended_at INTEGER,
        expired_because TEXT,
        token_hash BLOB,
        local_times INTEGER NOT NULL DEFAULT 0,
        odd_times INTEGER NOT NULL DEFAULT 0,
        unread INTEGER NOT NULL DEFAULT 1
    )
    """,
    "CREATE INDEX registrations_in_order ON registrations (owner, state, heartbeat_at)",
    "CREATE INDEX registrations_by_number ON registrations (owner, number)",
    "CREATE INDEX registrations_by_end ON registrations (owner, ended_at) WHERE ended_at IS NOT NULL",
    "CREATE INDEX registrations_unread ON registrations (number) WHERE unread = 1",
    """
    CREATE TABLE leases (
        owner INTEGER NOT NULL DEFAULT 0,
        resource TEXT NOT NULL,
        session_id TEXT NOT NULL,
        mode TEXT NOT NULL DEFAULT 'advisory',
        is_path INTEGER NOT NULL DEFAULT 0,
        token INTEGER,
        granted_at INTEGER,
        expires_at INTEGER,
        ttl INTEGER,
        unread INTEGER NOT NULL DEFAULT 1,
        PRIMARY KEY (owner, resource, session_id)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX leases_by_session ON leases (session_id, resource)",
    "CREATE INDEX leases_by_expiry ON leases (owner, expires_at)",
    "CREATE INDEX leases_unread ON leases (session_id) WHERE unread = 1",
    # The last fencing token of each resource; never deleted, so that tokens only grow.
    """
    CREATE TABLE fences (
        owner INTEGER NOT NULL,
        resource TEXT NOT NULL,
        token INTEGER NOT NULL,
        PRIMARY KEY (owner, resource)
    ) WITHOUT ROWID
    """,
    # The document '' of the owner 0 is what `world_state` holds the newest version of.
    """
    CREATE TABLE world_versions (
        id INTEGER PRIMARY KEY,
        owner INTEGER NOT NULL,
        document TEXT NOT NULL,
        version INTEGER NOT NULL,
        at INTEGER,
        written_at TEXT NOT NULL,
        updated_by TEXT,
        digest TEXT NOT NULL DEFAULT '',
        size INTEGER NOT NULL DEFAULT 0,
        unread INTEGER NOT NULL DEFAULT 1,
        content TEXT NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX world_versions_in_order ON world_versions (owner, document, version)",
    # The columns of world.WorldRow, in their order.
    """
    CREATE VIEW world_rows AS
        SELECT owner, document, version, at, written_at, updated_by, digest, size FROM world_versions
    """,
    """
    CREATE VIEW world_heads AS
        SELECT w.* FROM world_versions AS w
        WHERE w.version = (SELECT MAX(v.version) FROM world_versions AS v WHERE v.owner = w.owner
            AND v.document = w.document)
    """,
    "CREATE INDEX world_versions_unread ON world_versions (id) WHERE unread = 1",
    """
    CREATE TABLE coordination_audit (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        owner INTEGER NOT NULL,
        at INTEGER NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        subject TEXT NOT NULL,
        detail TEXT NOT NULL
    )
    """,
    "CREATE INDEX coordination_audit_in_order ON coordination_audit (owner, id)",
    # The columns of sessions.SessionRow, in their order.
    """
    CREATE VIEW session_rows AS
        SELECT r.number, r.owner, r.state, r.started_at AS began, r.heartbeat_at, r.ended_at, r.expired_because,
            r.token_hash, r.local_times, r.odd_times, s.id, s.session_type, s.summary, s.started_at, s.last_heartbeat,
            s.completed_at, s.completion_summary, s.metadata
        FROM registrations AS r CROSS JOIN sessions AS s ON s.id = r.session_id
    """,
    # The columns of leases.LeaseRow, in their order. A lock whose session nobody knows is none.
    """
    CREATE VIEW lease_rows AS
        SELECT l.owner, l.resource, l.session_id, l.mode, l.is_path, l.token, l.granted_at, l.expires_at, l.ttl,
            k.note, s.summary, s.session_type
        FROM leases AS l
        CROSS JOIN resource_locks AS k ON k.resource = l.resource AND k.session_id = l.session_id
        CROSS JOIN sessions AS s ON s.id = l.session_id
    """,
    # What is there already, from before.
    """
    INSERT INTO registrations (session_id, state)
        SELECT id, COALESCE(status, '') FROM sessions WHERE id IS NOT NULL ORDER BY rowid
    """,
    """
    INSERT INTO leases (resource, session_id)
        SELECT resource, session_id FROM resource_locks WHERE resource IS NOT NULL AND session_id IS NOT NULL
    """,
    """
    INSERT INTO world_versions (owner, document, version, written_at, updated_by, content)
        SELECT 0, '', 1, updated_at, updated_by, content FROM world_state
    """,
    # What a program does to the tables of before, ours or another: ours then says what it knows beyond.
    """
    CREATE TRIGGER session_added AFTER INSERT ON sessions WHEN NEW.id IS NOT NULL BEGIN
        INSERT INTO registrations (session_id, state) SELECT NEW.id, ''
            WHERE NOT EXISTS (SELECT 1 FROM registrations WHERE session_id = NEW.id);
        UPDATE registrations SET state = COALESCE(NEW.status, ''), unread = 1 WHERE session_id = NEW.id;
    END
    """,
    """
    CREATE TRIGGER session_changed AFTER UPDATE OF status, started_at, last_heartbeat, completed_at ON sessions BEGIN
        UPDATE registrations SET state = COALESCE(NEW.status, ''), unread = 1,
            started_at = CASE WHEN NEW.started_at IS OLD.started_at THEN started_at END,
            heartbeat_at = CASE WHEN NEW.last_heartbeat IS OLD.last_heartbeat THEN heartbeat_at END,
            ended_at = CASE WHEN NEW.completed_at IS OLD.completed_at THEN ended_at END
        WHERE session_id = NEW.id;
    END
    """,
    """
    CREATE TRIGGER session_removed AFTER DELETE ON sessions BEGIN
        DELETE FROM registrations WHERE session_id = OLD.id;
    END
    """,
    """
    CREATE TRIGGER lock_added AFTER INSERT ON resource_locks
    WHEN NEW.resource IS NOT NULL AND NEW.session_id IS NOT NULL BEGIN
        INSERT INTO leases (owner, resource, session_id)
            SELECT COALESCE((SELECT owner FROM registrations WHERE session_id = NEW.session_id), 0),
                NEW.resource, NEW.session_id
            WHERE NOT EXISTS (SELECT 1 FROM leases WHERE session_id = NEW.session_id AND resource = NEW.resource);
        UPDATE leases SET unread = 1 WHERE session_id = NEW.session_id AND resource = NEW.resource;
    END
    """,
    """
    CREATE TRIGGER lock_changed AFTER UPDATE OF locked_at ON resource_locks BEGIN
        UPDATE leases SET unread = 1 WHERE session_id = NEW.session_id AND resource = NEW.resource;
    END
    """,
    """
    CREATE TRIGGER lock_removed AFTER DELETE ON resource_locks BEGIN
        DELETE FROM leases WHERE session_id = OLD.session_id AND resource = OLD.resource;
    END
    """,
    "CREATE TRIGGER world_added AFTER INSERT ON world_state" + _APPEND_VERSION,
    "CREATE TRIGGER world_changed AFTER UPDATE ON world_state" + _APPEND_VERSION,
)

# From the children to the parents, as foreign keys want it.
ERASE_COORDINATION = (
    "DELETE FROM log_details",
    "DELETE FROM session_logs",
    "DELETE FROM resource_locks",
    "DELETE FROM leases",
    "DELETE FROM fences",
    "DELETE FROM sessions",
    "DELETE FROM registrations",
    "DELETE FROM world_state",
    "DELETE FROM world_versions",
    "DELETE FROM coordination_audit",
)

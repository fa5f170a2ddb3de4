"""The tables of shared engrams."""

from __future__ import annotations

ENGRAMS = (
    # A space that is an engram, and its kind.
    """
    CREATE TABLE engrams (
        space_id INTEGER PRIMARY KEY REFERENCES spaces (id) ON DELETE CASCADE,
        tenant_id INTEGER NOT NULL,
        kind TEXT
    )
    """,
    "CREATE INDEX engrams_by_kind ON engrams (tenant_id, kind, space_id)",
    # `behind` says that the memory is still to become what the entry is; until it does for the first time there is
    # none. `sequence` is the place of an appended entry among those of its key; of the others a key has one.
    # `folded` is what is searched, `tags` and `data` are JSON.
    """
    CREATE TABLE entries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        tenant_id INTEGER NOT NULL,
        space_id INTEGER NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
        public_id TEXT NOT NULL,
        memory_id INTEGER UNIQUE REFERENCES memories (id) ON DELETE CASCADE,
        behind INTEGER NOT NULL,
        merge_key TEXT,
        sequence INTEGER,
        version INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        expires_at INTEGER,
        trace_id TEXT,
        author TEXT,
        tags TEXT NOT NULL,
        data TEXT NOT NULL,
        folded TEXT NOT NULL,
        UNIQUE (space_id, public_id)
    )
    """,
    """
    CREATE UNIQUE INDEX entries_by_key ON entries (space_id, merge_key)
        WHERE merge_key IS NOT NULL AND sequence IS NULL
    """,
    "CREATE INDEX entries_of_key ON entries (space_id, merge_key, sequence) WHERE merge_key IS NOT NULL",
    "CREATE INDEX entries_in_time ON entries (space_id, updated_at DESC, public_id)",
    "CREATE INDEX entries_behind ON entries (tenant_id, space_id) WHERE behind = 1",
    "CREATE INDEX entries_by_expiry ON entries (tenant_id, expires_at) WHERE expires_at IS NOT NULL",
    """
    CREATE TABLE entry_tags (
        space_id INTEGER NOT NULL,
        tag TEXT NOT NULL,
        entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
        PRIMARY KEY (space_id, tag, entry_id)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX entry_tags_by_entry ON entry_tags (entry_id)",
    # What a write left behind, an entry's together and numbered in their order: `before` is the entry that it
    # changed, as JSON. `kept` ones are the history of an entry, `open` ones can be rolled back with their trace.
    # Version 0 is no entry.
    """
    CREATE TABLE entry_changes (
        space_id INTEGER NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
        public_id TEXT NOT NULL,
        number INTEGER NOT NULL,
        tenant_id INTEGER NOT NULL,
        op TEXT NOT NULL,
        at INTEGER NOT NULL,
        trace_id TEXT,
        open INTEGER NOT NULL,
        kept INTEGER NOT NULL,
        version_before INTEGER NOT NULL,
        version_after INTEGER NOT NULL,
        before TEXT,
        PRIMARY KEY (space_id, public_id, number)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX entry_changes_of_trace ON entry_changes (tenant_id, trace_id) WHERE open = 1",
    "CREATE INDEX entry_changes_open ON entry_changes (at) WHERE open = 1",
)

# What makes a write touch fewer pages. Of the entries in time, those that are behind lie apart: they are few, so that
# one that is written again and again stays in one small index. Changes are added at the end, which splits no page, and
# keep the entry that they changed in columns instead of JSON, which have no names to repeat: `data` is NULL where there
# was none, `version_before` its version, `written_in` its trace. Their ids grow.
FEWER_PAGES = (
    "DROP INDEX entries_in_time",
    "DROP INDEX entries_behind",
    "CREATE INDEX entries_in_time ON entries (space_id, updated_at DESC, public_id) WHERE behind = 0",
    "CREATE INDEX entries_behind ON entries (tenant_id, space_id, updated_at DESC, public_id) WHERE behind = 1",
    "ALTER TABLE entry_changes RENAME TO entry_changes_before",
    """
    CREATE TABLE entry_changes (
        id INTEGER PRIMARY KEY,
        tenant_id INTEGER NOT NULL,
        space_id INTEGER NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
        public_id TEXT NOT NULL,
        op TEXT NOT NULL,
        at INTEGER NOT NULL,
        trace_id TEXT,
        open INTEGER NOT NULL,
        kept INTEGER NOT NULL,
        version_before INTEGER NOT NULL,
        version_after INTEGER NOT NULL,
        merge_key TEXT,
        sequence INTEGER,
        created_at INTEGER,
        updated_at INTEGER,
        expires_at INTEGER,
        written_in TEXT,
        author TEXT,
        tags TEXT,
        data TEXT
    )
    """,
    """
    INSERT INTO entry_changes (tenant_id, space_id, public_id, op, at, trace_id, open, kept, version_before,
            version_after, merge_key, sequence, created_at, updated_at, expires_at, written_in, author, tags, data)
        SELECT tenant_id, space_id, public_id, op, at, trace_id, open, kept, version_before, version_after,
            json_extract(before, '$.merge_key'), json_extract(before, '$.sequence'),
            json_extract(before, '$.created_at'), json_extract(before, '$.updated_at'),
            json_extract(before, '$.expires_at'), json_extract(before, '$.trace_id'),
            json_extract(before, '$.author'), json_extract(before, '$.tags'), json_extract(before, '$.data')
        FROM entry_changes_before ORDER BY space_id, public_id, number
    """,
    "DROP TABLE entry_changes_before",
    "CREATE INDEX entry_changes_of_entry ON entry_changes (space_id, public_id)",
    "CREATE INDEX entry_changes_of_trace ON entry_changes (tenant_id, trace_id) WHERE open = 1",
    "CREATE INDEX entry_changes_open ON entry_changes (at) WHERE open = 1",
)

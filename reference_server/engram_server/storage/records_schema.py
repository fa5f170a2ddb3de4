"""The tables of structured memory's records."""

from __future__ import annotations

RECORDS = (
    # A scope's records, by the ids of the scope that they belong to: JSON lists of three, four or five.
    """
    CREATE TABLE partitions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
        key TEXT NOT NULL,
        UNIQUE (tenant_id, key)
    )
    """,
    """
    CREATE TABLE records (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        partition_id INTEGER NOT NULL REFERENCES partitions (id) ON DELETE CASCADE,
        family TEXT NOT NULL,
        record_id TEXT NOT NULL,
        state TEXT NOT NULL,
        place TEXT NOT NULL,
        at INTEGER NOT NULL,
        weight INTEGER NOT NULL,
        since INTEGER,
        until INTEGER,
        expires_at INTEGER,
        body TEXT NOT NULL,
        UNIQUE (partition_id, family, record_id)
    )
    """,
    "CREATE INDEX records_in_place ON records (partition_id, family, place, record_id)",
    "CREATE INDEX records_in_place_of_state ON records (partition_id, family, state, place, record_id)",
    "CREATE INDEX records_in_time ON records (partition_id, family, at)",
    "CREATE INDEX records_by_weight ON records (partition_id, family, weight, record_id) WHERE weight > 0",
    "CREATE INDEX records_by_expiry ON records (expires_at) WHERE expires_at IS NOT NULL",
    """
    CREATE TABLE record_labels (
        partition_id INTEGER NOT NULL,
        kind TEXT NOT NULL,
        value TEXT NOT NULL,
        item_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
        PRIMARY KEY (partition_id, kind, value, item_id)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX record_labels_by_record ON record_labels (item_id)",
)

"""The tables, and how a database of an older version comes to have them.

A migration brings a database from one version to the next and writes the new version number. A new database runs
all of them, so that every database of a version has the same schema to the letter, whatever version it was made by.
Migrations are only ever added: one that was released is never edited. The tables that another program may have made
before (see `coordination_schema`) are taken over as they are.

Deleting a space deletes its memories and its profile by foreign key. Postings have none, because checking it would
cost a lookup for each of them: whoever deletes memories deletes their postings (see `writer`).
"""

from __future__ import annotations

import sqlite3
from typing import Callable, FrozenSet, Optional, Sequence, Tuple

from .brain_schema import BRAIN
from .coordination_schema import COORDINATION, LEGACY_TABLES
from .engrams_schema import ENGRAMS, FEWER_PAGES
from .records_schema import RECORDS
from .reindexing import Indexing, is_behind, reindex

#: "ENGR", at offset 68 of every database file of ours.
APPLICATION_ID = 0x454E4752
MARK = "PRAGMA application_id = 0x454E4752"

Migration = Callable[[sqlite3.Connection], None]

_VERSION_1 = (
    """
    CREATE TABLE tenants (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        created_at INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE providers (
        tenant_id INTEGER PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
        base_url TEXT NOT NULL,
        model TEXT NOT NULL,
        api_key TEXT
    )
    """,
    # Listings and cursors go by id, which AUTOINCREMENT never gives out twice.
    """
    CREATE TABLE spaces (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        public_id TEXT NOT NULL UNIQUE,
        tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        description TEXT,
        created_at INTEGER NOT NULL,
        last_write_at INTEGER,
        memory_count INTEGER NOT NULL DEFAULT 0,
        term_total INTEGER NOT NULL DEFAULT 0,
        UNIQUE (tenant_id, name)
    )
    """,
    "CREATE INDEX spaces_in_order ON spaces (tenant_id, id)",
    """
    CREATE TABLE profiles (
        space_id INTEGER PRIMARY KEY REFERENCES spaces (id) ON DELETE CASCADE,
        text TEXT NOT NULL,
        updated_at INTEGER NOT NULL,
        memory_count INTEGER NOT NULL,
        source TEXT NOT NULL
    )
    """,
    # `terms` is the JSON object of term to frequency that the postings were made from. It is kept so that a memory's
    # postings can be found again however words are taken from text by then.
    """
    CREATE TABLE memories (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        public_id TEXT NOT NULL,
        space_id INTEGER NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
        content TEXT NOT NULL,
        token_count INTEGER NOT NULL,
        length INTEGER NOT NULL,
        version INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        content_hash BLOB NOT NULL,
        fingerprint BLOB NOT NULL,
        terms TEXT NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX memories_by_public_id ON memories (space_id, public_id)",
    "CREATE INDEX memories_in_order ON memories (space_id, id)",
    "CREATE INDEX memories_by_hash ON memories (space_id, content_hash)",
    "CREATE INDEX memories_by_fingerprint ON memories (space_id, fingerprint)",
    # Clustered: what a space holds on a term lies together. `length` is the memory's, so that ranking joins nothing.
    """
    CREATE TABLE postings (
        space_id INTEGER NOT NULL,
        term TEXT NOT NULL,
        item_id INTEGER NOT NULL,
        tf INTEGER NOT NULL,
        length INTEGER NOT NULL,
        PRIMARY KEY (space_id, term, item_id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE recorded (
        tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
        key TEXT NOT NULL,
        fingerprint BLOB NOT NULL,
        status INTEGER NOT NULL,
        compressed INTEGER NOT NULL,
        body BLOB NOT NULL,
        expires_at INTEGER NOT NULL,
        PRIMARY KEY (tenant_id, key)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX recorded_by_expiry ON recorded (expires_at)",
    # The columns of rows.Space and rows.MemoryRow, in their order.
    """
    CREATE VIEW space_rows AS
        SELECT id, public_id, tenant_id, name, description, created_at, last_write_at, memory_count, term_total
        FROM spaces
    """,
    """
    CREATE VIEW memory_rows AS
        SELECT id, public_id, space_id, content, token_count, length, version, created_at, updated_at
        FROM memories
    """,
    "PRAGMA user_version = 1",
)

_VERSION_2 = (
    "ALTER TABLE memories ADD COLUMN speaker TEXT",
    "ALTER TABLE memories ADD COLUMN session TEXT",
    "ALTER TABLE memories ADD COLUMN occurred_at INTEGER",
    "ALTER TABLE memories ADD COLUMN metadata TEXT",
    # Deduplication asks one index: the key leads to what a memory may repeat, the hash to the one of the same bytes.
    "DROP INDEX memories_by_hash",
    "DROP INDEX memories_by_fingerprint",
    "ALTER TABLE memories RENAME COLUMN fingerprint TO near_key",
    "CREATE INDEX memories_by_near_key ON memories (space_id, near_key, content_hash)",
    # The defaults are what a new space starts with (see rows.Space).
    "ALTER TABLE spaces ADD COLUMN near_sum REAL NOT NULL DEFAULT 1.6",
    "ALTER TABLE spaces ADD COLUMN near_count INTEGER NOT NULL DEFAULT 20",
    "ALTER TABLE spaces ADD COLUMN far_sum REAL NOT NULL DEFAULT 0.8",
    "ALTER TABLE spaces ADD COLUMN far_count INTEGER NOT NULL DEFAULT 20",
    # Everything below follows from the memories, and is made anew when the way in which texts are read changes:
    # `indexing` holds the version of that way. None of it has foreign keys, for the reason that postings have none.
    "CREATE TABLE indexing (version INTEGER NOT NULL)",
    "INSERT INTO indexing VALUES (0)",
    # One row a memory. `previous_id` and `next_id` lead through all that was said in a session; `opens` and `closes`
    # tell where in it a stretch of talk begins and ends.
    """
    CREATE TABLE turns (
        item_id INTEGER PRIMARY KEY,
        space_id INTEGER NOT NULL,
        previous_id INTEGER,
        next_id INTEGER,
        opens INTEGER NOT NULL,
        closes INTEGER NOT NULL,
        said_at INTEGER NOT NULL,
        speaker TEXT NOT NULL,
        flags INTEGER NOT NULL,
        since INTEGER,
        until INTEGER,
        length INTEGER NOT NULL,
        body_terms INTEGER NOT NULL,
        said_by TEXT NOT NULL
    )
    """,
    "CREATE INDEX turns_in_time ON turns (space_id, said_at, since, until)",
    # The last memory of each session; the session is empty where the caller gave none.
    """
    CREATE TABLE threads (
        space_id INTEGER NOT NULL,
        session TEXT NOT NULL,
        last_id INTEGER NOT NULL,
        PRIMARY KEY (space_id, session)
    ) WITHOUT ROWID
    """,
    # How many turns each speaker has.
    """
    CREATE TABLE voices (
        space_id INTEGER NOT NULL,
        speaker TEXT NOT NULL,
        turns INTEGER NOT NULL,
        PRIMARY KEY (space_id, speaker)
    ) WITHOUT ROWID
    """,
    # An entity outlives the memories that mention it: it is known as long as one of them is there.
    """
    CREATE TABLE entities (
        space_id INTEGER NOT NULL,
        key TEXT NOT NULL,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        PRIMARY KEY (space_id, key)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE entity_words (
        space_id INTEGER NOT NULL,
        word TEXT NOT NULL,
        key TEXT NOT NULL,
        PRIMARY KEY (space_id, word, key)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE facts (
        space_id INTEGER NOT NULL,
        subject_key TEXT NOT NULL,
        predicate TEXT NOT NULL,
        object_key TEXT NOT NULL,
        item_id INTEGER NOT NULL,
        subject TEXT NOT NULL,
        object TEXT NOT NULL,
        PRIMARY KEY (space_id, subject_key, item_id, predicate, object_key)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX facts_by_object ON facts (space_id, object_key, item_id)",
    "CREATE INDEX facts_by_memory ON facts (item_id)",
    "DROP VIEW space_rows",
    "DROP VIEW memory_rows",
    """
    CREATE VIEW space_rows AS
        SELECT id, public_id, tenant_id, name, description, created_at, last_write_at, memory_count, term_total,
            near_sum, near_count, far_sum, far_count
        FROM spaces
    """,
    """
    CREATE VIEW memory_rows AS
        SELECT id, public_id, space_id, content, token_count, length, version, created_at, updated_at,
            speaker, session, occurred_at, metadata
        FROM memories
    """,
    # The columns of rows.TurnRow and rows.FactRow, in their order.
    """
    CREATE VIEW turn_rows AS
        SELECT item_id AS id, CASE WHEN opens THEN NULL ELSE previous_id END AS before_id,
            CASE WHEN closes THEN NULL ELSE next_id END AS after_id,
            said_at, speaker, flags, since, until, length, said_by
        FROM turns
    """,
    """
    CREATE VIEW fact_rows AS
        SELECT f.subject, f.subject_key, f.predicate, f.object, f.object_key, f.item_id, m.public_id, t.said_at
        FROM facts AS f
        CROSS JOIN memories AS m ON m.id = f.item_id
        CROSS JOIN turns AS t ON t.item_id = f.item_id
    """,
    "PRAGMA user_version = 2",
)


_VERSION_7 = (
    # Answers are added at the end and expire in that order, so that one index less is written.
    "ALTER TABLE recorded RENAME TO recorded_before",
    """
    CREATE TABLE recorded (
        id INTEGER PRIMARY KEY,
        tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
        key TEXT NOT NULL,
        fingerprint BLOB NOT NULL,
        status INTEGER NOT NULL,
        compressed INTEGER NOT NULL,
        body BLOB NOT NULL,
        expires_at INTEGER NOT NULL
    )
    """,
    """
    INSERT INTO recorded (tenant_id, key, fingerprint, status, compressed, body, expires_at)
        SELECT * FROM recorded_before ORDER BY expires_at
    """,
    "DROP TABLE recorded_before",
    "CREATE UNIQUE INDEX recorded_by_key ON recorded (tenant_id, key)",
    *FEWER_PAGES,
    "PRAGMA user_version = 7",
)


_VERSIONS = (
    _VERSION_1,
    _VERSION_2,
    (*RECORDS, "PRAGMA user_version = 3"),
    (*COORDINATION, "PRAGMA user_version = 4"),
    (*BRAIN, "PRAGMA user_version = 5"),
    (*ENGRAMS, "PRAGMA user_version = 6"),
    _VERSION_7,
)


def _from(version: int) -> Migration:
    def migration(connection: sqlite3.Connection) -> None:
        for statement in _VERSIONS[version]:
            connection.execute(statement)

    return migration


MIGRATIONS: Tuple[Migration, ...] = tuple(map(_from, range(len(_VERSIONS))))


def version_of(connection: sqlite3.Connection) -> int:
    """Return the schema version of a database: 0 for one with no tables yet."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def objects_of(connection: sqlite3.Connection) -> FrozenSet[Tuple[str, str, str]]:
    """Return type, name and SQL of everything in the schema; the tables that another may have made have no SQL."""
    found = connection.execute("SELECT type, name, COALESCE(sql, '') FROM sqlite_master").fetchall()
    return frozenset((kind, name, "" if name in LEGACY_TABLES else sql) for kind, name, sql in found)


def is_of_before(connection: sqlite3.Connection) -> bool:
    """Return whether a database has the tables of the layout that was there before, whole, and no table of others."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    tables = {name for (name,) in found if not name.startswith("sqlite_")}
    return tables == set(LEGACY_TABLES) and all(
        _columns(connection, table) == columns for table, columns in LEGACY_TABLES.items()
    )


def _columns(connection: sqlite3.Connection, table: str) -> Tuple[str, ...]:
    rows = connection.execute("SELECT name FROM pragma_table_info(?) ORDER BY cid", (table,))
    return tuple(name for (name,) in rows)


def expected_objects(version: int, migrations: Sequence[Migration] = MIGRATIONS) -> FrozenSet[Tuple[str, str, str]]:
    """Return what `objects_of` finds in a sound database of `version`."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(connection, migrations[:version])
        return objects_of(connection)
    finally:
        connection.close()


def migrate(
    connection: sqlite3.Connection,
    migrations: Sequence[Migration] = MIGRATIONS,
    indexing: Optional[Indexing] = None,
) -> None:
    """Bring a database to the newest version, and its index to `indexing`, in one transaction.

    One that is there already is not written to. When a migration raises, close the connection: that rolls all of
    them back.
    """
    if version_of(connection) == len(migrations) and (indexing is None or not is_behind(connection, indexing)):
        return
    connection.execute("BEGIN IMMEDIATE")
    if version_of(connection) == 0:
        connection.execute(MARK)
    # Asked again, because another process may have done it while this one waited for the lock.
    for migration in migrations[version_of(connection) :]:
        migration(connection)
    if indexing is not None and is_behind(connection, indexing):
        reindex(connection, indexing)
    connection.execute("COMMIT")

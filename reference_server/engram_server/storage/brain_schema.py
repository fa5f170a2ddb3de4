"""The tables of the associative brain: statements and nothing else.

A brain is the graph of a space, so everything goes with the space. A fiber is a row beside a memory and goes with it.
A neuron that was encoded from memories goes with the last of its fibers, and its synapses with it. Moments are
microseconds since 1970.
"""

from __future__ import annotations

BRAIN = (
    # A space that has no row here is a brain that nobody has saved.
    """
    CREATE TABLE brains (
        space_id INTEGER PRIMARY KEY REFERENCES spaces (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        config TEXT NOT NULL,
        owner_id TEXT,
        is_public INTEGER NOT NULL,
        shared_with TEXT NOT NULL,
        metadata TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
    )
    """,
    "CREATE INDEX brains_by_name ON brains (name)",
    # What there is of each, kept by whoever adds and by triggers on what goes; `unpulsed` counts the changes since
    # somebody looked at the brain's health.
    """
    CREATE TABLE brain_counts (
        space_id INTEGER PRIMARY KEY REFERENCES spaces (id) ON DELETE CASCADE,
        neurons INTEGER NOT NULL,
        synapses INTEGER NOT NULL,
        fibers INTEGER NOT NULL,
        unpulsed INTEGER NOT NULL
    )
    """,
    # `name_key` is the beginning of the folded content. `since` and `until` are what a neuron of time denotes.
    # `decayed_at` is up to when its level has faded already.
    """
    CREATE TABLE neurons (
        id INTEGER PRIMARY KEY,
        space_id INTEGER NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
        public_id TEXT NOT NULL,
        type TEXT NOT NULL,
        content TEXT NOT NULL,
        name_key TEXT NOT NULL,
        metadata TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        since INTEGER,
        until INTEGER,
        encoded INTEGER NOT NULL,
        level REAL NOT NULL DEFAULT 0.0,
        uses INTEGER NOT NULL DEFAULT 0,
        last_activated INTEGER,
        decayed_at INTEGER,
        decay_rate REAL NOT NULL DEFAULT 0.1,
        firing_threshold REAL NOT NULL DEFAULT 0.3,
        refractory_until INTEGER,
        refractory_ms REAL NOT NULL DEFAULT 500.0,
        target REAL NOT NULL DEFAULT 0.5
    )
    """,
    "CREATE UNIQUE INDEX neurons_by_public_id ON neurons (space_id, public_id)",
    "CREATE INDEX neurons_by_name ON neurons (space_id, name_key)",
    "CREATE INDEX neurons_by_type ON neurons (space_id, type)",
    "CREATE INDEX neurons_in_time ON neurons (space_id, since) WHERE since IS NOT NULL",
    """
    CREATE TABLE synapses (
        id INTEGER PRIMARY KEY,
        space_id INTEGER NOT NULL,
        public_id TEXT NOT NULL,
        source_id INTEGER NOT NULL REFERENCES neurons (id) ON DELETE CASCADE,
        target_id INTEGER NOT NULL REFERENCES neurons (id) ON DELETE CASCADE,
        type TEXT NOT NULL,
        weight REAL NOT NULL,
        direction TEXT NOT NULL,
        metadata TEXT NOT NULL,
        reinforced_count INTEGER NOT NULL,
        last_activated INTEGER,
        decayed_at INTEGER,
        created_at INTEGER NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX synapses_by_public_id ON synapses (space_id, public_id)",
    "CREATE INDEX synapses_by_source ON synapses (source_id, target_id)",
    "CREATE INDEX synapses_by_target ON synapses (target_id)",
    # Lists of ids and tags are JSON, sorted but for the pathway. A fiber may name neurons that are not there yet.
    """
    CREATE TABLE fibers (
        memory_id INTEGER PRIMARY KEY REFERENCES memories (id) ON DELETE CASCADE,
        space_id INTEGER NOT NULL,
        anchor_id TEXT NOT NULL,
        neuron_ids TEXT NOT NULL,
        synapse_ids TEXT NOT NULL,
        pathway TEXT NOT NULL,
        conductivity REAL NOT NULL,
        last_conducted INTEGER,
        time_start INTEGER,
        time_end INTEGER,
        coherence REAL NOT NULL,
        salience REAL NOT NULL,
        frequency INTEGER NOT NULL,
        summary TEXT,
        auto_tags TEXT NOT NULL,
        agent_tags TEXT NOT NULL,
        metadata TEXT NOT NULL,
        stage TEXT NOT NULL,
        created_at INTEGER NOT NULL
    )
    """,
    "CREATE INDEX fibers_by_salience ON fibers (space_id, salience DESC, memory_id)",
    "CREATE INDEX fibers_in_time ON fibers (space_id, time_start)",
    """
    CREATE TABLE fiber_neurons (
        space_id INTEGER NOT NULL,
        neuron_id TEXT NOT NULL,
        fiber_id INTEGER NOT NULL REFERENCES fibers (memory_id) ON DELETE CASCADE,
        PRIMARY KEY (space_id, neuron_id, fiber_id)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX fiber_neurons_by_fiber ON fiber_neurons (fiber_id)",
    """
    CREATE TABLE fiber_tags (
        space_id INTEGER NOT NULL,
        tag TEXT NOT NULL,
        fiber_id INTEGER NOT NULL REFERENCES fibers (memory_id) ON DELETE CASCADE,
        PRIMARY KEY (space_id, tag, fiber_id)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX fiber_tags_by_fiber ON fiber_tags (fiber_id)",
    """
    CREATE TABLE typed_memories (
        fiber_id INTEGER PRIMARY KEY REFERENCES fibers (memory_id) ON DELETE CASCADE,
        space_id INTEGER NOT NULL,
        memory_type TEXT NOT NULL,
        priority INTEGER NOT NULL,
        provenance TEXT NOT NULL,
        expires_at INTEGER,
        project_id TEXT,
        tags TEXT NOT NULL,
        metadata TEXT NOT NULL,
        trust_score REAL,
        source TEXT,
        tier TEXT NOT NULL,
        created_at INTEGER NOT NULL
    )
    """,
    "CREATE INDEX typed_memories_by_priority ON typed_memories (space_id, priority, created_at)",
    "CREATE INDEX typed_memories_by_project ON typed_memories (space_id, project_id) WHERE project_id IS NOT NULL",
    "CREATE INDEX typed_memories_by_expiry ON typed_memories (space_id, expires_at) WHERE expires_at IS NOT NULL",
    """
    CREATE TABLE projects (
        space_id INTEGER NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
        public_id TEXT NOT NULL,
        name TEXT NOT NULL,
        description TEXT NOT NULL,
        start_date INTEGER NOT NULL,
        end_date INTEGER,
        tags TEXT NOT NULL,
        priority REAL NOT NULL,
        metadata TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        PRIMARY KEY (space_id, public_id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE alerts (
        id INTEGER PRIMARY KEY,
        space_id INTEGER NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
        public_id TEXT NOT NULL,
        alert_type TEXT NOT NULL,
        severity TEXT NOT NULL,
        message TEXT NOT NULL,
        recommended_action TEXT NOT NULL,
        status TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        seen_at INTEGER,
        acknowledged_at INTEGER,
        resolved_at INTEGER,
        metadata TEXT NOT NULL,
        UNIQUE (space_id, public_id)
    )
    """,
    "CREATE INDEX alerts_open ON alerts (space_id, alert_type) WHERE status <> 'resolved'",
    """
    CREATE TABLE recall_events (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        space_id INTEGER NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
        public_id TEXT NOT NULL,
        session TEXT NOT NULL,
        query TEXT NOT NULL,
        topics TEXT NOT NULL,
        asked_at INTEGER NOT NULL
    )
    """,
    "CREATE INDEX recall_events_in_order ON recall_events (space_id, asked_at, id)",
    # Snapshots that come in parts, until they are whole.
    """
    CREATE TABLE snapshot_parts (
        tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
        upload TEXT NOT NULL,
        part INTEGER NOT NULL,
        body TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        PRIMARY KEY (tenant_id, upload, part)
    )
    """,
    "CREATE INDEX snapshot_parts_in_time ON snapshot_parts (created_at)",
    """
    CREATE TRIGGER neuron_gone AFTER DELETE ON neurons BEGIN
        UPDATE brain_counts SET neurons = neurons - 1 WHERE space_id = OLD.space_id;
    END
    """,
    """
    CREATE TRIGGER synapse_gone AFTER DELETE ON synapses BEGIN
        UPDATE brain_counts SET synapses = synapses - 1 WHERE space_id = OLD.space_id;
    END
    """,
    """
    CREATE TRIGGER fiber_gone AFTER DELETE ON fibers BEGIN
        UPDATE brain_counts SET fibers = fibers - 1 WHERE space_id = OLD.space_id;
    END
    """,
    """
    CREATE TRIGGER mention_gone AFTER DELETE ON fiber_neurons BEGIN
        DELETE FROM neurons
        WHERE space_id = OLD.space_id AND public_id = OLD.neuron_id AND encoded = 1 AND NOT EXISTS
            (SELECT 1 FROM fiber_neurons WHERE space_id = OLD.space_id AND neuron_id = OLD.neuron_id);
    END
    """,
    # The columns of the rows of brain_rows, in their order.
    """
    CREATE VIEW brain_rows AS
        SELECT s.id, s.tenant_id, s.name AS brain_id, s.created_at * 1000 AS made_at, b.name, b.config, b.owner_id,
            b.is_public, b.shared_with, b.metadata, b.created_at, b.updated_at,
            COALESCE(c.neurons, 0) AS neurons, COALESCE(c.synapses, 0) AS synapses, COALESCE(c.fibers, 0) AS fibers,
            COALESCE(c.unpulsed, 0) AS unpulsed
        FROM spaces AS s LEFT JOIN brains AS b ON b.space_id = s.id LEFT JOIN brain_counts AS c ON c.space_id = s.id
    """,
    """
    CREATE VIEW neuron_rows AS
        SELECT id, space_id, public_id, type, content, metadata, created_at, since, until, encoded, level, uses,
            last_activated, decayed_at, decay_rate, firing_threshold, refractory_until, refractory_ms, target
        FROM neurons
    """,
    """
    CREATE VIEW synapse_rows AS
        SELECT y.id, y.space_id, y.public_id, y.source_id, y.target_id, a.public_id AS source, b.public_id AS target,
            y.type, y.weight, y.direction, y.metadata, y.reinforced_count, y.last_activated, y.decayed_at, y.created_at
        FROM synapses AS y CROSS JOIN neurons AS a ON a.id = y.source_id CROSS JOIN neurons AS b ON b.id = y.target_id
    """,
    """
    CREATE VIEW fiber_rows AS
        SELECT f.memory_id AS id, f.space_id, m.public_id, f.anchor_id, f.neuron_ids, f.synapse_ids, f.pathway,
            f.conductivity, f.last_conducted, f.time_start, f.time_end, f.coherence, f.salience, f.frequency, f.summary,
            f.auto_tags, f.agent_tags, f.metadata, f.stage, f.created_at
        FROM fibers AS f CROSS JOIN memories AS m ON m.id = f.memory_id
    """,
    """
    CREATE VIEW typed_memory_rows AS
        SELECT t.fiber_id AS id, t.space_id, m.public_id, t.memory_type, t.priority, t.provenance, t.expires_at,
            t.project_id, t.tags, t.metadata, t.trust_score, t.source, t.tier, t.created_at
        FROM typed_memories AS t CROSS JOIN memories AS m ON m.id = t.fiber_id
    """,
)

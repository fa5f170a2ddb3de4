"""The fibers of brains: what is asked of them, and what changes them."""

from __future__ import annotations

from typing import Dict, Iterable, List, Optional, Sequence, Tuple

from .asking import as_json
from .brain_graph import Graph, GraphChanges
from .brain_rows import FiberFilter, FiberRow, NeuronRow, NewFiber, SynapseRow

_FIND_FIBERS = (
    "SELECT * FROM fiber_rows WHERE space_id = :space"
    " AND (:neuron IS NULL"
    "   OR id IN (SELECT fiber_id FROM fiber_neurons WHERE space_id = :space AND neuron_id = :neuron))"
    " AND (:least_tags = 0 OR id IN (SELECT fiber_id FROM json_each(:tags) AS wanted"
    "   CROSS JOIN fiber_tags AS t ON t.space_id = :space AND t.tag = wanted.value"
    "   GROUP BY fiber_id HAVING COUNT(*) >= :least_tags))"
    " AND (:high IS NULL OR COALESCE(time_start, created_at) <= :high)"
    " AND (:low IS NULL OR COALESCE(time_end, time_start, created_at) >= :low)"
    " AND (:min_salience IS NULL OR salience >= :min_salience)"
    " AND (:metadata_key IS NULL"
    "   OR EXISTS (SELECT 1 FROM json_each(metadata) AS m WHERE m.key = :metadata_key AND m.type <> 'null'))"
    " ORDER BY salience DESC, id LIMIT :limit OFFSET :offset"
)
# Of each neuron the most salient ones, counted from the first.
_FIBERS_OF = (
    "WITH held (neuron_id, fiber_id, place) AS ("
    "   SELECT wanted.value, f.memory_id,"
    "     ROW_NUMBER() OVER (PARTITION BY wanted.value ORDER BY f.salience DESC, f.memory_id)"
    "   FROM json_each(:neurons) AS wanted"
    "   CROSS JOIN fiber_neurons AS n ON n.space_id = :space AND n.neuron_id = wanted.value"
    "   CROSS JOIN fibers AS f ON f.memory_id = n.fiber_id"
    "   WHERE :least_tags = 0 OR (SELECT COUNT(*) FROM json_each(:tags) AS t"
    "     CROSS JOIN fiber_tags AS g ON g.space_id = :space AND g.tag = t.value AND g.fiber_id = n.fiber_id)"
    "     >= :least_tags)"
    " SELECT r.* FROM fiber_rows AS r WHERE r.id IN (SELECT fiber_id FROM held WHERE place <= :each)"
    " ORDER BY r.salience DESC, r.id"
)
# The anchor of a fiber stays with it.
_FORGET_NEURON = (
    "UPDATE fibers SET"
    " neuron_ids = (SELECT json_group_array(value) FROM json_each(neuron_ids)"
    "   WHERE value <> :neuron OR value = anchor_id),"
    " pathway = (SELECT json_group_array(value) FROM json_each(pathway) WHERE value <> :neuron OR value = anchor_id),"
    " synapse_ids = (SELECT json_group_array(value) FROM json_each(synapse_ids)"
    "   WHERE value NOT IN (SELECT public_id FROM synapses WHERE source_id = :row"
    "     UNION SELECT public_id FROM synapses WHERE target_id = :row))"
    " WHERE memory_id IN (SELECT fiber_id FROM fiber_neurons WHERE space_id = :space AND neuron_id = :neuron)"
)
_FORGET_SYNAPSE = (
    "UPDATE fibers SET synapse_ids ="
    " (SELECT json_group_array(value) FROM json_each(synapse_ids) WHERE value <> :synapse)"
    " WHERE memory_id IN"
    "   (SELECT fiber_id FROM fiber_neurons WHERE space_id = :space AND neuron_id IN (:source, :target))"
    " AND EXISTS (SELECT 1 FROM json_each(synapse_ids) WHERE value = :synapse)"
)


class Fibers(Graph):
    """The questions about fibers."""

    def fibers(self, space_id: int, public_ids: Iterable[str]) -> Dict[str, FiberRow]:
        """Return the fibers of these ids by id; one that is unknown is left out."""
        found = self._db.execute(
            "SELECT r.* FROM json_each(?) AS wanted"
            " CROSS JOIN memories AS m ON m.space_id = ? AND m.public_id = wanted.value"
            " CROSS JOIN fiber_rows AS r ON r.id = m.id",
            (as_json(list(dict.fromkeys(public_ids))), space_id),
        )
        return {row[2]: FiberRow._make(row) for row in found}

    def fibers_by_row(self, ids: Iterable[int]) -> Dict[int, FiberRow]:
        """Return the fibers of these memories by their row numbers; a memory that has none is left out."""
        found = self._db.execute(
            "SELECT r.* FROM json_each(?) AS wanted CROSS JOIN fiber_rows AS r ON r.id = wanted.value",
            (as_json(sorted(set(ids))),),
        )
        return {row[0]: FiberRow._make(row) for row in found}

    def find_fibers(self, space_id: int, wanted: FiberFilter, *, limit: int, offset: int = 0) -> List[FiberRow]:
        """Return fibers, the most salient first."""
        asked = {"space": space_id, "limit": limit, "offset": offset, **wanted._asdict()}
        asked["tags"] = as_json(list(wanted.tags))
        return [FiberRow._make(row) for row in self._db.execute(_FIND_FIBERS, asked)]

    def fibers_of(
        self, space_id: int, neuron_ids: Sequence[str], *, each: int, tags: Sequence[str] = (), least_tags: int = 0
    ) -> List[FiberRow]:
        """Return the fibers that hold one of some neurons, `each` of a neuron at most; the most salient first."""
        asked = {
            "space": space_id,
            "neurons": as_json(list(dict.fromkeys(neuron_ids))),
            "tags": as_json(list(tags)),
            "least_tags": least_tags,
            "each": each,
        }
        return [FiberRow._make(row) for row in self._db.execute(_FIBERS_OF, asked)]

    def mentions(self, space_id: int, neuron_ids: Iterable[str]) -> Dict[str, int]:
        """Return how many fibers hold each of some neurons; 0 is left out."""
        return dict(
            self._db.execute(
                "SELECT wanted.value, COUNT(*) FROM json_each(?) AS wanted"
                " CROSS JOIN fiber_neurons AS n ON n.space_id = ? AND n.neuron_id = wanted.value GROUP BY wanted.value",
                (as_json(list(dict.fromkeys(neuron_ids))), space_id),
            )
        )

    def fiber_neurons(self, ids: Iterable[int]) -> List[Tuple[int, str]]:
        """Return the row numbers of some fibers, each with the ids of the neurons that it holds."""
        found = self._db.execute(
            "SELECT n.fiber_id, n.neuron_id FROM json_each(?) AS wanted"
            " CROSS JOIN fiber_neurons AS n ON n.fiber_id = wanted.value ORDER BY n.fiber_id, n.neuron_id",
            (as_json(sorted(set(ids))),),
        )
        return found.fetchall()

    def fibers_near(self, space_id: int, low: int, high: int, limit: int) -> List[FiberRow]:
        """Return fibers that begin within a span of time, both ends included; the latest first."""
        found = self._db.execute(
            "SELECT r.* FROM fibers AS f CROSS JOIN fiber_rows AS r ON r.id = f.memory_id"
            " WHERE f.space_id = ? AND f.time_start BETWEEN ? AND ? ORDER BY f.time_start DESC, f.memory_id LIMIT ?",
            (space_id, low, high, limit),
        )
        return [FiberRow._make(row) for row in found]

    def all_fibers(self, space_id: int) -> List[FiberRow]:
        """Return every fiber, in the order of their memories."""
        found = self._db.execute("SELECT * FROM fiber_rows WHERE space_id = ? ORDER BY id", (space_id,))
        return [FiberRow._make(row) for row in found]

    def fiber_times(self, space_id: int) -> Tuple[Optional[int], Optional[int]]:
        """Return when the oldest and the newest fiber were made."""
        row = self._db.execute("SELECT MIN(created_at), MAX(created_at) FROM fibers WHERE space_id = ?", (space_id,))
        oldest, newest = row.fetchone()
        return oldest, newest

    def count_stale_fibers(self, space_id: int, before: int) -> int:
        """Return how many fibers nothing has conducted since a moment."""
        row = self._db.execute(
            "SELECT COUNT(*) FROM fibers WHERE space_id = ? AND COALESCE(last_conducted, created_at) < ?",
            (space_id, before),
        ).fetchone()
        return int(row[0])


class FiberChanges(Fibers, GraphChanges):
    """The changes of fibers."""

    def add_fibers(self, space_id: int, fibers: Sequence[NewFiber]) -> None:
        """Add fibers beside memories that have none."""
        if not fibers:
            return
        self._db.executemany(
            "INSERT INTO fibers (memory_id, space_id, anchor_id, neuron_ids, synapse_ids, pathway, conductivity,"
            " last_conducted, time_start, time_end, coherence, salience, frequency, summary, auto_tags, agent_tags,"
            " metadata, stage, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_fiber_values(space_id, new) for new in fibers],
        )
        self._mention(space_id, [(neuron_id, new.memory_id) for new in fibers for neuron_id in new.neuron_ids])
        self._tag(space_id, [(tag, new.memory_id) for new in fibers for tag in {*new.auto_tags, *new.agent_tags}])
        self.count_in_brain(space_id, fibers=len(fibers))

    def replace_fiber(self, space_id: int, new: NewFiber) -> None:
        """Put a fiber in the place of what it was. Its id stays."""
        values = _fiber_values(space_id, new)
        self._db.execute(
            "UPDATE fibers SET anchor_id = ?, neuron_ids = ?, synapse_ids = ?, pathway = ?, conductivity = ?,"
            " last_conducted = ?, time_start = ?, time_end = ?, coherence = ?, salience = ?, frequency = ?,"
            " summary = ?, auto_tags = ?, agent_tags = ?, metadata = ?, stage = ?, created_at = ?"
            " WHERE memory_id = ? AND space_id = ?",
            (*values[2:], *values[:2]),
        )
        # What it goes on holding is never gone between, for a neuron goes with the last that holds it.
        self._mention(space_id, [(neuron_id, new.memory_id) for neuron_id in new.neuron_ids])
        self._db.execute(
            "DELETE FROM fiber_neurons WHERE fiber_id = ? AND neuron_id NOT IN (SELECT value FROM json_each(?))",
            (new.memory_id, as_json(list(new.neuron_ids))),
        )
        self._db.execute("DELETE FROM fiber_tags WHERE fiber_id = ?", (new.memory_id,))
        self._tag(space_id, [(tag, new.memory_id) for tag in {*new.auto_tags, *new.agent_tags}])

    def forget_neuron(self, row: NeuronRow) -> None:
        """Take a neuron and its synapses, which are to be deleted, out of the fibers that hold it."""
        self._db.execute(_FORGET_NEURON, {"space": row.space_id, "neuron": row.public_id, "row": row.id})
        self._db.execute(
            "DELETE FROM fiber_neurons WHERE space_id = :space AND neuron_id = :neuron"
            " AND (SELECT anchor_id FROM fibers WHERE memory_id = fiber_id) <> :neuron",
            {"space": row.space_id, "neuron": row.public_id},
        )

    def forget_synapse(self, row: SynapseRow) -> None:
        """Take a synapse that is to be deleted out of the fibers that hold one of its ends."""
        asked = {"space": row.space_id, "synapse": row.public_id, "source": row.source, "target": row.target}
        self._db.execute(_FORGET_SYNAPSE, asked)

    def conduct_fibers(self, ids: Iterable[int], delta: float, now: int) -> int:
        """Raise the conductivity of fibers by a delta, to 1 at most, and count a use; return how many there were."""
        return self._db.execute(
            "UPDATE fibers SET conductivity = MIN(1.0, conductivity + ?), frequency = frequency + 1,"
            " last_conducted = ? WHERE memory_id IN (SELECT value FROM json_each(?))",
            (delta, now, as_json(sorted(set(ids)))),
        ).rowcount

    def _mention(self, space_id: int, pairs: Iterable[Tuple[str, int]]) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO fiber_neurons (space_id, neuron_id, fiber_id) VALUES (?, ?, ?)",
            # In the order of the table, so that each page of it is gone to once.
            sorted((space_id, neuron_id, fiber_id) for neuron_id, fiber_id in pairs),
        )

    def _tag(self, space_id: int, pairs: Iterable[Tuple[str, int]]) -> None:
        self._db.executemany(
            "INSERT INTO fiber_tags (space_id, tag, fiber_id) VALUES (?, ?, ?)",
            sorted((space_id, tag, fiber_id) for tag, fiber_id in pairs),
        )


def _fiber_values(space_id: int, new: NewFiber) -> Tuple[object, ...]:
    return (
        new.memory_id,
        space_id,
        new.anchor_id,
        as_json(list(new.neuron_ids)),
        new.synapse_ids,
        new.pathway,
        new.conductivity,
        new.last_conducted,
        new.time_start,
        new.time_end,
        new.coherence,
        new.salience,
        new.frequency,
        new.summary,
        as_json(list(new.auto_tags)),
        as_json(list(new.agent_tags)),
        new.metadata,
        new.stage,
        new.created_at,
    )

"""The synapses of brains: what is asked of them, and what changes them."""

from __future__ import annotations

from typing import Dict, Iterable, List, Optional, Sequence, Tuple

from .asking import as_json
from .brain_neurons import NeuronChanges, Neurons
from .brain_rows import Edge, NewSynapse, SynapseFilter, SynapseRow

# Ends go in as row numbers, so that each is one search in an index.
_FIND_SYNAPSES = (
    "SELECT * FROM synapse_rows WHERE id IN (SELECT s.id FROM synapses AS s WHERE s.space_id = :space"
    " AND (:type IS NULL OR s.type = :type) AND (:min_weight IS NULL OR s.weight >= :min_weight))"
    " ORDER BY id LIMIT :limit OFFSET :offset"
)
_FIND_FROM = (
    "SELECT * FROM synapse_rows WHERE id IN (SELECT s.id FROM neurons AS n"
    " CROSS JOIN synapses AS s ON s.source_id = n.id"
    " WHERE n.space_id = :space AND n.public_id = :source"
    " AND (:target IS NULL OR s.target_id = (SELECT id FROM neurons WHERE space_id = :space AND public_id = :target))"
    " AND (:type IS NULL OR s.type = :type) AND (:min_weight IS NULL OR s.weight >= :min_weight))"
    " ORDER BY id LIMIT :limit OFFSET :offset"
)
_FIND_TO = (
    "SELECT * FROM synapse_rows WHERE id IN (SELECT s.id FROM neurons AS n"
    " CROSS JOIN synapses AS s ON s.target_id = n.id"
    " WHERE n.space_id = :space AND n.public_id = :target"
    " AND (:type IS NULL OR s.type = :type) AND (:min_weight IS NULL OR s.weight >= :min_weight))"
    " ORDER BY id LIMIT :limit OFFSET :offset"
)
_EDGES = (
    "SELECT s.source_id, s.target_id, s.id, s.weight FROM json_each(:starts) AS start"
    " CROSS JOIN synapses AS s ON s.source_id = start.value"
    " WHERE (:out OR s.direction = 'bi') AND s.weight >= :min_weight"
    " AND (:types IS NULL OR s.type IN (SELECT value FROM json_each(:types)))"
    " UNION ALL SELECT s.target_id, s.source_id, s.id, s.weight FROM json_each(:starts) AS start"
    " CROSS JOIN synapses AS s ON s.target_id = start.value"
    " WHERE (:in OR s.direction = 'bi') AND s.source_id <> s.target_id AND s.weight >= :min_weight"
    " AND (:types IS NULL OR s.type IN (SELECT value FROM json_each(:types)))"
    " ORDER BY 4 DESC, 3"
)


class Graph(Neurons):
    """The questions about synapses."""

    def synapses(self, space_id: int, public_ids: Iterable[str]) -> Dict[str, SynapseRow]:
        """Return the synapses of these ids by id; one that is unknown is left out."""
        found = self._db.execute(
            "SELECT r.* FROM json_each(?) AS wanted"
            " CROSS JOIN synapses AS s ON s.space_id = ? AND s.public_id = wanted.value"
            " CROSS JOIN synapse_rows AS r ON r.id = s.id",
            (as_json(list(dict.fromkeys(public_ids))), space_id),
        )
        return {row[2]: SynapseRow._make(row) for row in found}

    def synapses_by_row(self, ids: Iterable[int]) -> Dict[int, SynapseRow]:
        """Return the synapses of these row numbers."""
        found = self._db.execute(
            "SELECT r.* FROM json_each(?) AS wanted CROSS JOIN synapse_rows AS r ON r.id = wanted.value",
            (as_json(sorted(set(ids))),),
        )
        return {row[0]: SynapseRow._make(row) for row in found}

    def find_synapses(self, space_id: int, wanted: SynapseFilter, *, limit: int, offset: int = 0) -> List[SynapseRow]:
        """Return synapses in the order of adding."""
        asked = {"space": space_id, "limit": limit, "offset": offset, **wanted._asdict()}
        if wanted.source is not None:
            found = self._db.execute(_FIND_FROM, asked)
        else:
            found = self._db.execute(_FIND_SYNAPSES if wanted.target is None else _FIND_TO, asked)
        return [SynapseRow._make(row) for row in found]

    def edges(
        self,
        starts: Iterable[int],
        *,
        out: bool = True,
        into: bool = True,
        types: Optional[Sequence[str]] = None,
        min_weight: float = 0.0,
    ) -> List[Edge]:
        """Return the ways from some neurons, by row number, to their neighbours; the strongest first.

        Those that lead `out` of a neuron and those that lead `into` it, and in any case those that lead both ways.
        """
        found = self._db.execute(
            _EDGES,
            {
                "starts": as_json(sorted(set(starts))),
                "out": out,
                "in": into,
                "types": None if types is None else as_json(list(types)),
                "min_weight": min_weight,
            },
        )
        return [Edge._make(row) for row in found]

    def all_synapses(self, space_id: int) -> List[SynapseRow]:
        """Return every synapse, by public id."""
        found = self._db.execute("SELECT * FROM synapse_rows WHERE space_id = ? ORDER BY public_id", (space_id,))
        return [SynapseRow._make(row) for row in found]

    def synapse_types(self, space_id: int) -> Dict[str, int]:
        """Return how many synapses there are of each type."""
        return dict(
            self._db.execute(
                "SELECT type, COUNT(*) FROM synapses WHERE space_id = ? GROUP BY type ORDER BY type", (space_id,)
            )
        )

    def average_weight(self, space_id: int) -> Optional[float]:
        """Return the mean weight of a brain's synapses; None where it has none."""
        row = self._db.execute("SELECT AVG(weight) FROM synapses WHERE space_id = ?", (space_id,)).fetchone()
        return None if row[0] is None else float(row[0])

    def idle_synapses(self, space_id: int, before: int) -> List[SynapseRow]:
        """Return the synapses with any weight that nothing has activated since a moment."""
        found = self._db.execute(
            "SELECT * FROM synapse_rows WHERE space_id = ? AND weight > 0"
            " AND COALESCE(last_activated, created_at) <= ?",
            (space_id, before),
        )
        return [SynapseRow._make(row) for row in found]


class GraphChanges(Graph, NeuronChanges):
    """The changes of synapses."""

    def add_synapses(self, space_id: int, synapses: Sequence[NewSynapse]) -> None:
        """Add synapses whose ids the brain does not have, between neurons that it has."""
        if not synapses:
            return
        self._db.executemany(
            "INSERT INTO synapses (space_id, public_id, source_id, target_id, type, weight, direction, metadata,"
            " created_at, reinforced_count, last_activated, decayed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(space_id, *new) for new in synapses],
        )
        self.count_in_brain(space_id, synapses=len(synapses))

    def save_synapse(self, row: SynapseRow) -> None:
        """Set what may change of a synapse; its id and its ends stay."""
        self._db.execute(
            "UPDATE synapses SET type = ?, weight = ?, direction = ?, metadata = ?, reinforced_count = ?,"
            " last_activated = ?, decayed_at = ? WHERE id = ?",
            (
                row.type,
                row.weight,
                row.direction,
                row.metadata,
                row.reinforced_count,
                row.last_activated,
                row.decayed_at,
                row.id,
            ),
        )

    def save_weights(self, weights: Iterable[Tuple[int, float]], decayed_at: int) -> None:
        """Set the weights of synapses, by row number, as faded up to a moment."""
        self._db.executemany(
            "UPDATE synapses SET weight = ?, decayed_at = ? WHERE id = ?",
            [(weight, decayed_at, row_id) for row_id, weight in weights],
        )

    def reinforce_synapses(self, ids: Iterable[int], delta: float, now: int) -> int:
        """Raise the weights of synapses by a delta, to 1 at most, and count it; return how many there were."""
        return self._db.execute(
            "UPDATE synapses SET weight = MIN(1.0, weight + ?), reinforced_count = reinforced_count + 1,"
            " last_activated = ?, decayed_at = NULL WHERE id IN (SELECT value FROM json_each(?))",
            (delta, now, as_json(sorted(set(ids)))),
        ).rowcount

    def use_synapses(self, ids: Iterable[int], delta: float, now: int, since: int) -> None:
        """Count a use of synapses, and raise the weights by a delta, to 1 at most, of those not used `since` before."""
        self._db.execute(
            "UPDATE synapses SET"
            " weight = MIN(1.0, weight + :delta * (last_activated IS NULL OR last_activated < :since)),"
            " reinforced_count = reinforced_count + 1, last_activated = :now, decayed_at = NULL"
            " WHERE id IN (SELECT value FROM json_each(:ids))",
            {"delta": delta, "now": now, "since": since, "ids": as_json(sorted(set(ids)))},
        )

    def remove_synapse(self, row: SynapseRow) -> None:
        """Delete a synapse."""
        self._db.execute("DELETE FROM synapses WHERE id = ?", (row.id,))
        self.count_in_brain(row.space_id)

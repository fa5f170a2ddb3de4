"""What encoding and asking want of a brain's graph: many small look-ups at once, and never all of a hub."""

from __future__ import annotations

import json
from typing import Dict, FrozenSet, Iterable, List, NamedTuple, Sequence, Tuple

from .asking import Asking, as_json
from .rows import Among


class NearSynapse(NamedTuple):
    """A synapse by the public ids of itself and its ends."""

    public_id: str
    source: str
    target: str
    type: str
    weight: float


class NamedNeuron(NamedTuple):
    """A neuron under the key of its content. `row` is its row number."""

    key: str
    row: int
    public_id: str
    type: str
    is_anchor: int


class ToldAnchor(NamedTuple):
    """The neuron of a whole text, with the moment that its fiber speaks from."""

    key: str
    content: str
    moment: int
    fiber_id: str


class Settled(NamedTuple):
    """Weights without what the last use added: `delta`, to those that were used since a moment (microseconds)."""

    delta: float
    since: int


AS_THEY_ARE = Settled(0.0, 0)

# The newest of each neuron come first; what a question is about is at hand without them.
_NEAR = (
    "WITH starts (id) AS (SELECT n.id FROM json_each(:starts) AS wanted"
    "   CROSS JOIN neurons AS n ON n.space_id = :space AND n.public_id = wanted.value),"
    " near (id) AS ("
    "   SELECT y.id FROM starts CROSS JOIN synapses AS y ON y.id IN"
    "     (SELECT s.id FROM synapses AS s WHERE s.source_id = starts.id ORDER BY s.id DESC LIMIT :each)"
    "   UNION SELECT y.id FROM starts CROSS JOIN synapses AS y ON y.id IN"
    "     (SELECT s.id FROM synapses AS s WHERE s.target_id = starts.id ORDER BY s.id DESC LIMIT :each))"
    " SELECT y.public_id, a.public_id, b.public_id, y.type, ROUND(MAX(0.0,"
    "   MIN(y.weight, 1.0 - :delta * (y.last_activated IS NULL OR y.last_activated < :since))"
    "     - :delta * COALESCE(y.last_activated >= :since, 0)), 9) FROM near"
    " CROSS JOIN synapses AS y ON y.id = near.id"
    " CROSS JOIN neurons AS a ON a.id = y.source_id CROSS JOIN neurons AS b ON b.id = y.target_id"
    " ORDER BY y.id DESC"
)


class BrainSearch(Asking):
    """The questions of encoding and asking."""

    def named(self, space_id: int, keys: Iterable[str]) -> List[NamedNeuron]:
        """Return the neurons of some keys, oldest first."""
        found = self._db.execute(
            "SELECT n.name_key, n.id, n.public_id, n.type, n.encoded AND n.metadata LIKE '{\"is_anchor\":%'"
            " FROM json_each(?) AS wanted CROSS JOIN neurons AS n ON n.space_id = ? AND n.name_key = wanted.value"
            " ORDER BY n.id",
            (as_json(sorted(set(keys))), space_id),
        )
        return [NamedNeuron._make(row) for row in found]

    def anchors_told(self, space_id: int, keys: Iterable[str], *, each: int) -> List[ToldAnchor]:
        """Return the encoded texts of some keys, of each key the newest `each`, oldest first."""
        found = self._db.execute(
            "SELECT wanted.value, n.content, f.time_start, m.public_id FROM json_each(:keys) AS wanted"
            " CROSS JOIN neurons AS n ON n.id IN"
            "   (SELECT id FROM neurons WHERE space_id = :space AND name_key = wanted.value AND encoded"
            "    AND metadata LIKE '{\"is_anchor\":%' ORDER BY id DESC LIMIT :each)"
            " CROSS JOIN fiber_neurons AS h ON h.space_id = :space AND h.neuron_id = n.public_id"
            " CROSS JOIN fibers AS f ON f.memory_id = h.fiber_id AND f.anchor_id = n.public_id"
            " CROSS JOIN memories AS m ON m.id = f.memory_id WHERE f.time_start IS NOT NULL ORDER BY n.id",
            {"keys": as_json(sorted(set(keys))), "space": space_id, "each": each},
        )
        return [ToldAnchor._make(row) for row in found]

    def moments_among(self, space_id: int, neurons: Iterable[str]) -> FrozenSet[str]:
        """Return those of some neurons that are times."""
        found = self._db.execute(
            "SELECT n.public_id FROM json_each(?) AS wanted CROSS JOIN neurons AS n"
            " ON n.space_id = ? AND n.public_id = wanted.value AND n.type = 'time'",
            (as_json(sorted(set(neurons))), space_id),
        )
        return frozenset(row[0] for row in found)

    def synapses_near(
        self, space_id: int, neurons: Iterable[str], settled: Settled = AS_THEY_ARE, *, each: int
    ) -> List[NearSynapse]:
        """Return the synapses from and to some neurons, of each the newest `each` both ways."""
        asked = {"starts": as_json(sorted(set(neurons))), "space": space_id, "each": each, **settled._asdict()}
        return [NearSynapse._make(row) for row in self._db.execute(_NEAR, asked)]

    def fibers_holding(self, space_id: int, neurons: Iterable[str], *, up_to: int) -> Dict[str, List[int]]:
        """Return for each of some neurons the row numbers of its newest fibers, `up_to` of them, newest first."""
        found = self._db.execute(
            "SELECT wanted.value, (SELECT json_group_array(h.fiber_id) FROM"
            "   (SELECT fiber_id FROM fiber_neurons WHERE space_id = :space AND neuron_id = wanted.value"
            "    ORDER BY fiber_id DESC LIMIT :up_to) AS h) FROM json_each(:neurons) AS wanted",
            {"neurons": as_json(sorted(set(neurons))), "space": space_id, "up_to": up_to},
        )
        return {neuron: json.loads(fibers) for neuron, fibers in found}

    def fibers_tagged(self, space_id: int, tags: Iterable[str], *, least: int) -> FrozenSet[int]:
        """Return the row numbers of the fibers that have at least so many of some tags."""
        found = self._db.execute(
            "SELECT t.fiber_id FROM json_each(?) AS wanted"
            " CROSS JOIN fiber_tags AS t ON t.space_id = ? AND t.tag = wanted.value"
            " GROUP BY t.fiber_id HAVING COUNT(*) >= ?",
            (as_json(sorted(set(tags))), space_id, least),
        )
        return frozenset(row[0] for row in found)

    def neurons_apart(self, space_id: int, neurons: Iterable[str], among: Among) -> FrozenSet[str]:
        """Return those of some neurons that no fiber among those meant holds, though others do or some are listed."""
        found = self._db.execute(
            "SELECT wanted.value FROM json_each(:neurons) AS wanted WHERE (:listed"
            " OR EXISTS (SELECT 1 FROM fiber_neurons AS h WHERE h.space_id = :space AND h.neuron_id = wanted.value))"
            " AND NOT EXISTS (SELECT 1 FROM fiber_neurons AS h WHERE h.space_id = :space"
            "   AND h.neuron_id = wanted.value AND (h.fiber_id IN (SELECT value FROM json_each(:ids))) = :listed)",
            {
                "neurons": as_json(sorted(set(neurons))),
                "space": space_id,
                "ids": as_json(sorted(among.ids)),
                "listed": among.listed,
            },
        )
        return frozenset(row[0] for row in found)

    def synapses_between(self, pairs: Iterable[Tuple[int, int]]) -> Dict[Tuple[int, int, str], Tuple[int, str]]:
        """Return row number and id of the synapses between some neurons, by the rows of the ends and the type."""
        found = self._db.execute(
            "SELECT s.source_id, s.target_id, s.type, s.id, s.public_id FROM json_each(?) AS pair"
            " CROSS JOIN synapses AS s ON s.source_id = json_extract(pair.value, '$[0]')"
            "   AND s.target_id = json_extract(pair.value, '$[1]') ORDER BY s.id DESC",
            (as_json(sorted(set(pairs))),),
        )
        return {(source, target, type_): (row, public_id) for source, target, type_, row, public_id in found}

    def rows_of_memories(self, space_id: int, public_ids: Iterable[str]) -> Dict[str, int]:
        """Return the row numbers of memories by their ids."""
        return dict(
            self._db.execute(
                "SELECT m.public_id, m.id FROM json_each(?) AS wanted"
                " CROSS JOIN memories AS m ON m.space_id = ? AND m.public_id = wanted.value",
                (as_json(sorted(set(public_ids))), space_id),
            )
        )


class BrainUse(Asking):
    """The changes that come of encoding and asking."""

    def ripen(self, fibers: Sequence[Tuple[int, str]]) -> None:
        """Set the stages of fibers, by row number."""
        self._db.executemany(
            "UPDATE fibers SET stage = ? WHERE memory_id = ?", [(stage, fiber) for fiber, stage in fibers]
        )

    def count_uses(self, fibers: Sequence[int]) -> None:
        """Count that some fibers, by row number, were told again, each as often as it is listed."""
        self._db.executemany(
            "UPDATE fibers SET frequency = frequency + 1 WHERE memory_id = ?", [(one,) for one in fibers]
        )

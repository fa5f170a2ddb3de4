"""Brains and their neurons: what is asked of them, and what changes them."""

from __future__ import annotations

from typing import Dict, Iterable, List, Optional, Sequence, Tuple

from .asking import Asking, as_json
from .brain_rows import BrainRow, BrainSettings, NeuronFilter, NeuronRow, NeuronState, NewNeuron

_FIT = (
    " AND (:type IS NULL OR type = :type)"
    " AND (:patterns IS NULL"
    "   OR EXISTS (SELECT 1 FROM json_each(:patterns) AS p WHERE content LIKE p.value ESCAPE '\\'))"
    " AND (:high IS NULL OR COALESCE(since, created_at) <= :high)"
    " AND (:low IS NULL OR COALESCE(until - 1, since, created_at) >= :low)"
    " AND (:made_by IS NULL OR created_at <= :made_by)"
)
_IN_ORDER = " ORDER BY id LIMIT :limit OFFSET :offset"
_FIND_NEURONS = "SELECT * FROM neuron_rows WHERE space_id = :space" + _FIT + _IN_ORDER
_FIND_EXACT = (
    "SELECT * FROM neuron_rows WHERE id IN (SELECT id FROM neurons WHERE space_id = :space AND name_key = :exact_key)"
    " AND content = :exact" + _FIT + _IN_ORDER
)
# Whole names before beginnings, beginnings before the rest, and short texts before long ones.
_FIND_BEST = (
    "SELECT r.* FROM neuron_rows AS r CROSS JOIN neurons AS n ON n.id = r.id WHERE r.id IN"
    " (SELECT id FROM neurons WHERE space_id = :space" + _FIT + ")"
    " ORDER BY n.name_key <> :best_key, substr(n.name_key, 1, length(:best_key)) <> :best_key, length(r.content), r.id"
    " LIMIT :limit OFFSET :offset"
)


class Neurons(Asking):
    """The questions about brains and neurons."""

    def brain(self, tenant_id: int, brain_id: str) -> Optional[BrainRow]:
        """Return a tenant's space of that name as a brain."""
        row = self._db.execute(
            "SELECT * FROM brain_rows WHERE tenant_id = ? AND brain_id = ?", (tenant_id, brain_id)
        ).fetchone()
        return None if row is None else BrainRow._make(row)

    def brains(self, tenant_id: int, *, name: Optional[str], limit: int, offset: int) -> List[BrainRow]:
        """Return a tenant's brains that were saved, oldest first; with a name those of that name."""
        found = self._db.execute(
            "SELECT * FROM brain_rows WHERE tenant_id = :tenant AND config IS NOT NULL"
            " AND (:name IS NULL OR name = :name) ORDER BY id LIMIT :limit OFFSET :offset",
            {"tenant": tenant_id, "name": name, "limit": limit, "offset": offset},
        )
        return [BrainRow._make(row) for row in found]

    def count_brains(self, tenant_id: int, name: Optional[str]) -> int:
        """Return how many there are of them."""
        row = self._db.execute(
            "SELECT COUNT(*) FROM spaces AS s CROSS JOIN brains AS b ON b.space_id = s.id"
            " WHERE s.tenant_id = :tenant AND (:name IS NULL OR b.name = :name)",
            {"tenant": tenant_id, "name": name},
        ).fetchone()
        return int(row[0])

    def neurons(self, space_id: int, public_ids: Iterable[str]) -> Dict[str, NeuronRow]:
        """Return the neurons of these ids by id; one that is unknown is left out."""
        found = self._db.execute(
            "SELECT n.* FROM json_each(?) AS wanted"
            " CROSS JOIN neuron_rows AS n ON n.space_id = ? AND n.public_id = wanted.value",
            (as_json(list(dict.fromkeys(public_ids))), space_id),
        )
        return {row[2]: NeuronRow._make(row) for row in found}

    def neurons_by_row(self, ids: Iterable[int]) -> Dict[int, NeuronRow]:
        """Return the neurons of these row numbers."""
        found = self._db.execute(
            "SELECT n.* FROM json_each(?) AS wanted CROSS JOIN neuron_rows AS n ON n.id = wanted.value",
            (as_json(sorted(set(ids))),),
        )
        return {row[0]: NeuronRow._make(row) for row in found}

    def neurons_of_time(self, space_id: int, low: int, high: int, limit: int) -> List[NeuronRow]:
        """Return neurons that denote a time which meets a span, both ends included; the earliest first."""
        found = self._db.execute(
            "SELECT * FROM neuron_rows WHERE space_id = ? AND since IS NOT NULL AND since <= ?"
            " AND COALESCE(until - 1, since) >= ? ORDER BY since, id LIMIT ?",
            (space_id, high, low, limit),
        )
        return [NeuronRow._make(row) for row in found]

    def find_neurons(self, space_id: int, wanted: NeuronFilter, *, limit: int, offset: int = 0) -> List[NeuronRow]:
        """Return neurons in the order of adding, or what fits a pattern best first."""
        asked = {"space": space_id, "limit": limit, "offset": offset, **wanted._asdict()}
        asked["patterns"] = as_json(list(wanted.patterns)) if wanted.patterns else None
        if wanted.exact is not None:
            found = self._db.execute(_FIND_EXACT, asked)
        else:
            found = self._db.execute(_FIND_NEURONS if wanted.best_key is None else _FIND_BEST, asked)
        return [NeuronRow._make(row) for row in found]

    def neurons_beginning(
        self, space_id: int, name_key: str, type_: Optional[str], limit: int
    ) -> List[NeuronRow]:
        """Return neurons whose folded content begins so, the most used first."""
        found = self._db.execute(
            "SELECT r.* FROM neurons AS n CROSS JOIN neuron_rows AS r ON r.id = n.id"
            " WHERE n.space_id = :space AND n.name_key >= :beginning AND n.name_key < :beginning || char(1114111)"
            " AND (:type IS NULL OR n.type = :type) ORDER BY n.uses DESC, length(n.content), n.id LIMIT :limit",
            {"space": space_id, "beginning": name_key, "type": type_, "limit": limit},
        )
        return [NeuronRow._make(row) for row in found]

    def all_neurons(self, space_id: int) -> List[NeuronRow]:
        """Return every neuron, by public id."""
        found = self._db.execute("SELECT * FROM neuron_rows WHERE space_id = ? ORDER BY public_id", (space_id,))
        return [NeuronRow._make(row) for row in found]

    def hot_neurons(self, space_id: int, limit: int) -> List[NeuronRow]:
        """Return the neurons that were used most often."""
        found = self._db.execute(
            "SELECT * FROM neuron_rows WHERE space_id = ? AND uses > 0 ORDER BY uses DESC, level DESC, id LIMIT ?",
            (space_id, limit),
        )
        return [NeuronRow._make(row) for row in found]

    def neuron_types(self, space_id: int) -> Dict[str, int]:
        """Return how many neurons there are of each type."""
        return dict(
            self._db.execute(
                "SELECT type, COUNT(*) FROM neurons WHERE space_id = ? GROUP BY type ORDER BY type", (space_id,)
            )
        )

    def count_orphans(self, space_id: int) -> int:
        """Return how many neurons no synapse leads to or from."""
        row = self._db.execute(
            "SELECT COUNT(*) FROM neurons AS n WHERE n.space_id = ?"
            " AND NOT EXISTS (SELECT 1 FROM synapses AS s WHERE s.source_id = n.id)"
            " AND NOT EXISTS (SELECT 1 FROM synapses AS s WHERE s.target_id = n.id)",
            (space_id,),
        ).fetchone()
        return int(row[0])

    def idle_neurons(self, space_id: int, before: int) -> List[NeuronRow]:
        """Return the neurons with any activation that nothing has activated since a moment."""
        found = self._db.execute(
            "SELECT * FROM neuron_rows WHERE space_id = ? AND level > 0 AND COALESCE(last_activated, created_at) <= ?",
            (space_id, before),
        )
        return [NeuronRow._make(row) for row in found]


class NeuronChanges(Neurons):
    """The changes of brains and neurons."""

    def save_brain(self, space_id: int, settings: BrainSettings) -> None:
        """Save what a brain is called and how it behaves, in place of an earlier saying. Its graph stays."""
        self._db.execute(
            "INSERT INTO brains (space_id, name, config, owner_id, is_public, shared_with, metadata, created_at,"
            " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (space_id) DO UPDATE SET name = excluded.name, config = excluded.config,"
            " owner_id = excluded.owner_id, is_public = excluded.is_public, shared_with = excluded.shared_with,"
            " metadata = excluded.metadata, created_at = excluded.created_at, updated_at = excluded.updated_at",
            (space_id, *settings),
        )

    def count_in_brain(self, space_id: int, *, neurons: int = 0, synapses: int = 0, fibers: int = 0) -> None:
        """Count what was added to a brain, and a change."""
        self._db.execute(
            "INSERT INTO brain_counts (space_id, neurons, synapses, fibers, unpulsed) VALUES (?, ?, ?, ?, 1)"
            " ON CONFLICT (space_id) DO UPDATE SET neurons = neurons + excluded.neurons,"
            " synapses = synapses + excluded.synapses, fibers = fibers + excluded.fibers, unpulsed = unpulsed + 1",
            (space_id, neurons, synapses, fibers),
        )

    def mark_pulsed(self, space_id: int) -> None:
        """Count the changes of a brain from nothing again."""
        self._db.execute("UPDATE brain_counts SET unpulsed = 0 WHERE space_id = ?", (space_id,))

    def add_neurons(self, space_id: int, neurons: Sequence[NewNeuron]) -> List[int]:
        """Add neurons whose ids the brain does not have, and return their row numbers in the order given."""
        if not neurons:
            return []
        self._db.executemany(
            "INSERT INTO neurons (space_id, public_id, type, content, name_key, metadata, created_at, since, until,"
            " encoded, level, uses, last_activated, decayed_at, decay_rate, firing_threshold, refractory_until,"
            " refractory_ms, target) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(space_id, *new[:-1], *new.state) for new in neurons],
        )
        self.count_in_brain(space_id, neurons=len(neurons))
        # One above the greatest each time, since nobody else writes meanwhile.
        last = int(self._db.execute("SELECT MAX(id) FROM neurons").fetchone()[0])
        return list(range(last - len(neurons) + 1, last + 1))

    def replace_neuron(self, row_id: int, new: NewNeuron) -> None:
        """Put new words in the place of a neuron's. Its id, its state and its synapses stay."""
        self._db.execute(
            "UPDATE neurons SET type = ?, content = ?, name_key = ?, metadata = ?, since = ?, until = ? WHERE id = ?",
            (new.type, new.content, new.name_key, new.metadata, new.since, new.until, row_id),
        )

    def save_states(self, states: Iterable[Tuple[int, NeuronState]]) -> None:
        """Set the states of neurons, by row number."""
        self._db.executemany(
            "UPDATE neurons SET level = ?, uses = ?, last_activated = ?, decayed_at = ?, decay_rate = ?,"
            " firing_threshold = ?, refractory_until = ?, refractory_ms = ?, target = ? WHERE id = ?",
            [(*state, row_id) for row_id, state in states],
        )

    def save_levels(self, levels: Iterable[Tuple[int, float]], decayed_at: int) -> None:
        """Set the levels of neurons, by row number, as faded up to a moment."""
        self._db.executemany(
            "UPDATE neurons SET level = ?, decayed_at = ? WHERE id = ?",
            [(level, decayed_at, row_id) for row_id, level in levels],
        )

    def reinforce_neurons(self, ids: Iterable[int], delta: float, now: int) -> int:
        """Raise the levels of neurons by a delta, to 1 at most, and count a use; return how many there were."""
        return self._db.execute(
            "UPDATE neurons SET level = MIN(1.0, level + ?), uses = uses + 1, last_activated = ?, decayed_at = NULL"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (delta, now, as_json(sorted(set(ids)))),
        ).rowcount

    def remove_neuron(self, row: NeuronRow) -> None:
        """Delete a neuron with its synapses."""
        self._db.execute("DELETE FROM neurons WHERE id = ?", (row.id,))
        self.count_in_brain(row.space_id)

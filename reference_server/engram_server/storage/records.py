"""Records of structured memory: JSON bodies by id, in families, each in the partition of its scope.

What a family's lists are in order of and filtered by stands in columns beside the body. What they mean is the rules'
affair; here they are only compared.
"""

from __future__ import annotations

from typing import Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple, Union

from .asking import Asking, as_json

# Beyond every moment, every row id and every length.
EARLIEST = -(2**62)
LATEST = 2**62

_FITTING = (
    " WHERE partition_id = :partition AND family = :family AND at <= :high"
    " AND COALESCE(until, at) <= :high AND (expires_at IS NULL OR expires_at > :now)"
    " AND (:valid_at IS NULL"
    "   OR (COALESCE(since, :valid_at) <= :valid_at AND COALESCE(until, :valid_at) >= :valid_at))"
    " AND (:few IS NULL OR id IN (SELECT value FROM json_each(:few)))"
    " AND (:tags IS NULL OR EXISTS (SELECT 1 FROM record_labels WHERE partition_id = :partition AND kind = 'tag'"
    "   AND value IN (SELECT value FROM json_each(:tags)) AND item_id = records.id))"
    " AND (:entities IS NULL OR EXISTS (SELECT 1 FROM record_labels WHERE partition_id = :partition"
    "   AND kind = 'entity' AND value IN (SELECT value FROM json_each(:entities)) AND item_id = records.id))"
)
_OF_ONE_STATE = " AND state = :state"
_OF_STATES = " AND (:states IS NULL OR state IN (SELECT value FROM json_each(:states)))"
_FROM_LOW = " AND at >= :low"
_COLUMNS = "SELECT id, record_id, place, at, body FROM "
_SELECT = _COLUMNS + "records"
_ROWS = _SELECT + _FITTING + _FROM_LOW

# Where so few have a label, they are looked at themselves; of more, one is soon met in the order of the list.
_FEW = 256
_LABELLED = (
    "SELECT DISTINCT item_id FROM record_labels WHERE partition_id = :partition AND kind = :kind"
    " AND value IN (SELECT value FROM json_each(:labels)) LIMIT :most"
)

# One state is told apart from several, because only then does an index have the order as well.
_BY_PLACE = " AND (place, record_id) > (:place, :record_id) ORDER BY place, record_id LIMIT :limit"
_IN_PLACE = _ROWS + _OF_STATES + _BY_PLACE
_IN_PLACE_OF_STATE = _ROWS + _OF_ONE_STATE + _BY_PLACE
_OLDEST = _ROWS + _OF_STATES + " AND (at, id) > (:at, :id) ORDER BY at, id LIMIT :limit"
_NEWEST = _ROWS + _OF_STATES + " AND (at, id) < (:at, :id) ORDER BY at DESC, id DESC LIMIT :limit"
# No index has this order, so only those are put in it that may be among the first: none older than the last of as many
# of the newest, but for those of its second.
_BY_AGE = (
    _SELECT
    + _FITTING
    + " AND at >= MAX(:low, COALESCE((SELECT MIN(at, :now) - 999 FROM records"
    + _FITTING
    + _FROM_LOW
    + " ORDER BY at DESC LIMIT 1 OFFSET :limit - 1), :low))"
    + " ORDER BY MAX(0, :now - at) / 1000, record_id LIMIT :limit"
)
_BY_AGE_OF_FEW = (
    _COLUMNS
    + "(SELECT value AS one FROM json_each(:few)) CROSS JOIN records"
    + _FITTING
    + _FROM_LOW
    + " AND id = one"
    + " ORDER BY MAX(0, :now - at) / 1000, record_id LIMIT :limit"
)
_BY_WEIGHT = _ROWS + _OF_STATES + " AND weight > 0 ORDER BY weight DESC, record_id DESC LIMIT :limit"


class NewRecord(NamedTuple):
    """A record to keep."""

    record_id: str
    #: JSON.
    body: str
    #: Its own time; for one that has none, the moment at which it is kept.
    at: int
    #: What lists are filtered by.
    state: str = ""
    #: What lists are in order of, then of `record_id`. Not empty.
    place: str = "-"
    #: What is taken first where some are chosen, the greatest first; 0 is never chosen.
    weight: int = 0
    #: In which span it holds, both ends included; None is open.
    since: Optional[int] = None
    until: Optional[int] = None
    #: From when on it is not there any more.
    expires_at: Optional[int] = None
    tags: Sequence[str] = ()
    entities: Sequence[str] = ()


class RecordRow(NamedTuple):
    """A record as it is kept."""

    id: int
    record_id: str
    place: str
    at: int
    body: str


class Fitting(NamedTuple):
    """Which records of a family are wanted; what is left out fits all."""

    now: int
    states: Optional[Sequence[str]] = None
    valid_at: Optional[int] = None
    #: Wholly within this span, both ends included.
    low: int = EARLIEST
    high: int = LATEST
    #: With one of these each.
    tags: Sequence[str] = ()
    entities: Sequence[str] = ()

    def within(self, low: Optional[int], high: Optional[int]) -> "Fitting":
        """Return the same within a span; None is open."""
        return self._replace(low=EARLIEST if low is None else low, high=LATEST if high is None else high)


Parameters = Dict[str, Union[int, str, None]]


class Records(Asking):
    """The questions about records."""

    def partition(self, tenant_id: int, key: str) -> Optional[int]:
        """Return the id of a partition."""
        row = self._db.execute(
            "SELECT id FROM partitions WHERE tenant_id = ? AND key = ?", (tenant_id, key)
        ).fetchone()
        return None if row is None else int(row[0])

    def kept_record(self, partition: int, family: str, record_id: str, now: int) -> Optional[RecordRow]:
        """Return one record that has not expired."""
        row = self._db.execute(
            "SELECT id, record_id, place, at, body FROM records WHERE partition_id = ? AND family = ?"
            " AND record_id = ? AND (expires_at IS NULL OR expires_at > ?)",
            (partition, family, record_id, now),
        ).fetchone()
        return None if row is None else RecordRow._make(row)

    def records_in_place(
        self,
        partition: int,
        family: str,
        fitting: Fitting,
        *,
        limit: int,
        after: Tuple[str, str] = ("", ""),
        most_chars: int = LATEST,
    ) -> List[RecordRow]:
        """Return records in the order of `place` and `record_id`, from behind the pair `after`.

        What comes behind those whose bodies have `most_chars` characters in all is left out.
        """
        asked = self._asked(partition, family, fitting, limit)
        asked["place"], asked["record_id"] = after
        if fitting.states is not None and len(fitting.states) == 1:
            asked["state"] = fitting.states[0]
            return _rows(self._db.execute(_IN_PLACE_OF_STATE, asked), most_chars)
        return _rows(self._db.execute(_IN_PLACE, asked), most_chars)

    def records_in_time(
        self,
        partition: int,
        family: str,
        fitting: Fitting,
        *,
        limit: int,
        newest: bool,
        after: Optional[Tuple[int, int]] = None,
        most_chars: int = LATEST,
    ) -> List[RecordRow]:
        """Return records in the order of `at` and then of first keeping, from behind the pair of `at` and row id.

        What comes behind those whose bodies have `most_chars` characters in all is left out.
        """
        asked = self._asked(partition, family, fitting, limit)
        asked["at"], asked["id"] = after or ((LATEST, LATEST) if newest else (EARLIEST, 0))
        return _rows(self._db.execute(_NEWEST if newest else _OLDEST, asked), most_chars)

    def records_by_age(self, partition: int, family: str, fitting: Fitting, *, limit: int) -> List[RecordRow]:
        """Return those of the least age in whole seconds, in the order of that and of `record_id`."""
        asked = self._asked(partition, family, fitting, limit)
        return _rows(self._db.execute(_BY_AGE if asked["few"] is None else _BY_AGE_OF_FEW, asked))

    def records_by_weight(self, partition: int, family: str, fitting: Fitting, *, limit: int) -> List[RecordRow]:
        """Return those of the greatest weight, of equal ones the last `record_id` first."""
        return _rows(self._db.execute(_BY_WEIGHT, self._asked(partition, family, fitting, limit)))

    def _asked(self, partition: int, family: str, fitting: Fitting, limit: int) -> Parameters:
        tags, entities = _labels(fitting.tags), _labels(fitting.entities)
        few = self._few(partition, "tag", tags)
        return {
            "partition": partition,
            "family": family,
            "now": fitting.now,
            "valid_at": fitting.valid_at,
            "low": fitting.low,
            "high": fitting.high,
            "states": None if fitting.states is None else as_json(list(fitting.states)),
            "tags": tags,
            "entities": entities,
            "few": self._few(partition, "entity", entities) if few is None else few,
            "limit": limit,
        }

    def _few(self, partition: int, kind: str, labels: Optional[str]) -> Optional[str]:
        """Return the ids of what has one of the labels, None where that is much or nothing is asked for."""
        if labels is None:
            return None
        asked: Parameters = {"partition": partition, "kind": kind, "labels": labels, "most": _FEW + 1}
        ids = [row[0] for row in self._db.execute(_LABELLED, asked)]
        return as_json(ids) if len(ids) <= _FEW else None


def _rows(found: Iterable[Tuple[int, str, str, int, str]], most_chars: int = LATEST) -> List[RecordRow]:
    rows, chars = [], 0
    for row in map(RecordRow._make, found):
        rows.append(row)
        chars += len(row.body)
        if chars >= most_chars:
            break
    return rows


class RecordChanges(Records):
    """The changes of records."""

    def ensure_partition(self, tenant_id: int, key: str) -> int:
        """Return the id of a partition, made if need be."""
        self._db.execute(
            "INSERT INTO partitions (tenant_id, key) VALUES (?, ?) ON CONFLICT (tenant_id, key) DO NOTHING",
            (tenant_id, key),
        )
        row = self._db.execute("SELECT id FROM partitions WHERE tenant_id = ? AND key = ?", (tenant_id, key)).fetchone()
        return int(row[0])

    def save_record(self, partition: int, family: str, new: NewRecord) -> None:
        """Keep a record, in place of an earlier one of its id, whose `at` stays."""
        self._db.execute(
            "INSERT INTO records (partition_id, family, record_id, state, place, at, weight, since, until, expires_at,"
            " body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (partition_id, family, record_id) DO UPDATE SET state = excluded.state,"
            " place = excluded.place, weight = excluded.weight, since = excluded.since, until = excluded.until,"
            " expires_at = excluded.expires_at, body = excluded.body",
            (
                partition,
                family,
                new.record_id,
                new.state,
                new.place,
                new.at,
                new.weight,
                new.since,
                new.until,
                new.expires_at,
                new.body,
            ),
        )
        labels = [("tag", tag) for tag in set(new.tags)] + [("entity", entity) for entity in set(new.entities)]
        if labels:
            self._db.executemany(
                "INSERT OR IGNORE INTO record_labels (partition_id, kind, value, item_id) VALUES (?, ?, ?,"
                " (SELECT id FROM records WHERE partition_id = ? AND family = ? AND record_id = ?))",
                [(partition, kind, as_json(value), partition, family, new.record_id) for kind, value in labels],
            )

    def remove_record(self, partition: int, family: str, record_id: str) -> bool:
        """Delete a record and its labels; return whether it was there."""
        removed = self._db.execute(
            "DELETE FROM records WHERE partition_id = ? AND family = ? AND record_id = ?",
            (partition, family, record_id),
        )
        return removed.rowcount > 0

    def forget_expired(self, now: int) -> None:
        """Delete the records of every scope that have expired."""
        self._db.execute("DELETE FROM records WHERE expires_at <= ?", (now,))


def _labels(wanted: Sequence[str]) -> Optional[str]:
    # JSON within JSON, as labels are kept: SQLite would end a text that JSON holds at its first NUL.
    return as_json([as_json(label) for label in wanted]) if wanted else None

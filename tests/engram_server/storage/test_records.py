"""Records: each kept as it was given, every list against a plain Python list, and files from before there were any."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

import pytest

from engram_server.storage import Fitting, NewRecord, Reader, RecordRow, Store, Writer, open_store
from engram_server.storage.database import FileDatabase
from engram_server.storage.records import EARLIEST, LATEST
from engram_server.storage.schema import MIGRATIONS, version_of

from .samples import FAMILY, NOW, TENANT, add, add_space, assert_consistent, contents


def _partition(store: Store, key: str = "[]", tenant: str = TENANT) -> int:
    return store.write(lambda writer: writer.ensure_partition(writer.ensure_tenant(tenant, NOW), key))


def _save(store: Store, partition: int, *new: NewRecord, family: str = FAMILY) -> None:
    def write(writer: Writer) -> None:
        for one in new:
            writer.save_record(partition, family, one)

    store.write(write)


def _ids(rows: Sequence[RecordRow]) -> List[str]:
    return [row.record_id for row in rows]


def _listed(store: Store, partition: int, family: str = FAMILY, fitting: Fitting = Fitting(NOW)) -> List[str]:
    with store.read() as reader:
        return _ids(reader.records_in_place(partition, family, fitting, limit=100))


# -- one record


def test_a_partition_is_made_once_for_each_tenant_and_key(store: Store) -> None:
    first = _partition(store)
    assert _partition(store) == first
    assert len({first, _partition(store, "[1]"), _partition(store, "[]", "other")}) == 3
    with store.read() as reader:
        tenant = reader.tenant(TENANT)
        assert tenant is not None
        assert (reader.partition(tenant, "[]"), reader.partition(tenant, "[2]")) == (first, None)


def test_a_record_is_kept_in_place_of_an_earlier_one_whose_time_and_row_stay(store: Store) -> None:
    partition = _partition(store)
    _save(store, partition, NewRecord("a", '"one"', at=NOW, state="old", place="x"))
    with store.read() as reader:
        first = reader.kept_record(partition, FAMILY, "a", NOW)
        assert first is not None
    assert first[1:] == ("a", "x", NOW, '"one"')
    _save(store, partition, NewRecord("a", '"two"', at=NOW + 1, state="new", place="y", since=1, until=2, weight=3))
    with store.read() as reader:
        assert reader.kept_record(partition, FAMILY, "a", NOW) == first._replace(place="y", body='"two"')
        assert reader.kept_record(partition, "episodes", "a", NOW) is None
        assert reader.kept_record(partition + 1, FAMILY, "a", NOW) is None
    assert _listed(store, partition, fitting=Fitting(NOW, states=["old"])) == []
    assert _listed(store, partition, fitting=Fitting(NOW, states=["new"], valid_at=2)) == ["a"]
    assert _listed(store, partition, fitting=Fitting(NOW, states=["new"], valid_at=3)) == []


def test_a_record_is_removed_with_its_labels(store: Store) -> None:
    partition = _partition(store)
    _save(store, partition, NewRecord("a", "1", at=NOW, tags=["t", "t"], entities=["e"]), NewRecord("b", "2", at=NOW))
    assert _listed(store, partition, fitting=Fitting(NOW, tags=["t"], entities=["e"])) == ["a"]
    removed = [store.write(lambda w: w.remove_record(partition, FAMILY, "a")) for _ in range(2)]
    assert removed == [True, False]
    assert _listed(store, partition) == ["b"]
    _save(store, partition, NewRecord("a", "1", at=NOW))
    assert _listed(store, partition, fitting=Fitting(NOW, tags=["t"])) == []


def test_what_has_expired_is_not_there_and_may_be_forgotten(store: Store, path: Path) -> None:
    partition = _partition(store)
    _save(store, partition, NewRecord("a", "1", at=0, expires_at=NOW), NewRecord("b", "2", at=0))
    for now, there in ((NOW - 1, ["a", "b"]), (NOW, ["b"]), (NOW + 1, ["b"])):
        assert _listed(store, partition, fitting=Fitting(now)) == there
        with store.read() as reader:
            assert (reader.kept_record(partition, FAMILY, "a", now) is not None) == ("a" in there)
    store.write(lambda writer: writer.forget_expired(NOW - 1))
    assert _listed(store, partition, fitting=Fitting(NOW - 1)) == ["a", "b"]
    store.write(lambda writer: writer.forget_expired(NOW))
    assert _listed(store, partition, fitting=Fitting(NOW - 1)) == ["b"]


HOSTILE = ["", "\0", "a\0b", "a\0c", "a", "A", "%", "_", "' OR 1=1 --", '"]', "\\", "\U0010ffff", "é", "e\u0301"]


def test_ids_states_places_and_labels_are_told_apart_to_the_last_character(store: Store) -> None:
    partition = _partition(store)
    _save(
        store,
        partition,
        *(NewRecord(one, "0", at=NOW, state=one, place="=" + one, tags=[one], entities=[one]) for one in HOSTILE),
    )
    assert _listed(store, partition) == sorted(HOSTILE)
    for one in HOSTILE:
        fittings = [Fitting(NOW, states=[one]), Fitting(NOW, tags=[one]), Fitting(NOW, entities=[one])]
        assert [_listed(store, partition, fitting=fitting) for fitting in fittings] == [[one]] * 3
        assert store.write(lambda writer: writer.remove_record(partition, FAMILY, one)) is True
    assert _listed(store, partition) == []


def test_erasing_takes_records_as_well(store: Store) -> None:
    partition = _partition(store)
    _save(store, partition, NewRecord("a", "1", at=NOW, tags=["t"]))
    store.write(Writer.erase)
    assert _listed(store, partition) == []
    assert _partition(store) != partition


# -- lists, against a model


class _Kept(NamedTuple):
    row: int
    new: NewRecord


def _fits(new: NewRecord, wanted: Fitting) -> bool:
    valid_at = wanted.valid_at
    return (
        wanted.low <= new.at <= wanted.high
        and (new.at if new.until is None else new.until) <= wanted.high
        and (new.expires_at is None or new.expires_at > wanted.now)
        and (wanted.states is None or new.state in wanted.states)
        and (valid_at is None or (new.since is None or new.since <= valid_at))
        and (valid_at is None or (new.until is None or new.until >= valid_at))
        and (not wanted.tags or bool(set(wanted.tags) & set(new.tags)))
        and (not wanted.entities or bool(set(wanted.entities) & set(new.entities)))
    )


def _random_record(rng: random.Random, number: int) -> NewRecord:
    at = NOW + rng.randrange(-5_000, 2_000)
    return NewRecord(
        f"r{number:03}" if rng.random() < 0.9 else rng.choice(HOSTILE) + str(number),
        str(number),
        at=at,
        state=rng.choice("abc"),
        place=rng.choice(["-", "=x", "=y"]),
        weight=rng.randrange(-1, 4),
        since=rng.choice([None, at - 10, at + 500]),
        until=rng.choice([None, at, at + 1_500]),
        expires_at=rng.choice([None, None, NOW, NOW + 1]),
        tags=rng.sample("tuv", rng.randrange(3)),
        entities=rng.sample("xyz", rng.randrange(3)),
    )


def _random_fitting(rng: random.Random) -> Fitting:
    low, high = rng.choice([None, NOW - 3_000]), rng.choice([None, NOW + 500])
    return Fitting(
        NOW,
        states=rng.choice([None, ["a"], ["a", "c"], ["nobody"]]),
        valid_at=rng.choice([None, NOW, NOW - 1_000]),
        tags=rng.choice([(), (), ("t",), ("t", "u"), ("nobody",)]),
        entities=rng.choice([(), (), ("x",), ("x", "y", "z")]),
    ).within(low, high)


def _age(kept: _Kept) -> Tuple[int, str]:
    return max(0, NOW - kept.new.at) // 1000, kept.new.record_id


def _heaviest(kept: List[_Kept]) -> List[_Kept]:
    by_id = sorted((one for one in kept if one.new.weight > 0), key=lambda one: one.new.record_id, reverse=True)
    return sorted(by_id, key=lambda one: -one.new.weight)


Ordered = Callable[[List[_Kept]], List[_Kept]]
Asked = Callable[[Reader, int, Fitting, int], List[RecordRow]]

LISTS: Dict[str, Tuple[Ordered, Asked]] = {
    "in place": (
        lambda kept: sorted(kept, key=lambda one: (one.new.place, one.new.record_id)),
        lambda reader, partition, fitting, limit: reader.records_in_place(partition, FAMILY, fitting, limit=limit),
    ),
    "oldest first": (
        lambda kept: sorted(kept, key=lambda one: (one.new.at, one.row)),
        lambda reader, partition, fitting, limit: reader.records_in_time(
            partition, FAMILY, fitting, limit=limit, newest=False
        ),
    ),
    "newest first": (
        lambda kept: sorted(kept, key=lambda one: (one.new.at, one.row), reverse=True),
        lambda reader, partition, fitting, limit: reader.records_in_time(
            partition, FAMILY, fitting, limit=limit, newest=True
        ),
    ),
    "by age": (
        lambda kept: sorted(kept, key=_age),
        lambda reader, partition, fitting, limit: reader.records_by_age(
            partition, FAMILY, fitting._replace(states=None), limit=limit
        ),
    ),
    "by weight": (
        _heaviest,
        lambda reader, partition, fitting, limit: reader.records_by_weight(partition, FAMILY, fitting, limit=limit),
    ),
}


@pytest.fixture(scope="module")
def kept() -> Iterator[Tuple[Store, int, List[_Kept]]]:
    """A partition of many records, with others beside it that no list of it may show."""
    rng = random.Random(4)
    records = [_random_record(rng, number) for number in range(600)]
    with closing(open_store(None)) as store:
        partition = _partition(store)
        _save(store, partition, *records)
        _save(store, _partition(store, "other"), *(_random_record(rng, number) for number in range(50)))
        _save(store, partition, *(_random_record(rng, number) for number in range(50)), family="episodes")
        yield store, partition, [_Kept(row, new) for row, new in enumerate(records)]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_what_a_model_says(name: str, kept: Tuple[Store, int, List[_Kept]]) -> None:
    store, partition, records = kept
    ordered, ask = LISTS[name]
    rng = random.Random(5)
    found = 0
    for _ in range(150):
        fitting = _random_fitting(rng)
        if name == "by age":
            fitting = fitting._replace(states=None)
        limit = rng.choice([0, 1, 2, 5, 40, 1000])
        expected = [one.new.record_id for one in ordered([one for one in records if _fits(one.new, fitting)])]
        with store.read() as reader:
            rows = ask(reader, partition, fitting, limit)
        assert _ids(rows) == expected[:limit]
        assert all(row.body == str(int(row.body)) for row in rows)
        found += len(rows)
    assert found > 300


@pytest.mark.parametrize("size", [1, 7, 100])
def test_pages_are_the_whole_list(size: int, kept: Tuple[Store, int, List[_Kept]]) -> None:
    store, partition, records = kept
    there = [one for one in records if _fits(one.new, Fitting(NOW))]
    with store.read() as reader:
        for newest in (False, True):
            timed: List[RecordRow] = []
            after: Optional[Tuple[int, int]] = None
            while page := reader.records_in_time(
                partition, FAMILY, Fitting(NOW), limit=size, newest=newest, after=after
            ):
                timed += page
                after = page[-1].at, page[-1].id
            expected = LISTS["newest first" if newest else "oldest first"][0](there)
            assert _ids(timed) == [one.new.record_id for one in expected]
        for states in (None, ["a"]):
            placed: List[RecordRow] = []
            place = ("", "")
            wanted = Fitting(NOW, states=states)
            while page := reader.records_in_place(partition, FAMILY, wanted, limit=size, after=place):
                placed += page
                place = page[-1].place, page[-1].record_id
            expected = LISTS["in place"][0]([one for one in there if _fits(one.new, wanted)])
            assert _ids(placed) == [one.new.record_id for one in expected]


# -- the schema


def test_a_file_from_before_records_keeps_its_memories_and_takes_records(path: Path) -> None:
    with closing(FileDatabase(str(path), "full", MIGRATIONS[:2])) as database, database.writing() as connection:
        assert version_of(connection) == 2
        connection.execute("BEGIN")
        writer = Writer(connection)
        tenant = writer.ensure_tenant(TENANT, NOW)
        connection.execute("COMMIT")
    # What is stored is the same in both versions, so that the present Writer can fill the old file.
    with closing(FileDatabase(str(path), "full", MIGRATIONS[:2])) as database:
        old = Store(database)
        add(old, add_space(old), "red apple", "pear", "green pear")
        old.close()
    before = contents(path)
    assert len(before.memories) == 3
    with closing(open_store(path)) as store:
        partition = _partition(store)
        _save(store, partition, NewRecord("a", "1", at=NOW))
        assert _listed(store, partition) == ["a"]
        with store.read() as reader:
            assert reader.tenant(TENANT) == tenant
    assert contents(path) == before
    assert_consistent(contents(path))
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_no_moment_is_beyond_the_bounds() -> None:
    """Milliseconds of the years 1 to 9999 lie well within; so does a row id for long."""
    assert EARLIEST < -62_135_596_800_000 and LATEST > 253_402_300_799_999
    assert LATEST + 1_000 < 2**63

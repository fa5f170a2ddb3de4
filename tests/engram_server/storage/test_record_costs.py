"""The cost of a list of records is that of the page, and not of what is kept."""

from __future__ import annotations

from contextlib import closing
from typing import Callable, Dict, Iterator, List, Tuple

import pytest

from engram_server.storage import Fitting, NewRecord, Reader, RecordRow, Writer
from engram_server.storage.database import MemoryDatabase

from .samples import FAMILY, NOW, TENANT

LIMIT = 30


def _many(count: int) -> MemoryDatabase:
    database = MemoryDatabase()
    with database.writing() as connection:
        connection.execute("BEGIN")
        writer = Writer(connection)
        partition = writer.ensure_partition(writer.ensure_tenant(TENANT, NOW), "[]")
        assert partition == 1
        for number in range(count):
            name = f"r{number:06}"
            state = "active" if number < count - 2 * LIMIT else "late"
            new = NewRecord(name, "0", at=NOW - number * 60_000, state=state, place="=" + name, weight=1 + number)
            rare = ["rare", "also rare"] if number % 20 == 7 and number < 200 else []
            writer.save_record(partition, FAMILY, new._replace(tags=["common", *rare], entities=["all"]))
        connection.execute("COMMIT")
    return database


@pytest.fixture(scope="module")
def few_and_many() -> Iterator[Tuple[MemoryDatabase, MemoryDatabase]]:
    """The same partition with 200 records and with 10,000."""
    with closing(_many(200)) as few, closing(_many(10_000)) as many:
        yield few, many


def _steps(database: MemoryDatabase, ask: Callable[[Reader], object]) -> int:
    """Count the steps of SQLite's machine that a question takes."""
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    with database.reading() as connection:
        connection.set_progress_handler(step, 1)
        try:
            ask(Reader(connection))
        finally:
            connection.set_progress_handler(None, 1)
    return taken


PUSHED: Dict[str, Callable[[Reader], List[RecordRow]]] = {
    "in place": lambda r: r.records_in_place(1, FAMILY, Fitting(NOW), limit=LIMIT),
    "in place, a page further": lambda r: r.records_in_place(
        1, FAMILY, Fitting(NOW), limit=LIMIT, after=("=r000099", "r000099")
    ),
    "in place, of a state": lambda r: r.records_in_place(
        1, FAMILY, Fitting(NOW, states=["active"], valid_at=NOW), limit=LIMIT
    ),
    "in place, of a state that comes late": lambda r: r.records_in_place(
        1, FAMILY, Fitting(NOW, states=["late"]), limit=LIMIT
    ),
    "oldest first": lambda r: r.records_in_time(1, FAMILY, Fitting(NOW), limit=LIMIT, newest=False),
    "newest first": lambda r: r.records_in_time(1, FAMILY, Fitting(NOW), limit=LIMIT, newest=True),
    "newest first, a page further": lambda r: r.records_in_time(
        1, FAMILY, Fitting(NOW), limit=LIMIT, newest=True, after=(NOW - 99 * 60_000, 100)
    ),
    "by age": lambda r: r.records_by_age(1, FAMILY, Fitting(NOW), limit=LIMIT),
    "by age, of a span": lambda r: r.records_by_age(
        1, FAMILY, Fitting(NOW).within(NOW - 5_000 * 60_000, NOW), limit=LIMIT
    ),
    "by age, of a common label": lambda r: r.records_by_age(
        1, FAMILY, Fitting(NOW, tags=["common", "nobody"], entities=["all"]), limit=LIMIT
    ),
    "by weight": lambda r: r.records_by_weight(1, FAMILY, Fitting(NOW, states=["active", "other"]), limit=LIMIT),
}


@pytest.mark.parametrize("name", PUSHED)
def test_a_list_costs_what_its_limit_is(name: str, few_and_many: Tuple[MemoryDatabase, MemoryDatabase]) -> None:
    few, many = few_and_many
    ask = PUSHED[name]
    with many.reading() as connection:
        assert len(ask(Reader(connection))) == LIMIT
    assert _steps(many, ask) < 1.2 * _steps(few, ask) < 30_000


def test_the_cost_of_few_with_a_label_is_theirs(few_and_many: Tuple[MemoryDatabase, MemoryDatabase]) -> None:
    few, many = few_and_many

    def ask(reader: Reader) -> List[RecordRow]:
        return reader.records_by_age(1, FAMILY, Fitting(NOW, tags=["rare", "also rare"], entities=["all"]), limit=LIMIT)

    with many.reading() as connection:
        assert len(ask(Reader(connection))) == 10
    assert _steps(many, ask) < 1.2 * _steps(few, ask) < 10_000


def test_the_count_of_steps_tells_a_scan(few_and_many: Tuple[MemoryDatabase, MemoryDatabase]) -> None:
    """A state that nothing is in is looked for through everything; that is seen."""
    few, many = few_and_many

    def ask(reader: Reader) -> object:
        return reader.records_in_time(1, FAMILY, Fitting(NOW, states=["nobody"]), limit=LIMIT, newest=True)

    assert _steps(many, ask) > 20 * _steps(few, ask)

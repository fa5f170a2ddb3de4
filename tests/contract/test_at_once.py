"""Many callers at once: of each race one wins, and the counts are right when the dust has settled."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, List, TypeVar

import pytest

from engram import EngramClient
from engram.errors import ConflictError, EngramError, NotFoundError, PreconditionFailedError

from .doors import Door

T = TypeVar("T")
CALLERS = 12


def at_once(call: Callable[[int], T]) -> List[T]:
    """Make the call from many threads that start together; return the results in the order of the callers."""
    barrier = threading.Barrier(CALLERS)

    def begin(number: int) -> T:
        barrier.wait()
        return call(number)

    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(begin, range(CALLERS)))


def outcome_of(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except EngramError as error:
        return type(error)


def test_a_bucket_is_made_once(engram: EngramClient) -> None:
    results = at_once(lambda number: outcome_of(lambda: engram.create_bucket("b")))
    assert results.count(ConflictError) == CALLERS - 1
    assert len(engram.list_buckets()) == 1


def test_a_bucket_made_by_its_first_writes_is_one(engram: EngramClient) -> None:
    at_once(lambda number: engram.store_memory(f"fact {number}", "b"))
    (bucket,) = engram.list_buckets()
    assert bucket["memory_count"] == engram.list_memories("b")["total"] == CALLERS


def test_the_same_text_is_stored_once_and_all_the_others_merge_into_it(engram: EngramClient) -> None:
    results = at_once(lambda number: engram.store_memory("Ana has a cat." if number % 2 else "ana has a CAT", "b"))
    assert sorted(result["status"] for result in results) == ["merged"] * (CALLERS - 1) + ["stored"]
    assert len({result["id"] for result in results}) == 1
    assert engram.list_memories("b")["total"] == 1


def test_of_updates_of_one_version_one_wins(engram: EngramClient) -> None:
    memory_id = engram.store_memory("version one", "b")["id"]
    results = at_once(
        lambda number: outcome_of(lambda: engram.update_memory(memory_id, f"by {number}", "b", if_version=1))
    )
    winners = [result for result in results if result is not PreconditionFailedError]
    assert len(winners) == 1
    assert engram.get_memory(memory_id, "b") == winners[0]
    assert winners[0]["version"] == 2


def test_unconditional_updates_are_all_counted(engram: EngramClient) -> None:
    memory_id = engram.store_memory("version one", "b")["id"]
    versions = at_once(lambda number: engram.update_memory(memory_id, f"by {number}", "b").get("version", 0))
    assert sorted(versions) == list(range(2, CALLERS + 2))


def test_a_memory_is_deleted_once(engram: EngramClient) -> None:
    memory_id = engram.store_memory("x", "b")["id"]
    results = at_once(lambda number: outcome_of(lambda: engram.delete_memory(memory_id, "b")))
    assert results.count(NotFoundError) == CALLERS - 1 and results.count(None) == 1


def test_what_is_cleared_is_counted_once(engram: EngramClient) -> None:
    engram.store_memories([f"fact {number}" for number in range(50)], "b")
    assert sum(at_once(lambda number: engram.clear_memories("b")["cleared_count"])) == 50


@pytest.mark.parametrize("bucket", ["b", "{}"], ids=["one bucket", "a bucket each"])
def test_writers_lists_and_questions_do_not_disturb_each_other(bucket: str, door: Door) -> None:
    engram = door.client()

    def work(number: int) -> int:
        name, kept = bucket.format(number), 0
        for step in range(6):
            texts = [f"cat {number} {step} {one}" for one in "abc"]
            ids = [row["id"] for row in engram.store_memories(texts, name)["memories"]]
            engram.delete_memory(ids[1], name)
            kept += 2
            listed = engram.list_memories(name, limit=1000)
            assert set(ids) - {ids[1]} <= {row["id"] for row in listed["memories"]}
            assert listed["total"] == len(listed["memories"])
            found = engram.query("cat", buckets=[name], top_k=200, skip_synthesis=True)["explanation"]
            assert set(ids) - {ids[1]} <= {row["memory_id"] for row in found["retrieved_memories"]}
        return kept

    kept = sum(at_once(work))
    assert sum(one["memory_count"] for one in engram.list_buckets()) == kept
    assert sum(len(list(engram.iter_memories(one["name"]))) for one in engram.list_buckets()) == kept


def test_pages_are_of_one_moment(door: Door) -> None:
    """A page whose total and rows were read at two moments would lie while others write."""
    engram = door.client()
    engram.store_memory("the first", "b")
    done = threading.Event()

    def write() -> None:
        number = 0
        while not done.is_set():
            number += 1
            engram.store_memory(f"fact {number}", "b", dedup="off")
            if number % 20 == 0:
                engram.clear_memories("b")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(60):
            page = engram.list_memories("b", limit=1000)
            assert page["total"] == len(page["memories"])
    finally:
        done.set()
        writer.join()

"""Storing many: order, outcomes, bounded concurrency, lazy input. The sender is a plain function; no server here."""

from __future__ import annotations

import itertools
import threading
from typing import Any, Callable, Dict, Iterator, List, Sequence, Tuple

import pytest

from engram.bulk import StoreOutcome, store_many
from engram.errors import ConnectionFailedError, EngramError, ServerError, TooLargeError, ValidationError
from engram.types import StoreMemoryResult

WAIT_SECONDS = 60.0
"""Far more than any of these waits takes; only a deadlock meets it."""


def result(content: str) -> StoreMemoryResult:
    return {
        "id": f"mem_{content}", "memory_id": f"mem_{content}", "bucket_name": "b", "token_count": 1,
        "status": "stored",
    }  # fmt: skip


def refused(index: int) -> ValidationError:
    return ValidationError("HTTP 422: memories", 422, {"details": {"index": index}}, outcome="rejected")


class Recorder:
    """A server of batches: refuses what `refusal` names, and remembers every batch."""

    def __init__(self, refusal: Callable[[Sequence[str]], "EngramError | None"] = lambda contents: None) -> None:
        self.batches: List[List[str]] = []
        self._refusal = refusal
        self._lock = threading.Lock()

    def __call__(self, contents: Sequence[str]) -> List[StoreMemoryResult]:
        with self._lock:
            self.batches.append(list(contents))
        error = self._refusal(contents)
        if error is not None:
            raise error
        return [result(content) for content in contents]


def stored(outcomes: Sequence[StoreOutcome]) -> List[str]:
    return [outcome.result["id"][4:] for outcome in outcomes if outcome.result is not None]


def run(contents: Sequence[str], send: Recorder, size: int = 10, concurrency: int = 1) -> List[StoreOutcome]:
    outcomes = store_many(iter(contents), send, chunk_size=size, concurrency=concurrency, on_progress=None)
    assert [outcome.position for outcome in outcomes] == list(range(len(contents)))
    assert all((outcome.error is None) == (outcome.result is not None) == outcome.ok for outcome in outcomes)
    return outcomes


NUMBERS = [str(number) for number in range(95)]


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 95])
@pytest.mark.parametrize("concurrency", [1, 3])
def test_outcomes_come_in_the_order_of_the_contents(count: int, concurrency: int) -> None:
    send = Recorder()
    assert stored(run(NUMBERS[:count], send, concurrency=concurrency)) == NUMBERS[:count]
    rest = [count % 10] if count % 10 else []
    assert sorted(len(batch) for batch in send.batches) == sorted([10] * (count // 10) + rest)


def test_no_contents_send_nothing_and_report_nothing() -> None:
    calls: List[Tuple[int, int]] = []
    send = Recorder()
    assert store_many([], send, chunk_size=1, concurrency=1, on_progress=lambda *done: calls.append(done)) == []
    assert (send.batches, calls) == ([], [])


def test_a_named_item_is_set_aside_and_the_rest_is_stored() -> None:
    bad = {"3", "7", "12"}

    def refusal(contents: Sequence[str]) -> "EngramError | None":
        return next((refused(index) for index, content in enumerate(contents) if content in bad), None)

    outcomes = run(NUMBERS[:20], Recorder(refusal))
    assert {str(outcome.position) for outcome in outcomes if not outcome.ok} == bad
    assert stored(outcomes) == [number for number in NUMBERS[:20] if number not in bad]


def test_a_chunk_of_nothing_but_bad_items_ends() -> None:
    send = Recorder(lambda contents: refused(0))
    assert not any(outcome.ok for outcome in run(NUMBERS[:25], send))
    assert len(send.batches) == 25


@pytest.mark.parametrize("index", [-1, 10, True, "3", None, 2.0], ids=repr)
def test_an_item_that_the_chunk_does_not_have_fails_the_chunk_and_ends(index: Any) -> None:
    """A foreign server may send anything."""
    error = ValidationError("no", 422, {"details": {"index": index}}, outcome="rejected")
    send = Recorder(lambda contents: error)
    outcomes = run(NUMBERS[:10], send)
    if index is True:
        return  # An int to Python; all that matters is that it ended.
    assert [outcome.error for outcome in outcomes] == [error] * 10
    assert len(send.batches) == 1


@pytest.mark.parametrize(
    "error",
    [
        TooLargeError("HTTP 413: The body is larger than 8388608 bytes", 413, {"details": {}}, outcome="rejected"),
        ValidationError("a string holds half of a surrogate pair", outcome="not_sent"),
    ],
    ids=["too-large-together", "cannot-be-sent"],
)
def test_where_nobody_names_the_item_halves_find_it(error: EngramError) -> None:
    """One memory that cannot be sent must not take the rest of its chunk with it."""
    send = Recorder(lambda contents: error if "13" in contents else None)
    outcomes = run(NUMBERS[:32], send, size=32)
    assert [outcome.position for outcome in outcomes if not outcome.ok] == [13]
    assert len(send.batches) <= 2 * 6


def test_memories_that_are_too_large_together_are_sent_apart() -> None:
    send = Recorder(lambda contents: TooLargeError("413", 413) if len(contents) > 3 else None)
    assert stored(run(NUMBERS[:32], send, size=32)) == NUMBERS[:32]


@pytest.mark.parametrize(
    "error",
    [
        ConnectionFailedError("refused", outcome="not_sent"),
        ServerError("HTTP 500", 500, outcome="unknown"),
        ValidationError("HTTP 422: dedup", 422, {"details": {"field": "dedup"}}, outcome="rejected"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_no_half_would_mend_is_tried_once(error: EngramError) -> None:
    send = Recorder(lambda contents: error if "3" in contents else None)
    outcomes = run(NUMBERS[:20], send)
    assert [outcome.error for outcome in outcomes] == [error] * 10 + [None] * 10
    assert len(send.batches) == 2


def test_a_reply_with_too_few_results_is_an_error_of_each_and_never_a_gap() -> None:
    def send(contents: Sequence[str]) -> List[StoreMemoryResult]:
        return [result(content) for content in contents][:-1]

    outcomes = store_many(NUMBERS[:5], send, chunk_size=5, concurrency=1, on_progress=None)
    assert len(outcomes) == 5
    assert {type(outcome.error).__name__ for outcome in outcomes} == {"ProtocolError"}


@pytest.mark.parametrize("concurrency", [1, 2, 5])
def test_so_many_chunks_at_once_and_no_more(concurrency: int) -> None:
    """Each sender waits until all the others are there too: fewer would never meet, and more are counted."""
    barrier = threading.Barrier(concurrency)
    running, most = 0, 0
    lock = threading.Lock()

    def send(contents: Sequence[str]) -> List[StoreMemoryResult]:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        barrier.wait(WAIT_SECONDS)
        with lock:
            running -= 1
        return [result(content) for content in contents]

    contents = NUMBERS[: 4 * concurrency]
    assert stored(store_many(contents, send, chunk_size=1, concurrency=concurrency, on_progress=None)) == contents
    assert most == concurrency


def test_progress_counts_up_to_the_end_in_the_calling_thread() -> None:
    seen: List[Tuple[int, int]] = []
    threads = set()

    def on_progress(done: int, failed: int) -> None:
        seen.append((done, failed))
        threads.add(threading.get_ident())

    send = Recorder(lambda contents: refused(0) if "0" in contents else None)
    store_many(NUMBERS[:35], send, chunk_size=10, concurrency=3, on_progress=on_progress)
    assert seen == sorted(seen) and seen[-1] == (35, 1)
    assert threads == {threading.get_ident()}


def test_an_endless_input_is_read_only_as_fast_as_it_is_stored() -> None:
    """At any time at most what is being sent and one chunk more has been read."""
    taken = 0

    class Enough(Exception):
        pass

    def endless() -> Iterator[str]:
        nonlocal taken
        for taken in itertools.count(1):
            yield str(taken)

    def on_progress(done: int, failed: int) -> None:
        assert taken <= done + (2 + 1) * 10
        if done >= 200:
            raise Enough

    with pytest.raises(Enough):
        store_many(endless(), Recorder(), chunk_size=10, concurrency=2, on_progress=on_progress)


def test_an_input_that_fails_raises_its_own_error_after_what_was_begun() -> None:
    def broken() -> Iterator[str]:
        yield from NUMBERS[:15]
        raise LookupError("the file ended")

    send = Recorder()
    with pytest.raises(LookupError, match="the file ended"):
        store_many(broken(), send, chunk_size=10, concurrency=2, on_progress=None)
    assert send.batches == [NUMBERS[:10]]


@pytest.mark.parametrize("given", [{"chunk_size": 0}, {"concurrency": 0}, {"chunk_size": -1}], ids=str)
def test_sizes_below_one_are_refused_before_anything_is_read(given: Dict[str, int]) -> None:
    sizes = {"chunk_size": 1, "concurrency": 1, **given}
    with pytest.raises(ValidationError, match="at least 1") as caught:
        store_many(["a"], Recorder(), on_progress=None, **sizes)
    assert caught.value.outcome == "not_sent"


@pytest.mark.parametrize("contents", ["one string", b"bytes"])
def test_one_string_is_no_list_of_strings(contents: Any) -> None:
    send = Recorder()
    with pytest.raises(ValidationError, match="^contents: ") as caught:
        store_many(contents, send, chunk_size=1, concurrency=1, on_progress=None)
    assert (caught.value.outcome, send.batches) == ("not_sent", [])

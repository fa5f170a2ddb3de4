"""Several engrams are asked at once: who is waited for, how long, and what is said of those that did not answer."""

from __future__ import annotations

from typing import List

import pytest

from engram.engrams import (
    Engram,
    EngramRefused,
    EngramTimeout,
    EngramUnavailable,
    RecallMode,
    RecallResult,
    ServedEngram,
)
from engram.types.wire import JsonObject

from .support import FOR_EVER_MS, elapsed_ms, entry, hosted, run, slow


def _failing(engram_id: str, error: Exception, kind: str = "k") -> ServedEngram:
    engram = Engram.serve(engram_id=engram_id, engram_kind=kind)

    @engram.on_recall
    def recall(query: JsonObject) -> List[JsonObject]:
        raise error

    return engram


def _ids(result: RecallResult) -> List[str]:
    return [hit.id for hit in result.hits]


def test_merge_returns_at_the_deadline_what_has_come() -> None:
    async def scenario() -> None:
        fast = slow("A", 1, entry("shared"), entry("a"), kind="k"), slow("B", 2, entry("shared"), entry("b"), kind="k")
        async with hosted(*fast, slow("C", 800, kind="k")) as (_, asker):
            result = await asker.recall(engram_kind="k", query={}, recall_mode="merge", deadline_ms=300)
            assert elapsed_ms() == 300
            assert sorted(_ids(result)) == ["a", "b", "shared"]
            assert result.partial and result.timed_out == ("C",) and result.errors == {}
            assert result.engram_ids == ("A", "B")
            assert result.took_ms == 300
            (shared,) = [hit for hit in result if hit.id == "shared"]
            assert shared.sources == ("A", "B")

    run(scenario())


@pytest.mark.parametrize("mode", ["merge", "all"])
def test_all_have_answered_long_before_the_deadline(mode: RecallMode) -> None:
    async def scenario() -> None:
        async with hosted(slow("A", 1, kind="k"), slow("B", 20, kind="k")) as (_, asker):
            result = await asker.recall(engram_kind="k", query={}, recall_mode=mode, deadline_ms=300)
            assert elapsed_ms() == 20
            assert not result.partial and not result and result.best is None

    run(scenario())


def test_one_host_asks_its_engrams_side_by_side() -> None:
    async def scenario() -> None:
        engrams = [slow(name, 200, entry(name), kind="k") for name in "ABC"]
        async with hosted(*engrams) as (_, asker):
            result = await asker.recall(engram_kind="k", query={}, recall_mode="all", deadline_ms=350)
            assert elapsed_ms() == 200
            assert [(hit.id, hit.engram_id) for hit in result] == [("A", "A"), ("B", "B"), ("C", "C")]

    run(scenario())


def test_first_takes_the_hits_of_whoever_answers_first() -> None:
    async def scenario() -> None:
        engrams = slow("A", 50, entry("a"), kind="k"), slow("B", 10, entry("b"), entry("c"), kind="k")
        async with hosted(*engrams, slow("C", FOR_EVER_MS, kind="k")) as (_, asker):
            result = await asker.recall(engram_kind="k", query={})
            assert elapsed_ms() == 10
            assert _ids(result) == ["b", "c"] and result.engram_ids == ("B",)
            assert result.best is not None and result.best.id == "b"
            # Those that were not needed did not fail.
            assert not result.partial

    run(scenario())


def test_two_that_answer_in_the_same_moment() -> None:
    async def scenario() -> None:
        async with hosted(*(slow(name, 10, entry(name), kind="k") for name in "AB")) as (_, asker):
            for _ in range(2):
                result = await asker.recall(engram_kind="k", query={})
                assert _ids(result) == list(result.engram_ids) and len(result) == 1

    run(scenario())


def test_first_passes_over_one_that_fails() -> None:
    async def scenario() -> None:
        async with hosted(_failing("A", OSError("broken")), slow("B", 30, entry("b"), kind="k")) as (_, asker):
            assert _ids(await asker.recall(engram_kind="k", query={})) == ["b"]

    run(scenario())


def test_an_id_that_nobody_serves_is_told_at_once() -> None:
    async def scenario() -> None:
        async with hosted(slow("A", 1, kind="k"), slow("B", 1, kind="k")) as (_, asker):
            with pytest.raises(EngramUnavailable, match="no engram 'X' in namespace 'test'; there are: 'A', 'B'"):
                await asker.recall(engram_id="X", query={})
            # An unknown id is not looked for among the kinds.
            with pytest.raises(EngramUnavailable, match="no engram 'X'"):
                await asker.recall(engram_id="X", engram_kind="k", query={}, recall_mode="merge")
            with pytest.raises(EngramUnavailable, match="no engram of kind 'other'"):
                await asker.imprint(engram_kind="other", op="add", entry={})
            assert elapsed_ms() == 0

    run(scenario())


@pytest.mark.parametrize("mode", ["first", "merge", "all"])
def test_silence_is_a_timeout_and_no_empty_result(mode: RecallMode) -> None:
    async def scenario() -> None:
        async with hosted(slow("A", 800, kind="k"), slow("B", 800, kind="k")) as (_, asker):
            with pytest.raises(EngramTimeout, match="no answer from 'A', 'B' within 300 ms") as caught:
                await asker.recall(engram_kind="k", query={}, recall_mode=mode, deadline_ms=300)
            assert caught.value.engram_ids == ("A", "B") and caught.value.code == "timeout"
            assert elapsed_ms() == 300

    run(scenario())


def test_there_is_a_deadline_without_being_told_one() -> None:
    async def scenario() -> None:
        async with hosted(slow("A", FOR_EVER_MS)) as (_, asker):
            with pytest.raises(EngramTimeout):
                await asker.recall(engram_id="A", query={})
            assert elapsed_ms() == 5_000

    run(scenario())


def test_a_deadline_of_0_waits_for_nothing() -> None:
    async def scenario() -> None:
        async with hosted(slow("A", 0)) as (_, asker):
            with pytest.raises(EngramTimeout):
                await asker.recall(engram_id="A", query={}, deadline_ms=0)
            assert elapsed_ms() == 0

    run(scenario())


@pytest.mark.parametrize("mode", ["first", "merge", "all"])
def test_a_crash_is_told_at_once_and_is_no_empty_result(mode: RecallMode) -> None:
    async def scenario() -> None:
        async with hosted(_failing("A", ZeroDivisionError("by nothing"))) as (_, asker):
            with pytest.raises(EngramRefused, match="A: by nothing") as caught:
                await asker.recall(engram_id="A", query={}, recall_mode=mode)
            assert (caught.value.code, caught.value.engram_id) == ("internal", "A")
            assert elapsed_ms() == 0

    run(scenario())


def test_what_an_engram_refuses_keeps_its_code() -> None:
    async def scenario() -> None:
        async with hosted(_failing("A", EngramRefused("no such key", code="bad_query"))) as (_, asker):
            with pytest.raises(EngramRefused, match="no such key") as caught:
                await asker.recall(engram_id="A", query={"x": 1})
            assert caught.value.code == "bad_query"

    run(scenario())


def test_an_error_of_one_of_several_is_told_beside_the_hits() -> None:
    async def scenario() -> None:
        async with hosted(slow("A", 5, entry("a"), kind="k"), _failing("B", OSError())) as (_, asker):
            result = await asker.recall(engram_kind="k", query={}, recall_mode="all")
            assert _ids(result) == ["a"] and result.engram_ids == ("A",)
            assert result.partial and result.timed_out == ()
            # An error without words is called by its name.
            assert {one: (error.code, error.message) for one, error in result.errors.items()} == {
                "B": ("internal", "OSError")
            }

    run(scenario())


def test_only_those_of_the_namespace_are_asked() -> None:
    async def scenario() -> None:
        async with hosted(slow("A", 1, kind="k")), hosted(slow("B", 1, entry("b"), kind="k")) as (_, asker):
            result = await asker.recall(engram_kind="k", query={}, recall_mode="all")
            assert result.engram_ids == ("B",)

    run(scenario())


def test_hits_are_iterated_over_in_both_ways() -> None:
    async def scenario() -> None:
        async with hosted(slow("A", 1, entry("a1"), entry("a2"))) as (_, asker):
            result = await asker.recall(engram_id="A", query={}, recall_mode="all")
            assert [hit.id for hit in result] == [hit.id async for hit in result] == ["a1", "a2"]
            assert len(result) == 2 and bool(result)

    run(scenario())

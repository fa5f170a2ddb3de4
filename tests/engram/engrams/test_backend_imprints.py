"""What is written to the engrams that store, through Dendrites: the same in memory, in a file and behind HTTP."""

from __future__ import annotations

import asyncio
from typing import Dict, List, Optional

import pytest

from engram.engrams import EngramArgumentError, EngramRefused, RecallMode
from engram.types.wire import JsonObject, JsonValue

from .backends import Backend, assert_refused, attached, contents, find, run, write


def test_add_fails_on_what_is_there(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            first = await write(asker, "add", {"id": "a", "n": 1})
            assert (first.ok, first.id, first.version) == (True, "a", 1)
            again = await write(asker, "add", {"id": "a", "n": 2})
            assert_refused(again, "exists")
            assert again.error == "id: there is an entry of it already"
            assert await contents(asker) == [{"n": 1}]
            await write(asker, "upsert", {"n": 3}, merge_key="k")
            assert_refused(await write(asker, "add", {"n": 4}, merge_key="k"), "exists")
            assert await contents(asker, merge_key="k") == [{"n": 3}]

    run(scenario())


def test_append_makes_a_sequence(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            receipts = []
            for n in (1, 2, 3):
                receipts.append(await write(asker, "append", {"n": n}, merge_key="log"))
                backend.clock.now += 1
            assert len({receipt.id for receipt in receipts}) == 3
            modes: List[RecallMode] = ["first", "merge", "all"]
            for mode in modes:
                found = await asker.recall(engram_id="ctx", query={"merge_key": "log"}, recall_mode=mode)
                assert [hit.content for hit in found] == [{"n": 1}, {"n": 2}, {"n": 3}]
                found = await asker.recall(engram_id="ctx", query={}, recall_mode=mode)
                assert [hit.content for hit in found] == [{"n": 3}, {"n": 2}, {"n": 1}]

    run(scenario())


def test_upsert_replaces(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            one = await write(asker, "upsert", {"a": 1, "b": 2}, merge_key="k")
            (before,) = await find(asker)
            backend.clock.now += 5
            other = await write(asker, "upsert", {"a": 3}, merge_key="k")
            assert (other.id, one.version, other.version) == (one.id, 1, 2)
            (after,) = await find(asker)
            assert after.content == {"a": 3}
            assert after.entry["created_at"] == before.entry["created_at"]
            assert str(after.entry["updated_at"]) > str(before.entry["updated_at"])

    run(scenario())


def test_merge_combines(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            assert_refused(await write(asker, "merge", {"n": 1}, merge_key="k"), "not_found")
            await write(asker, "upsert", {"a": {"q": [1, 2]}, "n": 5, "s": "old", "tags": ["y", "x"]}, merge_key="k")
            new: JsonObject = {"a": {"q": [2, 3], "r": 9}, "n": None, "s": "new", "tags": ["z", "y"]}
            assert (await write(asker, "merge", new, merge_key="k")).version == 2
            (hit,) = await find(asker)
            assert hit.content == {"a": {"q": [1, 2, 3], "r": 9}, "n": 5, "s": "new"}
            assert hit.entry["tags"] == ["x", "y", "z"]
            for op in ("merge", "upsert"):
                with pytest.raises(EngramArgumentError, match="needs a merge_key"):
                    await write(asker, op, {"n": 1})

    run(scenario())


def test_delete_says_how_many(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            await write(asker, "add", {"id": "a", "n": 1})
            gone = await write(asker, "delete", {"id": "a"})
            assert (gone.ok, gone.id, gone.deleted) == (True, "a", 1)
            again = await write(asker, "delete", {"id": "a"})
            assert (again.ok, again.id, again.deleted) == (True, None, 0)
            back = await write(asker, "add", {"id": "a", "n": 2})
            assert (back.ok, back.version) == (True, 1)
            assert_refused(await write(asker, "delete", {"n": 2}), "bad_request")
            for n in (1, 2, 3):
                await write(asker, "append", {"n": n}, merge_key="log")
            assert (await write(asker, "delete", {}, merge_key="log")).deleted == 1
            assert (await write(asker, "delete", {}, merge_key="log", all=True)).deleted == 2
            assert await contents(asker) == [{"n": 2}]

    run(scenario())


def test_two_that_write_at_once_lose_nothing(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as one, attached(backend.engram()) as other:
            # In memory two engrams are two stores, so both ask the same one.
            askers = [one, other if backend.shared else one]
            writes = [write(asker, "upsert", {"n": n}, merge_key="k") for n in range(50) for asker in askers]
            receipts = await asyncio.gather(*writes)
            assert sorted(receipt.version or 0 for receipt in receipts) == list(range(1, 101))
            (hit,) = await find(one)
            assert hit.entry["version"] == 100

    run(scenario())


def test_of_many_first_writes_one_makes_the_entry(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            receipts = await asyncio.gather(*(write(asker, "upsert", {"n": n}, merge_key="k") for n in range(20)))
            assert len({receipt.id for receipt in receipts}) == 1
            assert len(await find(asker)) == 1

    run(scenario())


def test_compare_and_swap(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            await write(asker, "upsert", {"n": 1}, merge_key="k", if_version=0)
            await write(asker, "upsert", {"n": 2}, merge_key="k", if_version=1)
            for stale in (0, 1):
                receipt = await write(asker, "upsert", {"n": 3}, merge_key="k", if_version=stale)
                assert_refused(receipt, "version_conflict")
                assert receipt.version == 2
            assert await contents(asker) == [{"n": 2}]

    run(scenario())


def test_the_same_key_writes_once(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            receipts = [await write(asker, "append", {"n": 1}, idempotency_key="once") for _ in range(2)]
            assert receipts[0] == receipts[1]
            assert_refused(await write(asker, "append", {"n": 2}, idempotency_key="once"), "idempotency_mismatch")
            assert await contents(asker) == [{"n": 1}]
            # Without a key each call is a write of its own.
            for _ in range(2):
                await write(asker, "append", {"n": 3})
            assert len(await find(asker)) == 3

    run(scenario())


def test_who_writes_without_waiting_finds_it(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            for n in range(50):
                await asker.imprint(engram_id="ctx", op="append", entry={"word": f"w{n}w"})
                assert len(await find(asker, text=f"w{n}w")) == 1

    run(scenario())


@pytest.mark.parametrize("tags", [[{"a": 1}], "urgent", ["x", 7], [""]])
def test_tags_are_words(backend: Backend, tags: JsonValue) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            assert_refused(await write(asker, "append", {"n": 1, "tags": tags}), "bad_request")
            await write(asker, "append", {"n": 2, "tags": ["x", "y"]})
            assert await contents(asker, tag="x") == [{"n": 2}]
            found = await find(asker, filters={"tags": ["x", "y"]})
            assert len(found) == 1

    run(scenario())


def test_a_trace_is_taken_back(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            await write(asker, "upsert", {"n": 1}, merge_key="mine")
            await write(asker, "upsert", {"n": 1}, merge_key="ours")
            trace = asker.new_trace()
            for key in ("mine", "ours", "new"):
                await write(asker, "upsert", {"n": 2}, merge_key=key, trace_id=trace)
            await write(asker, "upsert", {"n": 3}, merge_key="ours")
            end = await asker.stop_trace(trace, rollback=True)
            found: Dict[Optional[str], JsonValue] = {hit.merge_key: hit.content for hit in await find(asker)}
            assert found == {"mine": {"n": 1}, "ours": {"n": 3}}
            assert len(end.restored) == 2 and not end.errors and not end.timed_out
            (conflict,) = end.conflicts
            assert (conflict["engram_id"], conflict["version"]) == ("ctx", 3)

    run(scenario())


@pytest.mark.parametrize("broken_off", [False, True])
def test_a_trace_that_ended_is_not_taken_back(backend: Backend, broken_off: bool) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            trace = asker.new_trace()
            # Not waited for: the end of the trace waits for it itself.
            await asker.imprint(engram_id="ctx", op="append", entry={"n": 1}, trace_id=trace)
            await (asker.stop_trace(trace) if broken_off else asker.finish(trace))
            end = await asker.stop_trace(trace, rollback=True)
            assert end.restored == () and await contents(asker) == [{"n": 1}]

    run(scenario())


def test_who_wrote_and_in_which_trace(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            await write(asker, "append", {"n": 1}, trace_id="trc_mine")
            (hit,) = await find(asker)
            assert (hit.entry["trace_id"], hit.entry["author"]) == ("trc_mine", "asker")

    run(scenario())


def test_history(backend: Backend) -> None:
    async def scenario() -> None:
        engram = backend.engram()
        async with attached(engram) as asker:
            for n in (1, 2, 3):
                receipt = await write(asker, "upsert", {"n": n}, merge_key="k")
            assert receipt.id is not None
            versions = await engram.history(receipt.id)
            assert [(one["version"], one["content"]) for one in versions] == [(2, {"n": 2}), (1, {"n": 1})]
            assert await engram.purge(receipt.id) == 2 and await engram.history(receipt.id) == []
            with pytest.raises(EngramRefused) as caught:
                await engram.history("unknown")
            assert caught.value.code == "not_found"

    run(scenario())

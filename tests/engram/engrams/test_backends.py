"""The contract of the engrams that store, through Dendrites: the same in memory, in a file and behind HTTP."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from typing import Dict, List, Optional, Tuple

import pytest

from engram.engrams import Dendrite, EngramArgumentError, EngramRefused, Hit, ImprintReceipt, RecallResult
from engram.types.wire import JsonObject, JsonValue

from .backends import Backend, attached, run


async def _write(asker: Dendrite, op: str, entry: JsonObject, engram_id: str = "ctx", **options: object) -> ImprintReceipt:
    receipt = await asker.imprint(engram_id=engram_id, op=op, entry=entry, await_ack=True, **options)  # type: ignore[call-overload]  # tests give each
    assert isinstance(receipt, ImprintReceipt) and receipt.engram_id == engram_id and receipt.op == op
    return receipt


async def _find(asker: Dendrite, engram_id: str = "ctx", filters: Optional[JsonObject] = None, **query: JsonValue) -> RecallResult:
    return await asker.recall(engram_id=engram_id, query=query, filters=filters)


async def _contents(asker: Dendrite, **query: JsonValue) -> List[JsonValue]:
    return [hit.content for hit in await _find(asker, "ctx", None, **query)]


def _refused(receipt: ImprintReceipt, code: str) -> None:
    assert not receipt.ok and receipt.error_code == code and receipt.error
    with pytest.raises(EngramRefused) as caught:
        receipt.raise_for_error()
    assert caught.value.code == code


QUESTIONS = [
    "what is the meaning of life?",
    "naïve café?",
    'say "hi"',
    "it's \"both\"",
    "two\nlines",
    "a\ttab",
    "a \\ backslash",
    "an emoji 🙂?",
    "STRASSE, straße",
    "{}",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_any_question_is_found_again(backend: Backend, question: str) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            assert not await _find(asker, text=question)
            await _write(asker, "upsert", {"question": question, "answer": 42, "tags": ["qa"]}, merge_key=f"q:{question}")
            found = await _find(asker, text=question)
            (hit,) = found.hits
            # As the page reads it, as its README does, and as the package of before did.
            assert hit.content == {"question": question, "answer": 42}
            assert hit.entry["answer"] == 42 and hit.entry["content"] == hit.content
            assert (hit.entry["tags"], hit.merge_key, hit.entry["version"]) == (["qa"], f"q:{question}", 1)
            assert (hit.engram_id, found.engram_ids, found.truncated, found.best) == ("ctx", ("ctx",), False, hit)
            assert found.took_ms > 0

    run(scenario())


def test_a_content_and_keys_beside_it_are_both_kept(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            await _write(asker, "add", {"id": "e", "content": {"a": 1}, "b": 2, "meta": {"m": 1}})
            (hit,) = await _find(asker)
            assert (hit.id, hit.content, hit.entry["b"], hit.entry["a"], hit.entry["meta"]) == ("e", {"a": 1}, 2, 1, {"m": 1})
            assert "merge_key" not in hit.entry and "fields" not in hit.entry
            await _write(asker, "add", {"id": "own", "version": "mine", "x": 1})
            (own,) = await _find(asker, id="own")
            # Where data has a key of the entry's own, it is in the content.
            assert (own.entry["version"], own.content) == (1, {"version": "mine", "x": 1})
            await _write(asker, "add", {"content": "only a text"})
            assert await _contents(asker, text="only") == ["only a text"]

    run(scenario())


def test_add_fails_on_what_is_there(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            first = await _write(asker, "add", {"id": "a", "n": 1})
            assert (first.ok, first.id, first.version) == (True, "a", 1)
            again = await _write(asker, "add", {"id": "a", "n": 2})
            _refused(again, "exists")
            assert again.error == "id: there is an entry of it already"
            assert await _contents(asker) == [{"n": 1}]
            await _write(asker, "upsert", {"n": 3}, merge_key="k")
            _refused(await _write(asker, "add", {"n": 4}, merge_key="k"), "exists")
            assert await _contents(asker, merge_key="k") == [{"n": 3}]

    run(scenario())


def test_append_makes_a_sequence(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            receipts = [await _write(asker, "append", {"n": n}, merge_key="log") for n in (1, 2, 3)]
            assert len({receipt.id for receipt in receipts}) == 3
            assert await _contents(asker, merge_key="log") == [{"n": 1}, {"n": 2}, {"n": 3}]
            merged = await asker.recall(engram_id="ctx", query={"merge_key": "log"}, recall_mode="merge")
            assert len(merged) == 3

    run(scenario())


def test_upsert_replaces(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            one = await _write(asker, "upsert", {"a": 1, "b": 2}, merge_key="k")
            (before,) = await _find(asker)
            backend.clock.now += 5
            other = await _write(asker, "upsert", {"a": 3}, merge_key="k")
            assert (other.id, one.version, other.version) == (one.id, 1, 2)
            (after,) = await _find(asker)
            assert after.content == {"a": 3}
            assert after.entry["created_at"] == before.entry["created_at"]
            assert str(after.entry["updated_at"]) > str(before.entry["updated_at"])

    run(scenario())


def test_merge_combines(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            _refused(await _write(asker, "merge", {"n": 1}, merge_key="k"), "not_found")
            await _write(asker, "upsert", {"a": {"q": [1, 2]}, "n": 5, "s": "old", "tags": ["y", "x"]}, merge_key="k")
            new: JsonObject = {"a": {"q": [2, 3], "r": 9}, "n": None, "s": "new", "tags": ["z", "y"]}
            assert (await _write(asker, "merge", new, merge_key="k")).version == 2
            (hit,) = await _find(asker)
            assert hit.content == {"a": {"q": [1, 2, 3], "r": 9}, "n": 5, "s": "new"}
            assert hit.entry["tags"] == ["x", "y", "z"]
            for op in ("merge", "upsert"):
                with pytest.raises(EngramArgumentError, match="needs a merge_key"):
                    await _write(asker, op, {"n": 1})

    run(scenario())


def test_delete_says_how_many(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            await _write(asker, "add", {"id": "a", "n": 1})
            gone = await _write(asker, "delete", {"id": "a"})
            assert (gone.ok, gone.id, gone.deleted) == (True, "a", 1)
            again = await _write(asker, "delete", {"id": "a"})
            assert (again.ok, again.id, again.deleted) == (True, None, 0)
            back = await _write(asker, "add", {"id": "a", "n": 2})
            assert (back.ok, back.version) == (True, 1)
            _refused(await _write(asker, "delete", {"n": 2}), "bad_request")
            for n in (1, 2, 3):
                await _write(asker, "append", {"n": n}, merge_key="log")
            assert (await _write(asker, "delete", {}, merge_key="log")).deleted == 1
            assert (await _write(asker, "delete", {}, merge_key="log", all=True)).deleted == 2
            assert await _contents(asker) == [{"n": 2}]

    run(scenario())


def test_two_that_write_at_once_lose_nothing(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as one, attached(backend.engram()) as other:
            # In memory two engrams are two stores, so both ask the same one.
            askers = [one, other if backend.shared else one]
            writes = [_write(asker, "upsert", {"n": n}, merge_key="k") for n in range(50) for asker in askers]
            receipts = await asyncio.gather(*writes)
            assert sorted(receipt.version or 0 for receipt in receipts) == list(range(1, 101))
            (hit,) = await _find(one)
            assert hit.entry["version"] == 100

    run(scenario())


def test_of_many_first_writes_one_makes_the_entry(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            receipts = await asyncio.gather(*(_write(asker, "upsert", {"n": n}, merge_key="k") for n in range(20)))
            assert len({receipt.id for receipt in receipts}) == 1
            assert len(await _find(asker)) == 1

    run(scenario())


def test_compare_and_swap(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            await _write(asker, "upsert", {"n": 1}, merge_key="k", if_version=0)
            await _write(asker, "upsert", {"n": 2}, merge_key="k", if_version=1)
            for stale in (0, 1):
                receipt = await _write(asker, "upsert", {"n": 3}, merge_key="k", if_version=stale)
                _refused(receipt, "version_conflict")
                assert receipt.version == 2
            assert await _contents(asker) == [{"n": 2}]

    run(scenario())


def test_the_same_key_writes_once(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            receipts = [await _write(asker, "append", {"n": 1}, idempotency_key="once") for _ in range(2)]
            assert receipts[0] == receipts[1]
            _refused(await _write(asker, "append", {"n": 2}, idempotency_key="once"), "idempotency_mismatch")
            assert await _contents(asker) == [{"n": 1}]
            # Without a key each call is a write of its own.
            for _ in range(2):
                await _write(asker, "append", {"n": 3})
            assert len(await _find(asker)) == 3

    run(scenario())


def test_who_writes_without_waiting_finds_it(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            for n in range(50):
                await asker.imprint(engram_id="ctx", op="append", entry={"word": f"w{n}w"})
                assert len(await _find(asker, text=f"w{n}w")) == 1

    run(scenario())


def test_the_best_is_first_and_not_the_newest(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            await _write(asker, "append", {"text": "alpha"})
            for n in range(5):
                backend.clock.now += 1
                await _write(asker, "append", {"text": f"alpha and so much more of number {n}"})
            found = await _find(asker, text="ALPHA", top_k=3)
            assert [hit.content for hit in found][0] == {"text": "alpha"}
            assert len(found) == 3 and found.truncated and found.next is not None
            assert found.hits[0].score == 1.0 and found.hits[1].score == 5 / len("alpha and so much more of number 4")
            rest = await asker.recall(engram_id="ctx", query={"text": "ALPHA", "top_k": 3}, cursor=found.next)
            assert len({hit.id for hit in (*found, *rest)}) == 6 and not rest.truncated

    run(scenario())


def test_a_query_that_is_not_understood_is_refused(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            await _write(asker, "append", {"action": "delete", "granted": False})
            with pytest.raises(EngramRefused, match=r"^ctx: query\.action: no such key") as caught:
                await _find(asker, action="deploy")
            assert caught.value.code == "bad_query"
            assert not await _find(asker, where={"action": "deploy", "granted": True})
            assert not await _find(asker, where={"action": "delete", "granted": True})
            assert len(await _find(asker, where={"action": "delete"})) == 1
            passed = await asker.recall(engram_id="ctx", query={"action": "deploy"}, lenient=True)
            assert len(passed) == 1

    run(scenario())


@pytest.mark.parametrize("text", ["none", "null", "'", '"', "true", "{", "nothing"])
def test_only_values_are_searched(backend: Backend, text: str) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            await _write(asker, "append", {"nothing": None, "list": [1, None], "word": "plain"})
            assert not await _find(asker, text=text)

    run(scenario())


def test_spans_of_time(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            await _write(asker, "append", {"n": 1})
            now = datetime.fromtimestamp(backend.clock.now, timezone.utc)

            def far(hours: int, zone: int) -> str:
                return (now + timedelta(hours=hours)).astimezone(timezone(timedelta(hours=zone))).isoformat()

            assert len(await _find(asker, filters={"since": far(-1, 10)})) == 1
            assert not await _find(asker, filters={"since": far(1, -10)})
            assert not await _find(asker, filters={"until": far(-1, 10)})
            for filters in ({"since": "yesterday"}, {"until": far(0, 0)[:19]}, {"sinse": far(0, 0)}):
                with pytest.raises(EngramRefused) as caught:
                    await _find(asker, filters={**filters})
                assert caught.value.code == "bad_query"

    run(scenario())


@pytest.mark.parametrize("top_k", [0, -1, None, "3", 1_001, True])
def test_how_many_is_a_number_that_makes_sense(backend: Backend, top_k: JsonValue) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            with pytest.raises(EngramRefused, match="top_k") as caught:
                await _find(asker, top_k=top_k)
            assert caught.value.code == "bad_query"

    run(scenario())


def test_nobody_shares_objects_with_the_store(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            inner: List[JsonValue] = [1]
            await _write(asker, "upsert", {"list": inner}, merge_key="k")
            inner.append(2)
            (hit,) = await _find(asker)
            assert isinstance(hit.content, dict)
            hit.content["list"] = "changed"
            hit.entry.clear()
            assert await _contents(asker) == [{"list": [1]}]

    run(scenario())


def test_an_entry_lives_as_long_as_it_says(backend: Backend) -> None:
    async def scenario() -> None:
        engram = backend.engram()
        async with attached(engram) as asker:
            await _write(asker, "add", {"id": "a", "word": "short-lived"}, ttl_s=1)
            assert (len(await _find(asker, text="short")), await engram.count()) == (1, 1)
            backend.clock.now += 1.5
            assert (len(await _find(asker, text="short")), len(await _find(asker)), await engram.count()) == (0, 0, 0)
            assert (await _write(asker, "add", {"id": "a", "word": "again"})).ok

    run(scenario())


def test_engrams_of_one_store_are_apart(shared: Backend) -> None:
    async def scenario() -> None:
        async with attached(shared.engram("one", "k1"), shared.engram("two", "k2")) as asker:
            await _write(asker, "append", {"of": "one"}, engram_id="one")
            await _write(asker, "append", {"of": "two"}, engram_id="two")
            for name, kind in (("one", "k1"), ("two", "k2")):
                (by_id,) = await _find(asker, engram_id=name)
                (by_kind,) = await asker.recall(engram_kind=kind, query={}, recall_mode="all")
                assert by_id == by_kind and by_id.content == {"of": name}

    run(scenario())


def test_one_view_of_several_stores(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram("one"), backend.engram("two")) as asker:
            for name, n in (("one", 1), ("two", 2)):
                await _write(asker, "upsert", {"n": n, "tags": [name]}, engram_id=name, merge_key="k")
            await _write(asker, "upsert", {"n": 3, "tags": ["again"]}, engram_id="two", merge_key="k")
            (hit,) = await asker.recall(engram_kind="context", query={}, recall_mode="merge")
            assert (hit.content, hit.engram_id, hit.sources) == ({"n": 3}, "two", ("one", "two"))
            assert hit.entry["tags"] == ["again", "one"]
            both = await asker.recall(engram_kind="context", query={}, recall_mode="all")
            assert sorted(one.engram_id for one in both) == ["one", "two"]
            receipts = await asker.imprint(
                engram_kind="context", op="append", entry={"n": 4}, await_ack=True, broadcast=True
            )
            assert [receipt.ok for receipt in receipts] == [True, True]

    run(scenario())


@pytest.mark.parametrize("tags", [[{"a": 1}], "urgent", ["x", 7], [""]])
def test_tags_are_words(backend: Backend, tags: JsonValue) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            _refused(await _write(asker, "append", {"n": 1, "tags": tags}), "bad_request")
            await _write(asker, "append", {"n": 2, "tags": ["x", "y"]})
            assert await _contents(asker, tag="x") == [{"n": 2}]
            found = await _find(asker, filters={"tags": ["x", "y"]})
            assert len(found) == 1

    run(scenario())


def test_a_trace_is_taken_back(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            await _write(asker, "upsert", {"n": 1}, merge_key="mine")
            await _write(asker, "upsert", {"n": 1}, merge_key="ours")
            trace = asker.new_trace()
            for key in ("mine", "ours", "new"):
                await _write(asker, "upsert", {"n": 2}, merge_key=key, trace_id=trace)
            await _write(asker, "upsert", {"n": 3}, merge_key="ours")
            end = await asker.stop_trace(trace, rollback=True)
            found: Dict[Optional[str], JsonValue] = {hit.merge_key: hit.content for hit in await _find(asker)}
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
            assert end.restored == () and await _contents(asker) == [{"n": 1}]

    run(scenario())


def test_who_wrote_and_in_which_trace(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            await _write(asker, "append", {"n": 1}, trace_id="trc_mine")
            (hit,) = await _find(asker)
            assert (hit.entry["trace_id"], hit.entry["author"]) == ("trc_mine", "asker")

    run(scenario())


def test_history(backend: Backend) -> None:
    async def scenario() -> None:
        engram = backend.engram()
        async with attached(engram) as asker:
            for n in (1, 2, 3):
                receipt = await _write(asker, "upsert", {"n": n}, merge_key="k")
            assert receipt.id is not None
            versions = await engram.history(receipt.id)
            assert [(one["version"], one["content"]) for one in versions] == [(2, {"n": 2}), (1, {"n": 1})]
            assert await engram.purge(receipt.id) == 2 and await engram.history(receipt.id) == []
            with pytest.raises(EngramRefused) as caught:
                await engram.history("unknown")
            assert caught.value.code == "not_found"

    run(scenario())


def _shown(hits: List[Hit]) -> List[Tuple[str, float]]:
    return [(hit.id, hit.score) for hit in hits]


def test_an_engram_is_asked_without_a_dendrite_too(backend: Backend) -> None:
    async def scenario() -> None:
        engram = backend.engram()
        receipt = await engram.imprint("append", {"text": "alpha"}, trace_id="t", author="me")
        assert receipt.ok and receipt.id is not None
        assert _shown((await engram.recall({"text": "alp"})).hits) == [(receipt.id, 0.6)]
        with pytest.raises(EngramRefused):
            await engram.recall({"texts": "alp"})
        await engram.close()
        await engram.close()

    run(scenario())

"""What is found in the engrams that store, and for how long: the same in memory, in a file and behind HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import List, Tuple

import pytest

from engram.engrams import EngramRefused, Hit
from engram.types.wire import JsonValue

from .backends import Backend, attached, contents, find, run, write

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
            assert not await find(asker, text=question)
            await write(asker, "upsert", {"question": question, "answer": 42, "tags": ["qa"]}, merge_key=f"q:{question}")
            found = await find(asker, text=question)
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
            await write(asker, "add", {"id": "e", "content": {"a": 1}, "b": 2, "meta": {"m": 1}})
            (hit,) = await find(asker)
            assert (hit.id, hit.content, hit.entry["b"], hit.entry["a"], hit.entry["meta"]) == ("e", {"a": 1}, 2, 1, {"m": 1})
            assert "merge_key" not in hit.entry and "fields" not in hit.entry
            await write(asker, "add", {"id": "own", "version": "mine", "x": 1})
            (own,) = await find(asker, id="own")
            # Where data has a key of the entry's own, it is in the content.
            assert (own.entry["version"], own.content) == (1, {"version": "mine", "x": 1})
            await write(asker, "add", {"content": "only a text"})
            assert await contents(asker, text="only") == ["only a text"]

    run(scenario())


def test_the_best_is_first_and_not_the_newest(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            await write(asker, "append", {"text": "alpha"})
            for n in range(5):
                backend.clock.now += 1
                await write(asker, "append", {"text": f"alpha and so much more of number {n}"})
            found = await find(asker, text="ALPHA", top_k=3)
            assert [hit.content for hit in found][0] == {"text": "alpha"}
            assert len(found) == 3 and found.truncated and found.next is not None
            assert found.hits[0].score == 1.0 and found.hits[1].score == 5 / len("alpha and so much more of number 4")
            rest = await asker.recall(engram_id="ctx", query={"text": "ALPHA", "top_k": 3}, cursor=found.next)
            assert len({hit.id for hit in (*found, *rest)}) == 6 and not rest.truncated

    run(scenario())


def test_a_query_that_is_not_understood_is_refused(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            await write(asker, "append", {"action": "delete", "granted": False})
            with pytest.raises(EngramRefused, match=r"^ctx: query\.action: no such key") as caught:
                await find(asker, action="deploy")
            assert caught.value.code == "bad_query"
            assert not await find(asker, where={"action": "deploy", "granted": True})
            assert not await find(asker, where={"action": "delete", "granted": True})
            assert len(await find(asker, where={"action": "delete"})) == 1
            passed = await asker.recall(engram_id="ctx", query={"action": "deploy"}, lenient=True)
            assert len(passed) == 1

    run(scenario())


@pytest.mark.parametrize("text", ["none", "null", "'", '"', "true", "{", "nothing"])
def test_only_values_are_searched(backend: Backend, text: str) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            await write(asker, "append", {"nothing": None, "list": [1, None], "word": "plain"})
            assert not await find(asker, text=text)

    run(scenario())


def test_spans_of_time(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            await write(asker, "append", {"n": 1})
            now = datetime.fromtimestamp(backend.clock.now, timezone.utc)

            def far(hours: int, zone: int) -> str:
                return (now + timedelta(hours=hours)).astimezone(timezone(timedelta(hours=zone))).isoformat()

            assert len(await find(asker, filters={"since": far(-1, 10)})) == 1
            assert not await find(asker, filters={"since": far(1, -10)})
            assert not await find(asker, filters={"until": far(-1, 10)})
            for filters in ({"since": "yesterday"}, {"until": far(0, 0)[:19]}, {"sinse": far(0, 0)}):
                with pytest.raises(EngramRefused) as caught:
                    await find(asker, filters={**filters})
                assert caught.value.code == "bad_query"

    run(scenario())


@pytest.mark.parametrize("top_k", [0, -1, None, "3", 1_001, True])
def test_how_many_is_a_number_that_makes_sense(backend: Backend, top_k: JsonValue) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            with pytest.raises(EngramRefused, match="top_k") as caught:
                await find(asker, top_k=top_k)
            assert caught.value.code == "bad_query"

    run(scenario())


def test_nobody_shares_objects_with_the_store(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram()) as asker:
            inner: List[JsonValue] = [1]
            await write(asker, "upsert", {"list": inner}, merge_key="k")
            inner.append(2)
            (hit,) = await find(asker)
            assert isinstance(hit.content, dict)
            hit.content["list"] = "changed"
            hit.entry.clear()
            assert await contents(asker) == [{"list": [1]}]

    run(scenario())


def test_an_entry_lives_as_long_as_it_says(backend: Backend) -> None:
    async def scenario() -> None:
        engram = backend.engram()
        async with attached(engram) as asker:
            await write(asker, "add", {"id": "a", "word": "short-lived"}, ttl_s=1)
            assert (len(await find(asker, text="short")), await engram.count()) == (1, 1)
            backend.clock.now += 1.5
            assert (len(await find(asker, text="short")), len(await find(asker)), await engram.count()) == (0, 0, 0)
            assert (await write(asker, "add", {"id": "a", "word": "again"})).ok

    run(scenario())


def test_engrams_of_one_store_are_apart(shared: Backend) -> None:
    async def scenario() -> None:
        async with attached(shared.engram("one", "k1"), shared.engram("two", "k2")) as asker:
            await write(asker, "append", {"of": "one"}, engram_id="one")
            await write(asker, "append", {"of": "two"}, engram_id="two")
            for name, kind in (("one", "k1"), ("two", "k2")):
                (by_id,) = await find(asker, engram_id=name)
                (by_kind,) = await asker.recall(engram_kind=kind, query={}, recall_mode="all")
                assert by_id == by_kind and by_id.content == {"of": name}

    run(scenario())


def test_one_view_of_several_stores(backend: Backend) -> None:
    async def scenario() -> None:
        async with attached(backend.engram("one"), backend.engram("two")) as asker:
            for name, n in (("one", 1), ("two", 2)):
                await write(asker, "upsert", {"n": n, "tags": [name]}, engram_id=name, merge_key="k")
            await write(asker, "upsert", {"n": 3, "tags": ["again"]}, engram_id="two", merge_key="k")
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

"""Opening and closing the engrams that store, where their work is done, what is sent, and what is told of failures."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import time
from pathlib import Path
from typing import Callable, Dict, List, Optional, Tuple, Type

import pytest

from engram import ConnectionFailedError, EngramClient, EngramError, Request, Response, TimeoutExceededError
from engram.engrams import (
    Dendrite,
    EngramOverloaded,
    EngramRefused,
    EngramTimeout,
    EngramUnavailable,
    InMemoryEngram,
    MemorySynapse,
    PostgresEngram,
    RemoteEngram,
    SqliteEngram,
)
from engram.engrams.stored import StoredEngram
from engram.testing import LiveServer
from engram.transport.base import Headers
from engram.types.wire import JsonObject

from .backends import PATIENCE_MS, attached, run

Answer = Tuple[int, JsonObject]

FOUND: JsonObject = {"engram_id": "ctx", "hits": [], "truncated": False, "next_cursor": None, "took_ms": 1.0}
_NOTHING: Answer = (200, {})
RECEIPT: JsonObject = {"engram_id": "ctx", "op": "add", "id": "mem_1", "version": 1, "took_ms": 1.0}


class Scripted:
    """A transport that answers as it is told and notes what it is asked, and on which thread."""

    def __init__(self, recall: Callable[[], Answer] = lambda: (200, FOUND), imprint: Answer = (200, RECEIPT)) -> None:
        self.asked: List[Tuple[str, str, JsonObject]] = []
        self.threads: List[str] = []
        self.closed = 0
        self._recall = recall
        self._imprint = imprint

    def send(self, request: Request) -> Response:
        self.threads.append(threading.current_thread().name)
        body: JsonObject = json.loads(request.body or b"{}")
        self.asked.append((request.method, request.target, body))
        status, answer = _NOTHING
        if request.target.endswith("/recall"):
            status, answer = self._recall()
        elif request.target.endswith("/imprint"):
            status, answer = self._imprint
        return Response(status, Headers([("content-type", "application/json")]), [json.dumps(answer).encode()])

    def close(self) -> None:
        self.closed += 1

    def client(self) -> EngramClient:
        return EngramClient(api_key="k", transport=self, max_retries=0, max_retries_on_429=0)


def _refusal(status: int, code: str, **details: object) -> Answer:
    return status, {"error": "no", "code": code, "request_id": "req_1", "details": details}  # type: ignore[dict-item]  # tests give JSON


def _raises(error: EngramError) -> Callable[[], Answer]:
    def answer() -> Answer:
        raise error

    return answer


def test_what_is_sent() -> None:
    async def scenario() -> None:
        scripted = Scripted()
        async with attached(RemoteEngram("c/x", "context", client=scripted.client())) as asker:
            await asker.recall(
                engram_id="c/x", query={"text": "t", "top_k": 3}, filters={"tags": ["a"]}, context_ref="turn-3",
                min_confidence=0.5, recall_mode="merge", lenient=True, cursor="c",
            )  # fmt: skip
            await asker.imprint(
                engram_id="c/x", op="upsert", entry={"n": 1}, merge_key="k", if_version=2, ttl_s=5, trace_id="trc_1",
                idempotency_key="once", await_ack=True,
            )  # fmt: skip
            await asker.imprint(engram_id="c/x", op="delete", entry={}, merge_key="k", all=True, await_ack=True, trace_id="t")
        register, recall, imprint, delete = scripted.asked
        assert register == ("PUT", "/v1/engrams/c%2Fx", {"kind": "context"})
        assert recall == (
            "POST",
            "/v1/engrams/c%2Fx/recall",
            {
                "query": {"text": "t", "top_k": 3},
                "filters": {"tags": ["a"]},
                "min_confidence": 0.5,
                "lenient": True,
                "cursor": "c",
            },
        )
        assert imprint == (
            "POST",
            "/v1/engrams/c%2Fx/imprint",
            {
                "op": "upsert",
                "entry": {"n": 1},
                "merge_key": "k",
                "if_version": 2,
                "ttl_s": 5,
                "idempotency_key": "once",
                "trace_id": "trc_1",
                "author": "asker",
            },
        )
        # The signal is the key where the caller gives none.
        assert str(delete[2].pop("idempotency_key")).startswith("evt_")
        assert delete[2] == {"op": "delete", "entry": {}, "merge_key": "k", "all": True, "trace_id": "t", "author": "asker"}

    run(scenario())


def test_nothing_is_done_on_the_thread_of_the_loop() -> None:
    async def scenario() -> None:
        scripted = Scripted()
        async with attached(RemoteEngram("ctx", client=scripted.client())) as asker:
            await asker.recall(engram_id="ctx", query={})
            await asker.imprint(engram_id="ctx", op="add", entry={}, await_ack=True)
            await asker.finish(asker.new_trace())
        assert len(scripted.threads) == 4
        assert all(name.startswith("engram-async") for name in scripted.threads), scripted.threads

    run(scenario())


def test_the_database_is_opened_off_the_loop(tmp_path: Path) -> None:
    async def scenario() -> None:
        names: List[str] = []

        def clock() -> float:
            names.append(threading.current_thread().name)
            return 1_767_225_600.0

        for engram in (InMemoryEngram("a", clock=clock), SqliteEngram("a", path=tmp_path / "e.db", clock=clock)):
            names.clear()
            await engram.open()
            assert names and all(name.startswith("engram-async") for name in names)
            await engram.close()

    run(scenario())


def test_a_client_that_was_given_stays_open() -> None:
    async def scenario() -> None:
        scripted = Scripted()
        async with attached(RemoteEngram("ctx", client=scripted.client())) as asker:
            await asker.recall(engram_id="ctx", query={})
        assert scripted.closed == 0

    run(scenario())


def test_one_that_is_closed_opens_again() -> None:
    async def scenario() -> None:
        engram = InMemoryEngram("ctx")
        await engram.imprint("add", {"n": 1})
        assert len(await engram.recall({})) == 1
        await engram.close()
        # What is in memory only is forgotten.
        assert len(await engram.recall({})) == 0
        await engram.close()

    run(scenario())


def test_one_that_is_dropped_is_closed(tmp_path: Path) -> None:
    async def scenario() -> None:
        engram = SqliteEngram("ctx", path=tmp_path / "e.db")
        await engram.imprint("add", {"n": 1})

    run(scenario())
    gc.collect()
    # The last connection to a file takes its log away; a thread may have to let go of it first.
    give_up_at = time.monotonic() + PATIENCE_MS / 1_000
    while [path.name for path in tmp_path.iterdir()] != ["e.db"]:
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def test_a_path_may_say_that_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        engram = SqliteEngram("ctx")
        assert (await engram.imprint("add", {"n": 1})).ok
        await engram.close()

    monkeypatch.chdir(tmp_path)
    run(scenario())
    assert list(tmp_path.iterdir()) == []


def test_several_first_calls_open_one_store() -> None:
    async def scenario() -> None:
        engram = InMemoryEngram("ctx")
        await asyncio.gather(*(engram.imprint("append", {"n": n}) for n in range(20)))
        assert await engram.count() == 20
        await engram.close()

    run(scenario())


def test_an_engram_serves_one_event_loop_after_another(tmp_path: Path) -> None:
    engram = SqliteEngram("ctx", path=tmp_path / "e.db")
    asyncio.run(engram.imprint("append", {"n": 1}))
    assert len(asyncio.run(engram.recall({}))) == 1
    asyncio.run(engram.close())


def _unopenable(folder: Path) -> Dict[str, StoredEngram]:
    (folder / "text.db").write_text("This is a letter and no database. " * 40, encoding="utf-8")
    return {
        "no file": SqliteEngram("ctx", path=folder / "no" / "such" / "folder" / "e.db"),
        "no database": SqliteEngram("ctx", path=folder / "text.db"),
        "no server": RemoteEngram("ctx", client=Scripted(_raises(ConnectionFailedError("x"))).client()),
        "no driver": PostgresEngram("ctx", dsn="postgresql://user:secret@localhost/cosmo"),
        "no key": RemoteEngram("ctx", base_url="http://127.0.0.1:9"),
    }


@pytest.mark.parametrize("which", ["no file", "no database", "no driver", "no key"])
def test_what_cannot_be_opened_keeps_its_host_from_starting(which: str, tmp_path: Path) -> None:
    async def scenario() -> None:
        synapse = MemorySynapse()
        await synapse.connect()
        host = Dendrite(synapse)
        engram = _unopenable(tmp_path)[which]
        host.attach_engram(engram)
        for _ in range(2):
            with pytest.raises(EngramUnavailable, match="engram 'ctx' cannot be opened: ") as caught:
                await host.start()
            assert "secret" not in str(caught.value) + repr(engram)
        assert synapse.engrams("default") == ()
        await engram.close()

    run(scenario())


def test_what_is_attached_later_and_cannot_be_opened_says_so_when_asked(tmp_path: Path) -> None:
    async def scenario() -> None:
        synapse = MemorySynapse()
        await synapse.connect()
        async with Dendrite(synapse) as host:
            host.attach_engram(_unopenable(tmp_path)["no database"])
            with pytest.raises(EngramUnavailable, match="engram 'ctx' cannot be opened"):
                await host.recall(engram_id="ctx", query={})
            receipt = await host.imprint(engram_id="ctx", op="add", entry={}, await_ack=True)
            assert (receipt.ok, receipt.error_code) == (False, "unavailable")
            with pytest.raises(EngramUnavailable, match="engram 'ctx' cannot be opened"):
                receipt.raise_for_error()

    run(scenario())


def test_an_engram_of_another_kind_is_not_opened(engram_server: LiveServer) -> None:
    async def scenario() -> None:
        with engram_server.client() as client:
            one, other = RemoteEngram("ctx", "context", client=client), RemoteEngram("ctx", "other", client=client)
            await one.open()
            with pytest.raises(EngramUnavailable, match="engram 'ctx' cannot be opened: .*context"):
                await other.open()
            await one.close()
            await other.close()

    run(scenario())


@pytest.mark.parametrize(
    ("answer", "code", "kind", "words"),
    [
        (lambda: _refusal(400, "bad_query"), "bad_query", EngramRefused, "no"),
        (lambda: _refusal(429, "too_many_requests"), "too_many_requests", EngramOverloaded, "no"),
        (lambda: _refusal(503, "storage_busy"), "storage_busy", EngramOverloaded, "no"),
        # Not in the words of a server of ours.
        (lambda: (500, {}), "internal", EngramRefused, "HTTP 500: {}"),
        (_raises(ConnectionFailedError("broken")), "unavailable", EngramUnavailable, "broken"),
    ],
)
def test_a_refused_recall(answer: Callable[[], Answer], code: str, kind: Type[EngramError], words: str) -> None:
    async def scenario() -> None:
        async with attached(RemoteEngram("ctx", client=Scripted(answer).client())) as asker:
            with pytest.raises(EngramError) as caught:
                await asker.recall(engram_id="ctx", query={})
            assert type(caught.value) is kind and caught.value.code == code
            assert str(caught.value) == f"ctx: {words}"
            assert caught.value.outcome == ("unknown" if code in ("internal", "unavailable") else "rejected")

    run(scenario())


def test_an_engram_that_is_too_late_is_silent() -> None:
    async def scenario() -> None:
        engram = RemoteEngram("ctx", client=Scripted(_raises(TimeoutExceededError("late"))).client())
        async with attached(engram) as asker:
            with pytest.raises(EngramTimeout, match="no answer from 'ctx' within 20 ms"):
                await asker.recall(engram_id="ctx", query={}, deadline_ms=20)
        with pytest.raises(EngramTimeout, match="engram 'ctx' did not answer in time: late"):
            await engram.recall({})
        await engram.close()

    run(scenario())


@pytest.mark.parametrize(
    ("answer", "code", "entry_id", "version"),
    [
        (_refusal(409, "version_conflict", engram_id="ctx", op="upsert", id="mem_7", version=4), "version_conflict", "mem_7", 4),
        (_refusal(409, "exists", id="mem_7", version=1), "exists", "mem_7", 1),
        (_refusal(404, "not_found", id=None, version=None), "not_found", None, None),
        (_refusal(413, "too_large"), "too_large", None, None),
        ((502, {"error": "gateway"}), "internal", None, None),
    ],
)
def test_a_refused_imprint(answer: Answer, code: str, entry_id: Optional[str], version: Optional[int]) -> None:
    async def scenario() -> None:
        async with attached(RemoteEngram("ctx", client=Scripted(imprint=answer).client())) as asker:
            receipt = await asker.imprint(engram_id="ctx", op="upsert", entry={}, merge_key="k", await_ack=True)
            assert (receipt.ok, receipt.error_code, receipt.id, receipt.version) == (False, code, entry_id, version)

    run(scenario())

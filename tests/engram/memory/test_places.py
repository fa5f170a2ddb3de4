"""Where records are kept: which arguments go together, who closes what, and that a place keeps what it was given."""

from __future__ import annotations

import asyncio
import pickle
import threading
from pathlib import Path
from typing import Any, Callable, Dict, List, Type, Union

import pytest

from engram import AsyncEngramClient, AsyncMemory, ConfigurationError, EngramClient, Memory
from engram.testing import LiveServer
from engram.transport.local import LaterTransport
from engram.types import FactInput, ScopeInput

from .doors import SCOPE

FACT: FactInput = {"fact_id": "f", "fact_key": "k", "value": 1}

IMPOSSIBLE: List["tuple[Dict[str, Any], str]"] = [
    ({"backend": "oracle"}, "unknown backend 'oracle'"),
    ({"backend": 3}, "unknown backend 3"),
    ({"backend": "postgres"}, "needs one"),
    ({"backend": "MySQL", "database": "engram"}, "needs one"),
    ({"backend": "Postgres", "dsn": "postgres://h/d"}, "no driver"),
    ({"backend": "mysql", "dsn": "mysql://h/d", "in_memory": True}, "in_memory"),
    ({"dsn": "postgres://h/d"}, "dsn and database: go with"),
    ({"database": "engram"}, "dsn and database: go with"),
    ({"api_key": "k"}, "api_key: goes with base_url"),
    ({"base_url": "http://127.0.0.1:1", "api_key": "k", "path": "a.db"}, "only one of them"),
    ({"base_url": "http://127.0.0.1:1", "api_key": "k", "in_memory": True}, "only one of them"),
    ({"base_url": "http://127.0.0.1:1", "backend": "postgres", "dsn": "x"}, "only one of them"),
    ({"base_url": "http://127.0.0.1:1"}, "api_key is required"),
    ({"base_url": "ftp://127.0.0.1:1", "api_key": "k"}, "ftp"),
    ({"client": "http://127.0.0.1:1"}, "client: must be an"),
    ({"path": 5}, "path: must be the path of a file, not 5"),
    ({"path": None}, "path: must be the path of a file, not None"),
    ({"path": b"a.db"}, "path: must be the path of a file, not b'a.db'"),
    ({"path": ""}, "path: must be the path of a file, not ''"),
    ({"path": "a\0b"}, "path: must be the path of a file"),
    ({"in_memory": "yes"}, "in_memory: must be True or False, not 'yes'"),
    ({"base_url": "http://127.0.0.1:1", "api_key": 5}, "api_key: must be a string, not int"),
    ({"base_url": b"http://127.0.0.1:1", "api_key": "k"}, "base_url: must be a string, not bytes"),
]


@pytest.mark.parametrize("kind", [Memory, AsyncMemory])
@pytest.mark.parametrize(("arguments", "message"), IMPOSSIBLE)
def test_what_cannot_work_is_refused_at_once(
    kind: Type[Union[Memory, AsyncMemory]],
    arguments: Dict[str, Any],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=message) as caught:
        kind(**arguments)
    assert caught.value.outcome == "not_sent"
    assert list(tmp_path.iterdir()) == []


def test_a_client_of_the_other_kind_is_refused() -> None:
    with EngramClient(api_key="k") as blocking:
        with pytest.raises(ConfigurationError, match="must be an AsyncEngramClient, not EngramClient"):
            AsyncMemory(client=blocking)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(ConfigurationError, match="must be an EngramClient, not AsyncEngramClient"):
        Memory(client=AsyncEngramClient(api_key="k"))  # type: ignore[arg-type]  # wrong on purpose


def test_the_default_place_is_made_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Memory() as memory:
        memory.upsert_fact(SCOPE, FACT)
    assert (tmp_path / "data" / "engram.db").is_file()


def test_a_file_keeps_what_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "agent.db"
    with Memory(path, backend="SQLite") as memory:
        memory.upsert_fact(SCOPE, FACT)

    async def main() -> List[str]:
        async with AsyncMemory(str(path)) as later:
            return [fact["fact_id"] for fact in await later.list_facts(SCOPE)]

    assert asyncio.run(main()) == ["f"]


@pytest.mark.parametrize("arguments", [{"in_memory": True}, {"path": ":memory:"}], ids=str)
def test_what_is_in_memory_is_in_no_file(
    arguments: Dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Memory(**arguments) as one, Memory(**arguments) as other:
        one.upsert_fact(SCOPE, FACT)
        assert (len(one.list_facts(SCOPE)), other.list_facts(SCOPE)) == (1, [])
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ConfigurationError, match="path: its folder cannot be made"):
        Memory(tmp_path / "file" / "agent.db")


def test_a_foreign_file_is_told_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "foreign.db"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(ConfigurationError):
        Memory(path)

    async def main() -> None:
        async with AsyncMemory(path) as memory:
            for _ in range(2):
                with pytest.raises(ConfigurationError):
                    await memory.get_stm(SCOPE)

    asyncio.run(main())
    assert path.read_bytes() == b"not a database" * 100


# -- who closes what


def test_a_client_that_was_given_stays_open(engram_server: LiveServer) -> None:
    with engram_server.client() as engram:
        with Memory(client=engram) as memory:
            memory.upsert_fact(SCOPE, FACT)
        assert engram.list_buckets() == []
        assert len(Memory(client=engram.with_options(deadline_seconds=60.0)).list_facts(SCOPE)) == 1


def test_so_does_an_asynchronous_one_and_its_threads(engram_server: LiveServer) -> None:
    async def main() -> None:
        async with AsyncEngramClient(base_url=engram_server.url, api_key=engram_server.api_key) as engram:
            async with AsyncMemory(client=engram) as memory:
                await memory.upsert_fact(SCOPE, FACT)
            assert await engram.list_buckets() == []
            assert len(await memory.list_facts(SCOPE)) == 1

    asyncio.run(main())


def test_after_its_end_a_memory_makes_no_call(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    memory = Memory(tmp_path / "agent.db")
    memory.close()
    memory.close()
    with pytest.raises(ConfigurationError, match="the client was closed") as caught:
        memory.get_stm(SCOPE)
    assert caught.value.outcome == "not_sent"
    # It is no failure of the storage, of which the log would tell.
    assert [record for record in caplog.records if record.levelname != "DEBUG"] == []

    async def main() -> None:
        for later in (AsyncMemory(tmp_path / "agent.db"), AsyncMemory(in_memory=True)):
            await later.aclose()
            await later.aclose()
            with pytest.raises(ConfigurationError, match="closed"):
                await later.get_stm(SCOPE)

    asyncio.run(main())


def test_what_was_never_opened_is_closed_and_stays_so(tmp_path: Path) -> None:
    transport = LaterTransport(str(tmp_path / "agent.db"))
    transport.close()
    engram = EngramClient(api_key="k", transport=transport)
    with pytest.raises(ConfigurationError, match="closed"):
        engram.list_buckets()
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_opened_once_however_many_ask(tmp_path: Path) -> None:
    async def main() -> int:
        async with AsyncMemory(tmp_path / "agent.db") as memory:
            await asyncio.gather(
                *(memory.upsert_fact(SCOPE, {**FACT, "fact_id": str(number)}) for number in range(30))
            )
            return len(await memory.list_facts(SCOPE))

    assert asyncio.run(main()) == 30


# -- copies


def test_a_memory_of_a_file_pickles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGRAM_API_KEY", "eng_test_local_development")
    with Memory(tmp_path / "agent.db") as memory:
        memory.upsert_fact(SCOPE, FACT)
        pickled = pickle.dumps(memory)
    with pickle.loads(pickled) as again:
        assert len(again.list_facts(SCOPE)) == 1

    async def main() -> None:
        pickled = pickle.dumps(AsyncMemory(tmp_path / "agent.db", max_concurrency=3))
        async with pickle.loads(pickled) as later:
            assert "3 at once" in repr(later)
            assert len(await later.list_facts(SCOPE)) == 1

    asyncio.run(main())


@pytest.mark.parametrize("make", [lambda: Memory(in_memory=True), lambda: AsyncMemory(in_memory=True)])
def test_what_is_only_in_memory_does_not(make: Callable[[], object]) -> None:
    with pytest.raises(ConfigurationError, match="no file"):
        pickle.dumps(make())


def test_no_key_is_shown() -> None:
    for memory in (Memory(base_url="http://127.0.0.1:1", api_key="eng_canary"), Memory(in_memory=True)):
        assert "eng_" not in repr(memory)
        memory.close()


# -- at once


def test_no_patch_of_eight_threads_is_lost(tmp_path: Path) -> None:
    with Memory(tmp_path / "agent.db") as memory:

        def patch(number: int) -> None:
            for _ in range(25):
                memory.patch_working_state(SCOPE, {"goal": f"of {number}"})

        threads = [threading.Thread(target=patch, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        state = memory.get_working_state(SCOPE)
    assert state is not None and state["state_version"] == 200


def test_no_patch_of_two_hundred_tasks_is_lost(engram_server: LiveServer) -> None:
    async def main() -> int:
        async with AsyncMemory(base_url=engram_server.url, api_key=engram_server.api_key) as memory:
            await asyncio.gather(*(memory.patch_working_state(SCOPE, {"goal": str(n)}) for n in range(200)))
            state = await memory.get_working_state(SCOPE)
            assert state is not None
            return state["state_version"]

    assert asyncio.run(main()) == 200


def test_of_those_who_name_a_version_one_gets_it(tmp_path: Path) -> None:
    async def main() -> int:
        async with AsyncMemory(tmp_path / "agent.db") as memory:
            patches = (memory.patch_working_state(SCOPE, {"goal": str(n)}, if_version=0) for n in range(20))
            results = await asyncio.gather(*patches, return_exceptions=True)
            return sum(isinstance(result, dict) for result in results)

    assert asyncio.run(main()) == 1


def test_a_scope_is_no_part_of_a_servers_tenant(engram_server: LiveServer) -> None:
    """A tenant in a scope is the caller's own word; two of them share nothing."""
    with Memory(base_url=engram_server.url, api_key=engram_server.api_key) as memory:
        memory.upsert_fact(SCOPE, FACT)
        unnamed: ScopeInput = {
            "user_id": SCOPE["user_id"],
            "agent_id": SCOPE["agent_id"],
            "session_id": SCOPE["session_id"],
            "run_id": SCOPE["run_id"],
        }
        assert memory.list_facts(unnamed) == []

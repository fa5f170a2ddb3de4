"""The verbs themselves: each is awaited under the same name, keeps nobody's loop waiting, and its example runs."""

from __future__ import annotations

import asyncio
import inspect
import json
import textwrap
import threading
from pathlib import Path
from typing import Any, Dict, Iterator, List, Set

import pytest

from engram import AsyncEngramClient, AsyncMemory, EngramError, Memory, Next, ProtocolError, Request, Response
from engram.aio_memory import AsyncMemoryVerbs
from engram.memory_verbs import MemoryVerbs
from engram.testing import LiveServer
from tests.engram.aio.support import patient_client, until
from tests.engram.aio.test_loop import _offending, _Watch
from tests.engram.faults.scripted import ScriptedServer, answer_json, stall
from tests.engram.recording import Recording, reply

from .doors import SCOPE, verbs_of

VERBS = verbs_of(MemoryVerbs)


def test_every_verb_is_awaited_under_the_same_name() -> None:
    assert verbs_of(AsyncMemoryVerbs) == VERBS and len(VERBS) == 25
    for name in VERBS:
        one, other = getattr(AsyncMemoryVerbs, name), getattr(MemoryVerbs, name)
        assert inspect.iscoroutinefunction(one)
        assert inspect.signature(one) == inspect.signature(other) and one.__doc__ == other.__doc__
        assert one.__qualname__ == f"AsyncMemoryVerbs.{name}"


def test_both_are_made_with_the_same_arguments() -> None:
    ours = dict(inspect.signature(AsyncMemory).parameters)
    del ours["max_concurrency"], ours["client"]
    theirs = dict(inspect.signature(Memory).parameters)
    del theirs["client"]
    assert ours == theirs
    assert list(theirs)[:5] == ["path", "in_memory", "backend", "dsn", "database"]


def _example(of: object) -> str:
    """Return the indented paragraphs of a docstring as they stand in the source: newer Pythons keep no indentation."""
    lines = inspect.getsource(of).split('"""')[1].splitlines()  # type: ignore[arg-type]  # a function or a class
    margin = len(lines[-1]) + 4
    shown = [line for line in lines if line.startswith(" " * margin)]
    return textwrap.dedent("\n".join(shown[: _first_note(shown)]))


def _first_note(lines: List[str]) -> int:
    """Return where the text under `Raises:` begins, which is indented too."""
    return next((at for at, line in enumerate(lines) if line.strip().startswith("ConfigurationError:")), len(lines))


@pytest.mark.parametrize("name", VERBS)
def test_the_example_of_a_verb_runs(name: str) -> None:
    example = _example(getattr(MemoryVerbs, name))
    assert f"memory.{name}(" in example
    with Memory(in_memory=True) as memory:
        memory.build_memory_packet({"scope": SCOPE, "purpose": "tool"})
        exec(compile(example, name, "exec"), {"memory": memory, "scope": SCOPE})


def test_the_examples_of_the_classes_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for kind in (Memory, AsyncMemory):
        scope: Dict[str, Any] = {"Memory": Memory, "AsyncMemory": AsyncMemory}
        exec("async def main(scope):\n" + textwrap.indent(_example(kind), "    "), scope)
        asyncio.run(scope["main"](SCOPE))


# -- what is said


def test_what_changes_nothing_has_no_key_and_what_changes_something_has() -> None:
    with Recording(lambda sent: reply(json.loads("{}"))) as server:
        with Memory(base_url=server.url, api_key="k") as memory:
            memory.get_stm(SCOPE)
            memory.build_memory_packet({"scope": SCOPE, "purpose": "tool", "persist": False})
            assert not [sent for sent in server.sent if "idempotency-key" in sent.headers]
            server.sent.clear()
            memory.build_memory_packet({"scope": SCOPE, "purpose": "tool"})
            memory.build_memory_packet({"scope": SCOPE, "purpose": "tool", "persist": None})
            memory.delete_stm(SCOPE)
            assert len({sent.headers["idempotency-key"] for sent in server.sent}) == 3


ODD: List[object] = [{}, None, "<html>", {"events": None}, {"deleted": "no"}, {"working_state": None, "stm": None}]


@pytest.mark.parametrize("value", ODD, ids=repr)
def test_a_foreign_answer_is_an_error_of_ours_or_nothing(value: object) -> None:
    with Recording(lambda sent: reply(value)) as server, Memory(base_url=server.url, api_key="k") as memory:
        for call in (
            lambda: memory.list_facts(SCOPE),
            lambda: memory.patch_working_state(SCOPE, {}),
            lambda: memory.update_stm(SCOPE, {}),
        ):
            with pytest.raises(ProtocolError):
                call()
        for harmless in (memory.get_stm, memory.get_working_state, memory.delete_stm):
            try:
                assert harmless(SCOPE) in (None, False, True)
            except EngramError as error:
                assert isinstance(error, ProtocolError)


# -- the loop


async def _every_kind(memory: AsyncMemory) -> None:
    await asyncio.gather(
        *(
            memory.append_event({"event_id": f"e-{number}", "scope": SCOPE, "kind": "message", "payload": "Hi"})
            for number in range(10)
        )
    )
    assert len(await memory.list_events(SCOPE)) == 10
    assert len(await memory.list_events(SCOPE, limit=3, newest=True)) == 3
    await memory.patch_working_state(SCOPE, {"goal": "pack"})
    packet = await memory.build_memory_packet({"scope": SCOPE, "purpose": "planner"})
    assert packet["short_term"]["working_state"]["goal"] == "pack"
    with pytest.raises(EngramError):
        await memory.list_events(SCOPE, limit=-1)


@pytest.fixture(params=["file", "server"])
def kept_in(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Dict[str, Any]]:
    if request.param == "file":
        yield {"path": tmp_path / "agent.db"}
    else:
        server: LiveServer = request.getfixturevalue("engram_server")
        yield {"base_url": server.url, "api_key": server.api_key}


def test_no_request_is_carried_in_the_loops_thread(kept_in: Dict[str, Any]) -> None:
    """Nor is a file opened there, from the first call to the last; a memory is made before, as programs do."""

    async def main() -> None:
        memory = AsyncMemory(**kept_in)
        with _Watch() as called:
            async with memory:
                await _every_kind(memory)
        assert ("aio_crew.py", "run") in called
        # A face is made for each call, and that is all.
        assert _offending(called) == {("memory_verbs.py", "__init__")}

    asyncio.run(main())


def test_to_make_one_opens_nothing(tmp_path: Path) -> None:
    AsyncMemory(tmp_path / "agent.db")
    assert list(tmp_path.iterdir()) == []


def test_a_call_that_is_cancelled_closes_its_connection() -> None:
    async def main() -> None:
        async with patient_client(server.url) as client:
            memory = AsyncMemory(client=client)
            task = asyncio.ensure_future(memory.get_stm(SCOPE))
            await until(lambda: server.received)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            # The one thread that there is, is free again only once the connection is gone.
            assert await memory.get_stm(SCOPE) is None

    with ScriptedServer([stall], [answer_json({"stm": None})]) as server:
        asyncio.run(main())
    assert [one.connection for one in server.received] == [1, 2]


def test_no_more_go_on_at_once_than_may(engram_server: LiveServer) -> None:
    threads: Set[int] = set()

    def note(request: Request, send: Next) -> Response:
        threads.add(threading.get_ident())
        return send(request)

    async def main() -> None:
        async with AsyncEngramClient(
            base_url=engram_server.url, api_key=engram_server.api_key, max_concurrency=2, hooks=[note]
        ) as client:
            await _every_kind(AsyncMemory(client=client))

    asyncio.run(main())
    assert len(threads) == 2

"""Every verb of the client is there as a coroutine, says the same on the wire and returns the same."""

from __future__ import annotations

import asyncio
import inspect
import pickle
import ssl
from typing import Callable, Iterator, List, Set, get_type_hints

import pytest

from engram import AsyncEngramClient, EngramClient, EngramError, RawResponse
from engram.aio import AsyncRawVerbs, AsyncVerbs, ClientArguments
from engram.errors import ConfigurationError, NotFoundError, ValidationError
from engram.raw import RawVerbs
from engram.testing import LiveServer
from engram.transport.base import Next, Request, Response
from engram.verbs import Verbs
from tests.engram.recording import Recording, Reply, reply
from tests.engram.verbs import COMMON, OURS, STREAMS, Verb

KEY = "eng_test_canary_aio"
ITERATED = {"iter_memories"}


@pytest.fixture
def server() -> Iterator[Recording]:
    with Recording() as recording:
        yield recording


def _verbs_of(kind: type) -> Set[str]:
    return {name for name, _ in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}


# -- nothing is missing


def test_every_verb_is_there() -> None:
    assert _verbs_of(AsyncVerbs) == _verbs_of(Verbs) - {"close", "with_options"}
    assert _verbs_of(AsyncRawVerbs) == _verbs_of(RawVerbs)
    public = {name for name, _ in inspect.getmembers(EngramClient) if not name.startswith("_")}
    assert {name for name, _ in inspect.getmembers(AsyncEngramClient) if not name.startswith("_")} == (
        public - {"close"} | {"aclose"}
    )


@pytest.mark.parametrize(("ours", "theirs"), [(AsyncVerbs, Verbs), (AsyncRawVerbs, RawVerbs)])
def test_every_verb_has_the_signature_and_the_words_of_the_sync_one(ours: type, theirs: type) -> None:
    for name in _verbs_of(ours):
        one, other = getattr(ours, name), getattr(theirs, name)
        assert inspect.signature(one) == inspect.signature(other)
        assert one.__doc__ == other.__doc__ and one.__name__ == name
        assert one.__qualname__.endswith(f".{name}") and one.__qualname__.startswith("Async")
        assert inspect.isasyncgenfunction(one) if name in ITERATED else inspect.iscoroutinefunction(one)


def test_the_options_are_those_of_the_sync_client() -> None:
    parameters = inspect.signature(EngramClient.__init__).parameters
    names = set(parameters) - {"self"}
    assert set(ClientArguments.__annotations__) == names
    # Neither module imports `ssl` to declare them.
    scope = {"SSLContext": ssl.SSLContext}
    theirs, ours = get_type_hints(EngramClient.__init__, localns=scope), get_type_hints(ClientArguments, localns=scope)
    assert {name: ours[name] for name in names} == {name: theirs[name] for name in names}
    assert all(parameter.kind is parameter.KEYWORD_ONLY for name, parameter in parameters.items() if name != "self")


# -- each does what it should


@pytest.mark.parametrize("verb", [*COMMON, *OURS], ids=str)
def test_every_verb_says_and_returns_what_the_sync_one_does(verb: Verb, server: Recording) -> None:
    server.script = lambda sent: verb.reply
    with EngramClient(base_url=server.url, api_key=KEY) as engram:
        expected = verb.on(engram)

    async def main() -> None:
        async with AsyncEngramClient(base_url=server.url, api_key=KEY) as engram:
            result = await getattr(engram, verb.name)(*verb.args, **verb.kwargs)
            raw = await getattr(engram.with_raw_response, verb.name)(*verb.args, **verb.kwargs)
            assert isinstance(raw, RawResponse) and raw.status == verb.reply.status
            if verb.name in STREAMS:
                result, raw.data = [event async for event in result], [event async for event in raw.data]
            assert result == raw.data == expected

    asyncio.run(main())
    assert [sent.said for sent in server.sent] == [verb.said] * 3
    assert len({sent.headers["authorization"] for sent in server.sent}) == 1


def test_what_is_composed_of_several_requests(engram_server: LiveServer) -> None:
    progress: List[int] = []

    async def main() -> None:
        async with AsyncEngramClient(base_url=engram_server.url, api_key=engram_server.api_key) as engram:
            contents = (f"Ana told story {n}." for n in range(25))
            outcomes = await engram.store_many(
                contents, "b", dedup="off", chunk_size=10, on_progress=lambda done, failed: progress.append(done)
            )
            assert [outcome.position for outcome in outcomes] == list(range(25))
            assert all(outcome.ok for outcome in outcomes)
            for page_size in (1, 10, 25, 100):
                told = [memory["content"] async for memory in engram.iter_memories("b", page_size=page_size)]
                assert sorted(told) == sorted(f"Ana told story {n}." for n in range(25))
            assert len([memory async for memory in engram.iter_memories("b")]) == 25
            with pytest.raises(ValidationError):
                async for _ in engram.iter_memories("b", page_size=0):
                    raise AssertionError("there is no such page")

    asyncio.run(main())
    assert progress[-1] == 25


def test_a_page_is_not_read_before_it_is_needed(server: Recording) -> None:
    page = {"memories": [{"id": str(n)} for n in range(2)], "total": 6, "next_cursor": "c"}
    server.script = lambda sent: reply(page)

    async def main() -> None:
        async with AsyncEngramClient(base_url=server.url, api_key=KEY) as engram:
            memories = engram.iter_memories(page_size=2)
            assert server.sent == []
            assert [(await memories.__anext__())["id"] for _ in range(2)] == ["0", "1"]
            assert len(server.sent) == 1
            await memories.__anext__()
            assert len(server.sent) == 2

    asyncio.run(main())


def test_a_refusal_is_raised_as_ever(server: Recording) -> None:
    server.script = lambda sent: reply({"error": "Bucket not found"}, 404)

    async def main() -> None:
        async with AsyncEngramClient(base_url=server.url, api_key=KEY) as engram:
            with pytest.raises(NotFoundError):
                await engram.list_memories("nobody")
            with pytest.raises(EngramError) as caught:
                await engram.delete_memory("")
            assert caught.value.outcome == "not_sent"
            with pytest.raises(ValidationError, match="deadline_seconds"):
                await engram.list_buckets(deadline_seconds="1")  # type: ignore[arg-type]  # wrong on purpose
            with pytest.raises(TypeError, match="positional"):
                await engram.list_buckets(1)  # type: ignore[call-arg]  # wrong on purpose

    asyncio.run(main())
    assert len(server.sent) == 1


def test_the_same_in_this_process() -> None:
    async def main() -> None:
        async with AsyncEngramClient.local() as engram:
            await asyncio.gather(*(engram.store_memory(f"Ana has cat {n}.", dedup="off") for n in range(20)))
            assert len([memory async for memory in engram.iter_memories()]) == 20
            events = [event async for event in await engram.query_stream("What has Ana?")]
            assert events[-1]["type"] == "done" and "Ana has cat" in events[-1]["answer"]

    asyncio.run(main())


# -- the client itself


def test_options_hooks_and_copies(server: Recording) -> None:
    seen: List[str] = []

    def look(request: Request, send: Next) -> Response:
        seen.append(request.target)
        return send(request)

    server.script = lambda sent: reply({"buckets": []})

    async def main() -> None:
        async with AsyncEngramClient(base_url=server.url, api_key=KEY, headers={"X-Team": "a"}) as engram:
            hooked = engram.with_options(hooks=[look])
            assert type(hooked) is AsyncEngramClient and hooked.hooks == (look,) and engram.hooks == ()
            await hooked.list_buckets()
            await hooked.with_raw_response.list_buckets()
            await engram.list_buckets()
            assert KEY not in repr(engram) and server.url in repr(engram)
        for one in (hooked, engram):
            with pytest.raises(ConfigurationError, match="closed"):
                await one.list_buckets()

    asyncio.run(main())
    assert seen == ["/v1/buckets"] * 2
    assert {sent.headers["x-team"] for sent in server.sent} == {"a"}


@pytest.mark.parametrize(
    "make",
    [
        lambda: AsyncEngramClient(api_key="k", max_concurrency=0),
        lambda: AsyncEngramClient.local(max_concurrency=-1),
        lambda: AsyncEngramClient(api_key="k", timeout_seconds=-1),
        lambda: AsyncEngramClient(),
    ],
)
def test_what_cannot_work_is_refused_at_once(make: Callable[[], AsyncEngramClient]) -> None:
    with pytest.raises(ConfigurationError):
        make()


def test_a_pickled_client_has_no_key_and_its_own_threads(server: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    server.script = lambda sent: reply({"buckets": []})
    engram = AsyncEngramClient(base_url=server.url, api_key=KEY, max_concurrency=3)
    pickled = pickle.dumps(engram)
    assert KEY.encode() not in pickled
    monkeypatch.setenv("ENGRAM_API_KEY", "eng_test_other")

    async def main() -> None:
        async with pickle.loads(pickled) as again:
            assert await again.list_buckets() == []
            assert "3 at once" in repr(again)

    asyncio.run(main())
    assert server.sent[0].headers["authorization"] == "Bearer eng_test_other"


def test_an_answer_without_a_body_is_no_result(server: Recording) -> None:
    server.script = lambda sent: Reply(204, b"", ())

    async def main() -> None:
        async with AsyncEngramClient(base_url=server.url, api_key=KEY) as engram:
            await engram.delete_bucket("b")

    asyncio.run(main())
    assert server.sent[0].said == ("DELETE", "/v1/buckets/b", None)

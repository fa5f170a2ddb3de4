"""AsyncEngramClient: the verbs of the client as coroutines. Not one of them is written here a second time.

Each is taken over from `verbs` with its signature and its words; what it adds is a thread of the client's crew to run
on, and a `Stop` by which the request ends when nobody waits for it any more.
"""

from __future__ import annotations

import functools
import inspect
import itertools
import os
from typing import (
    TYPE_CHECKING,
    AsyncIterator,
    Callable,
    Coroutine,
    Generic,
    Iterator,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    Type,
    TypedDict,
    TypeVar,
    Union,
    cast,
)

from .aio_crew import Crew
from .aio_stream import AsyncQueryStream
from .client import EngramClient
from .core import deadline_of, stoppable
from .raw import RawResponse, RawVerbs
from .stream import QueryStream
from .transport.base import Hook, Transport
from .transport.deadline import Deadline
from .transport.stop import Stop
from .verbs import Verbs

if TYPE_CHECKING:
    from ssl import SSLContext

    from typing_extensions import Concatenate, ParamSpec, Unpack

    P = ParamSpec("P")

T = TypeVar("T")
# The blocking face that is made awaitable.
F = TypeVar("F")
Known = TypeVar("Known", bound=Callable[..., object])
A = TypeVar("A", bound="AsyncEngramClient")

# Enough to keep a server's group commit busy, and fewer than the 32 requests at which it tells a tenant to wait.
DEFAULT_MAX_CONCURRENCY = 24
# Calls in this process compute on its one interpreter: more threads do no more, and each may keep the loop waiting.
LOCAL_MAX_CONCURRENCY = 4

# How many memories are handed to the loop at a time where nothing is said of pages: a page of `iter_memories`.
_ITEMS_AT_ONCE = 100


class ClientArguments(TypedDict, total=False):
    """What `EngramClient` takes."""

    api_key: Optional[str]
    base_url: Optional[str]
    timeout_seconds: Optional[float]
    stream_timeout_seconds: Optional[float]
    max_retries_on_429: int
    max_retries: int
    deadline_seconds: Optional[float]
    max_response_bytes: int
    headers: Optional[Mapping[str, str]]
    hooks: Sequence[Hook]
    proxy: Optional[str]
    ssl_context: "Optional[SSLContext]"
    transport: Optional[Transport]


class AsyncFace(Generic[F]):
    """A face that blocks, seen from an event loop: `face(client)` is the one that blocks, made for each call."""

    def __init__(self, client: EngramClient, crew: Crew, face: Callable[[EngramClient], F]) -> None:
        self._client = client
        self._crew = crew
        self._face = face

    def _stoppable(self, stop: Stop) -> F:
        return self._face(stoppable(self._client, stop))

    def __getstate__(self) -> "Tuple[EngramClient, int, Callable[[EngramClient], F]]":
        """Return what is pickled: everything but the API key, which is read from the environment again."""
        return self._client, self._crew.limit, self._face

    def __setstate__(self, state: "Tuple[EngramClient, int, Callable[[EngramClient], F]]") -> None:
        client, limit, face = state
        AsyncFace.__init__(self, client, Crew(limit), face)


def awaitable(
    method: "Callable[Concatenate[F, P], T]",
) -> "Callable[Concatenate[AsyncFace[F], P], Coroutine[object, object, T]]":
    """Return a method of a face as a coroutine. Its `deadline_seconds` counts the wait for a thread as well."""
    begun = _begun(method)

    async def call(self: AsyncFace[F], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await begun(self, Stop(), *args, **kwargs)

    return _known_as(method, call)


def _begun(
    method: "Callable[Concatenate[F, P], T]",
) -> "Callable[Concatenate[AsyncFace[F], Stop, P], Coroutine[object, object, T]]":
    bounded = "deadline_seconds" in inspect.signature(method).parameters

    def call(self: AsyncFace[F], stop: Stop, /, *args: P.args, **kwargs: P.kwargs) -> Coroutine[object, object, T]:
        face, seconds = self._stoppable(stop), None
        if bounded:
            seconds = deadline_of(self._client, cast(Optional[float], kwargs.get("deadline_seconds")))
        if seconds is None:
            return self._crew.run(functools.partial(method, face, *args, **kwargs), stop)
        deadline = Deadline(seconds)

        def work() -> T:
            kwargs["deadline_seconds"] = max(0.0, deadline.remaining())
            return method(face, *args, **kwargs)

        return self._crew.run(work, stop, seconds)

    return call


def _known_as(method: Callable[..., object], call: Known) -> Known:
    functools.update_wrapper(call, method, assigned=("__name__", "__doc__"))
    # What a warning of a coroutine that nobody awaited shows.
    call.__qualname__ = f"Async{method.__qualname__}"
    return call


def _streaming(
    method: "Callable[Concatenate[F, P], QueryStream]",
) -> "Callable[Concatenate[AsyncFace[F], P], Coroutine[object, object, AsyncQueryStream]]":
    begun = _begun(method)

    async def call(self: AsyncFace[F], /, *args: P.args, **kwargs: P.kwargs) -> AsyncQueryStream:
        stop = Stop()
        return AsyncQueryStream(await begun(self, stop, *args, **kwargs), self._crew, stop)

    return _known_as(method, call)


def _iterated(
    method: "Callable[Concatenate[F, P], Iterator[T]]",
) -> "Callable[Concatenate[AsyncFace[F], P], AsyncIterator[T]]":
    async def call(self: AsyncFace[F], /, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
        stop = Stop()
        items = method(self._stoppable(stop), *args, **kwargs)
        page_size = kwargs.get("page_size")
        at_once = page_size if isinstance(page_size, int) and page_size > 0 else _ITEMS_AT_ONCE
        while True:
            some = await self._crew.run(lambda: list(itertools.islice(items, at_once)), stop)
            for item in some:
                yield item
            if len(some) < at_once:
                return

    return _known_as(method, call)


def _raw_streaming(
    method: "Callable[Concatenate[F, P], RawResponse[QueryStream]]",
) -> "Callable[Concatenate[AsyncFace[F], P], Coroutine[object, object, RawResponse[AsyncQueryStream]]]":
    begun = _begun(method)

    async def call(self: AsyncFace[F], /, *args: P.args, **kwargs: P.kwargs) -> RawResponse[AsyncQueryStream]:
        stop = Stop()
        raw = await begun(self, stop, *args, **kwargs)
        return RawResponse(AsyncQueryStream(raw.data, self._crew, stop), raw)

    return _known_as(method, call)


def _derived(
    method: "Callable[Concatenate[EngramClient, P], EngramClient]",
) -> "Callable[Concatenate[A, P], A]":
    def call(self: A, /, *args: P.args, **kwargs: P.kwargs) -> A:
        return _over(type(self), method(self._client, *args, **kwargs), self._crew)

    return _known_as(method, call)


class AsyncVerbs(AsyncFace[Verbs]):
    """Every verb of the API, to be awaited."""

    store_memory = awaitable(Verbs.store_memory)
    store_memories = awaitable(Verbs.store_memories)
    store_many = awaitable(Verbs.store_many)
    list_memories = awaitable(Verbs.list_memories)
    iter_memories = _iterated(Verbs.iter_memories)
    get_memory = awaitable(Verbs.get_memory)
    update_memory = awaitable(Verbs.update_memory)
    delete_memory = awaitable(Verbs.delete_memory)
    clear_memories = awaitable(Verbs.clear_memories)
    query = awaitable(Verbs.query)
    query_stream = _streaming(Verbs.query_stream)
    list_buckets = awaitable(Verbs.list_buckets)
    create_bucket = awaitable(Verbs.create_bucket)
    delete_bucket = awaitable(Verbs.delete_bucket)
    get_profile = awaitable(Verbs.get_profile)
    regenerate_profile = awaitable(Verbs.regenerate_profile)


class AsyncRawVerbs(AsyncFace[RawVerbs]):
    """What `client.with_raw_response` returns."""

    store_memory = awaitable(RawVerbs.store_memory)
    store_memories = awaitable(RawVerbs.store_memories)
    list_memories = awaitable(RawVerbs.list_memories)
    get_memory = awaitable(RawVerbs.get_memory)
    update_memory = awaitable(RawVerbs.update_memory)
    delete_memory = awaitable(RawVerbs.delete_memory)
    clear_memories = awaitable(RawVerbs.clear_memories)
    query = awaitable(RawVerbs.query)
    query_stream = _raw_streaming(RawVerbs.query_stream)
    list_buckets = awaitable(RawVerbs.list_buckets)
    create_bucket = awaitable(RawVerbs.create_bucket)
    delete_bucket = awaitable(RawVerbs.delete_bucket)
    get_profile = awaitable(RawVerbs.get_profile)
    regenerate_profile = awaitable(RawVerbs.regenerate_profile)


class AsyncEngramClient(AsyncVerbs):
    """`EngramClient` for an event loop: the same options, and the same verbs as coroutines.

    `iter_memories` is an asynchronous iterator, `query_stream` a coroutine that returns one:

        async with AsyncEngramClient(base_url="http://127.0.0.1:8377", api_key=key) as engram:
            await engram.store_memory("User prefers dark mode.", "user-123")
            async for event in await engram.query_stream("Which mode?", buckets=["user-123"]):
                ...
            async for memory in engram.iter_memories("user-123"):
                ...

    Calls run on up to `max_concurrency` threads of the client's own, so hooks and `store_many`'s contents and
    `on_progress` do too; more calls wait for their turn, and that counts towards their deadline. A call that is
    cancelled closes its connection at once. The server may have acted on it, as on one whose deadline passed.

    Safe across threads and forks, and in several event loops, one after another or at once.

    Raises:
        ConfigurationError: as `EngramClient`; or `max_concurrency` is less than 1.
    """

    def __init__(
        self, *, max_concurrency: int = DEFAULT_MAX_CONCURRENCY, **options: "Unpack[ClientArguments]"
    ) -> None:
        super().__init__(EngramClient(**options), Crew(max_concurrency), _itself)

    @classmethod
    def local(
        cls: Type[A],
        path: "Union[str, os.PathLike[str], None]" = None,
        *,
        max_concurrency: int = LOCAL_MAX_CONCURRENCY,
    ) -> A:
        """Return a client with the reference server in this process, as `EngramClient.local` does.

        The first call opens the database, and raises what is wrong with it. A call that is cancelled is not waited
        for, but does end its work.

            engram = AsyncEngramClient.local("engram.db")
        """
        return _over(cls, local_client(path), Crew(max_concurrency))

    with_options = _derived(EngramClient.with_options)

    @property
    def with_raw_response(self) -> AsyncRawVerbs:
        """The same verbs, each returning a `RawResponse`: the result with status, headers and request id.

            raw = await engram.with_raw_response.list_buckets()
            print(raw.status, raw.headers["content-type"], raw.data)
        """
        return AsyncRawVerbs(self._client, self._crew, RawVerbs)

    @property
    def hooks(self) -> Tuple[Hook, ...]:
        """The hooks that wrap each attempt, the outermost first. They run on the client's threads."""
        return self._client.hooks

    async def aclose(self) -> None:
        """Wait for the calls that were begun, then end the threads and close the connections.

        A later call is a `ConfigurationError`. Safe to call again.
        """
        await self._crew.close(self._client.close)

    async def __aenter__(self: A) -> A:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._crew.limit} at once, like {self._client!r}>"


def local_client(path: "Union[str, os.PathLike[str], None]") -> EngramClient:
    """Return a client with the reference server in this process that opens its database with the first call."""
    from .transport.local import open_later

    transport, api_key = open_later(path)
    return EngramClient(api_key=api_key, transport=transport)


def _itself(client: EngramClient) -> Verbs:
    return client


def _over(kind: Type[A], client: EngramClient, crew: Crew) -> A:
    made = kind.__new__(kind)
    AsyncFace.__init__(made, client, crew, _itself)
    return made

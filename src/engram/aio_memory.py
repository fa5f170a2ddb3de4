"""AsyncMemory: the verbs of `Memory` as coroutines. Each is taken over from `memory_verbs`, as in `aio`."""

from __future__ import annotations

from typing import Optional, TypeVar

from .aio import DEFAULT_MAX_CONCURRENCY, LOCAL_MAX_CONCURRENCY, AsyncEngramClient, AsyncFace, awaitable, local_client
from .aio_crew import Crew
from .memory import DEFAULT_PATH, PathArgument, Place, close_when_dropped
from .memory_verbs import MemoryVerbs

M = TypeVar("M", bound="AsyncMemory")


class AsyncMemoryVerbs(AsyncFace[MemoryVerbs]):
    """Every verb, to be awaited."""

    append_event = awaitable(MemoryVerbs.append_event)
    list_events = awaitable(MemoryVerbs.list_events)
    delete_event = awaitable(MemoryVerbs.delete_event)
    patch_working_state = awaitable(MemoryVerbs.patch_working_state)
    get_working_state = awaitable(MemoryVerbs.get_working_state)
    delete_working_state = awaitable(MemoryVerbs.delete_working_state)
    update_stm = awaitable(MemoryVerbs.update_stm)
    get_stm = awaitable(MemoryVerbs.get_stm)
    delete_stm = awaitable(MemoryVerbs.delete_stm)
    upsert_fact = awaitable(MemoryVerbs.upsert_fact)
    list_facts = awaitable(MemoryVerbs.list_facts)
    delete_fact = awaitable(MemoryVerbs.delete_fact)
    append_episode = awaitable(MemoryVerbs.append_episode)
    list_episodes = awaitable(MemoryVerbs.list_episodes)
    delete_episode = awaitable(MemoryVerbs.delete_episode)
    upsert_procedure = awaitable(MemoryVerbs.upsert_procedure)
    list_procedures = awaitable(MemoryVerbs.list_procedures)
    delete_procedure = awaitable(MemoryVerbs.delete_procedure)
    append_insight = awaitable(MemoryVerbs.append_insight)
    list_insights = awaitable(MemoryVerbs.list_insights)
    delete_insight = awaitable(MemoryVerbs.delete_insight)
    build_memory_packet = awaitable(MemoryVerbs.build_memory_packet)
    write_context_build = awaitable(MemoryVerbs.write_context_build)
    list_context_builds = awaitable(MemoryVerbs.list_context_builds)
    delete_context_build = awaitable(MemoryVerbs.delete_context_build)


class AsyncMemory(AsyncMemoryVerbs):
    """`Memory` for an event loop: the same places, and the same verbs as coroutines.

    A file is opened by the first call, which raises what is wrong with it. Calls run on up to `max_concurrency`
    threads (4 in this process, 24 for a server), those of `client` where one is given; more wait for their turn. A
    call that is cancelled closes its connection at once; in this process it goes on to its end, and nobody waits for
    it.

        async with AsyncMemory("agent.db") as memory:
            await memory.append_event({"event_id": "e-1", "scope": scope, "kind": "message", "payload": "Hello"})
            events = await memory.list_events(scope, limit=20, newest=True)

    Raises:
        ConfigurationError: as `Memory`; or `max_concurrency` is less than 1.
    """

    _borrowed = False

    def __init__(
        self,
        path: PathArgument = DEFAULT_PATH,
        in_memory: bool = False,
        backend: str = "sqlite",
        dsn: Optional[str] = None,
        database: Optional[str] = None,
        *,
        client: Optional[AsyncEngramClient] = None,
        base_url: Optional[str] = None,
        api_key: Optional[str] = None,
        max_concurrency: Optional[int] = None,
    ) -> None:
        place = Place(path, in_memory, backend, dsn, database, client, base_url, api_key).checked(AsyncEngramClient)
        if client is None:
            default = LOCAL_MAX_CONCURRENCY if base_url is None else DEFAULT_MAX_CONCURRENCY
            crew = Crew(default if max_concurrency is None else max_concurrency)
            super().__init__(place.opened(local_client), crew, MemoryVerbs)
            close_when_dropped(self, self._client)
        else:
            super().__init__(client._client, client._crew, MemoryVerbs)
            self._borrowed = True

    async def aclose(self) -> None:
        """Wait for the calls that were begun, then close the file or the connections; not a client that was given.

        A later call is a `ConfigurationError`. Safe to call again.
        """
        if not self._borrowed:
            await self._crew.close(self._client.close)

    async def __aenter__(self: M) -> M:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._crew.limit} at once, of {self._client!r}>"

"""The four engrams that keep what is imprinted: one adapter over the Engram server's API, and four ways to reach it.

In memory and in a file the server runs in this process, off the event loop; a remote one is asked over HTTP. What
matches, what is merged and what is refused is decided there, so it is the same for all.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from typing import Dict, Iterator, List, Optional, Union, cast

from ..aio import DEFAULT_MAX_CONCURRENCY
from ..aio_crew import Crew
from ..client import EngramClient
from ..errors import ConfigurationError, ConnectionFailedError, EngramError, TimeoutExceededError, words_of_body
from ..memory import close_when_dropped
from ..transport.local import open_local
from ..transport.stop import Stop
from ..types import EntryVersion, ImprintBody, RecallBody, Recalled
from ..types.wire import JsonObject
from .engram import Engram, Origin
from .errors import EngramTimeout, EngramUnavailable, refusal
from .requests import seconds_of
from .results import Hit, ImprintReceipt, RecallResult, TraceEnd
from .signals import Clock
from .verbs import AsyncEngramVerbs, EngramVerbs

# What a RECALL says that is of its sender's concern alone.
_OF_THE_SENDER = ("recall_mode", "deadline_ms", "context_ref")


class StoredEngram(Engram):
    """An engram kept by an Engram server. It opens with its first use, or with the Dendrite that hosts it."""

    def __init__(self, engram_id: str, engram_kind: Optional[str]) -> None:
        super().__init__(engram_id, engram_kind)
        self._lock = threading.Lock()
        self._client: Optional[EngramClient] = None
        self._crew: Optional[Crew] = None
        self._verbs: Optional[AsyncEngramVerbs] = None

    def _connect(self) -> EngramClient:
        """Return a client of the server. Called on a thread."""
        raise NotImplementedError

    def _disconnect(self, client: EngramClient) -> None:
        client.close()

    # -- what a Dendrite calls

    async def open(self) -> None:
        """Open the database, or reach the server.

        Raises:
            EngramUnavailable: it cannot be opened, or is of another kind.
        """
        await self._opened()

    async def _opened(self) -> AsyncEngramVerbs:
        if self._verbs is None:
            if self._crew is None:
                self._crew = Crew(DEFAULT_MAX_CONCURRENCY)
            try:
                client = await self._crew.run(self._connected, Stop())
            except EngramError as error:
                raise EngramUnavailable(f"engram {self.engram_id!r} cannot be opened: {error}") from error
            self._verbs = AsyncEngramVerbs(client, self._crew, EngramVerbs)
        return self._verbs

    def _connected(self) -> EngramClient:
        # Of several that come at once on different threads one opens; the others have the same client.
        with self._lock:
            if self._client is None:
                client = self._connect()
                try:
                    EngramVerbs(client).register(self.engram_id, {"kind": self.engram_kind})
                except EngramError:
                    self._disconnect(client)
                    raise
                self._client = client
            return self._client

    async def close(self) -> None:
        """Wait for what was begun and close the database, or the connections. What is in memory only is forgotten."""
        crew, self._crew, self._verbs = self._crew, None, None
        if crew is not None:
            await crew.close(self._release)

    def _release(self) -> None:
        with self._lock:
            client, self._client = self._client, None
            if client is not None:
                self._disconnect(client)

    async def answer(self, payload: JsonObject) -> RecallResult:
        """Ask the server."""
        verbs = await self._opened()
        body = {name: value for name, value in payload.items() if name not in _OF_THE_SENDER}
        with self._refusals():
            found = await verbs.recall(self.engram_id, cast(RecallBody, body), deadline_seconds=seconds_of(payload))
        return _result(found)

    async def write(self, payload: JsonObject, origin: Origin) -> ImprintReceipt:
        """Have the server write."""
        verbs = await self._opened()
        body: Dict[str, object] = {name: value for name, value in payload.items() if name != "deadline_ms"}
        body.setdefault("idempotency_key", origin.signal_id)
        body.update(trace_id=origin.trace_id, author=origin.author)
        try:
            receipt = await verbs.imprint(self.engram_id, cast(ImprintBody, body), deadline_seconds=seconds_of(payload))
        except EngramError as error:
            return self._refused_receipt(str(payload["op"]), error)
        return ImprintReceipt.of(cast(JsonObject, receipt))

    async def end_trace(self, trace_id: str, *, rollback: bool) -> TraceEnd:
        """Keep the writes of a trace for good, or take them back."""
        verbs = await self._opened()
        with self._refusals():
            if not rollback:
                await verbs.commit_trace(trace_id)
                return TraceEnd(trace_id)
            done = await verbs.roll_back_trace(trace_id)
        return TraceEnd(trace_id, tuple(done["restored"]), tuple(done["conflicts"]))

    # -- what only a stored engram has

    async def history(self, entry_id: str) -> List[EntryVersion]:
        """Return the prior versions of an entry, the newest first."""
        verbs = await self._opened()
        with self._refusals():
            return (await verbs.history(self.engram_id, entry_id))["versions"]

    async def purge(self, entry_id: Optional[str] = None, *, before: Optional[str] = None) -> int:
        """Forget prior versions, of one entry or of all, replaced before a moment (RFC 3339); return how many."""
        verbs = await self._opened()
        with self._refusals():
            return (await verbs.purge(self.engram_id, {"id": entry_id, "before": before}))["purged"]

    async def count(self) -> int:
        """Return how many entries there are."""
        verbs = await self._opened()
        with self._refusals():
            return (await verbs.info(self.engram_id))["entry_count"]

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except EngramError as error:
            raise self._refused(error) from error

    def _refused(self, error: EngramError) -> EngramError:
        if isinstance(error, TimeoutExceededError):
            return EngramTimeout(f"engram {self.engram_id!r} did not answer in time: {error}", (self.engram_id,))
        return refusal(self.engram_id, _code_of(error), _words_of(error))

    def _refused_receipt(self, op: str, error: EngramError) -> ImprintReceipt:
        if isinstance(error, TimeoutExceededError):
            raise self._refused(error) from error
        details = error.body.get("details") if isinstance(error.body, dict) else None
        told = details if isinstance(details, dict) else {}
        found, version = told.get("id"), told.get("version")
        return ImprintReceipt(
            self.engram_id,
            op,
            found if isinstance(found, str) else None,
            version if isinstance(version, int) else None,
            error=_words_of(error),
            error_code=_code_of(error),
        )


def _code_of(error: EngramError) -> str:
    return error.code or ("unavailable" if isinstance(error, ConnectionFailedError) else "internal")


def _words_of(error: EngramError) -> str:
    """Return what the server said: that it said so over HTTP, or as if, is no concern of whoever asks an engram."""
    return words_of_body(error.body)[0] if error.code and isinstance(error.body, dict) else str(error)


def _result(found: Recalled) -> RecallResult:
    return RecallResult(
        [Hit(hit["id"], _shown(cast(JsonObject, hit["entry"])), hit["score"], found["engram_id"]) for hit in found["hits"]],
        (found["engram_id"],),
        found["truncated"],
        found["took_ms"],
        next=found["next_cursor"],
    )


def _shown(entry: JsonObject) -> JsonObject:
    """Return an entry with its data among its keys as well; where both have a key, it is the entry's own."""
    content, fields = entry["content"], entry.pop("fields")
    data = content if isinstance(content, dict) else {}
    more = fields if isinstance(fields, dict) else {}
    own = {key: value for key, value in entry.items() if value is not None and (key != "meta" or value)}
    return {**data, **more, "content": content, **own}


class InMemoryEngram(StoredEngram):
    """Kept in memory until it is closed.

        host.attach_engram(InMemoryEngram(engram_id="ctx", engram_kind="context"))
    """

    def __init__(
        self, engram_id: str, engram_kind: Optional[str] = None, *, clock: Clock = time.time
    ) -> None:
        super().__init__(engram_id, engram_kind)
        self._clock = clock

    def _connect(self) -> EngramClient:
        return _local_client(self, None, self._clock)


class SqliteEngram(StoredEngram):
    """Kept in a SQLite file, which `engram-server --db` and `EngramClient.local` open as well.

        host.attach_engram(SqliteEngram(engram_id="ctx", engram_kind="context", path="./engram.db"))
    """

    def __init__(
        self,
        engram_id: str,
        engram_kind: Optional[str] = None,
        *,
        path: "Union[str, os.PathLike[str]]" = ":memory:",
        clock: Clock = time.time,
    ) -> None:
        super().__init__(engram_id, engram_kind)
        self._path = path
        self._clock = clock

    def _connect(self) -> EngramClient:
        return _local_client(self, self._path, self._clock)


class RemoteEngram(StoredEngram):
    """Kept by an Engram server: that of `base_url`, or of a client of yours, which stays open.

        host.attach_engram(RemoteEngram(engram_id="ctx", base_url="http://127.0.0.1:8377", api_key=key))

    Without either, and without `api_key`, the environment says which server and which key, as for `EngramClient`.
    """

    def __init__(
        self,
        engram_id: str,
        engram_kind: Optional[str] = None,
        *,
        client: Optional[EngramClient] = None,
        base_url: Optional[str] = None,
        api_key: Optional[str] = None,
    ) -> None:
        super().__init__(engram_id, engram_kind)
        self._given = client
        self._base_url = base_url
        self._api_key = api_key

    def _connect(self) -> EngramClient:
        return self._given or EngramClient(base_url=self._base_url, api_key=self._api_key)

    def _disconnect(self, client: EngramClient) -> None:
        if client is not self._given:
            client.close()


class PostgresEngram(StoredEngram):
    """Kept in PostgreSQL. This version has no driver for it: it can be made, and opening it says so."""

    def __init__(self, engram_id: str, engram_kind: Optional[str] = None, *, dsn: str) -> None:
        super().__init__(engram_id, engram_kind)
        self._dsn = dsn

    def _connect(self) -> EngramClient:
        raise ConfigurationError(
            "there is no PostgreSQL driver in this version; SqliteEngram and RemoteEngram keep memories as well",
            outcome="not_sent",
        )


def _local_client(
    owner: StoredEngram, path: "Union[str, os.PathLike[str], None]", clock: Clock
) -> EngramClient:
    transport, api_key = open_local(path, clock)
    client = EngramClient(api_key=api_key, transport=transport)
    close_when_dropped(owner, client)
    return client

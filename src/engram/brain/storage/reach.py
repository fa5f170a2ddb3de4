"""How a storage reaches its server: a client, threads that keep the event loop free, and the brain that is meant.

In this process, in a file or over HTTP it is the same: what differs is the client that is handed in.
"""

from __future__ import annotations

import functools
import json
from typing import Callable, Mapping, Optional, Sequence, TypeVar
from urllib.parse import quote

from ...aio import DEFAULT_MAX_CONCURRENCY
from ...aio_crew import Crew
from ...calls import Call
from ...calls_brain import ABOUT_A_BRAIN, BRAIN_HEADER, HEALTH
from ...client import EngramClient
from ...core import stoppable
from ...errors import ConfigurationError, NotFoundError
from ...memory import close_when_dropped
from ...paths import QueryValue, checked_name
from ...transport.stop import Stop

T = TypeVar("T")
R = TypeVar("R", bound="Reach")


# A brain goes out whole; what nobody could hold in memory anyway is still refused.
_MAX_RESPONSE_BYTES = 1024**3


class Reach:
    """Makes calls about one brain, and is closed."""

    def __init__(
        self,
        client: EngramClient,
        brain_id: Optional[str] = None,
        *,
        max_concurrency: int = DEFAULT_MAX_CONCURRENCY,
    ) -> None:
        self._client = client.with_options(max_response_bytes=_MAX_RESPONSE_BYTES)
        self._crew = Crew(max_concurrency)
        self._brain_id: Optional[str] = None
        if brain_id is not None:
            self.set_brain(brain_id)
        close_when_dropped(self, client)

    # -- the brain that is meant

    def set_brain(self, brain_id: str) -> None:
        """Mean a brain in all that follows. It need not exist yet.

            storage.set_brain("garden")

        Raises:
            ValidationError: this can be no id.
        """
        self._brain_id = checked_name(brain_id, "brain_id")

    @property
    def brain_id(self) -> str:
        """The id of the brain that is meant.

        Raises:
            ConfigurationError: none is.
        """
        if self._brain_id is None:
            raise ConfigurationError("no brain is meant yet: storage.set_brain(brain.id)", outcome="not_sent")
        return self._brain_id

    # -- opening and closing

    async def initialize(self) -> None:
        """Open the database, or reach the server. What comes first does so as well, if this is left out.

            await storage.initialize()

        Raises:
            ConfigurationError: the database cannot be used.
            ConnectionFailedError: there is no server.
        """
        await self.send(HEALTH)

    async def close(self) -> None:
        """Wait for the calls that were begun, then close the database or the connections. Safe to call again.

        What is only in memory is forgotten. A later call is a `ConfigurationError`.

            await storage.close()
        """
        await self._crew.close(self._client.close)

    async def __aenter__(self: R) -> R:
        await self.initialize()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"

    # -- one way to call

    async def send(
        self,
        call: Call[T],
        path: Optional[Mapping[str, str]] = None,
        *,
        query: Optional[Mapping[str, QueryValue]] = None,
        body: Optional[Mapping[str, object]] = None,
        brain_id: Optional[str] = None,
    ) -> T:
        """Make a call about the brain that is meant, or another."""
        about = call.template.startswith(ABOUT_A_BRAIN)
        headers = {BRAIN_HEADER: quote(brain_id or self.brain_id, safe="")} if about else None
        stop = Stop()
        client = stoppable(self._client, stop)
        work = functools.partial(client._call, call, path or {}, query=query, body=body, headers=headers)
        return await self._crew.run(work, stop)

    async def aside(self, work: Callable[[], T]) -> T:
        """Return what some long work returns, which the event loop does not wait for."""
        return await self._crew.run(work, Stop())

    async def find(
        self, call: Call[T], path: Mapping[str, str], absent: str, *, body: Optional[Mapping[str, object]] = None
    ) -> Optional[T]:
        """Make a call; return None where the server says, with the code `absent`, that there is no such thing."""
        try:
            return await self.send(call, path, body=body)
        except NotFoundError as error:
            if error.code != absent:
                raise
            return None


def strings(values: Sequence[str]) -> str:
    """Return strings as one parameter of a query string."""
    return json.dumps(values, ensure_ascii=False)

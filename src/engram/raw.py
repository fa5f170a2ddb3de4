"""The client's verbs with the HTTP response beside the result.

Each verb is taken over from the client with its signature; what it adds is a hook that keeps the last response.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Generic, List, TypeVar

from .client import EngramClient
from .transport.base import Headers, Next, Request, Response

if TYPE_CHECKING:
    from typing_extensions import Concatenate, ParamSpec

    P = ParamSpec("P")

T = TypeVar("T")


class RawResponse(Generic[T]):
    """A result and the response it came in."""

    __slots__ = ("data", "headers", "status")

    def __init__(self, data: T, response: Response) -> None:
        self.data = data
        self.status = response.status
        self.headers: Headers = response.headers

    @property
    def request_id(self) -> str:
        """What to quote to whoever runs the server."""
        return self.headers.get("x-request-id", "")

    def __repr__(self) -> str:
        return f"<RawResponse {self.status} {self.request_id}>"


def _raw(
    method: "Callable[Concatenate[EngramClient, P], T]",
) -> "Callable[Concatenate[RawClient, P], RawResponse[T]]":
    def call(self: RawClient, /, *args: P.args, **kwargs: P.kwargs) -> RawResponse[T]:
        responses: List[Response] = []

        def keep(request: Request, send: Next) -> Response:
            responses.append(send(request))
            return responses[-1]

        client = self._client.with_options(hooks=(*self._client.hooks, keep))
        return RawResponse(method(client, *args, **kwargs), responses[-1])

    call.__name__, call.__doc__ = method.__name__, method.__doc__
    return call


class RawClient:
    """What `client.with_raw_response` returns."""

    def __init__(self, client: EngramClient) -> None:
        self._client = client

    store_memory = _raw(EngramClient.store_memory)
    store_memories = _raw(EngramClient.store_memories)
    list_memories = _raw(EngramClient.list_memories)
    get_memory = _raw(EngramClient.get_memory)
    update_memory = _raw(EngramClient.update_memory)
    delete_memory = _raw(EngramClient.delete_memory)
    clear_memories = _raw(EngramClient.clear_memories)
    query = _raw(EngramClient.query)
    query_stream = _raw(EngramClient.query_stream)
    list_buckets = _raw(EngramClient.list_buckets)
    create_bucket = _raw(EngramClient.create_bucket)
    delete_bucket = _raw(EngramClient.delete_bucket)
    get_profile = _raw(EngramClient.get_profile)
    regenerate_profile = _raw(EngramClient.regenerate_profile)

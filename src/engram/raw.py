"""The client's verbs with the HTTP response beside the result.

Each verb is taken over from the client with its signature; what it adds is a hook that keeps the last response.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Callable, Generic, List, Protocol, TypeVar

from .transport.base import Headers, Next, Request, Response
from .verbs import Verbs

if TYPE_CHECKING:
    from typing_extensions import Concatenate, ParamSpec

    P = ParamSpec("P")

T = TypeVar("T")


class _Answered(Protocol):
    status: int
    headers: Headers


class RawResponse(Generic[T]):
    """A result and the response it came in."""

    __slots__ = ("data", "headers", "status")

    def __init__(self, data: T, response: _Answered) -> None:
        self.data = data
        self.status = response.status
        self.headers = response.headers

    @property
    def request_id(self) -> str:
        """What to quote to whoever runs the server."""
        return self.headers.get("x-request-id", "")

    def __repr__(self) -> str:
        return f"<RawResponse {self.status} {self.request_id}>"


def _raw(
    method: "Callable[Concatenate[Verbs, P], T]",
) -> "Callable[Concatenate[RawVerbs, P], RawResponse[T]]":
    def call(self: RawVerbs, /, *args: P.args, **kwargs: P.kwargs) -> RawResponse[T]:
        responses: List[Response] = []

        def keep(request: Request, send: Next) -> Response:
            responses.append(send(request))
            return responses[-1]

        client = self._client.with_options(hooks=(*self._client.hooks, keep))
        return RawResponse(method(client, *args, **kwargs), responses[-1])

    functools.update_wrapper(call, method, assigned=("__name__", "__doc__"))
    call.__qualname__ = f"Raw{method.__qualname__}"
    return call


class RawVerbs:
    """What `client.with_raw_response` returns."""

    def __init__(self, client: Verbs) -> None:
        self._client = client

    store_memory = _raw(Verbs.store_memory)
    store_memories = _raw(Verbs.store_memories)
    list_memories = _raw(Verbs.list_memories)
    get_memory = _raw(Verbs.get_memory)
    update_memory = _raw(Verbs.update_memory)
    delete_memory = _raw(Verbs.delete_memory)
    clear_memories = _raw(Verbs.clear_memories)
    query = _raw(Verbs.query)
    query_stream = _raw(Verbs.query_stream)
    list_buckets = _raw(Verbs.list_buckets)
    create_bucket = _raw(Verbs.create_bucket)
    delete_bucket = _raw(Verbs.delete_bucket)
    get_profile = _raw(Verbs.get_profile)
    regenerate_profile = _raw(Verbs.regenerate_profile)

"""What a route is: one line of data, and a handler from a checked call to a reply.

A handler that only reads replies at once. A handler that writes returns a `Write`: what is left to do inside the
store's transaction. The App runs it, so that the reply and its idempotency record are committed with the write.
"""

from __future__ import annotations

from typing import Callable, Dict, Hashable, List, Mapping, NamedTuple, Optional, Tuple, Union

from ..domains.coordination.tending import Rules
from ..domains.engrams.keeping_up import Backlog
from ..domains.errors import Invalid
from ..domains.hosted.profiles import Upkeep
from ..domains.providers import Providers
from ..domains.scope import Scope, Writer
from ..wire import Response

# Of a longer number only the first are read: it is over every limit whatever the rest of them say.
_MOST_DIGITS = 18


class Services(NamedTuple):
    """What handlers work with."""

    providers: Providers
    profiles: Upkeep
    coordination: Rules
    backlog: Backlog
    #: The OpenAPI document, as it is sent.
    document: Callable[[], bytes]


class Call(NamedTuple):
    """One request after routing, authentication and checking. `body` fits the route's type."""

    services: Services
    scope: Scope
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: object
    #: Names in lower case.
    headers: Mapping[str, str] = {}

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """Return a whole number of the query string; one over `high` is cut to it.

        Raises:
            Invalid: not a whole number, or under `low`.
        """
        raw = self.query.get(name)
        if raw is None:
            return default
        number = int(raw[:_MOST_DIGITS]) if raw.isascii() and raw.isdigit() else -1
        if number < low:
            raise Invalid(f"{name}: must be a whole number from {low}, not {raw!r:.40}", {"field": name})
        return min(number, high)


Write = Callable[[Writer], Response]
Handler = Callable[[Call], Union[Response, Write]]


class Refusal(NamedTuple):
    """The status and the code of a body that does not fit its type."""

    status: int
    code: str


MISFIT = Refusal(422, "invalid_field")


class Route(NamedTuple):
    """One operation of the API. `summary` and the types are what the OpenAPI document says of it."""

    method: str
    template: str
    handler: Handler
    summary: str
    reply: Hashable
    body: Optional[Hashable] = None
    query: Tuple[str, ...] = ()
    status: int = 200
    streams: bool = False
    #: What is to be done after the write is committed and before the reply is sent. The reply stands whatever it does.
    after: Optional[Callable[[Call], None]] = None
    #: Whether it changes nothing, although it is no GET.
    reads: bool = False
    public: bool = False
    refusal: Refusal = MISFIT
    #: Headers that tell what it is about.
    headers: Tuple[str, ...] = ()
    #: What is to be done before the handler runs.
    before: Optional[Callable[[Call], None]] = None


Segments = Tuple[str, ...]
# Stands for a part that a template leaves open; no path of ours begins with it.
_ANY = "{"


class Router:
    """Finds a route by method and path segments."""

    def __init__(self, routes: List[Route]) -> None:
        table = [(tuple(route.template.split("/")[1:]), route) for route in routes]
        #: By length and by the part that tells the faces apart, so that few are compared with a path.
        self._routes: Dict[Tuple[int, str], List[Tuple[Segments, Route]]] = {
            place: [one for one in table if len(one[0]) == place[0] and _telling(one[0]) in (place[1], _ANY)]
            for place in {(len(template), _telling(template)) for template, _ in table}
        }

    def find(self, segments: Segments) -> Dict[str, Tuple[Route, Dict[str, str]]]:
        """Return the routes of a path by method, each with its path parameters; empty when there is none."""
        found: Dict[str, Tuple[Route, Dict[str, str]]] = {}
        size = len(segments)
        fitting = self._routes.get((size, _telling(segments))) or self._routes.get((size, _ANY)) or []
        for template, route in fitting:
            parameters = {}
            for part, segment in zip(template, segments):
                if part.startswith("{"):
                    parameters[part[1:-1]] = segment
                elif part != segment:
                    break
            else:
                found.setdefault(route.method, (route, parameters))
        return found


def _telling(segments: Segments) -> str:
    part = "".join(segments[1:2])
    return _ANY if part.startswith("{") else part

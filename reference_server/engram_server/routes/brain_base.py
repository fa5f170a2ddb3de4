"""What the routes of the associative brain share: which brain a call is about, how its query string is read."""

from __future__ import annotations

from typing import Callable, Dict, FrozenSet, Hashable, List, Optional, Sequence, Tuple
from urllib.parse import unquote

from engram.types.brain_calls import Done
from engram.types.limits import MAX_PAGE_ITEMS

from ..clock import iso_moment_of
from ..domains.brain import BrainRow, brains, health
from ..domains.errors import Malformed
from ..domains.scope import Reader, Writer
from ..jsontext import parse
from ..wire import Response, json_response
from .base import Call, Handler, Refusal, Route, Write

BRAIN_HEADER = "X-Brain-ID"

_MISFIT = Refusal(400, "invalid_field")
_MOST_OFFSET = 2**53
#: How many stand in a list of a graph where no limit is given, and how many at most.
MOST_LISTED = 10_000


def meant_brain(call: Call) -> Optional[str]:
    """Return the id of the brain that a call is about: its header, percent-decoded."""
    value = call.headers.get(BRAIN_HEADER.lower())
    return unquote(value) if value else None


def brain_id_of(call: Call) -> str:
    """Return the id of the brain that a call is about.

    Raises:
        Malformed: the header that names it is missing.
    """
    brain_id = meant_brain(call)
    if brain_id is None:
        raise Malformed(f"{BRAIN_HEADER}: a header of this name tells the brain", {"field": BRAIN_HEADER})
    return brain_id


def reading(call: Call, ask: Callable[[Reader, BrainRow], object]) -> Response:
    """Answer with what is asked of the brain that a call is about."""
    brain_id = brain_id_of(call)
    with call.scope.read() as reader:
        found = ask(reader, brains.require(reader, call.scope, brain_id))
    return json_response(200, found)


def changing(call: Call, change: Callable[[Writer, BrainRow], object]) -> Write:
    """Return the write that changes the brain that a call is about, and then looks at its health if it is time."""
    brain_id = brain_id_of(call)

    def write(writer: Writer) -> Response:
        brain = brains.require(writer, call.scope, brain_id)
        done = change(writer, brain)
        health.beat(writer, call.scope, brain)
        return json_response(200, done)

    return write


def listing(call: Call, name: str, find: Callable[[Reader, BrainRow], Sequence[object]]) -> Response:
    """Answer with what is found in the brain that a call is about, under a name, and with how much it is."""

    def ask(reader: Reader, brain: BrainRow) -> Dict[str, object]:
        found = find(reader, brain)
        return {name: found, "count": len(found)}

    return reading(call, ask)


def deleting(call: Call, what: str, remove: Callable[[Writer, BrainRow, str], None]) -> Write:
    """Return the write that deletes what a parameter of the path names, of the brain that a call is about."""
    id_ = call.path[what]

    def change(writer: Writer, brain: BrainRow) -> Done:
        remove(writer, brain, id_)
        return {"status": "deleted", "id": id_}

    return changing(call, change)


def one_of(call: Call, name: str, words: Tuple[str, ...], default: Optional[str] = None) -> Optional[str]:
    """Return a word of the query string.

    Raises:
        Malformed: it is none of the words.
    """
    value = call.query.get(name) or default
    if value is not None and value not in words:
        shown = ", ".join(words)
        raise Malformed(f"{name}: must be one of {shown}, not {value!r:.40}", {"field": name}, code="invalid_field")
    return value


def several(call: Call, name: str) -> Optional[List[str]]:
    """Return strings of the query string, joined by commas or, where they hold some, as a JSON list.

    Raises:
        Malformed, ApiError: it begins as a JSON list and is none of strings.
    """
    value = call.query.get(name)
    if not value:
        return None
    if not value.startswith("["):
        return [one for one in value.split(",") if one]
    listed = parse(value.encode("utf-8"))
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise Malformed(f"{name}: must be strings, joined by commas or as a JSON list", {"field": name})
    return listed


def number(call: Call, name: str) -> Optional[float]:
    """Return a number of the query string.

    Raises:
        Malformed: it is none.
    """
    value = call.query.get(name)
    if not value:
        return None
    try:
        found = float(value)
    except ValueError:
        found = float("nan")
    if not abs(found) < float("inf"):
        raise Malformed(f"{name}: must be a number, not {value!r:.40}", {"field": name})
    return found


def moment(call: Call, name: str) -> Optional[int]:
    """Return a moment of the query string, in microseconds.

    Raises:
        Malformed: it is none.
    """
    value = call.query.get(name)
    if not value:
        return None
    try:
        # A plus sign that was not encoded has become a space.
        return iso_moment_of(value.replace(" ", "+") if "T" in value else value)
    except ValueError as error:
        raise Malformed(f"{name}: {error}", {"field": name}) from None


_TRUE: FrozenSet[str] = frozenset({"true", "1", "yes"})


def flag(call: Call, name: str) -> bool:
    """Return whether something is asked for in the query string."""
    return call.query.get(name, "").lower() in _TRUE


def part(call: Call, default: int, most: int = MAX_PAGE_ITEMS) -> Tuple[int, int]:
    """Return the limit and the offset that a call asks for.

    Raises:
        Invalid: one of them is no whole number.
    """
    return call.number("limit", default, 1, most), call.number("offset", 0, 0, _MOST_OFFSET)


def route(
    method: str,
    template: str,
    handler: Handler,
    summary: str,
    reply: Hashable,
    body: Optional[Hashable] = None,
    query: Tuple[str, ...] = (),
    *,
    reads: bool = False,
) -> Route:
    """Return a route of a brain: what does not fit is refused with 400, as published clients expect it."""
    headers = () if template.startswith("/brain") and template != "/brain/create" else (BRAIN_HEADER,)
    return Route(
        method, template, handler, summary, reply, body, query, reads=reads, refusal=_MISFIT, headers=headers
    )

"""Lists of records that know how they go on, and the requests that one of them takes."""

from __future__ import annotations

from typing import Callable, Dict, List, Optional, Sequence, TypedDict, TypeVar

from .calls import Call
from .core import ClientCore, send_body
from .errors import ValidationError
from .types import ContextBuild, MemoryPacket

T = TypeVar("T")

# What a request asks for at most. A packet is some hundred times the size of another record.
PAGE_RECORDS = 500
PAGE_PACKETS = 20


class Page(List[T]):
    """The records of a list, or the first of them: a list that knows how it goes on."""

    #: What to give as `cursor`, with all else as it was, to get what comes next; None where this is the end.
    next_cursor: Optional[str]

    def __init__(self, records: Sequence[T], next_cursor: Optional[str]) -> None:
        super().__init__(records)
        self.next_cursor = next_cursor


class PacketPage(Page[MemoryPacket]):
    """Packets that were kept."""

    #: The id of each, in their order: what `delete_context_build` takes.
    build_ids: List[str]

    def __init__(self, builds: Page[ContextBuild]) -> None:
        super().__init__([build["packet"] for build in builds], builds.next_cursor)
        self.build_ids = [build["build_id"] for build in builds]


class _Part(TypedDict):
    next_cursor: Optional[str]


P = TypeVar("P", bound=_Part)


def read_list(
    client: ClientCore,
    call: Call[P],
    body: Dict[str, object],
    limit: Optional[int],
    records_of: Callable[[P], List[T]],
    *,
    at_once: int = PAGE_RECORDS,
) -> Page[T]:
    """Return the first `limit` records of a list, or all of them, in as many requests as that takes.

    Raises:
        ValidationError: `limit` is no whole number.
    """
    if not _is_limit(limit):
        raise ValidationError(f"limit: must be a whole number, not {limit!r:.40}", outcome="not_sent")
    found: List[T] = []
    while True:
        wanted = at_once if limit is None else min(limit - len(found), at_once)
        part = send_body(client, call, {**body, "limit": wanted})
        records = records_of(part)
        found += records
        told: _Part = part
        cursor = told.get("next_cursor")
        if cursor is None or not records or len(found) == limit:
            return Page(found, cursor)
        body["cursor"] = cursor


def _is_limit(given: object) -> bool:
    # A bool is an int to Python and is not one to JSON.
    return given is None or isinstance(given, int) and not isinstance(given, bool)

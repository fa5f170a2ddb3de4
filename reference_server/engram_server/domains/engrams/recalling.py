"""Recall from one engram: what matches, the best first, cut to what was asked for."""

from __future__ import annotations

from heapq import nsmallest
from itertools import islice
from typing import Iterator, List, NamedTuple, Optional, Set, Tuple, Union

from engram.types import RecallBody, RecallFilters, RecallManyBody, RecallQuery

from ...clock import moment_of
from ...storage import EngramRow, EntryRow, Fit, Reader
from ..errors import Malformed, Unknown
from ..hosted.buckets import bucket_name
from ..scope import Scope
from .data import check_name, kept_data
from .matching import Asked, asked, holds, score

DEFAULT_TOP_K = 50
_QUERY_KEYS = frozenset(RecallQuery.__annotations__)
_FILTER_KEYS = frozenset(RecallFilters.__annotations__)

# What hits are in ascending order of: their score, the best first; then their sequence or the last written; their id.
Order = Tuple[float, int, str]


class Place(NamedTuple):
    """Where in the order of hits one stands. `number` is when it was last written, or its place in its sequence."""

    score: float
    number: int
    entry_id: str


class Found(NamedTuple):
    """An entry that matches, and how well."""

    score: float
    row: EntryRow


class Wanted(NamedTuple):
    """What is to be recalled."""

    fit: Fit
    asked: Asked
    top_k: int
    min_score: float
    #: Where the page before ended.
    after: Optional[Place]

    @property
    def in_sequence(self) -> bool:
        """Whether the entries of one merge key are wanted in the order of their sequence."""
        return self.fit.merge_key is not None and not (self.asked.text or self.asked.words)


class Answer(NamedTuple):
    """What was recalled, and where the next page begins; None on the last."""

    engram: EngramRow
    found: List[Found]
    next: Optional[Place]


def wanted(body: Union[RecallBody, RecallManyBody], now: int, after: Optional[Place] = None) -> Wanted:
    """Return what is asked for, from behind a place.

    Raises:
        Malformed: `bad_query`, a key has no meaning or stands beside the query, and the body is not `lenient`.
    """
    query, filters = body.get("query") or {}, body.get("filters") or {}
    if not body.get("lenient"):
        _refuse_unknown("query.", query.keys() - _QUERY_KEYS, "no such key; to ask for fields of the data, use `where`")
        _refuse_unknown("filters.", filters.keys() - _FILTER_KEYS, "no such key")
        _refuse_unknown("", body.keys() & _QUERY_KEYS, "belongs into `query`")
        _refuse_unknown("", body.keys() & _FILTER_KEYS, "belongs into `filters`")
    tags = [*query.get("tags", []), *filters.get("tags", [])] + ([query["tag"]] if "tag" in query else [])
    for name in (*tags, query.get("id"), query.get("merge_key")):
        check_name(name, "query", code="bad_query")
    fit = Fit(now, public_id=query.get("id"), merge_key=query.get("merge_key"), tags=tags)
    if "since" in filters:
        fit = fit._replace(since=moment_of(filters["since"]))
    if "until" in filters:
        fit = fit._replace(until=moment_of(filters["until"]))
    top_k, least = query.get("top_k", DEFAULT_TOP_K), body.get("min_confidence") or 0.0
    return Wanted(fit, asked(query), top_k, least, after)


def _refuse_unknown(where: str, unknown: Set[str], why: str) -> None:
    if unknown:
        name = where + min(unknown)
        raise Malformed(f"{name}: {why}", {"field": name}, code="bad_query")


def require(reader: Reader, scope: Scope, engram_id: str) -> EngramRow:
    """Return an engram by its id.

    Raises:
        Unknown: `unavailable`, there is none.
    """
    name = bucket_name(engram_id, "engram_id")
    found = reader.engram(scope.tenant_id, name)
    if found is None:
        raise Unknown(f"There is no engram {name!r}", {"engram_id": name}, code="unavailable")
    return found


def recall(reader: Reader, scope: Scope, engram: EngramRow, wanted: Wanted) -> Answer:
    """Recall from an engram."""
    if wanted.asked.needles:
        found = _ranked(reader, scope, engram, wanted)
    else:
        found = list(islice(_listed(reader, scope, engram, wanted), wanted.top_k + 1))
    shown = found[: wanted.top_k]
    more = len(found) > wanted.top_k
    return Answer(engram, shown, place_of(shown[-1], wanted) if more else None)


def place_of(found: Found, wanted: Wanted) -> Place:
    """Return where a hit stands in the order of hits."""
    row = found.row
    return Place(found.score, (row.sequence or 0) if wanted.in_sequence else row.updated_at, row.public_id)


def order_of(found: Found, wanted: Wanted) -> Order:
    """Return what hits are in ascending order of."""
    return _order(place_of(found, wanted), wanted.in_sequence)


def _listed(reader: Reader, scope: Scope, engram: EngramRow, wanted: Wanted) -> Iterator[Found]:
    """Yield what matches when nothing is looked for in the text of the data, all of it alike."""
    after = None if wanted.after is None else (wanted.after.number, wanted.after.entry_id)
    if wanted.in_sequence:
        rows = reader.entries_in_sequence(engram.space_id, wanted.fit, after)
    else:
        rows = reader.entries_in_time(scope.tenant_id, engram.space_id, wanted.fit, after)
    return (Found(1.0, row) for row in rows if _fits(row, wanted))


def _ranked(reader: Reader, scope: Scope, engram: EngramRow, wanted: Wanted) -> List[Found]:
    """Return one more of the best than are wanted."""
    placed = _placed(reader, scope, engram, wanted)
    if not wanted.asked.where:
        best = nsmallest(wanted.top_k + 1, placed)
        rows = reader.entries_by_id(row_id for _, row_id in best)
    else:
        # What the data must be only the data tells.
        best = list(placed)
        rows = reader.entries_by_id(row_id for _, row_id in best)
        best = nsmallest(wanted.top_k + 1, (pair for pair in best if _fits(rows[pair[1]], wanted)))
    return [Found(-order[0], rows[row_id]) for order, row_id in best]


def _placed(reader: Reader, scope: Scope, engram: EngramRow, wanted: Wanted) -> Iterator[Tuple[Order, int]]:
    """Yield all that matches, as where it stands and its row id. It may be every entry there is."""
    in_sequence, question, least = wanted.in_sequence, wanted.asked, wanted.min_score
    after = None if wanted.after is None else _order(wanted.after, in_sequence)
    for row_id, public_id, sequence, updated_at, folded in reader.entries_holding(
        scope.tenant_id, engram.space_id, wanted.fit, question.needles
    ):
        how_well = score(question, folded)
        if how_well is not None and how_well >= least:
            order = (-how_well, sequence if in_sequence else -updated_at, public_id)
            if after is None or order > after:
                yield order, row_id


def _order(place: Place, in_sequence: bool) -> Order:
    return -place.score, place.number if in_sequence else -place.number, place.entry_id


def _fits(row: EntryRow, wanted: Wanted) -> bool:
    where = wanted.asked.where
    if not where:
        return True
    data = kept_data(row.data, row.tags)
    return holds(data.content, data.fields, where)

"""How the answers of several engrams become one result. Pure.

Each engram has matched and ranked its own entries; nothing here looks for anything.

    first   the hits of whoever answered first
    merge   one view: what several engrams have under one merge key (else one id) is one hit, its best version
    all     every hit, each with the engram it comes from
"""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ..types.wire import JsonObject
from .requests import RecallMode
from .results import Hit, RecallError, RecallResult


class Answer(NamedTuple):
    """What one engram answered."""

    engram_id: str
    hits: List[Hit]
    truncated: bool = False
    next: Optional[str] = None


class Fanned(NamedTuple):
    """What came of asking several engrams: the answers in the order of their coming, and who gave none."""

    answers: Sequence[Answer]
    timed_out: Tuple[str, ...] = ()
    errors: Mapping[str, RecallError] = {}


def combined(
    fanned: Fanned, mode: RecallMode, top_k: int, took_ms: float, *, in_sequence: bool = False
) -> RecallResult:
    """Return one result; `in_sequence`, where entries of one key were asked for. There is at least one answer."""
    heard = fanned.answers[:1] if mode == "first" else fanned.answers
    found = [hit for answer in heard for hit in answer.hits]
    hits = _ranked(_merged(found) if mode == "merge" else found, in_sequence)
    # Each engram has cut its own answer; a view of all of them is cut again.
    shown = hits[:top_k] if mode == "merge" else hits
    alone = heard[0] if len(heard) == 1 else None
    return RecallResult(
        shown,
        tuple(sorted(answer.engram_id for answer in heard)),
        len(shown) < len(hits) or any(answer.truncated for answer in heard),
        took_ms,
        # Whoever was not needed did not fail.
        () if mode == "first" else fanned.timed_out,
        {} if mode == "first" else fanned.errors,
        alone.next if alone is not None else None,
    )


def _merged(found: Iterable[Hit]) -> List[Hit]:
    same: Dict[Tuple[str, str], List[Hit]] = {}
    for hit in found:
        same.setdefault(_identity(hit), []).append(hit)
    return [_one_of(hits) for hits in same.values()]


def _identity(hit: Hit) -> Tuple[str, str]:
    # What was appended under a key is a sequence of entries and no versions of one.
    if hit.merge_key is None or hit.entry.get("sequence") is not None:
        return "id", hit.id
    return "merge_key", hit.merge_key


def _one_of(hits: List[Hit]) -> Hit:
    """Return the best version of one entry, with the tags of all."""
    in_order = sorted(hits, key=lambda hit: hit.engram_id)
    # Of several that nothing tells apart `max` takes the first.
    best = max(in_order, key=lambda hit: (_number(hit, "version"), _updated(hit), hit.score))
    entry: JsonObject = dict(best.entry)
    tags = {tag for hit in hits for tag in _tags(hit)}
    if tags:
        entry["tags"] = [*sorted(tags)]
    return replace(best, entry=entry, sources=tuple(sorted({hit.engram_id for hit in hits})))


def _ranked(hits: Iterable[Hit], in_sequence: bool) -> List[Hit]:
    """Order by score; among equals by their places in their sequence, else the newest first; then by id."""
    by_id = sorted(hits, key=lambda hit: (hit.id, hit.engram_id))
    if in_sequence:
        return sorted(by_id, key=lambda hit: (-hit.score, _number(hit, "sequence")))
    return sorted(by_id, key=lambda hit: (hit.score, _updated(hit)), reverse=True)


def _number(hit: Hit, name: str) -> float:
    value = hit.entry.get(name)
    return value if isinstance(value, (int, float)) else 0


def _updated(hit: Hit) -> str:
    # Moments of engrams are all UTC and of one form, so they are in order as texts.
    updated = hit.entry.get("updated_at")
    return updated if isinstance(updated, str) else ""


def _tags(hit: Hit) -> List[str]:
    tags = hit.entry.get("tags")
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []

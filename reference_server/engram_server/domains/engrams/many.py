"""Recall and imprint by kind: several engrams answer, and what they say becomes one answer."""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Sequence, Tuple, cast

from engram.types import EngramErrorCode, RecallMode, Receipt
from engram.types.limits import MAX_BATCH_ITEMS

from ...storage import EngramRow, Reader, Writer
from ..errors import DomainError, Late, Malformed
from ..scope import Scope
from .data import kept_data
from .imprinting import Order, imprint
from .recalling import Answer, Found, Wanted, order_of, recall
from .registry import of_kind


class Merged(NamedTuple):
    """A hit of several engrams: the entry that stands for it, all its tags, and where it was found."""

    found: Found
    engram_id: str
    sources: List[str]
    tags: List[str]


class Together(NamedTuple):
    """What several engrams answered."""

    hits: List[Merged]
    answered: List[str]
    timed_out: List[str]
    truncated: bool


def recall_many(
    reader: Reader, scope: Scope, kind: str, wanted: Wanted, mode: RecallMode, deadline: float
) -> Together:
    """Recall from the engrams of a kind, one after the other until the deadline, a moment in milliseconds.

    Raises:
        Unknown: there is no engram of the kind.
        Late: none was reached in time.
    """
    answers: List[Answer] = []
    timed_out: List[str] = []
    for engram in of_kind(reader, scope, kind, MAX_BATCH_ITEMS):
        if scope.clock() * 1000 >= deadline:
            timed_out.append(engram.name)
        elif mode != "first" or not any(answer.found for answer in answers):
            answers.append(recall(reader, scope, engram, wanted))
    if not answers:
        raise Late("deadline_ms: no engram answered in time", {"timed_out": list(timed_out)})
    if mode == "first":
        answers = [next((answer for answer in answers if answer.found), answers[0])]
        timed_out = []
    hits = combined(answers, wanted, mode)
    return Together(
        hits[: wanted.top_k],
        [answer.engram.name for answer in answers],
        timed_out,
        len(hits) > wanted.top_k or any(answer.next for answer in answers),
    )


def combined(answers: Sequence[Answer], wanted: Wanted, mode: RecallMode) -> List[Merged]:
    """Return the hits of all answers in one order; those of one entry merged when that is the mode. Pure."""
    hits = [_alone(found, answer.engram) for answer in answers for found in answer.found]
    if mode == "merge":
        alike: Dict[Tuple[str, str], List[Merged]] = {}
        for hit in hits:
            alike.setdefault(_identity(hit.found), []).append(hit)
        hits = [_merged(group) for group in alike.values()]
    return sorted(hits, key=lambda hit: order_of(hit.found, wanted))


def _alone(found: Found, engram: EngramRow) -> Merged:
    return Merged(found, engram.name, [engram.name], kept_data(found.row.data, found.row.tags).tags)


def _identity(found: Found) -> Tuple[str, str]:
    """Return what tells one entry from another: the merge key that it is the only one of, else its id."""
    row = found.row
    single = row.merge_key is not None and row.sequence is None
    return ("key", row.merge_key or "") if single else ("id", row.public_id)


def _merged(group: List[Merged]) -> Merged:
    best = min(
        group,
        key=lambda hit: (-hit.found.row.version, -hit.found.row.updated_at, -hit.found.score, hit.engram_id),
    )
    sources = list(dict.fromkeys(hit.engram_id for hit in group))
    return best._replace(sources=sources, tags=sorted({tag for hit in group for tag in hit.tags}))


def imprint_many(writer: Writer, scope: Scope, kind: str, order: Order, *, broadcast: bool) -> List[Receipt]:
    """Imprint into the one engram of a kind, or with `broadcast` into each; a refusal is a receipt of its own.

    Raises:
        Malformed: there are several, and no `broadcast`.
        DomainError: the one engram refused.
    """
    engrams = of_kind(writer, scope, kind, MAX_BATCH_ITEMS)
    if not broadcast:
        if len(engrams) > 1:
            names = ", ".join(engram.name for engram in engrams[:5])
            raise Malformed(
                f"broadcast: {len(engrams)} engrams are of this kind ({names}); name one, or write to all of them",
                {"field": "broadcast", "kind": kind},
            )
        return [imprint(writer, scope, engrams[0].name, order)]
    return [_receipt(writer, scope, engram.name, order) for engram in engrams]


def _receipt(writer: Writer, scope: Scope, engram_id: str, order: Order) -> Receipt:
    # What is refused is refused before anything is written.
    try:
        return imprint(writer, scope, engram_id, order)
    except DomainError as error:
        entry_id, version = error.details.get("id"), error.details.get("version")
        return {
            "engram_id": engram_id,
            "op": order.op,
            "id": entry_id if isinstance(entry_id, str) else None,
            "version": version if isinstance(version, int) else None,
            "took_ms": 0.0,
            "error": error.message,
            "error_code": cast(EngramErrorCode, error.code),
        }

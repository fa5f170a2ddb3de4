"""The engrams that there are, by their kinds; the history of their entries."""

from __future__ import annotations

from typing import List, Optional

from ...storage import ChangeRow, EngramRow, Reader, Writer
from ..errors import Taken, Unknown
from ..hosted import buckets
from ..scope import Scope
from .recalling import require


def register(writer: Writer, scope: Scope, engram_id: str, kind: Optional[str]) -> EngramRow:
    """Make an engram of a kind, if there is none of it yet.

    Raises:
        Taken: `kind_conflict`, it is one of another kind.
    """
    name = buckets.bucket_name(engram_id, "engram_id")
    space = buckets.obtain(writer, scope, name)
    earlier = require(writer, scope, name).kind
    if kind is not None and earlier not in (None, kind):
        raise Taken(
            f"kind: the engram {name!r} is of the kind {earlier!r}",
            {"field": "kind", "engram_id": name, "kind": earlier},
            code="kind_conflict",
        )
    writer.save_engram(scope.tenant_id, space.id, kind)
    return require(writer, scope, name)


def of_kind(reader: Reader, scope: Scope, kind: str, most: int) -> List[EngramRow]:
    """Return the engrams of a kind, the oldest first.

    Raises:
        Unknown: `unavailable`, there is none.
    """
    found = reader.engrams(scope.tenant_id, kind=kind, limit=most)
    if not found:
        raise Unknown(f"There is no engram of the kind {kind!r}", {"kind": kind}, code="unavailable")
    return found


def history(reader: Reader, scope: Scope, engram_id: str, entry_id: str) -> List[ChangeRow]:
    """Return the prior versions of an entry, the newest first.

    Raises:
        Unknown: there is neither such an entry nor a prior version of one.
    """
    engram = require(reader, scope, engram_id)
    found = reader.history(engram.space_id, entry_id)
    if not found:
        row = reader.entry(engram.space_id, entry_id)
        if row is None or row.is_over(scope.now()):
            raise Unknown("There is no such entry", {"engram_id": engram.name, "id": entry_id})
    return found


def purge(writer: Writer, scope: Scope, engram_id: str, entry_id: Optional[str], before: Optional[int]) -> int:
    """Forget prior versions that were replaced before a moment; return how many."""
    space = require(writer, scope, engram_id)
    return writer.purge(space.space_id, entry_id, scope.now() + 1 if before is None else before)

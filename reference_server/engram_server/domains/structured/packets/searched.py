"""The store as the source of packets, with what its index of words finds."""

from __future__ import annotations

import json
from typing import List, Mapping

from engram.types import MemoryScope

from .. import indexing, records
from ..records import Family
from ..stored import Stored
from .candidates import Hit

_FAMILIES: Mapping[str, Family] = {
    family.name: family for family in (records.FACTS, records.PROCEDURES, records.EPISODES)
}


class Searched(Stored):
    """What is stored of a tenant, and what of it fits a question."""

    def by_words(self, section: str, scope: MemoryScope, question: str, limit: int) -> List[Hit]:
        """Return the facts, episodes or procedures that fit a question best, best first, of any state and time."""
        family = _FAMILIES[section]
        partition = self._partition(family, scope)
        if partition is None:
            return []
        hits = []
        for found in indexing.by_words(self._reader, partition, section, question, self._now, limit):
            row = self._reader.kept_record(partition, section, found.record_id, self._now)
            if row is not None:
                hits.append(Hit(json.loads(row.body), found.parts))
        return hits

"""What a new memory states otherwise than an older one: of some things there is one at a time."""

from __future__ import annotations

from typing import Dict, List, Set, Tuple

from ....storage import NewFact, NewMemory, Reader
from ....text.relation_words import ATTRIBUTES

_ONE_AT_A_TIME = frozenset(("lives in", "works at", "works for", "is married to", "is engaged to", "is based in"))
_FAVOURITES = ("favourite ", "favorite ")
# Newest first; who moves house more often than this has told of it.
_FACTS_READ = 30
#: What the synapse between the two weighs.
WEIGHT = 0.7


def contradicted(reader: Reader, space_id: int, memory: NewMemory, own_row: int) -> List[int]:
    """Return the row numbers of the older memories that state something else of what there is one at a time."""
    stated: Dict[Tuple[str, str], Set[str]] = {}
    for fact in filter(_is_of_one, memory.facts):
        stated.setdefault((fact.subject_key, fact.predicate), set()).add(fact.object_key)
    if not stated:
        return []
    rows = [
        old.item_id
        for old in reader.facts_about(space_id, {subject for subject, _ in stated}, _FACTS_READ)
        for said in [stated.get((old.subject_key, old.predicate))]
        if said is not None and old.object_key not in said and old.item_id < own_row
    ]
    return list(dict.fromkeys(rows))


def _is_of_one(fact: NewFact) -> bool:
    predicate = fact.predicate.lower()
    is_attribute = predicate.rpartition(" ")[2] in ATTRIBUTES
    return predicate in _ONE_AT_A_TIME or is_attribute or predicate.startswith(_FAVOURITES)

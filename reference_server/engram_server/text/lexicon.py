"""Which words are about the same thing: a general lexicon of everyday English, by index term. Reads `text.concepts`.

Nothing here is about any one memory: the groups are read once, at the first question, and never change.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Dict, FrozenSet, Iterator, List, Mapping, NamedTuple, Tuple

from .terms import index_term

# How much of what a word says a related word says: another name for it, a kind of it, and what it is a kind of.
SYNONYM = 1.0
KIND = 0.8
HEAD = 0.4

# Words that say how a question is put rather than what it is about.
FRAME_TERMS: FrozenSet[str] = frozenset(
    index_term(word)
    for word in """
    kind type sort many long name thing item mention say tell describe likely similar common current currently consider
    according conversation discuss talk share get go make take way use new recently one two first time specific certain
    different various example particular main exact exactly regarding relate involve include topic detail info
    information list number several
    """.split()
) - {""}


class Group(NamedTuple):
    """A group's index terms: words that stand for one another, and words that are kinds or parts of what they name."""

    heads: Tuple[str, ...]
    members: Tuple[str, ...]


class _Related(Mapping[str, Mapping[str, float]]):
    def __getitem__(self, term: str) -> Mapping[str, float]:
        related: Dict[str, float] = {}
        for group in _groups_of()[term]:
            for other, strength in _seen_from(term, group):
                related[other] = max(strength, related.get(other, 0.0))
        related.pop(term, None)
        return related

    def __iter__(self) -> Iterator[str]:
        return iter(_groups_of())

    def __len__(self) -> int:
        return len(_groups_of())


RELATED: Mapping[str, Mapping[str, float]] = _Related()


def _seen_from(term: str, group: Group) -> Iterator[Tuple[str, float]]:
    if term not in group.heads:
        return ((head, HEAD) for head in group.heads)
    return iter([*((head, SYNONYM) for head in group.heads), *((member, KIND) for member in group.members)])


def read_groups(lines: str) -> List[Group]:
    """Read "heads | members" lines into groups of index terms."""
    return [
        Group(*(tuple(dict.fromkeys(map(index_term, part.split()))) for part in (heads, members)))
        for heads, _, members in (line.partition("|") for line in lines.strip().splitlines())
    ]


@lru_cache(maxsize=None)
def _groups_of() -> Mapping[str, List[Group]]:
    """Return the groups that each term is in. Read late: a server that is asked nothing reads no lexicon."""
    from .concepts import FIELDS

    by_term: Dict[str, List[Group]] = {}
    for lines in FIELDS:
        for group in read_groups(lines):
            for term in group.heads + group.members:
                by_term.setdefault(term, []).append(group)
    return by_term

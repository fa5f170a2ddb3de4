"""One plain sentence of why a memory was chosen, made of the parts of its score. Pure."""

from __future__ import annotations

from typing import AbstractSet, Dict, List, Mapping, Sequence

# More words than this in a sentence are a list that nobody reads.
_MAX_WORDS = 6

# What a factor says of a memory, for those that speak for it.
_REASONS: Dict[str, str] = {
    "speaker": "was said by whom the question names",
    "tells a time": "gives a time",
    "counts": "gives a number",
    "tells a place": "gives a place",
    "names whom": "gives a name",
    "time": "is of the time asked for",
    "entity": "mentions the name as a whole",
    "fact": "states a relation asked for",
}


def why(parts: Mapping[str, float], words: Mapping[str, str], dated: AbstractSet[str]) -> str:
    """Return the sentence; `words` maps each index term of the question to the word as the user wrote it.

    `dated` are the terms by which the question names a time: a memory of that time lacks none of them.
    """
    by_way: Dict[str, List[str]] = {"word": [], "related": [], "near": []}
    missing = dict(words)
    for name in sorted(parts, key=lambda name: (-parts[name], name)):
        way, _, head = name.partition(":")
        if way in by_way:
            by_way[way].append(missing.pop(head))
    shared, related, near = by_way.values()
    reasons: List[str] = []
    if shared:
        order = ", most telling first" if len(shared) > 1 else ""
        reasons.append(f"shares {_listed(shared)} with the question{order}")
    if related:
        reasons.append(f"has words related to {_listed(related)}")
    if near:
        reasons.append(f"stands in talk about {_listed(near)}")
    reasons += [reason for name, reason in _REASONS.items() if f"factor:{name}" in parts]
    if "newest" in parts:
        reasons.append("belongs to all that was asked for")
    if not reasons:
        reasons.append("has words that the best ones have")
    if "factor:time" in parts:
        missing = {head: word for head, word in missing.items() if head not in dated}
    lacks = f"; it lacks {_listed([*missing.values()])}" if missing else ""
    return f"It {_joined(reasons)}{lacks}."


def _listed(words: Sequence[str]) -> str:
    shown = [f'"{word}"' for word in words[:_MAX_WORDS]]
    if len(words) > len(shown):
        shown.append(f"{len(words) - len(shown)} more")
    return _joined(shown)


def _joined(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"

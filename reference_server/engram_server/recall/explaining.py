"""One plain sentence of why a memory was chosen, made of the parts of its score. Pure."""

from __future__ import annotations

from typing import Dict, List, Mapping, Sequence

from .region import Score

# More words than this in a sentence are a list that nobody reads.
_MAX_WORDS = 6

# What a factor says of a memory, for those that speak for it.
_REASONS: Dict[str, str] = {
    "speaker": "was said by whom the question names",
    "tells a time": "tells when",
    "counts": "tells how many",
    "tells a place": "tells where",
    "names whom": "names somebody",
    "time": "is of the time asked for",
    "entity": "mentions the name as a whole",
    "fact": "states a relation asked for",
}


def why(score: Score, words: Mapping[str, str], memory_id: int) -> str:
    """Return the sentence; `words` maps each index term of the question to the word as the user wrote it."""
    telling = sorted(score.held, key=lambda head: (-score.held[head].part, head))
    own = [head for head in telling if score.held[head].source == memory_id]
    shared = [words[head] for head in own if score.held[head].term == head]
    reasons: List[str] = []
    if shared:
        order = ", most telling first" if len(shared) > 1 else ""
        reasons.append(f"shares {_listed(shared)} with the question{order}")
    related = [words[head] for head in own if score.held[head].term != head]
    if related:
        reasons.append(f"has words related to {_listed(related)}")
    near = [words[head] for head in telling if head not in own]
    if near:
        reasons.append(f"stands in talk about {_listed(near)}")
    reasons += [reason for name, reason in _REASONS.items() if f"factor:{name}" in score.parts]
    if "newest" in score.parts:
        reasons.append("is among the newest")
    if not reasons:
        reasons.append("is like the best of the others")
    missing = [word for head, word in words.items() if head not in score.held]
    lacks = f"; it lacks {_listed(missing)}" if missing else ""
    return f"It {_joined(reasons)}{lacks}."


def _listed(words: Sequence[str]) -> str:
    shown = [f'"{word}"' for word in words[:_MAX_WORDS]]
    if len(words) > len(shown):
        shown.append(f"{len(words) - len(shown)} more")
    return _joined(shown)


def _joined(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"

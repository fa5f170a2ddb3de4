"""Fitting memories into a budget of tokens. Pure.

Tokens are estimated as the brain's page does, words times 1.3, or as the rest of the server does where that is more:
no estimate of a context is over its budget.
"""

from __future__ import annotations

import math
from typing import Iterable, List, NamedTuple, Sequence, Tuple

from ....text.tokens import ELLIPSIS, estimate_tokens

_TOKENS_A_WORD = 1.3
# A memory of which no more would be left than this is left out.
_LEAST_WORDS = 10
MEMORIES_HEADING = "## Relevant Memories"
NEURONS_HEADING = "## Related Information"
_BULLET = "- "


class Context(NamedTuple):
    """The text, how many of the memories are in it, and how many of the neurons."""

    text: str
    tokens: int
    memories: int
    neurons: int


def tokens_of(text: str) -> int:
    """Return the tokens of a text."""
    return max(math.ceil(len(text.split()) * _TOKENS_A_WORD), estimate_tokens(text))


def pack(memories: Sequence[str], neurons: Iterable[Tuple[str, str]], max_tokens: int) -> Context:
    """Return as many memories as fit, in their order, then neurons as type and content."""
    lines: List[str] = []
    taken = _add(lines, MEMORIES_HEADING, (f"{_BULLET}{text}" for text in memories), max_tokens)
    told = (f"{_BULLET}[{kind}] {text}" for kind, text in neurons)
    related = _add(lines, NEURONS_HEADING, told, max_tokens, whole=True)
    text = "\n".join(lines)
    return Context(text, tokens_of(text), taken, related)


def _add(lines: List[str], heading: str, items: Iterable[str], max_tokens: int, *, whole: bool = False) -> int:
    """Add a heading and the items that fit; return how many did. The first that does not is cut, unless `whole`."""
    added = 0
    used = tokens_of("\n".join(lines))
    for item in items:
        before = [] if added else [heading]
        # Sums of parts are never under the tokens of the whole by more than what is rounded; that is looked at last.
        cost = tokens_of("\n".join([*before, item])) + 1
        if used + cost <= max_tokens:
            lines += [*before, item]
            used += cost
            added += 1
            continue
        if not whole:
            added += _add_cut(lines, before, item, max_tokens)
        break
    return added


def _add_cut(lines: List[str], before: Sequence[str], item: str, max_tokens: int) -> int:
    cut = cut_to(item, max_tokens - tokens_of("\n".join([*lines, *before])) - 1)
    if not cut or (before and not lines and len(cut.split()) <= _LEAST_WORDS):
        # Rather the words of the best memory than a heading.
        cut, before = cut_to(item, max_tokens - tokens_of("\n".join(lines)) - 1), []
    if len(cut.split()) <= _LEAST_WORDS and lines:
        return 0
    if not cut:
        return 0
    lines += [*before, cut]
    return 1


def cut_to(text: str, max_tokens: int) -> str:
    """Return the first words of a text that fit with an ellipsis; nothing where none does."""
    if tokens_of(text) <= max_tokens:
        return text
    words = text.split()
    fits, over = 0, len(words)
    while over - fits > 1:
        middle = (fits + over) // 2
        if tokens_of(" ".join(words[:middle]) + ELLIPSIS) <= max_tokens:
            fits = middle
        else:
            over = middle
    return " ".join(words[:fits]) + ELLIPSIS if fits else ""

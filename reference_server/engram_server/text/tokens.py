"""How many tokens a language model would count, and cutting text to such a count. An estimate, never a promise."""

from __future__ import annotations

import re

# Common tokenizers take about four bytes of English a token, about two letters of Cyrillic or Greek (also four
# bytes), and one character or a little less of the scripts that stand in _WIDE.
_BYTES_PER_TOKEN = 4
_WIDE = re.compile("[\u0900-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\U00010000-\U0010ffff]+")

ELLIPSIS = "…"


def estimate_tokens(text: str) -> int:
    """Return the tokens of `text`: 0 for nothing, at least 1 for anything, never fewer for a longer text."""
    if text.isascii():
        return -(-len(text) // _BYTES_PER_TOKEN)
    narrow = _WIDE.sub("", text)
    size = len(narrow.encode("utf-8", "surrogatepass"))
    return len(text) - len(narrow) - (-size // _BYTES_PER_TOKEN)


def cut_to_tokens(text: str, max_tokens: int) -> str:
    """Return `text`, or as many of its first words as fit into `max_tokens` together with an ellipsis."""
    if estimate_tokens(text) <= max_tokens:
        return text
    if max_tokens < 1:
        return ""
    # No character is less than a byte.
    fits, over = 0, min(len(text), max_tokens * _BYTES_PER_TOKEN + 1)
    while over - fits > 1:
        middle = (fits + over) // 2
        if estimate_tokens(text[:middle] + ELLIPSIS) <= max_tokens:
            fits = middle
        else:
            over = middle
    head = text[:fits]
    if not text[fits].isspace():
        head = _without_half_word(head)
    return head.rstrip() + ELLIPSIS


def _without_half_word(head: str) -> str:
    """Drop the word that the cut went through, unless it is all there is."""
    last_gap = max(head.rfind(gap) for gap in " \t\n")
    return head[:last_gap] if last_gap > 0 else head

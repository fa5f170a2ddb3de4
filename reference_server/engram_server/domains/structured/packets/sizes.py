"""How many tokens a part of a packet takes. Pure.

An estimator is any function from compact JSON text to a number of tokens that never gives less for more text; a
real tokenizer does as well.
"""

from __future__ import annotations

from typing import Callable, Mapping

from ....text.tokens import estimate_tokens

Estimator = Callable[[str], int]

_CHARACTERS_PER_TOKEN = 4


def by_characters(text: str) -> int:
    """Return a quarter of the characters, rounded up, and at least 1."""
    return max(1, -(-len(text) // _CHARACTERS_PER_TOKEN))


def by_script(text: str) -> int:
    """Return the tokens of text in any script: about one a character of Chinese, Japanese and Korean."""
    return max(1, estimate_tokens(text))


ESTIMATORS: Mapping[str, Estimator] = {"characters": by_characters, "cjk": by_script}

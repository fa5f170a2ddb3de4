"""English words that change what a text claims however little of it they are. Data, and telling such words. Pure.

Numbers, signs, negations, ordinals, months, weekdays, and words that name a day or an hour. "am" is missing because
it is a verb far more often than an hour, and an hour before noon differs from one after noon by "pm" all the same.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import FrozenSet

from .stopwords import NEGATIONS

_NUMBERS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion
dozen half quarter third twice once double triple
first second fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth
seventeenth eighteenth nineteenth twentieth thirtieth last next
"""
_TIMES = """
january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec
monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sun
yesterday today tomorrow tonight noon midnight pm
"""
_FACT_WORDS: FrozenSet[str] = frozenset(_NUMBERS.split()).union(_TIMES.split(), NEGATIONS)

# As many words as a few thousand memories use.
_REMEMBERED_WORDS = 16_384


@lru_cache(maxsize=_REMEMBERED_WORDS)
def is_fact(word: str) -> bool:
    """Say whether one exact word is a number, the sign of one, a negation or the name of a time."""
    if word in _FACT_WORDS or word in ("-", "%") or any(map(str.isdigit, word)):
        return True
    return len(word) == 1 and unicodedata.category(word) in ("Sc", "Sm")

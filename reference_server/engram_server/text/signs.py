"""What a sentence shows at a glance, as bits: does it ask, name somebody, count something? Pure.

The same kinds of thing are asked for by questions, so a question's kinds and a memory's signs can be held against
each other. They are signs and no proof: each is one search for a form of words.
"""

from __future__ import annotations

import re
from typing import Tuple

ASKS = 1
TELLS_TIME = 2
# 4 is the storage's own: whether the moment of saying is known.
NAMES = 8
COUNTS = 16
TELLS_PLACE = 32
FIRST_PERSON = 64

_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|once|twice|couple|several"
)
# A capital in the middle of a sentence.
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]")
# Looks at the first letter alone before it tries the words one after the other.
_COUNT = re.compile(rf"\d|\b(?=[cdefhmnost])(?:{_NUMBER_WORDS})\b", re.I)
_PLACE = re.compile(r"\b(?:in|at|from|to|near|around|visit|visited|visiting) (?:the |a |my )?[A-Z][a-z]")
_FIRST_PERSON = re.compile(r"\b(?:I|[Mm]y|me|[Ww]e|[Oo]ur)\b")

_QUESTION_MARKS = ("?", "？", "؟")

_SIGNS: Tuple[Tuple[int, "re.Pattern[str]"], ...] = (
    (NAMES, _NAME),
    (COUNTS, _COUNT),
    (TELLS_PLACE, _PLACE),
    (FIRST_PERSON, _FIRST_PERSON),
)

_ASKED: Tuple[Tuple[int, "re.Pattern[str]"], ...] = (
    (TELLS_TIME, re.compile(r"^\W*(?:when|how long)\b|\b(?:what|which) (?:date|day|month|year|time)\b", re.I)),
    (COUNTS, re.compile(r"\bhow (?:many|much|old|often|long)\b", re.I)),
    (TELLS_PLACE, re.compile(r"\bwhere\b|\b(?:what|which) (?:city|country|state|place|town)\b", re.I)),
    (NAMES, re.compile(r"\bwho(?:m|se)?\b", re.I)),
)


def signs(body: str, *, tells_time: bool) -> int:
    """Return what a memory shows, without what its head says."""
    found = (ASKS if body.rstrip().endswith(_QUESTION_MARKS) else 0) | (TELLS_TIME if tells_time else 0)
    for sign, pattern in _SIGNS:
        if pattern.search(body):
            found |= sign
    return found


def asked_signs(question: str) -> int:
    """Return the signs that an answer to a question is likely to show."""
    return sum(sign for sign, pattern in _ASKED if pattern.search(question))

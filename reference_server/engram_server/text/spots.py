"""Places that have no name: "at the coffee shop", "in our office". Pure.

A place is told by its noun and by the preposition before it. "Want to go to fix the login" names none, whatever
prepositions it has.
"""

from __future__ import annotations

import re
from typing import List

NOUNS = frozenset(
    """
    airport apartment arena attic bakery balcony bank bar barn basement bathroom beach bedroom bookshop bookstore
    bridge cabin cafe café cafeteria campground campsite campus canteen castle cathedral cellar cemetery church
    cinema clinic club coast conference-room corridor cottage court courthouse courtyard embassy factory farm ferry
    garage garden gym hall hangar harbour harbor headquarters hospital hostel hotel house island kindergarten kitchen
    lab laboratory lake library lobby lounge mall market monastery mosque motel mountain museum nursery office
    orchard palace park pharmacy pier playground plaza pool port pub quarry restaurant river room school seaside
    shed shop shore stadium station store street studio suburb supermarket synagogue temple terminal terrace theater
    theatre tower trail university village vineyard warehouse waterfront workshop zoo
    """.split()
)
"""One of these is in every place without a name."""

# "the old coffee shop".
_MAX_WORDS = 4
_WORDS = re.compile(r"[a-zé]+(?:[-'][a-zé]+)?")
_BREAKS = frozenset(
    "the a an our my his her their your this that with to for and or of at in on by from is was were are when".split()
)
_MAX_SPOTS = 8
_MAX_CHARS = 4_000
_PREPOSITION = re.compile(r"\b(?:at|in|inside|outside|near|from|to|into|by|around)\s+", re.I)
_DETERMINER = re.compile(r"(?:the|an?|our|my|his|her|their|your|this|that)\s+", re.I)


def spots(body: str) -> List[str]:
    """Return the places without a name that `body` tells of, in order, each once."""
    text = body[:_MAX_CHARS]
    found = (_spot(text, match.end()) for match in _PREPOSITION.finditer(text))
    return list(dict.fromkeys(spot for spot in found if spot))[:_MAX_SPOTS]


def _spot(text: str, at: int) -> str:
    """Return the place whose words begin at `at`: none without a noun of places before the phrase ends."""
    determiner = _DETERMINER.match(text, at)
    at = determiner.end() if determiner else at
    taken: List[str] = []
    for _ in range(_MAX_WORDS):
        word = _WORDS.match(text, at)
        if word is None or word.group() in _BREAKS:
            return ""
        taken.append(word.group())
        if word.group() in NOUNS and not _goes_on(text, word.end()):
            return " ".join(taken)
        at = word.end() + 1
        if text[word.end() : at] != " ":
            return ""
    return ""


def _goes_on(text: str, at: int) -> bool:
    """Say whether another noun of places follows: "coffee shop" and not "coffee", "train station" and not "train"."""
    following = _WORDS.match(text, at + 1) if text[at : at + 1] == " " else None
    return following is not None and following.group() in NOUNS

"""Facts of a template, each with the question that it alone answers, and questions about things that were never stored.

A person buys a thing of a color in a place on a day for a reason; six hundred people, so that in five thousand facts
each of them recurs about eight times, and no name singles out a fact. Where there are more facts, there are more people.
"""

from __future__ import annotations

import random
from typing import List, NamedTuple, Sequence

_PEOPLE, _MOST_EACH = 600, 9
_FIRST = [head + tail for head in "Ba Ke Lo Mi Nu Ra Si To".split() for tail in "lin mor res dan vik ros".split()]
_LAST = [head + tail for head in "Da Fi Gu Ha Je Ky Pe Ro Su Wo".split() for tail in "berck nard tong liss vell".split()]
_COLORS = "red blue green black white silver amber violet".split()
_THINGS = (
    "kayak piano telescope bicycle loom camera drone violin easel greenhouse tent canoe printer kiln saddle anvil harp "
    "globe microscope typewriter lantern carpet wardrobe aquarium chandelier toolbox hammock surfboard trampoline sled"
).split()
_PLACES = (
    "Lisbon Oslo Kyoto Quito Tunis Riga Porto Ghent Basel Turin Malmo Bergen Graz Cadiz Nantes Leeds Bari Izmir Haifa"
).split()
_MONTHS = "January February March April May June July August September October November December".split()
_REASONS = (
    "the old one had broken",
    "a friend had recommended it",
    "there was a sale",
    "school was starting",
    "a neighbour was moving away",
    "winter was near",
)


class Fact(NamedTuple):
    """A fact, and what tells it from all others."""

    sentence: str
    person: str
    thing: str


def facts(count: int) -> List[Fact]:
    """Return so many facts, no two about one person and thing."""
    chance = random.Random(count)
    people = [f"{first} {last}" for first in _FIRST for last in _LAST]
    chance.shuffle(people)
    pairs = [(person, thing) for person in people[: max(_PEOPLE, count // _MOST_EACH)] for thing in _THINGS]
    return [_fact(person, thing, chance) for person, thing in chance.sample(pairs, count)]


def question(fact: Fact) -> str:
    """Return the question that a fact answers."""
    return f"Where did {fact.person} buy the {fact.thing}?"


def never_stored(known: Sequence[Fact], count: int) -> List[str]:
    """Return questions of the same form about things that those people never bought."""
    chance = random.Random(len(known))
    pairs = {(fact.person, fact.thing) for fact in known}
    people = sorted({fact.person for fact in known})
    asked: List[str] = []
    while len(asked) < count:
        person, thing = chance.choice(people), chance.choice(_THINGS)
        if (person, thing) not in pairs:
            asked.append(f"Where did {person} buy the {thing}?")
    return asked


def _fact(person: str, thing: str, chance: random.Random) -> Fact:
    color, place, reason = chance.choice(_COLORS), chance.choice(_PLACES), chance.choice(_REASONS)
    day = f"{chance.randint(1, 28)} {chance.choice(_MONTHS)} {chance.randint(2015, 2025)}"
    return Fact(f"{person} bought a {color} {thing} in {place} on {day} because {reason}.", person, thing)

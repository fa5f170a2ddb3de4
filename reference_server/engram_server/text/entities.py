"""The people, places, organisations and other names of a memory. Pure; rules and lists, no model.

A name is a run of capitalised words; what has to be kept out are the words that are capitalised for another reason. A
word that begins a sentence is a name only when something else says so: a list knows it, another capitalised word
follows, or it stands capitalised in the middle of a sentence elsewhere in the memory. In headings every name needs
to be known. Text without any capital letter, or in capitals alone, gives the names that are no English word ("paris",
"john", never "mark" or "turkey"). Scripts without capital letters give none.

Dates are no entities; neither are roles such as "user".
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import Dict, FrozenSet, Iterator, List, NamedTuple, Set, Tuple

from .capitals import DAYS_AND_MONTHS, PLAIN_WORDS
from .given_names import CERTAIN_NAMES, GIVEN_NAMES
from .irregular import BASE_FORMS
from .organisations import ORGANISATION_ENDS, ORGANISATION_STARTS, ORGANISATIONS
from .places import CERTAIN_PLACES, PLACE_ENDS, PLACE_STARTS, PLACES
from .stopwords import STOP_WORDS
from .words import words

PERSON, PLACE, ORGANISATION, NAME = "person", "place", "organisation", "name"

# A text with more names is a list or a table, which its words find as well; keeps 64 KiB of names from making 10,000
# rows.
MAX_ENTITIES = 64
# Longer runs of capitalised words are headings and shouting.
_MAX_NAME_WORDS = 6
_MAX_NAME_CHARS = 80
_MIN_KEY_CHARS = 2
# Names come back again and again; about 1 MB when full.
_REMEMBERED_NAMES = 8_192

ROLES: FrozenSet[str] = frozenset("user assistant system ai bot human me tool agent".split())

# Every capital letter of Latin, Greek, Cyrillic and Armenian, the scripts that have them.
_UPPER = "".join(
    character for block in (range(0x41, 0x590), range(0x1E00, 0x2000)) for character in map(chr, block)
    if character.isupper()
)
_WORD = rf"(?:[a-z](?=[{_UPPER}]))?[{_UPPER}]\w*(?:['’&-]\w+)*"
_PART = rf"(?:(?:Dr|Mrs?|Ms|Mx|Prof|St|Mt|Ft|Sgt|Capt|Lt|Rev|[{_UPPER}](?=\. [{_UPPER}]))\.|(?:[A-Z]\.){{2,}}|{_WORD})"
_LINK = "(?:of the|of|&|van der|van den|van|von|de la|de|da|di|del|della|du|la|le|bin|ibn|al)"
NAME_PATTERN = (
    rf"(?:(?:van|von|de) )?{_PART}(?: (?:{_LINK} )?{_PART})*(?:(?:(?<= Co)|(?<= Inc| Ltd)|(?<= Corp| Bros))\.)?"
)
#: What any name begins with, so that most places need not be looked at closer.
NAME_START = "[A-Zdv\u0080-\U0010ffff]|[a-z][A-Z\u0080-\U0010ffff]"
_RUN = re.compile(rf"(?={NAME_START})(?<![\w.@/#'’-]){NAME_PATTERN}")

_CONTRACTED = re.compile(r"['’](?:s|m|re|ve|d|ll|t)$", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?(?!\w)")
# What may stand between the end of a sentence and its first word.
_OPENING = " \t\"'“‘(*_#>•–—-[1234567890"
_OPENING_CHARS = 6
# After these, a capital letter is not due to a new sentence.
_WITHIN = frozenset(",;&/%)’'”\"+")
_HEADING_ENDS = frozenset(("", ":", "\n", "\r"))
# A long page holds half as many runs of capitalised words.
_MAX_RUNS = 2_000
_LOOSE_LINKS = frozenset("of the & la le al".split())
_CONTEXT_CHARS = 40
# Shorter words that end like verbs and adverbs are names as often: "Ted", "Ming".
_SHORT_WORD_CHARS = 5
# Longer words in capitals are shouted.
_LONG_ACRONYM_CHARS = 6

_TITLES = frozenset(
    """
    dr mr mrs ms mx prof professor sir lady lord uncle aunt auntie grandma grandpa captain capt sgt lt rev father
    sister brother judge coach king queen prince princess pope saint
    """.split()
)
# Whoever somebody calls "my ...": kin, friends, and people met by their work.
KIN: FrozenSet[str] = frozenset(
    """
    mother mom mum father dad sister brother son daughter wife husband partner fiance fiancé fiancee fiancée girlfriend
    boyfriend friend bestie cousin uncle aunt auntie niece nephew grandma grandmother grandpa grandfather grandson
    granddaughter grandchild stepmother stepfather stepson stepdaughter stepbrother stepsister twin boss manager
    colleague coworker co-worker mentor neighbor neighbour roommate flatmate housemate doctor dentist therapist teacher
    tutor coach trainer lawyer landlord landlady accountant assistant client student classmate ex godmother
    godfather
    """.split()
)
_GOING = frozenset(
    """
    live lives lived living move moves moved moving travel travels traveled travelled traveling fly flies flew flying
    go goes went going drive drove trip trips born based located arrived stay stayed staying up back vacation holiday
    from flight home office raised headquartered relocated relocate weather
    """.split()
)
_GOING_TO = frozenset("in to from near at around across through outside".split())
_SEEING = frozenset("visit visits visited visiting toured explore explored near leaving reached".split())
_WORKING = frozenset(
    """
    work works worked working job intern interned study studies studied employed hired founder ceo engineer career
    position role consultant consults offer interview
    """.split()
)
_WORKING_FOR = frozenset("at for by with of from".split())
_JOINING = frozenset("joined join joins acquired acquires company startup employer firm university college".split())

_NEVER = STOP_WORDS | DAYS_AND_MONTHS
# Most runs are one of these.
_NEVER_RUNS = frozenset(word.capitalize() for word in _NEVER - GIVEN_NAMES)
_NEVER_BUT_NAMES = GIVEN_NAMES - DAYS_AND_MONTHS
_KIND_ENDS = PLACE_ENDS | ORGANISATION_ENDS
_KIND_STARTS = PLACE_STARTS | ORGANISATION_STARTS | _TITLES
_FIRST_OF_TWO = frozenset(place.split()[0] for place in PLACES if " " in place)


class Entity(NamedTuple):
    """One name of a memory."""

    #: Folded words joined by one space, without title and possessive: equal for all mentions of one name.
    key: str
    #: As written.
    name: str
    #: "person", "place", "organisation", or "name" where nothing tells.
    kind: str


class _Mention(NamedTuple):
    parts: List[str]
    start: int
    doubtful: bool
    heading: bool


def entities(body: str, speaker: str) -> List[Entity]:
    """Return the names of a memory in the order of their first mention, the speaker first."""
    found: Dict[str, Entity] = {}
    if speaker and speaker.lower() not in ROLES:
        _add(found, Entity(name_key(speaker), speaker, PERSON))
    if body.islower() or body.isupper():
        named = _caseless(body)
    else:
        named = _capitalised(body)
    for entity in named:
        _add(found, entity)
        if len(found) >= MAX_ENTITIES:
            break
    return _linked(list(found.values()))


@lru_cache(maxsize=_REMEMBERED_NAMES)
def name_key(name: str) -> str:
    """Return the key under which mentions of `name` are one entity."""
    bare = _POSSESSIVE.sub("", name).replace(".", "")
    found = words(bare)
    titled = len(found) > 1 and found[0] in _TITLES and found[1] != "of"
    return " ".join(found[1:] if titled else found)


@lru_cache(maxsize=_REMEMBERED_NAMES)
def is_plain(word: str) -> bool:
    """Say whether a capitalised word is an ordinary English one, so that only its place can make it a name."""
    base = _CONTRACTED.sub("", word).lower()
    return base in _NEVER or base in PLAIN_WORDS or base in BASE_FORMS or word.lower() in PLAIN_WORDS


def _add(found: Dict[str, Entity], entity: Entity) -> None:
    known = found.get(entity.key)
    if known is None and entity.key:
        found[entity.key] = entity
    elif known is not None and known.kind == NAME != entity.kind:
        found[entity.key] = known._replace(kind=entity.kind)


def _linked(found: List[Entity]) -> List[Entity]:
    """Drop the one-word mentions of people who are also mentioned by their longer name."""
    ends = {
        word for entity in found if entity.kind == PERSON and " " in entity.key for word in _first_and_last(entity.key)
    }
    return [entity for entity in found if entity.key not in ends or entity.kind not in (PERSON, NAME)]


def _first_and_last(key: str) -> Tuple[str, str]:
    parts = key.split()
    return parts[0], parts[-1]


def _caseless(body: str) -> Iterator[Entity]:
    found = words(body)
    if CERTAIN_NAMES.isdisjoint(found) and CERTAIN_PLACES.isdisjoint(found) and _FIRST_OF_TWO.isdisjoint(found):
        return
    for word, following in zip(found, found[1:] + [""]):
        pair = f"{word} {following}"
        if word in CERTAIN_NAMES:
            yield Entity(word, word, PERSON)
        elif word in CERTAIN_PLACES or pair in PLACES:
            name = word if word in CERTAIN_PLACES else pair
            yield Entity(name, name, PLACE)


def _capitalised(body: str) -> Iterator[Entity]:
    runs = (run for run in _RUN.finditer(body) if run.group() not in _NEVER_RUNS)
    mentions = [mention for run in islice(runs, _MAX_RUNS) for mention in _mentions(body, run)]
    elsewhere = {part for mention in mentions if not mention.doubtful for part in mention.parts}
    # What else is said of a name whose kind is known adds nothing.
    known: Set[str] = set()
    for mention in mentions:
        parts = _believed(mention.parts, elsewhere) if mention.doubtful else mention.parts
        name = " ".join(parts)
        if not parts or len(parts) > _MAX_NAME_WORDS or len(name) > _MAX_NAME_CHARS or name in known:
            continue
        key = name_key(name)
        if len(key) < _MIN_KEY_CHARS:
            continue
        kind = _kind(key, parts, body[max(0, mention.start - _CONTEXT_CHARS) : mention.start])
        if kind != NAME:
            known.add(name)
        if kind != NAME or not mention.heading:
            yield Entity(key, name, kind)


def _mentions(body: str, run: "re.Match[str]") -> Iterator[_Mention]:
    """Yield the names in one run of capitalised words, which is cut at stop words and after possessives."""
    if body[run.end() : run.end() + 1] == "@":
        return
    written = run.group().split(" ")
    at = start = run.start()
    initial = _begins_sentence(body, at)
    heading = initial and body[run.end() : run.end() + 1] in _HEADING_ENDS
    keeps_owner = written[-1].lower() in _KIND_ENDS
    parts: List[str] = []
    for word in written:
        if not parts:
            start = at
        bare = word if word.isalnum() else _CONTRACTED.sub("", word)
        first = initial and at == run.start()
        at += len(word) + 1
        if _is_never(word, bare.lower(), first) or (initial and not parts and is_plain_start(word)):
            yield from _trimmed(parts, start, initial and start == run.start(), heading)
            parts = []
            continue
        owner = bare != word and not keeps_owner
        parts.append(bare if owner else word)
        if owner:
            yield from _trimmed(parts, start, initial and start == run.start(), heading)
            parts = []
    yield from _trimmed(parts, start, initial and start == run.start(), heading)


def _is_never(word: str, lower: str, first: bool) -> bool:
    """Say whether a word of a run is a stop word, a day or a month; "Will" within a sentence is a man."""
    if word[0].islower() or word == "US":
        return False
    return lower in _NEVER and (first or word.isupper() or lower not in _NEVER_BUT_NAMES)


def is_plain_start(word: str) -> bool:
    """Say whether a word is capitalised for beginning a sentence: a plain one, or one in the form of a verb."""
    lower = word.lower()
    if is_plain(word):
        return lower not in PLACE_STARTS and lower.rstrip(".") not in _TITLES
    return len(word) > _SHORT_WORD_CHARS and lower.endswith(("ing", "ed", "ly")) and not _is_listed(lower)


def _begins_sentence(body: str, at: int) -> bool:
    before = body[max(0, at - _OPENING_CHARS) : at].rstrip(_OPENING)
    return not before or not (before[-1].isalpha() or before[-1] in _WITHIN)


def _trimmed(parts: List[str], start: int, doubtful: bool, heading: bool) -> Iterator[_Mention]:
    """Yield one name without links at its ends, unless it is an ordinary word."""
    kept = parts
    while kept and kept[-1] in _LOOSE_LINKS:
        kept = kept[:-1]
    while kept and kept[0] in _LOOSE_LINKS:
        kept = kept[1:]
    if len(kept) == 1 and is_plain(kept[0]) and (doubtful or kept[0].lower() not in GIVEN_NAMES) and kept[0] != "US":
        return
    if kept:
        yield _Mention(kept, start, doubtful, heading)


def _believed(parts: List[str], elsewhere: Set[str]) -> List[str]:
    """Return what of a name at the beginning of a sentence is one."""
    first, rest = parts[0].lower().rstrip("."), parts[1:]
    if parts[0] in elsewhere or _is_listed(first):
        return parts
    if not rest:
        tail = parts[0][1:]
        return parts if len(tail) < _LONG_ACRONYM_CHARS and tail != tail.lower() else []
    known_alone = name_key(" ".join(rest)) in PLACES or rest[0].lower() in CERTAIN_NAMES
    return rest if known_alone and first not in _KIND_STARTS else parts


def _is_listed(lower: str) -> bool:
    return lower in CERTAIN_NAMES or lower in CERTAIN_PLACES or lower in ORGANISATIONS


def _kind(key: str, parts: List[str], before: str) -> str:
    """Return the kind of a name by its words, the lists, and the words before it."""
    first, last = parts[0].lower().rstrip("."), parts[-1].lower().rstrip(".")
    if key in PLACES and first not in GIVEN_NAMES:
        return PLACE
    if key in ORGANISATIONS or (len(parts) > 1 and last in ORGANISATION_ENDS):
        return ORGANISATION
    if len(parts) > 1:
        if last in PLACE_ENDS:
            return PLACE
        if first in ORGANISATION_STARTS and parts[1].startswith("of"):
            return ORGANISATION
        if first in _TITLES and not parts[1].startswith("of"):
            return PERSON
        if first in PLACE_STARTS:
            return PLACE
    return _kind_by_context(key in PLACES, first in GIVEN_NAMES, before)


def _kind_by_context(place: bool, person: bool, before: str) -> str:
    """Return the kind of a name that may be a known place or person, by the two words before it."""
    last_but_one, last = (["", "", *before.lower().replace(",", " ").split()])[-2:]
    going = (last in _GOING_TO and last_but_one in _GOING) or last in _SEEING
    if person:
        return PLACE if place and (going or last in ("in", "near")) else PERSON
    if last in KIN:
        return PERSON
    if going or place:
        return PLACE
    if (last in _WORKING_FOR and last_but_one in _WORKING) or last in _JOINING:
        return ORGANISATION
    return NAME

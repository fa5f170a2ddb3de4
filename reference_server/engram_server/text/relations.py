"""What a memory states as subject, predicate and object. Pure; rules and tables, precise rather than many.

A statement is a subject that can be told (the speaker's "I" and "my", or a name), a verb of the tables, and a short
noun phrase. Questions, conditions, wishes, hearsay and denials state nothing. Verbs are shown in the third person,
present or past as said: "I'm living in Porto" gives (Ana, lives in, Porto).
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Dict, FrozenSet, Iterator, List, NamedTuple, Tuple

from .entities import KIN, NAME_PATTERN, NAME_START, is_plain, is_plain_start
from .given_names import GIVEN_NAMES
from .relation_words import (
    ADVERBS, ATTRIBUTES, BE_PHRASES, BELONGINGS, CONTINUOUS, CUTS, DETERMINERS, DOUBTS, FIRST_PERSON, NO_KEYS, NO_KINDS,
    NO_OBJECTS, OFFICES, PARTICLES, PETS, QUALIFIERS, STATES, THIRD_PERSON, Verb,
)

# A memory that states more is a document; its first sentences say what it is about.
MAX_RELATIONS = 8
# Chat turns and notes are shorter; of a longer document the beginning tells who and what.
_MAX_CHARS = 4_000
# As far as a statement reaches, and as far back as a condition may stand before it.
_REACH_CHARS = 160
_MAX_OBJECT_WORDS = 6
_WORD_CHARS = 24
_NO_SPEAKER = "user"

_SUBJECT = re.compile(
    rf"(?=[imotw]|{NAME_START})(?<![\w.@/#'’-])"
    r"(?:(?P<me>[Ii]|[Ww]e)(?P<short>['’](?:m|ve|re))?(?= )|(?P<mine>[Mm]y|[Oo]ur)(?= )"
    rf"|(?P<the>[Tt]he)(?= [\w ]{{4,60}}? (?:is|was|are) )|(?P<name>{NAME_PATTERN}))"
)
# Up to the end of the sentence; the point in "St. Mary" or "3.5" is none.
_TAIL = re.compile(r"[^.!?;:\n]*(?:(?:(?:(?<=\bSt)|(?<=\bDr)|(?<=\bM[rst])|(?<=\bMrs))\.|[.:](?=\w))[^.!?;:\n]*)*")
_SENTENCE_STOPS = ".!?;\n"
_NOTE = re.compile(r"^[ \t]*(?:[-*•] )?([^\W\d_][\w /&-]{1,40})[:=] +([^\n]{1,60})$", re.MULTILINE)
_MAX_KEY_WORDS = 4
_MARKS = "\"'“”‘’()[]*_,…—–-"
_BE = {"am": "is", "is": "is", "are": "is", "'m": "is", "'re": "is", "'s": "is", "was": "was", "were": "was"}
_GET = {"got": "got", "gets": "gets", "get": "gets"}
_HAVE = frozenset("have has 've had".split())
_AFTER_HAVE = frozenset(("been", "got", *ADVERBS))
_OWNING = {"have": "has", "has": "has", "had": "had", "got": "got"}
_ARTICLES = frozenset("a an the".split())
_OWNERS = frozenset("my our".split())
# Most subjects are followed by none of these and need no further look.
_VERB_STARTS = frozenset((*FIRST_PERSON, *THIRD_PERSON, *_BE, *_GET, *_HAVE, *_OWNING, *ADVERBS, ","))
# Doubtful names that a verb of the tables makes certain: "Mark works", never "Will works".
_NAMES_ALONE = GIVEN_NAMES - CUTS
_WORDLIKE = re.compile(r"\w")
# A line that goes on like this is talk after a speaker's name.
_TALKING = CUTS | frozenset("hi hello hey yes yeah yep ok okay thanks thank sure oh wow".split())


class Relation(NamedTuple):
    """One stated fact, in the words in which it is to be shown."""

    subject: str
    predicate: str
    object: str


def relations(body: str, speaker: str) -> List[Relation]:
    """Return what `body` states, at most 8 relations, in order; what "I" says is said of the speaker."""
    text = body[:_MAX_CHARS].replace("’", "'")
    found = dict.fromkeys(islice(_all_relations(text, speaker or _NO_SPEAKER), MAX_RELATIONS))
    return list(found)


def _all_relations(text: str, me: str) -> Iterator[Relation]:
    for match in _SUBJECT.finditer(text):
        end = match.end()
        following = text[end : end + _WORD_CHARS].split(None, 1)
        if not following or not (following[0].lower() in _VERB_STARTS or _may_own(match)):
            continue
        tail = _TAIL.match(text, end, end + _REACH_CHARS)
        words = tail.group().split() if tail else []
        stated = list(_stated(match, words, me)) if words else []
        if stated and tail and text[tail.end() : tail.end() + 1] != "?" and not _is_doubted(text, end):
            yield from stated
    if ": " in text or "= " in text:
        yield from _notes(text)


def _may_own(match: "re.Match[str]") -> bool:
    return match.lastgroup not in ("me", "name") or match.group().endswith("'s")


def _is_doubted(text: str, at: int) -> bool:
    """Say whether the sentence makes a condition, a question or a denial of what follows its subject."""
    before = text[max(0, at - _REACH_CHARS) : at]
    begin = max(before.rfind(stop) for stop in _SENTENCE_STOPS) + 1
    return not DOUBTS.isdisjoint(before[begin:].lower().replace(",", " ").split())


def _stated(match: "re.Match[str]", words: List[str], me: str) -> Iterator[Relation]:
    """Yield what the words after one subject say of it."""
    kind, raw = match.lastgroup, match.group()
    if kind == "mine":
        yield from _of_owner(me, words, me)
    elif kind == "the":
        yield from _of_thing(words)
    elif kind in ("me", "short") or raw.endswith(" I"):
        short = match["short"] if kind in ("me", "short") else None
        yield from _of_subject(me, [short, *words] if short else words, FIRST_PERSON, me)
    else:
        name, owner = _name(raw)
        if name and owner:
            yield from _of_owner(name, words, me)
            words = ["'s", *words]
        if name:
            yield from _of_subject(name, words, THIRD_PERSON, me)


def _name(raw: str) -> Tuple[str, bool]:
    """Return a run of capitalised words without what only begins the sentence, and whether it is a possessive."""
    words = raw.split()
    while words and is_plain_start(words[0]) and not (len(words) == 1 and words[0].lower() in _NAMES_ALONE):
        words = words[1:]
    name = " ".join(words)
    return (name[:-2], True) if name.endswith("'s") else (name, False)


def _of_owner(owner: str, words: List[str], me: str) -> Iterator[Relation]:
    """Yield what follows "my" or "Ana's": a person or a pet with what it does, a favourite, an attribute."""
    at = 0
    while at < len(words) - 1 and words[at].lower() in QUALIFIERS:
        at += 1
    noun = words[at].rstrip(",").lower()
    role = noun[:-2] if noun.endswith("'s") else noun
    if role not in KIN and role not in PETS:
        yield from _attribute(owner, words)
        return
    name, after = _name_of(words, at + 1, named=noun != role)
    if name:
        yield Relation(owner, f"has {role}" if role in PETS else role, name)
        yield from _of_subject(name, words[after:], THIRD_PERSON, me)
    elif noun == role:
        yield from _of_subject(f"{owner}'s {role}", words[at + 1 :], THIRD_PERSON, me)


def _name_of(words: List[str], at: int, named: bool) -> Tuple[str, int]:
    """Return the name that stands at `at`, perhaps after "is called" or "name is", and where it ends."""
    lower = [word.lower() for word in words[at : at + 2]]
    called = lower in (["is", "called"], ["is", "named"], ["name", "is"])
    at += 2 if called else int(lower[:1] in (["called"], ["named"], ["is"]))
    if named and not called:
        return "", at
    taken: List[str] = []
    for word in words[at : at + 3]:
        bare = word.strip(_MARKS)
        if not bare[:1].isupper() or is_plain(bare) or bare.endswith("'s"):
            break
        taken.append(bare)
        if word[-1] in _MARKS:
            break
    # "My boss is American": after a bare "is", only known names are names.
    if lower[:1] == ["is"] and not called and taken and taken[0].lower() not in GIVEN_NAMES:
        return "", at
    return " ".join(taken), at + len(taken)


def _attribute(owner: str, words: List[str]) -> Iterator[Relation]:
    for at in range(1, min(5, len(words) - 1)):
        if words[at].lower() in _BE:
            phrase = " ".join(words[:at]).lower()
            known = words[at - 1].lower() in ATTRIBUTES or words[0].lower() in ("favourite", "favorite")
            value = _object(words, at + 1)[0]
            if known and value:
                yield Relation(owner, phrase, value)
            return


def _of_thing(words: List[str]) -> Iterator[Relation]:
    """Yield what follows "the": "capital of Portugal is Lisbon", "wifi password is heron42"."""
    for at in range(1, min(8, len(words) - 1)):
        if words[at].lower() in _BE:
            head = words[: words.index("of")] if "of" in words[:at] else words[:at]
            value = _object(words, at + 1)[0]
            if head and head[-1].lower() in ATTRIBUTES and value:
                yield Relation(" ".join(words[:at]), _BE[words[at].lower()], value)
            return


def _of_subject(subject: str, words: List[str], verbs: Dict[str, Verb], me: str) -> Iterator[Relation]:
    """Yield what the words that follow a subject say of it."""
    at, be = 0, ""
    for at, word in enumerate(words):
        lower = word.lower()
        following = words[at + 1].lower() if at + 1 < len(words) else ""
        if lower in _BE and not be:
            be = _BE[lower]
        elif lower == "been" and not be:
            be = "is"
        elif lower not in ADVERBS and not (lower in _HAVE and (following in verbs or following in _AFTER_HAVE)):
            break
    else:
        return
    if lower == ",":
        yield from _as_role(subject, words, at + 1, me)
    elif be:
        yield from _being(subject, be, words, at, me)
    elif lower in _GET and following in BE_PHRASES:
        yield from _being(subject, _GET[lower], words, at + 1, me)
    elif lower in _OWNING:
        yield from _having(subject, _OWNING[lower], words, at + 1)
    elif lower in verbs:
        yield from _doing(subject, verbs[lower].shown, verbs[lower].takes, words, at + 1)


def _being(subject: str, be: str, words: List[str], at: int, me: str) -> Iterator[Relation]:
    lower = words[at].strip(_MARKS).lower()
    if lower in _ARTICLES:
        yield from _kind(subject, be, words, at + 1)
    elif lower in BE_PHRASES:
        yield from _doing(subject, f"{be} {lower}", BE_PHRASES[lower], words, at + 1)
    elif lower in OFFICES and words[at + 1 : at + 2] == ["of"]:
        yield from _kind(subject, be, words, at)
    elif lower in STATES:
        yield Relation(subject, be, lower)
    elif lower in CONTINUOUS:
        verb = CONTINUOUS[lower]
        yield from _doing(subject, verb.shown if be == "is" else f"{be} {lower}", verb.takes, words, at + 1)
    else:
        yield from _as_role(subject, words, at, me)


def _kind(subject: str, be: str, words: List[str], at: int) -> Iterator[Relation]:
    """Yield what somebody is: "a nurse", "a big fan of Benfica"."""
    ahead = [word.lower() for word in words[at : at + 3]]
    if "fan" in ahead and words[at + ahead.index("fan") + 1 :][:1] == ["of"]:
        value = _object(words, at + ahead.index("fan") + 2)[0]
        be = f"{be} fan of"
    else:
        value = "" if not ahead or ahead[0] in NO_KINDS else _object(words, at)[0]
    if value:
        yield Relation(subject, be, value)


def _as_role(subject: str, words: List[str], at: int, me: str) -> Iterator[Relation]:
    """Yield what "my dentist" and "Ana's brother" say of the subject before them."""
    owner = words[at] if at < len(words) else ""
    at += 1
    while at < len(words) and words[at].lower() in QUALIFIERS:
        at += 1
    role = words[at].strip(_MARKS).lower() if at < len(words) else ""
    if role not in KIN:
        return
    if owner.lower() in _OWNERS and subject != me:
        yield Relation(me, role, subject)
    elif owner.endswith("'s") and owner[0].isupper() and not is_plain(owner):
        yield Relation(owner[:-2], role, subject)


def _having(subject: str, said: str, words: List[str], at: int) -> Iterator[Relation]:
    value = _object(words, at)[0].split()
    for link in ("called", "named"):
        if link in value[1:-1]:
            noun = value[value.index(link) - 1].lower()
            name = " ".join(value[value.index(link) + 1 :])
            if noun in KIN or noun in PETS:
                yield Relation(subject, f"{said} {noun}" if noun in PETS else noun, name)
            return
    if value and value[-1].lower() in BELONGINGS:
        yield Relation(subject, said, " ".join(value))


def _doing(subject: str, said: str, takes: FrozenSet[str], words: List[str], at: int) -> Iterator[Relation]:
    """Yield one relation for each object that follows a verb, with the preposition that it follows."""
    upwards = ""
    while at < len(words) and words[at].lower() in PARTICLES:
        if words[at].lower() == "up":
            said, upwards = said + " up", "up_"
        at += 1
    direct = not upwards and not takes.isdisjoint("-=")
    while at < len(words):
        link = upwards + words[at].lower()
        if (link in takes and link not in "-=") or "=" + link in takes or (direct and "+" + link in takes):
            names_only, predicate, at = "=" + link in takes, f"{said} {words[at].lower()}", at + 1
        elif direct:
            names_only, predicate = "=" in takes, said
        else:
            return
        direct = False
        value, at = _object(words, at)
        if not value or (names_only and not value[0].isupper()):
            return
        yield Relation(subject, predicate, value)


def _object(words: List[str], at: int) -> Tuple[str, int]:
    """Return the noun phrase at `at`, empty where there is none, and where to read on."""
    while at < len(words) and words[at].lower() in DETERMINERS:
        at += 1
    taken: List[str] = []
    for word in words[at : at + _MAX_OBJECT_WORDS]:
        bare = word.strip(_MARKS)
        lower = bare.lower()
        within = bare == "US" or (taken[-1:] == ["of"] and lower in DETERMINERS)
        if (lower.split("'")[0] in CUTS and not within) or not _WORDLIKE.search(bare) or (taken and word[0] in _MARKS):
            break
        taken.append(bare)
        at += 1
        if word[-1] in _MARKS:
            at = len(words)
            break
    while taken and (taken[-1] == "of" or taken[-1].lower() in ADVERBS):
        taken.pop()
    if not taken or taken[0].lower() in NO_OBJECTS:
        return "", at
    return " ".join(taken), at


def _notes(text: str) -> Iterator[Relation]:
    """Yield the lines of the form "wifi password: heron42"."""
    for note in _NOTE.finditer(text):
        key, value = note[1].strip(), note[2].strip().rstrip(".")
        keys, values = key.lower().split(), value.split()
        if (
            0 < len(keys) <= _MAX_KEY_WORDS
            and 0 < len(values) <= _MAX_OBJECT_WORDS
            and CUTS.isdisjoint(keys)
            and NO_KEYS.isdisjoint(keys[-1:])
            and keys[0] not in GIVEN_NAMES
            and values[0].lower().strip(",!") not in _TALKING
            and not value.endswith(("?", "!", ":"))
        ):
            yield Relation(key, "is", value)

"""Whether what was recalled can answer a question, or nothing is known about it. Pure.

Recall returns what fits best, however badly that fits. What tells a question about something never stored is less the
score than a telling word that nobody ever said, or words that were all said but never together. So the question is
split into words that frame it, names, and what it is about; a memory answers when it, or the talk around it, holds
enough of the last two. Loose facts must hold nearly all ("Bo's dentist" is not answered by what is known of Bo and by
other people's dentists); a turn of talk may leave most to its neighbours.
"""

from __future__ import annotations

import difflib
import re
from typing import AbstractSet, Dict, FrozenSet, Iterable, NamedTuple, Tuple

from ..storage import Space
from ..text.lexicon import FRAME_TERMS
from ..text.stopwords import STOP_WORDS
from ..text.terms import index_term, terms
from ..text.times import times_in
from ..text.words import words
from .context import coherence
from .question import Question
from .rank import Ranked, Recalled
from .weights import WEIGHTS

# How much of a word of the question a memory has that holds it, holds a word close or distant to it, or stands in talk
# that does.
_CLOSE, _DISTANT = 0.8, 0.3
_NEAR, _NEAR_DISTANT = 0.7, 0.2
# From this share of a concept's weight on, a related word is another name or a kind of it, not what it is a kind of.
_CLOSE_SHARE = 0.4

# The least that a memory must hold of what the question is about, as a share of its weight. Tried on talk and on facts:
# lower answers what is not known, higher refuses what is.
_LEAST_OF_TALK = 0.35
# Where a word was never said. That words close to it were tells less the more was said about everything.
_LEAST_OF_FEW, _LEAST_OF_MANY = 0.75, 0.85
_MANY = 200
# Neighbours in talk have this much to do with each other (`context.Coherence`).
_TALK = 0.7
_LEAST_OF_FACTS = 0.8
# What is asked for ("which LANGUAGE does Ana speak?") goes without saying in a fact that holds all the rest.
_LEAST_BESIDE_KIND = 0.85
# Without an English question there are no words known that frame it, so strange ones do.
_LEAST_ELSEWHERE = 0.25
# One strange word among several that were said together may be the asker's own.
_LEAST_TOGETHER = 2
# Or the only one, beside a rare word or a name that was said: it may weigh so much more than that.
_MOST_STRANGE = 1.35

# Shorter ones are initials, numbers' halves and pairs of ideographs.
_MIN_TELLING_CHARS = 3
_MIN_MISSPELT_CHARS = 6
_MISSPELT = 0.84
# What the words of a question are held against to see whether they are misspelt.
_MAX_MEMORIES_READ = 20
_MAX_CHARS_READ = 1_000

# Words by which people classify and paraphrase what they ask for. That nobody said them tells nothing.
_FRAMING_WORDS = frozenset(
    """
    describe description according account consider object reason cause purpose goal aim topic subject theme term
    common general generally specific particular particularly especially main major certain various several multiple
    different difference similar compare comparison regard regarding concern relate relation addition additional
    base based involve include contain condition state status situation circumstance experience effect impact
    influence result outcome role aspect part feature factor manner method technique medium activity action thing
    place location area region spot site geographical person people individual member date day month year period
    moment occasion event instance example number amount count total mean meaning represent symbolize signify
    indicate imply suggest recommend advise encourage motivate inspire prompt trigger think believe feel opinion
    view thought idea attitude sentiment reaction respond response react express intend intention decide choose
    prefer pursue partake participate engage perform conduct undergo receive obtain acquire encounter attend
    previously often frequently rarely usually typically normally mostly probably potentially possible potential
    overall original initial final former popular famous prominent notable important significant begin start end
    finish last next earlier later explain list answer yes question ability achievement attribute trait positive
    negative professional personal national best better good second third introduce recognize prepare rely listen
    host supplement discuss affect lead apart nickname current alternative know remember call name everything
    anything happen
    """.split()
)
_FRAMING = FRAME_TERMS.union(map(index_term, _FRAMING_WORDS)) - {""}
# Words of English questions, and of requests ("tell me about Ana's boat, car and house"), each part of which counts.
# "was" is left out: in German it asks.
_ASKS = frozenset(
    "who whom whose what which when where why how does did do is are were has have had can could would should".split()
)
_REQUESTS = frozenset("tell me my about the list describe show".split())
_NAME = re.compile(r"(?<=\S )[A-Z]\w+")
_SUPPOSES = re.compile(r"\b(?:would|might|likely)\b", re.I)
_KIND_ASKED = re.compile(
    r"^\W*(?:[a-z]{2,6} )?(?:what|which) ((?:[a-z]+ ){1,2}?)(?:does|do|did|is|are|was|were|has|have|had|can|will)\b",
    re.I,
)
_HANGS_ON = frozenset("in on at for to with from of by about best most now today currently usually".split())
_BEFORE_NOUNS = _HANGS_ON | frozenset("s the a an his her their my our".split())
_LEANS_BACK = re.compile(r"\W*(?:he|she|it|they|his|her|its|their)\b", re.I)


class _Asked(NamedTuple):
    """What a question asks, taken apart by what one space knows. All are index terms."""

    #: What it is about, with the weight of each.
    about: Dict[str, float]
    #: Names of those who speak.
    voices: FrozenSet[str]
    #: Names, those that nobody ever said, what kind of thing is asked for, and what is said of it.
    names: FrozenSet[str]
    unsaid: FrozenSet[str]
    kinds: FrozenSet[str]
    predicate: str
    #: The predicate if it is a verb, else "".
    verb: str
    #: Whether the space holds talk, where turns lean on each other, rather than notes that somebody took.
    of_talk: bool
    #: What a turn of talk must hold when words were never said.
    enough: float
    #: Those of which the space knows nothing closer than what they are a kind of.
    distant: FrozenSet[str]


def supporting(question: Question, recalled: Recalled, space: Space) -> FrozenSet[int]:
    """Return the row ids of the memories of one space that hold enough to answer: none when nothing is known."""
    ranked = recalled.ranked
    if question.words <= STOP_WORDS - _ASKS or not ranked:
        return frozenset()
    if question.is_vague:
        return frozenset(one.memory.id for one in ranked)
    asked = _taken_apart(question, recalled, space)
    if asked.about.keys() <= asked.voices:
        return frozenset(one.memory.id for one in ranked if one.own)
    if asked.voices and _SUPPOSES.search(question.text):
        return frozenset(one.memory.id for one in ranked if one.own)
    if not asked.names.isdisjoint(asked.unsaid) and not question.words.isdisjoint(_ASKS | _REQUESTS):
        return frozenset()
    if question.words.isdisjoint(_ASKS):
        return frozenset(one.memory.id for one in ranked if _held(one, asked, asked.about) >= _LEAST_ELSEWHERE)
    return frozenset(one.memory.id for one in ranked if _answers(one, asked))


def _taken_apart(question: Question, recalled: Recalled, space: Space) -> _Asked:
    speakers = {word for one in recalled.ranked for word in one.turn.speaker.split()}
    asked_by = {one.term: one.word.lower() for one in question.concepts}
    dated = {term for when in times_in(question.text, 0) for term in terms(question.text[when.at : when.stop])}
    kind = _KIND_ASKED.match(question.text)
    predicate, is_noun = _predicate(question.text)
    about = {term: share for term, share in recalled.shares.items() if term not in _FRAMING and len(term) > 1}
    strange = {term for term in about if recalled.known[term] < 1.0 and term not in dated and _is_telling(term)}
    best = recalled.ranked[:_MAX_MEMORIES_READ] if strange else []
    said = {word for one in best for word in words(one.memory.content[:_MAX_CHARS_READ])}
    unsaid = {term for term in strange if not _misspells(asked_by[term], said)}
    for term in strange - unsaid:
        del about[term]
    return _Asked(
        about=about,
        voices=frozenset(index_term(word) for word in speakers & question.words),
        names=frozenset(index_term(name.lower()) for name in _NAME.findall(question.text)) & about.keys() - dated,
        unsaid=frozenset(unsaid),
        kinds=frozenset(map(index_term, words(kind[1]))) if kind else frozenset(),
        predicate=predicate,
        verb="" if is_noun else predicate,
        of_talk=coherence(space, WEIGHTS).talk >= _TALK,
        enough=_LEAST_OF_MANY if space.memory_count > _MANY else _LEAST_OF_FEW,
        distant=frozenset(term for term in about if recalled.known[term] < _CLOSE_SHARE),
    )


def _predicate(question: str) -> Tuple[str, bool]:
    """Return the term of the last word but for what hangs on to it, and whether it is a noun ("in Iceland").

    It is the verb of "which language does Ana speak?".
    """
    found = words(question)
    while found and found[-1] in _HANGS_ON:
        found.pop()
    return (index_term(found[-1]) if found else ""), not _BEFORE_NOUNS.isdisjoint(found[-2:-1])


def _is_telling(term: str) -> bool:
    return len(term) >= _MIN_TELLING_CHARS and not any(map(str.isdigit, term))


def _misspells(word: str, said: AbstractSet[str]) -> bool:
    """Say whether a word that nobody said looks like one that somebody did, or like one that frames questions."""
    if len(word) < _MIN_MISSPELT_CHARS:
        return False
    known = (other for other in said | _FRAMING_WORDS if other[0] == word[0] and abs(len(other) - len(word)) <= 1)
    return any(difflib.SequenceMatcher(None, word, other).ratio() >= _MISSPELT for other in known)


def _answers(one: Ranked, asked: _Asked) -> bool:
    missing = {term for term in asked.unsaid if f"related:{term}" not in one.parts or term in asked.distant}
    named = [_holds(one, asked, name) > 0.0 for name in asked.names]
    if one.turn.speaker and asked.of_talk:
        return (any(named) or not named) and _talk_answers(one, asked, missing)
    if not all(named):
        return False
    if not missing and _held(one, asked, asked.about) >= _LEAST_OF_FACTS:
        return True
    rest = asked.about.keys() - asked.kinds
    if asked.predicate not in rest or not missing <= asked.kinds:
        return False
    # Where others say what kind of thing it is, only the very words will do without.
    least = _CLOSE if asked.kinds & asked.unsaid else 1.0
    return _holds(one, asked, asked.predicate) >= least and _held(one, asked, rest) >= _LEAST_BESIDE_KIND


def _talk_answers(one: Ranked, asked: _Asked, missing: AbstractSet[str]) -> bool:
    # Who speaks is named all the time, which tells nothing.
    about = asked.about.keys() - asked.voices
    if not missing:
        return _held(one, asked, about) >= (asked.enough if asked.unsaid else _LEAST_OF_TALK)
    rest = about - missing
    said = {term for term in rest if f"word:{term}" in one.parts}
    a_thing = said - asked.kinds - {asked.verb}
    if len(missing) == 1 and said == rest and a_thing and (missing <= asked.kinds or a_thing & asked.names):
        return _weight(asked, missing) <= _MOST_STRANGE * _weight(asked, rest)
    if len(said) < _LEAST_TOGETHER or _weight(asked, missing) > _weight(asked, rest):
        return False
    return _held(one, asked, rest) >= asked.enough


def _weight(asked: _Asked, of: Iterable[str]) -> float:
    return sum(asked.about[term] for term in of)


def _held(one: Ranked, asked: _Asked, of: Iterable[str]) -> float:
    """Return how much a memory holds of some terms, as a share of their weight."""
    whole = _weight(asked, of)
    return sum(asked.about[term] * _holds(one, asked, term) for term in of) / whole if whole else 0.0


def _holds(one: Ranked, asked: _Asked, term: str) -> float:
    """Return how much of one word of the question a memory has."""
    close = term not in asked.distant
    if f"word:{term}" in one.parts:
        return 1.0
    if f"related:{term}" in one.parts:
        return _CLOSE if close else _DISTANT
    if f"near:{term}" in one.parts and (one.turn.speaker or _LEANS_BACK.match(one.memory.content)):
        return _NEAR if close else _NEAR_DISTANT
    return 0.0

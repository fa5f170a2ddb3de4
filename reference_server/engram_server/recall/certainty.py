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
from typing import AbstractSet, Dict, FrozenSet, Iterable, NamedTuple

from ..text.lexicon import FRAME_TERMS
from ..text.stopwords import STOP_WORDS
from ..text.terms import index_term, terms
from ..text.times import times_in
from ..text.words import words
from .question import Question
from .rank import Ranked, Recalled

# How much of a word of the question a memory has that holds it, holds a word close or distant to it, or stands in talk
# that does.
_CLOSE, _DISTANT = 0.8, 0.3
_NEAR, _NEAR_DISTANT = 0.7, 0.2
# From this share of a concept's weight on, a related word is another name or a kind of it, not what it is a kind of.
_CLOSE_SHARE = 0.4

# The least that a memory must hold of what the question is about, as a share of its weight. Tried on talk and on made-up
# facts: lower answers what is not known, higher refuses what is.
_LEAST_OF_TALK = 0.35
# Where a word was never said but words close to it were, and where one was never said at all.
_LEAST_BESIDE_UNSAID = 0.85
_LEAST_OF_FACTS = 0.7
# What is asked for ("which LANGUAGE does Ana speak?") goes without saying in a fact that holds all the rest.
_LEAST_BESIDE_KIND = 0.85
# Without English there are no words known that frame a question, so every question is framed by strange ones.
_LEAST_ELSEWHERE = 0.25
# One strange word among several that were said together may be the asker's own.
_LEAST_TOGETHER = 2

# Shorter ones are initials, numbers' halves and pairs of ideographs.
_MIN_TELLING_CHARS = 3
_MIN_MISSPELT_CHARS = 5
_MISSPELT = 0.84

# Words by which people classify and paraphrase what they ask for. That nobody said them tells nothing.
_FRAMING = FRAME_TERMS | frozenset(
    map(
        index_term,
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
        negative professional personal national best better good second third introduce recognize prepare rely listen host
        supplement discuss affect lead apart nickname current alternative know remember everything anything happen
        """.split(),
    )
) - {""}
_ENGLISH = frozenset("who whom whose what which when where why how does did do is are were has have had can could".split())
_NAME = re.compile(r"(?<=\S )[A-Z]\w+")
_SUPPOSES = re.compile(r"\b(?:would|might|likely)\b", re.I)
_KIND_ASKED = re.compile(
    r"^\W*(?:[a-z]{2,6} )?(?:what|which) ((?:[a-z]+ ){1,2}?)(?:does|do|did|is|are|was|were|has|have|had|can|will)\b", re.I
)
_HANGS_ON = frozenset("in on at for to with from of by about best most now today currently usually".split())
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
    #: Those of which the space knows nothing closer than what they are a kind of.
    distant: FrozenSet[str]


def supporting(question: Question, recalled: Recalled) -> FrozenSet[int]:
    """Return the row ids of the memories of one space that hold enough to answer: none when nothing is known."""
    ranked = recalled.ranked
    if question.words <= STOP_WORDS - _ENGLISH or not ranked:
        return frozenset()
    if question.is_vague:
        return frozenset(one.memory.id for one in ranked)
    asked = _taken_apart(question, recalled)
    if asked.about.keys() <= asked.voices:
        return frozenset(one.memory.id for one in ranked if one.own)
    if _ENGLISH.isdisjoint(question.words):
        return frozenset(one.memory.id for one in ranked if _held(one, asked, asked.about) >= _LEAST_ELSEWHERE)
    if asked.voices and _SUPPOSES.search(question.text):
        return frozenset(one.memory.id for one in ranked if one.own)
    if not asked.names.isdisjoint(asked.unsaid):
        return frozenset()
    return frozenset(one.memory.id for one in ranked if _answers(one, asked))


def _taken_apart(question: Question, recalled: Recalled) -> _Asked:
    speakers = {word for one in recalled.ranked for word in one.turn.speaker.split()}
    said = {term for one in recalled.ranked for term in terms(one.memory.content)}
    dated = {term for when in times_in(question.text, 0) for term in terms(question.text[when.at : when.stop])}
    kind = _KIND_ASKED.match(question.text)
    about = {term: share for term, share in recalled.shares.items() if term not in _FRAMING and len(term) > 1}
    unsaid = {term for term in about if recalled.known[term] < 1.0 and term not in dated and _is_telling(term)}
    return _Asked(
        about=about,
        voices=frozenset(index_term(word) for word in speakers & question.words),
        names=frozenset(index_term(name.lower()) for name in _NAME.findall(question.text)),
        unsaid=frozenset(term for term in unsaid if not _misspells(term, said | _FRAMING)),
        kinds=frozenset(map(index_term, words(kind[1]))) if kind else frozenset(),
        predicate=_predicate(question.text),
        distant=frozenset(term for term in about if recalled.known[term] < _CLOSE_SHARE),
    )


def _predicate(question: str) -> str:
    """Return the term of the verb of "which language does Ana speak?", the last word but for what hangs on to it."""
    found = words(question)
    while found and found[-1] in _HANGS_ON:
        found.pop()
    return index_term(found[-1]) if found else ""


def _is_telling(term: str) -> bool:
    return len(term) >= _MIN_TELLING_CHARS and not any(map(str.isdigit, term))


def _misspells(term: str, said: AbstractSet[str]) -> bool:
    """Say whether a word that nobody said looks like one that somebody did, or that frames questions."""
    if len(term) < _MIN_MISSPELT_CHARS:
        return False
    alike = (other for other in said if other[0] == term[0] and abs(len(other) - len(term)) <= 2)
    return any(difflib.SequenceMatcher(None, term, other).ratio() >= _MISSPELT for other in alike)


def _answers(one: Ranked, asked: _Asked) -> bool:
    missing = {term for term in asked.unsaid if f"related:{term}" not in one.parts or term in asked.distant}
    if one.turn.speaker:
        return _talk_answers(one, asked, missing)
    if any(not _holds(one, asked, name) for name in asked.names & asked.about.keys()):
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
        return _held(one, asked, about) >= (_LEAST_BESIDE_UNSAID if asked.unsaid else _LEAST_OF_TALK)
    rest = about - missing
    together = sum(f"word:{term}" in one.parts for term in rest)
    outweighed = sum(asked.about[term] for term in missing) <= sum(asked.about[term] for term in rest)
    return together >= _LEAST_TOGETHER and outweighed and _held(one, asked, rest) >= _LEAST_BESIDE_UNSAID


def _held(one: Ranked, asked: _Asked, of: Iterable[str]) -> float:
    """Return how much a memory holds of some terms, as a share of their weight."""
    whole = sum(asked.about[term] for term in of)
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

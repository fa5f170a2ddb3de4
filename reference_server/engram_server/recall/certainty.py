"""Whether what was recalled can answer a question, or nothing is known about it. Pure.

Recall returns what fits best, however badly that fits. What tells a question about something never stored is less the
score than a telling word that nobody ever said, or words that were all said but never together. So the question is
split into words that frame it, names, and what it is about; a memory answers when it, or the talk around it, holds
enough of the last two. Loose facts must hold nearly all ("Bo's dentist" is not answered by what is known of Bo and by
other people's dentists), and a value of the form asked for; a turn of talk may leave most to its neighbours.
"""

from __future__ import annotations

import difflib
import re
from typing import AbstractSet, Dict, FrozenSet, Iterable, Mapping, NamedTuple, Sequence, Set, Tuple

from ..storage import Space
from ..text.lexicon import FRAME_TERMS
from ..text.stopwords import STOP_WORDS
from ..text.terms import index_term
from ..text.turn import read_turn
from ..text.words import words
from .context import coherence
from .forms import Form, asked_forms, shows
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
# Without an English question there are no words known that frame it, so strange ones do.
_LEAST_ELSEWHERE = 0.2
# One strange word among several that were said together may be the asker's own.
_LEAST_TOGETHER = 2
# Or the only one, beside a rare word or a name that was said: it may weigh so much more than that.
_MOST_STRANGE = 1.35

# Of a note one word of three may be put in other words: in a few notes, what was never said weighs this much of them.
_MOST_PARAPHRASED = 0.45

# Shorter ones are initials, numbers' halves and pairs of ideographs.
_MIN_TELLING_CHARS = 3
_MIN_MISSPELT_CHARS = 6
_MISSPELT = 0.84
# What the words of a question are held against to see whether they are misspelt.
_MAX_MEMORIES_READ = 20
_MAX_CHARS_READ = 1_000
# In what is longer, a value of any form stands somewhere.
_MAX_CHARS_SEARCHED = 10_000

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
    view thought idea attitude sentiment reaction respond react express intend intention decide choose
    prefer pursue partake participate engage perform conduct undergo receive obtain acquire encounter attend
    previously often frequently rarely usually typically normally mostly probably potentially possible potential
    overall original initial final former popular famous prominent notable important significant begin start end
    finish last next earlier later explain list answer yes question ability achievement attribute trait positive
    negative professional personal national best better good second third introduce recognize prepare rely listen
    host supplement discuss affect lead apart nickname current alternative know remember call name everything
    anything happen
    """.split()
)
# Verbs that say little: who asks in other words puts them in or leaves them out.
_LIGHT = frozenset(map(index_term, "come hold want need like put bring keep give send show look".split()))
_FRAMING = FRAME_TERMS.union(map(index_term, _FRAMING_WORDS)) - {""}
# Words of English questions. "was" is left out: in German it asks.
_ASKS = frozenset(
    "who whom whose what which when where why how does did do is are were has have had can could would should".split()
)
_NAME = re.compile(r"(?<=\S )[A-Z]\w+")
_SUPPOSES = re.compile(r"\b(?:would|might|likely)\b", re.I)
_KIND_ASKED = re.compile(
    r"^\W*(?:[a-z]{2,6} )?(?:what|which) ((?:[a-z]+ ){1,2}?)(?:does|do|did|is|are|was|were|has|have|had|can|will)\b",
    re.I,
)
_HANGS_ON = frozenset("in on at for to with from of by about best most now today currently usually".split())
_BEFORE_NOUNS = _HANGS_ON.union("s the a an his her its their my our your without into after before during".split())
# What stands behind these is taken to exist ("how MANY goats does Ana keep?").
_DEFINITE = frozenset("the many s his her its their".split())
# Of what frames a question, these ask for nothing more than themselves; "know" and "summary" ask for all.
_TELLS_NO_MORE = (FRAME_TERMS | STOP_WORDS) - frozenset(map(index_term, "tell describe discuss talk".split()))
_FIRST_PERSON = re.compile(r"\b(?:I|[Mm]y|[Ww]e|[Oo]ur)\b")
_IN_TIME = "factor:time"
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
    #: What it takes to exist.
    presupposed: FrozenSet[str]
    #: Whether the space holds talk, where turns lean on each other, rather than notes that somebody took.
    of_talk: bool
    #: What a turn of talk must hold when words were never said.
    enough: float
    #: Those that only turns about somebody else hold: nobody borrows them.
    foreign: FrozenSet[str]
    #: Those of which the space knows nothing closer than what they are a kind of.
    distant: FrozenSet[str]
    #: The forms that an answer has, and the words that are no answer.
    forms: Tuple[Form, ...]
    words: FrozenSet[str]


def supporting(question: Question, recalled: Recalled, space: Space) -> FrozenSet[int]:
    """Return the row ids of the memories of one space that hold enough to answer: none when nothing is known."""
    ranked = recalled.ranked
    if _asks_for_all(question):
        return frozenset(one.memory.id for one in ranked if not question.dated or _IN_TIME in one.parts)
    if question.is_vague or question.words <= STOP_WORDS - _ASKS:
        return _touching(ranked)
    asked = _taken_apart(question, recalled, space)
    supposes = asked.voices and _SUPPOSES.search(question.text)
    if supposes or asked.about.keys() <= asked.voices:
        return _touching(ranked)
    if not asked.names.isdisjoint(asked.unsaid):
        return frozenset()
    answers = _answers if not question.words.isdisjoint(_ASKS) else _answers_elsewhere
    return frozenset(one.memory.id for one in ranked if answers(one, asked))


def _touching(ranked: Sequence[Ranked]) -> FrozenSet[int]:
    """Return what holds any word of the question: of the time that it names, if there is something."""
    touching = [one for one in ranked if one.own]
    return frozenset(one.memory.id for one in touching if _IN_TIME in one.parts) or frozenset(
        one.memory.id for one in touching
    )


def _asks_for_all(question: Question) -> bool:
    """Say whether a question asks for whatever there is: a summary, or what happened in a time."""
    return question.is_vague and any(one.term not in _TELLS_NO_MORE for one in question.concepts)


def _taken_apart(question: Question, recalled: Recalled, space: Space) -> _Asked:
    speakers = {word for one in recalled.ranked for word in one.turn.speaker.split()}
    voices = frozenset(index_term(word) for word in speakers & question.words)
    asked_by = {one.term: one.word.lower() for one in question.concepts}
    kind = _KIND_ASKED.match(question.text)
    predicate, is_noun = _predicate(question.text)
    about = {
        term: share
        for term, share in recalled.shares.items()
        if term not in _FRAMING and (len(term) > 1 or not term.isascii()) and term not in question.dated
    }
    numbers = {term for term in about.keys() if any(map(str.isdigit, term))}
    strange = {term for term in about if recalled.known[term] < 1.0 and _is_telling(term)}
    best = recalled.ranked[:_MAX_MEMORIES_READ] if strange else []
    said = {word for one in best for word in words(one.memory.content[:_MAX_CHARS_READ])}
    unsaid = {term for term in strange if not _misspells(asked_by[term], said)}
    for term in strange - unsaid:
        del about[term]
    names = {index_term(name.lower()) for name in _NAME.findall(question.text)} & about.keys()
    return _Asked(
        about=about,
        voices=voices,
        names=frozenset(names | numbers),
        unsaid=frozenset(unsaid | {term for term in numbers if recalled.known[term] < 1.0}),
        kinds=frozenset(map(index_term, words(kind[1]))) if kind else frozenset(),
        predicate=predicate,
        verb="" if is_noun else predicate,
        presupposed=_presupposed(question.text, about),
        of_talk=coherence(space, WEIGHTS).talk >= _TALK,
        foreign=_foreign(recalled.ranked, voices),
        enough=_LEAST_OF_MANY if space.memory_count > _MANY else _LEAST_OF_FEW,
        distant=frozenset(term for term in about if recalled.known[term] < _CLOSE_SHARE),
        forms=asked_forms(question.text),
        words=question.words,
    )


def _presupposed(question: str, about: Mapping[str, float]) -> FrozenSet[str]:
    """Return the terms of what a question takes to exist ("THE caravan", "MARKETING team", "Bo's PASSPORT number")."""
    found = words(question)
    heads = [index_term(word) for word in found]
    return frozenset(
        head
        for before, head, after in zip(["", *found], heads, [*heads[1:], ""])
        if head in about and (before in _DEFINITE or (after in about and before not in _ASKS))
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
    if not _is_of_whom(one, asked.voices):
        return False
    named = [_holds(one, asked, name) > 0.0 for name in asked.names]
    if one.turn.speaker and asked.of_talk and (any(named) or not named) and _talk_answers(one, asked):
        return True
    return all(named) and _note_answers(one, asked)


def _answers_elsewhere(one: Ranked, asked: _Asked) -> bool:
    beside = asked.about.keys() - asked.names
    said = not beside or _held(one, asked, beside) > 0.0
    return said and _held(one, asked, asked.about) >= _LEAST_ELSEWHERE


def _foreign(ranked: Sequence[Ranked], voices: AbstractSet[str]) -> FrozenSet[str]:
    """Return the terms that only turns about somebody else hold: no neighbour lends them."""
    ours: Set[str] = set()
    theirs: Set[str] = set()
    for one in ranked:
        (ours if _is_of_whom(one, voices) else theirs).update(one.own)
    return frozenset(theirs - ours)


def _is_of_whom(one: Ranked, voices: AbstractSet[str]) -> bool:
    """Say whether a turn may be about speakers: it is theirs, names them, or is not about its own speaker."""
    return not voices or not voices.isdisjoint(one.own) or not _FIRST_PERSON.search(one.memory.content)


def _note_answers(one: Ranked, asked: _Asked) -> bool:
    """Say whether a memory answers by itself: it holds all, all but the kind asked for, or all but one paraphrase."""
    unshown = [form for form in asked.forms if not _shows(one, asked, form)]
    if any(form.needed for form in unshown):
        return False
    about = asked.about.keys() - {term for form in asked.forms if form not in unshown for term in form.tells}
    if all(_holds(one, asked, term) for term in about) and _held(one, asked, about) >= _LEAST_OF_FACTS:
        return True
    if len(about - _LIGHT) > 1:
        about -= _LIGHT - one.own.keys()
    missing = about - one.own.keys()
    said = _said(one, asked, about | {asked.verb})
    if asked.verb in said and missing <= asked.kinds and missing < asked.about.keys():
        return True
    if len(missing) > 1 or unshown or not missing.isdisjoint(asked.presupposed):
        return False
    return bool(said - {asked.verb}) and _weight(asked, missing) <= _MOST_PARAPHRASED * _weight(asked, about)


def _said(one: Ranked, asked: _Asked, terms: AbstractSet[str]) -> AbstractSet[str]:
    """Return the terms that a memory says and that tell something: a note may say them in a close word."""
    close = not (one.turn.speaker and asked.of_talk)
    return {
        term
        for term in terms - asked.names - asked.distant
        if f"word:{term}" in one.parts or (close and f"related:{term}" in one.parts)
    }


def _shows(one: Ranked, asked: _Asked, form: Form) -> bool:
    content = one.memory.content[:_MAX_CHARS_SEARCHED]
    dated = form.is_time and one.turn.said_at != one.memory.created_at
    return dated or shows(form, content[read_turn(content).body_start :], asked.words)


def _talk_answers(one: Ranked, asked: _Asked) -> bool:
    # Who speaks is named all the time, which tells nothing.
    about = asked.about.keys() - asked.voices
    missing = {term for term in asked.unsaid if f"related:{term}" not in one.parts or term in asked.distant}
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
    leans = one.turn.speaker or _LEANS_BACK.match(one.memory.content)
    if f"near:{term}" in one.parts and term not in asked.foreign and leans:
        return _NEAR if close else _NEAR_DISTANT
    return 0.0

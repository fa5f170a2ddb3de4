"""The profile of a bucket: the few sentences that tell most of who and what it is about. Pure and deterministic.

What people look for in a profile is who somebody is: name, work, home, family, likes, plans. So sentences that state
such a thing come first, by their form: a first person or a name, and a verb of being, having, doing regularly, liking
or planning. Then plain statements, last what only answers somebody else ("That's great!", "Thank you both").

Within each kind it is SumBasic (Nenkova and Vanderwende, "The Impact of Frequency on Summarization", 2005): a word
weighs its share of all words; the sentence whose words weigh most on average is taken; the weight of its words is
squared, so that the next one tells something else. Nothing depends on the order in which the memories are read.
"""

from __future__ import annotations

import re
from collections import Counter
from enum import IntEnum
from typing import Dict, FrozenSet, Iterator, List, NamedTuple, Sequence, Tuple

from ..text.sentences import sentences
from ..text.stopwords import NEGATIONS
from ..text.terms import index_term
from ..text.words import words
from .passages import GAP, head_length, quote

MAX_PROFILE_CHARS = 1_200
_MAX_SENTENCES = 12
# What is looked at of the newest memories: a scan finds those that may state something about somebody, and only so
# many of these, and of the others, are taken apart. It bounds the work at a few milliseconds.
_MAX_CHARS_SCANNED = 60_000
_MAX_MEMORIES = 32
_MAX_OTHER_MEMORIES = 10
_MAX_CHARS_READ = 20_000
# A document says at its beginning what it is about.
_MAX_CHARS_OF_ONE = 4_000
# Shorter ones ("Sounds great!") average high and tell little; those with fewer terms than the second ("Thanks!",
# "Me too.") tell nothing. Longer ones are no summary.
_FULL_TERMS = 3
_LEAST_TERMS = 2
_MAX_SENTENCE_CHARS = 300
# Sentences that share this much of their words say the same.
_SAME = 0.6
# A full stop and what closes behind it.
_MAX_STOP_CHARS = 8

_STOPPED = re.compile(r"[.!?…。！？｡][\"'”’»)\]」』）]*$")
# By its form alone, and what prose hardly has: `def f(x):`, `for x in f(y):`, `f(x);`, a brace at the end of a line.
_CODE = re.compile(
    r"^[ \t]*(?:(?:async )?def \w+\(|class \w+[:(]|import [\w.]+$|from [\w.]+ import |#include\b|[\w.]+\(.*\)[:;]?$)"
    r"|\w\([^()\n]*\)(?::|;)$|[{}][ \t]*$",
    re.M,
)

# Verbs in the forms in which people say what they are, have, do, like and plan.
_VERBS = (
    "live|work|study|teach|own|speak|play|run|lead|manage|love|like|prefer|hate|enjoy|adore|dislike|collect|drive|eat"
    "|drink|volunteer|train|plan|intend|dream|grew up|was born|lived|worked|studied|taught|moved|joined|started|quit"
    "|graduated|got married|married|adopted|became|(?:have|own) (?:an?|two|three|four|no)"
    "|want to (?:be|become|go|visit)"
)
_BEINGS = (
    "an?|from|allergic|afraid|vegan|vegetarian|married|engaged|single|divorced|retired|into|called|named|planning"
    "|studying|training|learning|living|working|writing|saving|thinking of|[0-9]+"
)
_OF_NAMES = (
    "is|are|has|will|was born|lives?|works?|leads?|owns?|runs?|likes?|loves?|prefers?|hates?|plays?|speaks?|studies"
    "|teaches|wants|needs|uses?|moved|lived|worked|joined|married|started|costs?|ships?|opens?|begins?|starts?|ends?"
)
_OFTEN = r"(?:[a-z]+ly|also|always|often|never|still|just|now|don['’]t|used to) "
# "I play chess", "We're planning a trip", "I've been into jazz", "My wife's name is Jo".
_OF_ONESELF = re.compile(
    rf"(?:I|[Ww]e|[Mm]y)(?<![\w'’]I)(?<!\w[Ww]e)(?<!\w[Mm]y)(?: (?:{_OFTEN})?(?:{_VERBS})\b"
    rf"|(?:['’](?:m|re)| am| are) (?:{_OFTEN})?(?:{_BEINGS})\b"
    r"|(?:['’]ve| have) (?:(?:always|never|also) )?(?:been (?:an?|into|\w+ing|to)|got an?|lived|worked)\b"
    r"|(?<=y) (?:[\w'’-]+ ){1,3}(?:is|are|was|has|lives|works|likes|loves)\b)"
)
# "Ana's dentist is Dr. Kim", "The staging server runs on port 8443"; but not "Taking small steps is a start".
_OF_A_NAME = re.compile(rf"(?!I )[A-Z](?:(?!ing )[\w'’-])*(?: [a-z]+s|(?: [\w'’-]+){{0,4}}? (?:{_OF_NAMES}))\b")
# Who begins so speaks of what was said before, to somebody, or about nothing that lasts.
_ASIDE = re.compile(
    r"\W*(?:that|this|these|those|it|its|you|your|he|she|they|his|her|their|there|what|who|how|wow|thanks?|let"
    r"|congrat\w*|sounds?|looks?|sorry|good|great|cool|nice|glad|yes|yeah|yep|no|oh|ok|okay|sure|haha|hi|hey|hello|bye"
    r"|see)\b",
    re.I,
)
_TO_SOMEBODY = re.compile(r"\b(?:you|your|yours|u|thanks|thank)\b", re.I)
_VAGUE = frozenset(
    map(
        index_term,
        "thing things stuff way lot lots bit time times day days really good great nice cool awesome amazing wonderful"
        " fantastic happy glad sure kind sort get got go going come make made know think feel see look say tell let"
        " well back new first last one something anything everything someone people".split(),
    )
)


class _Kind(IntEnum):
    """What a sentence is good for; the higher comes first."""

    SHORT = 0
    ASIDE = 1
    PLAIN = 2
    PERSONAL = 3


class _Memory(NamedTuple):
    text: str
    head_end: int
    #: Where the speaker states something about himself.
    of_oneself: List[int]
    #: Whether it goes on after `text`.
    cut: bool


class _Statement(NamedTuple):
    kind: _Kind
    line: str
    #: In order, so that sums over them are always the same.
    terms: Tuple[str, ...]


def without(profile: str, content: str) -> str:
    """Return a profile without the lines that quote a memory: one that is gone must not live on in it."""
    return "\n".join(line for line in profile.split("\n") if not all(piece in content for piece in line.split(GAP)))


def build_profile(contents: Sequence[str]) -> str:
    """Return the profile of memories given newest first: one quoted sentence a line, most telling first.

    At most `MAX_PROFILE_CHARS` characters; `""` when there is nothing to tell.
    """
    memories = _worth_reading(contents)
    # So many tell something personal that nothing else has a chance.
    rich = sum(bool(memory.of_oneself) for memory in memories) > _MAX_SENTENCES
    found = [statement for memory in memories for statement in _statements(memory, only_personal=rich)]
    statements = list({one.terms: one for one in sorted(found)}.values())
    weights = _shares(statements)
    lines: List[str] = []
    room = MAX_PROFILE_CHARS
    while statements and len(lines) < _MAX_SENTENCES:
        best = max(statements, key=lambda statement: _rank(statement, weights))
        lines.append(best.line)
        room -= len(best.line) + 1
        said = frozenset(best.terms)
        statements = [one for one in statements if len(one.line) < room and not _alike(one.terms, said)]
        for term in best.terms:
            weights[term] **= 2
    return "\n".join(lines)


def _worth_reading(contents: Sequence[str]) -> List[_Memory]:
    """Return the newest memories that may tell something personal, and some of the others, however many there are."""
    chosen: List[_Memory] = []
    others, unscanned, unread = _MAX_OTHER_MEMORIES, _MAX_CHARS_SCANNED, _MAX_CHARS_READ
    for content in contents:
        text = content[:_MAX_CHARS_OF_ONE]
        unscanned -= len(text)
        if unscanned < 0 or unread < 0 or len(chosen) == _MAX_MEMORIES:
            break
        head_end = head_length(text)
        of_oneself = [match.start() for match in _OF_ONESELF.finditer(text, head_end)]
        if not of_oneself and not _OF_A_NAME.match(text, head_end):
            others -= 1
            if others < 0:
                continue
        chosen.append(_Memory(text, head_end, of_oneself, cut=len(text) < len(content)))
        unread -= len(text)
    return chosen


def _statements(memory: _Memory, *, only_personal: bool) -> Iterator[_Statement]:
    text, head_end = memory.text, memory.head_end
    head_terms, is_code = _telling(text[:head_end]), _CODE.search(text) is not None
    found = sentences(text[head_end:])
    for sentence in found[:-1] if memory.cut else found:
        start, end = head_end + sentence.start, head_end + sentence.end
        personal = any(start <= at < end for at in memory.of_oneself) or bool(_OF_A_NAME.match(sentence.text))
        if sentence.text.endswith("?") or (only_personal and not personal):
            continue
        terms = _telling(sentence.text)
        if not _STOPPED.search(sentence.text, max(0, len(sentence.text) - _MAX_STOP_CHARS)):
            # A note ("wifi: heron42") rather than talk: it tells something together with its head.
            terms = frozenset() if is_code else terms | head_terms
        line = quote(text, head_end, [(start, end)])
        if len(terms) >= _LEAST_TERMS and len(line) <= _MAX_SENTENCE_CHARS:
            yield _Statement(_kind(sentence.text, terms, personal), line, tuple(sorted(terms)))


def _kind(sentence: str, terms: FrozenSet[str], personal: bool) -> _Kind:
    of_sense = len(terms - _VAGUE)
    if of_sense < (_LEAST_TERMS if personal else _FULL_TERMS):
        return _Kind.SHORT
    if _ASIDE.match(sentence) or _TO_SOMEBODY.search(sentence):
        return _Kind.ASIDE
    return _Kind.PERSONAL if personal else _Kind.PLAIN


def _telling(text: str) -> FrozenSet[str]:
    """Return the index terms of `text`, none where all are stop words; those that turn its sense count."""
    found = words(text)
    return frozenset(filter(None, map(index_term, found))).union(NEGATIONS.intersection(found))


def _shares(statements: Sequence[_Statement]) -> Dict[str, float]:
    counts = Counter(term for statement in statements for term in statement.terms)
    total = sum(counts.values())
    return {term: 0.0 if term in _VAGUE else count / total for term, count in counts.items()}


def _rank(statement: _Statement, weights: Dict[str, float]) -> Tuple[_Kind, float, str]:
    average = sum([weights[term] for term in statement.terms]) / len(statement.terms)
    return statement.kind, average, statement.line


def _alike(one: Sequence[str], other: FrozenSet[str]) -> bool:
    shared = len(other.intersection(one))
    return shared >= _SAME * (len(one) + len(other) - shared)

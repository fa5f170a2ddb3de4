"""The profile of a bucket: the few sentences that tell most of what it is about. Pure and deterministic.

SumBasic (Nenkova and Vanderwende, "The Impact of Frequency on Summarization", 2005): a word weighs its share of all
words; the sentence whose words weigh most on average is taken; the weight of its words is squared, so that the next
one tells something else.
"""

from __future__ import annotations

from collections import Counter
from typing import Dict, FrozenSet, List, NamedTuple, Sequence

from ..text.sentences import sentences
from ..text.similarity import similarity
from ..text.terms import terms
from .passages import head_length, quote

MAX_PROFILE_CHARS = 1_200
_MAX_SENTENCES = 12
# Sentences that are tried before what is left counts as repetition.
_MAX_TRIES = 50
# About two hundred turns of talk: recent enough to be true, and read in a tenth of a second.
_MAX_CHARS_READ = 200_000
# Shorter ones ("Thanks!", "Me too.") average high and tell nothing; longer ones are no summary.
_LEAST_TERMS = 3
_MAX_SENTENCE_CHARS = 300
# Sentences this alike say the same.
_SAME = 0.7


class _Statement(NamedTuple):
    #: From the newest memory to the oldest, and within a memory from its beginning.
    place: int
    line: str
    terms: FrozenSet[str]


def build_profile(contents: Sequence[str]) -> str:
    """Return the profile of memories given newest first: one quoted sentence a line, most telling first.

    At most `MAX_PROFILE_CHARS` characters; `""` when there is nothing to tell.
    """
    statements = _statements(contents)
    weights = _shares(statements)
    lines: List[str] = []
    room = MAX_PROFILE_CHARS
    for _ in range(min(_MAX_TRIES, len(statements))):
        best = max(statements, key=lambda statement: (_average(statement, weights), -statement.place))
        statements.remove(best)
        if len(lines) == _MAX_SENTENCES:
            break
        if len(best.line) + 1 > room or any(similarity(best.line, line) >= _SAME for line in lines):
            continue
        lines.append(best.line)
        room -= len(best.line) + 1
        for term in best.terms:
            weights[term] **= 2
    return "\n".join(lines)


def _statements(contents: Sequence[str]) -> List[_Statement]:
    found: Dict[FrozenSet[str], _Statement] = {}
    unread = _MAX_CHARS_READ
    for content in contents:
        unread -= len(content)
        if unread < 0:
            break
        head_end = head_length(content)
        for sentence in sentences(content[head_end:]):
            line = quote(content, head_end, [(head_end + sentence.start, head_end + sentence.end)])
            of_sentence = frozenset(terms(sentence.text))
            tells = len(of_sentence) >= _LEAST_TERMS and not sentence.text.endswith("?")
            if tells and len(line) <= _MAX_SENTENCE_CHARS:
                found.setdefault(of_sentence, _Statement(len(found), line, of_sentence))
    return list(found.values())


def _shares(statements: Sequence[_Statement]) -> Dict[str, float]:
    counts = Counter(term for statement in statements for term in statement.terms)
    total = sum(counts.values())
    return {term: count / total for term, count in counts.items()}


def _average(statement: _Statement, weights: Dict[str, float]) -> float:
    return sum(weights[term] for term in sorted(statement.terms)) / len(statement.terms)

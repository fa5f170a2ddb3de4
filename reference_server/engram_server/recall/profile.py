"""The profile of a bucket: the few sentences that tell most of what it is about. Pure and deterministic.

SumBasic (Nenkova and Vanderwende, "The Impact of Frequency on Summarization", 2005): a word weighs its share of all
words; the sentence whose words weigh most on average is taken; the weight of its words is squared, so that the next
one tells something else.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Dict, FrozenSet, List, NamedTuple, Sequence, Tuple

from ..text.sentences import sentences
from ..text.similarity import similarity
from ..text.terms import index_term
from ..text.words import words
from .passages import head_length, quote

MAX_PROFILE_CHARS = 1_200
_MAX_SENTENCES = 12
# Sentences that are tried before what is left counts as repetition.
_MAX_TRIES = 50
# About two hundred turns of talk: recent enough to be true, and read in a tenth of a second.
_MAX_CHARS_READ = 200_000
# Shorter ones ("Sounds great!") average high and tell little, so they come last; those with fewer terms than the
# second ("Thanks!", "Me too.") tell nothing. Longer ones are no summary.
_FULL_TERMS = 3
_LEAST_TERMS = 2
_MAX_SENTENCE_CHARS = 300
# Sentences this alike say the same.
_SAME = 0.7

_STOPPED = re.compile(r"[.!?…。！？｡][\"'”’»)\]」』）]*$")
# By its form alone, and what prose hardly has: `def f(x):`, `for x in f(y):`, `f(x);`, a brace at the end of a line.
_CODE = re.compile(
    r"^[ \t]*(?:(?:async )?def \w+\(|class \w+[:(]|import [\w.]+$|from [\w.]+ import |#include\b|[\w.]+\(.*\)[:;]?$)"
    r"|\w\([^()\n]*\)(?::|;)$|[{}][ \t]*$",
    re.M,
)


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
        best = max(statements, key=lambda statement: _rank(statement, weights))
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
        head_terms, is_code = _telling(content[:head_end]), _CODE.search(content) is not None
        for sentence in sentences(content[head_end:]):
            of_sentence = _telling(sentence.text)
            if not _STOPPED.search(sentence.text):
                # A note ("wifi: heron42") rather than talk: it tells something together with its head.
                of_sentence = frozenset() if is_code else of_sentence | head_terms
            line = quote(content, head_end, [(head_end + sentence.start, head_end + sentence.end)])
            tells = len(of_sentence) >= _LEAST_TERMS and not sentence.text.endswith("?")
            if tells and len(line) <= _MAX_SENTENCE_CHARS:
                found.setdefault(of_sentence, _Statement(len(found), line, of_sentence))
    return list(found.values())


def _telling(text: str) -> FrozenSet[str]:
    """Return the index terms of `text`, none where all are stop words."""
    return frozenset(filter(None, map(index_term, words(text))))


def _shares(statements: Sequence[_Statement]) -> Dict[str, float]:
    counts = Counter(term for statement in statements for term in statement.terms)
    total = sum(counts.values())
    return {term: count / total for term, count in counts.items()}


def _rank(statement: _Statement, weights: Dict[str, float]) -> Tuple[bool, float, int]:
    return len(statement.terms) >= _FULL_TERMS, _average(statement, weights), -statement.place


def _average(statement: _Statement, weights: Dict[str, float]) -> float:
    return sum(weights[term] for term in sorted(statement.terms)) / len(statement.terms)

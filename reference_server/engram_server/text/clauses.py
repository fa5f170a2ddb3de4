"""What one part of a sentence has to do with another: its cause, its effect, what came before it. Pure.

A cue ("because", "led to", "followed by") stands between two clauses, or a sentence opens with it ("After X, Y").
Each side is kept as it was said, without what only joins it to the rest.
"""

from __future__ import annotations

import re
from typing import Iterator, List, Literal, NamedTuple, Optional, Sequence, Tuple

from .sentences import sentences
from .words import words

Kind = Literal["caused_by", "leads_to", "similar_to", "contradicts", "before"]


class Relating(NamedTuple):
    """Two clauses and how the first stands to the second; the weight says how surely the cue tells that."""

    left: str
    kind: Kind
    right: str
    weight: float


class _Cue(NamedTuple):
    #: One of these stands wherever the pattern matches, and is found sooner.
    hints: Tuple[str, ...]
    pattern: "re.Pattern[str]"
    kind: Kind
    weight: float
    #: Whether what stands second is the first of the relation.
    turned: bool = False


def _between(hints: str, words: str, kind: Kind, weight: float, turned: bool = False) -> _Cue:
    return _Cue(tuple(hints.split("|")), re.compile(rf"(?P<cue>,?\s(?:{words})\s)", re.I), kind, weight, turned)


def _opening(hints: str, words: str, kind: Kind, weight: float, turned: bool = False) -> _Cue:
    pattern = re.compile(rf"(?:{words})\s(?P<cue>[^,]{{1,200}},\s(?:then\s)?)", re.I)
    return _Cue(tuple(hints.split("|")), pattern, kind, weight, turned)


_OPENINGS = (
    _opening("because|since|due|as a result", "because(?: of)?|since|due to|as a result of", "caused_by", 0.80, turned=True),
    _opening("first", "first,?", "before", 0.85),
    _opening("after", "after", "before", 0.75),
    _opening("before", "before", "before", 0.75, turned=True),
)
# The surest first: "which was caused by" is told before "so".
_BETWEEN = (
    _between("caused|due", "(?:(?:was|is|were|are) )?(?:caused by|due to)", "caused_by", 0.85),
    _between("because|result", "because(?: of)?|as a result of", "caused_by", 0.80),
    _between("lead|led|result", "leads? to|led to|results? in|resulted in", "leads_to", 0.85),
    _between("followed", "(?:(?:was|is) )?followed by", "before", 0.80),
    _between("therefore|thus|hence", "and therefore|therefore|and thus|thus|hence", "leads_to", 0.75),
    _between("similar", "(?:(?:is|was|are|were) )?similar to", "similar_to", 0.75),
    _between(
        "better|worse",
        "(?:(?:is|was|are|were|works?|worked|runs?|performs?) )?(?:better|worse) than",
        "similar_to",
        0.70,
    ),
    _between("unlike", "unlike", "contradicts", 0.70),
    _between("then", "and then|then", "before", 0.70),
    _between("after", "after", "before", 0.75, turned=True),
    _between("before", "before", "before", 0.75),
    _Cue((" so ",), re.compile(r"(?P<cue>,\s(?:and\s)?so\s)(?!(?:that|far|much|many)\b)", re.I), "leads_to", 0.65),
)
_HINTS = frozenset(hint for cue in (*_OPENINGS, *_BETWEEN) for hint in cue.hints)
_JOINS = re.compile(r"^(?:(?:and|but|so|that|it|this|which|of|the|an?|our|my)\s+)+", re.I)
_LAST_JOINS = ("and", "but", "so", "then", "that", "which", "who")
_JOINED = re.compile(rf"[\s,]+(?:{'|'.join(_LAST_JOINS)})$", re.I)
_MARKS = " \t,;:.!?-–—\"'()"
# Longer sides tell more than one thing.
_MAX_WORDS = 14
_MAX_CHARS = 4_000
_MAX_SENTENCE_CHARS = 400
MAX_RELATIONS = 8


def relating(body: str) -> List[Relating]:
    """Return how the clauses of `body` stand to each other, in order, one relation a sentence."""
    text = body[:_MAX_CHARS]
    lowered = text.lower()
    hints = frozenset(hint for hint in _HINTS if hint in lowered)
    if not hints:
        return []
    cues = [cue for cue in _BETWEEN if not hints.isdisjoint(cue.hints)]
    found = (_of_sentence(one.text, cues) for one in sentences(text) if len(one.text) <= _MAX_SENTENCE_CHARS)
    return [one for one in found if one is not None][:MAX_RELATIONS]


def _of_sentence(text: str, between: Sequence[_Cue]) -> Optional[Relating]:
    if text.endswith("?"):
        return None
    return next(_readings(text, between), None)


def _readings(text: str, between: Sequence[_Cue]) -> Iterator[Relating]:
    lowered = text.lower()
    for cue in _OPENINGS:
        match = cue.pattern.match(text) if lowered.startswith(cue.hints) else None
        if match:
            yield from _related(cue, match["cue"], text[match.end() :])
    for cue in between:
        match = cue.pattern.search(text)
        if match:
            yield from _related(cue, text[: match.start()], text[match.end() :])


def _related(cue: _Cue, first: str, second: str) -> Iterator[Relating]:
    left, right = _clause(first), _clause(second)
    if left and right and left != right:
        yield Relating(right, cue.kind, left, cue.weight) if cue.turned else Relating(left, cue.kind, right, cue.weight)


def _clause(text: str) -> str:
    """Return one side without what joins it to the rest: nothing where it says nothing, or too much."""
    bare = _JOINS.sub("", text.strip(_MARKS))
    if bare.lower().endswith(_LAST_JOINS):
        bare = _JOINED.sub("", bare)
    bare = bare.strip(_MARKS)
    return bare if 0 < len(bare.split()) <= _MAX_WORDS and words(bare) else ""

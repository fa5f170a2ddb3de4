"""What a query matches, and how well. Pure; the one matcher there is, whatever keeps the entries.

A text is looked for in each value of an entry's data on its own: strings as they are, numbers in decimal, booleans as
`true` and `false`, null as nothing, and never the keys or the JSON around them. Both sides are folded: NFC, whatever
the case.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Iterator, NamedTuple, Optional, Sequence, Tuple, Union

from engram.types import JsonObject, JsonValue, RecallQuery

# Stands between the values in what is searched; SQLite's own functions end a text at NUL.
_SEPARATOR = "\x1e"
_BLANKED = {0: " ", ord(_SEPARATOR): " "}
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return a text in the form in which texts are compared."""
    if text.isascii():
        folded = text.lower()
    else:
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return folded if folded.isprintable() else folded.translate(_BLANKED)


def leaves(value: JsonValue) -> Iterator[str]:
    """Yield the values inside of a value as texts."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif value is not None:
        yield value if isinstance(value, str) else json.dumps(value)


def searched(content: JsonValue, fields: JsonObject) -> str:
    """Return what a query is looked for in: the folded values of an entry's data."""
    return _SEPARATOR.join(fold(leaf) for leaf in (*leaves(content), *leaves(fields)) if leaf)


class Asked(NamedTuple):
    """A query, ready to be compared. `needles` stand in all that can match."""

    text: str
    words: Tuple[str, ...]
    where: Optional[JsonObject]
    needles: Tuple[str, ...]


def asked(query: RecallQuery) -> Asked:
    """Return what a query asks of an entry's data."""
    text, where = fold(query.get("text", "")), query.get("where")
    words = _words_of(query.get("words", ""))
    exact = [fold(text) for text in _strings(where or {})]
    needles = [needle for needle in (text, *words, *exact) if needle]
    return Asked(text, words, where, tuple(dict.fromkeys(needles)))


def _strings(value: JsonValue) -> Iterator[str]:
    """Yield the strings inside of a value. Numbers are not among them: those that are equal may be spelled apart."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        yield from (one,) if isinstance(one, str) else _strings(one)


def _words_of(given: Union[str, Sequence[str]]) -> Tuple[str, ...]:
    text = fold(given if isinstance(given, str) else " ".join(given))
    # What holds no word is in no entry: without anything to ask for, all of them would match.
    return tuple(dict.fromkeys(_WORD.findall(text) or text.split()))


def score(question: Asked, folded: str) -> Optional[float]:
    """Return how much of a value the text is, or of all words those are that are asked for; None for no match.

    The lesser of the two where both are asked for, and 1 where nothing is.
    """
    how_well = 1.0
    if question.text:
        size = _shortest(question.text, folded)
        if not size:
            return None
        how_well = len(question.text) / size
    if question.words:
        words = set(_WORD.findall(folded))
        if not words.issuperset(question.words):
            return None
        how_well = min(how_well, len(question.words) / len(words))
    return how_well


def _shortest(text: str, folded: str) -> int:
    """Return the size of the shortest value that holds a text; 0 when none does."""
    if _SEPARATOR in folded:
        return min([len(leaf) for leaf in folded.split(_SEPARATOR) if text in leaf], default=0)
    # Most entries have one value, and it is looked at in every one that holds the text.
    return len(folded) if text in folded else 0


def holds(content: JsonValue, fields: JsonObject, where: JsonObject) -> bool:
    """Return whether data has the fields asked for, each in its content or beside it."""
    inside = content if isinstance(content, dict) else {}
    return all(
        (name in inside and _is(inside[name], value)) or (name in fields and _is(fields[name], value))
        for name, value in where.items()
    )


def _is(value: JsonValue, wanted: JsonValue) -> bool:
    """Return whether a value is the one asked for; an object asks for the fields inside of it."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(
            name in value and _is(value[name], inner) for name, inner in wanted.items()
        )
    return _same(value, wanted)


def _same(value: JsonValue, other: JsonValue) -> bool:
    # To Python, true is 1; to JSON it is not.
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    if isinstance(value, list) and isinstance(other, list):
        return len(value) == len(other) and all(map(_same, value, other))
    if isinstance(value, dict) and isinstance(other, dict):
        return value.keys() == other.keys() and all(_same(value[name], other[name]) for name in value)
    return value == other

"""Cutting text into words, in any script. Pure: no language, no index, no stop words.

Two readings of the same cut. `words` is for finding: spellings that people take for one word come out equal
(compatibility forms, case and accents are folded). `exact_words` is for comparing: accents, symbols and the points
in numbers count, so that "papá" is not "papa", "50%" is not "50" and "1.5" is not "15". Neither takes
"C#" or "C++" for "C": one letter with such an ending is a name.

Scripts that put no space between words (Han, kana, Hangul with its glued particles, Thai, Lao, Khmer, Burmese) give
every pair of neighbouring characters, which is how search works for them without a dictionary. For finding, each
ideograph is a word of its own besides: 猫の in a question has to meet 猫は in a memory.
"""

from __future__ import annotations

import re
import unicodedata
from operator import add
from typing import List, Literal

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_UNSPACED = _HAN + (
    "\u3041-\u3096\u3099\u309a\u309d\u309e\u30a1-\u30fa\u30fc-\u30fe\u31f0-\u31ff"  # kana
    "\u1100-\u11ff\uac00-\ud7a3"  # Hangul
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59"  # Thai
    "\u0e81-\u0ebd\u0ec0-\u0ed9\u0edc-\u0edf"  # Lao
    "\u1000-\u1049\u1050-\u109d"  # Burmese
    "\u1780-\u17d3\u17e0-\u17e9"  # Khmer
)
# Accents and points that readers leave out at will: Latin, Greek and Cyrillic, Hebrew, Arabic (with its stretcher).
_ACCENTS = (
    "\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
)
# Vowel signs of the scripts of India and Tibet: part of the word, though not letters to `\w`.
_VOWEL_SIGNS = "\u0900-\u0963\u0971-\u0dff\u0f71-\u0f84"
# Soft hyphen, joiners, variation selectors: they shape a word and are no part of it.
_INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff"
# A combining grapheme joiner ends a run of marks.
_JOINER = "\u034f"
# As many marks in a row as Unicode's stream-safe format allows.
_MOST_MARKS = 30
_PICTOGRAPHS = "\u2600-\u27bf\U0001f300-\U0001f3fa\U0001f400-\U0001faff"

# Characters that stand for a whole word or phrase, of up to eighteen letters. What holds more of them is made of them,
# and would grow with them.
_PHRASES = re.compile("[\u3300-\u3357\ufdf2-\ufdfc]")
_MOST_PHRASES = 64

# Letters that Unicode does not take apart into a base and an accent.
_SPECIAL_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
_SPECIAL_LETTER = re.compile(f"[{''.join(_SPECIAL_LETTERS)}]")

_ASCII_WORD = re.compile(r"[a-z0-9]+")
_ASCII_NAMED = r"[a-z](?:\+\+(?![a-z])|#(?![a-z0-9]))"
_ASCII_NAMED_OR_WORD = re.compile(f"{_ASCII_NAMED}|[a-z0-9]+")
_ASCII_SYMBOLS = "$+<=>^|~%&#@"
_ASCII_EXACT = re.compile(
    rf"{_ASCII_NAMED}|[a-z0-9]+(?:(?<=[0-9])[.,:/-](?=[0-9])[a-z0-9]+)*|-(?=[0-9])|[{_ASCII_SYMBOLS}]"
)
_ACCENT = re.compile(f"[{_ACCENTS}]+")
_HIDDEN = re.compile(f"[{_INVISIBLE}]+")
_MARKS = re.compile(rf"[^\w\s!-~]{{{_MOST_MARKS + 1},}}")
_IDEOGRAPH = re.compile(f"[{_HAN}]")
_RUN = f"(?P<run>[{_UNSPACED}]+)"
_LETTERS = f"(?:[^\\W_{_UNSPACED}]|[{_ACCENTS}{_VOWEL_SIGNS}])+"
_NAMED = (
    f"[{_ACCENTS}]*[^\\W\\d_][{_ACCENTS}]*"
    f"(?:\\+[{_ACCENTS}]*\\+(?![{_ACCENTS}]*[^\\W\\d_])|#(?![{_ACCENTS}]*[^\\W_]))"
)
_PIECE = re.compile(f"{_RUN}|(?P<word>{_NAMED}|{_LETTERS}|[{_PICTOGRAPHS}])")
_NUMBERED = f"{_LETTERS}(?:(?<=\\d)[.,:/-](?=\\d){_LETTERS})*"
_EXACT_PIECE = re.compile(
    f"{_RUN}|(?P<word>{_NAMED}|{_NUMBERED}|[{_PICTOGRAPHS}])|(?P<sign>-(?=\\d))|(?P<other>[^\\w\\s])"
)


def words(text: str) -> List[str]:
    """Return the words of `text` in order, folded for finding."""
    if text.isascii():
        named = "#" in text or "++" in text
        return (_ASCII_NAMED_OR_WORD if named else _ASCII_WORD).findall(text.lower())
    found: List[str] = []
    for piece in _PIECE.finditer(fold(text)):
        value = piece.group()
        if piece.lastgroup == "word":
            found.append(value)
            continue
        found += _pairs(value)
        if len(value) > 1:
            found += _IDEOGRAPH.findall(value)
    return found


def exact_words(text: str) -> List[str]:
    """Return the words and symbols of `text` in order, equal only where writing differs in nothing but case."""
    if text.isascii():
        return _ASCII_EXACT.findall(text.lower())
    found: List[str] = []
    for piece in _EXACT_PIECE.finditer(fold_case(text)):
        kind, value = piece.lastgroup, piece.group()
        if kind == "run":
            found += _pairs(value)
        elif kind != "other" or _is_symbol(value):
            found.append(value)
    return found


def fold_case(text: str) -> str:
    """Return `text` in one compatibility form, without case and without invisible characters."""
    visible = _HIDDEN.sub("", compatible(text))
    return compatible(visible.casefold())


def fold(text: str) -> str:
    """Return `text` folded like `fold_case`, and without accents."""
    bare = _ACCENT.sub("", _normal("NFD", fold_case(text)))
    return _SPECIAL_LETTER.sub(lambda letter: _SPECIAL_LETTERS[letter.group()], _normal("NFC", bare))


def compatible(text: str) -> str:
    """Return `text` in one compatibility form; a text that is made of signs for whole phrases keeps them."""
    return _normal("NFC" if len(_PHRASES.findall(text)) > _MOST_PHRASES else "NFKC", text)


def _normal(form: Literal["NFC", "NFD", "NFKC"], text: str) -> str:
    # Sorting the marks of one letter takes time by the square of their number.
    return unicodedata.normalize(form, _MARKS.sub(_in_short_runs, text))


def _in_short_runs(run: "re.Match[str]") -> str:
    marks = run.group()
    if not any(map(unicodedata.combining, marks)):
        return marks
    return _JOINER.join(marks[at : at + _MOST_MARKS] for at in range(0, len(marks), _MOST_MARKS))


def _pairs(run: str) -> List[str]:
    return list(map(add, run, run[1:])) or [run]


def _is_symbol(character: str) -> bool:
    if character.isascii():
        return character in _ASCII_SYMBOLS
    return unicodedata.category(character).startswith("S")

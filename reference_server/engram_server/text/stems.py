"""Porter's stemmer: English words to stems, so that "paints", "painted" and "painting" meet.

M.F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980, with the two changes of his own later
version ("bli" to "ble", "logi" to "log"). Step and condition names are the paper's. Nothing is kept here; whoever
stems much remembers the results.
"""

from __future__ import annotations

from typing import Dict, List, Tuple

# The paper leaves shorter words alone: all their suffixes would be the word.
_SHORTEST = 3

# By the last two letters: few words end in those of a rule.
_Rules = Dict[str, List[Tuple[str, str]]]


def _rules(text: str) -> _Rules:
    """Read "ending>replacement" pairs, the longest ending first: only the longest that fits is tried."""
    found: _Rules = {}
    for item in sorted(text.split(), key=lambda item: -item.index(">")):
        ending, new = item.split(">")
        found.setdefault(ending[-2:], []).append((ending, new))
    return found


_STEP_2 = _rules(
    "ational>ate tional>tion enci>ence anci>ance izer>ize bli>ble alli>al entli>ent eli>e ousli>ous ization>ize "
    "ation>ate ator>ate alism>al iveness>ive fulness>ful ousness>ous aliti>al iviti>ive biliti>ble logi>log"
)
_STEP_3 = _rules("icate>ic ative> alize>al iciti>ic ical>ic ful> ness>")
_STEP_4 = _rules("al> ance> ence> er> ic> able> ible> ant> ement> ment> ent> ion> ou> ism> ate> iti> ous> ive> ize>")


def stem(word: str) -> str:
    """Return the stem of a lower-case word; anything but plain English letters comes back as it is."""
    if len(word) < _SHORTEST or not (word.isascii() and word.isalpha()):
        return word
    word = _step_1c(_step_1b(_step_1a(word)))
    word = _replace(word, _STEP_2, 0)
    word = _replace(word, _STEP_3, 0)
    word = _replace(word, _STEP_4, 1)
    return _step_5(word)


def _letters(word: str) -> str:
    """Return `word` as a row of "c" and "v". A "y" is a vowel after a consonant."""
    row = ""
    for letter in word:
        vowel = letter in "aeiou" or (letter == "y" and row.endswith("c"))
        row += "v" if vowel else "c"
    return row


def _measure(word: str) -> int:
    """Return m of [C](VC)^m[V]."""
    return _letters(word).count("vc")


def _has_vowel(word: str) -> bool:
    return "v" in _letters(word)


def _ends_double(word: str) -> bool:
    return len(word) > 1 and word[-1] == word[-2] and _letters(word)[-1] == "c"


def _ends_cvc(word: str) -> bool:
    return _letters(word).endswith("cvc") and word[-1] not in "wxy"


def _step_1a(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _step_1b(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        rest = word[: -len(ending)]
        if word.endswith(ending) and _has_vowel(rest):
            return _mend(rest)
    return word


def _mend(rest: str) -> str:
    """Give back to a word what "-ed" or "-ing" took: "hop(p)ing" is hop, "fil(e)ing" is file."""
    if rest.endswith(("at", "bl", "iz")):
        return rest + "e"
    if _ends_double(rest) and rest[-1] not in "lsz":
        return rest[:-1]
    return rest + "e" if _measure(rest) == 1 and _ends_cvc(rest) else rest


def _step_1c(word: str) -> str:
    return word[:-1] + "i" if word.endswith("y") and _has_vowel(word[:-1]) else word


def _replace(word: str, rules: _Rules, least: int) -> str:
    """Apply the rule with the longest ending that fits, if what stays in front measures more than `least`."""
    for ending, new in rules.get(word[-2:], ()):
        if word.endswith(ending):
            rest = word[: -len(ending)]
            fits = _measure(rest) > least and (ending != "ion" or rest.endswith(("s", "t")))
            return rest + new if fits else word
    return word


def _step_5(word: str) -> str:
    if word.endswith("e"):
        measure = _measure(word[:-1])
        if measure > 1 or (measure == 1 and not _ends_cvc(word[:-1])):
            word = word[:-1]
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word

"""The form that an answer has: who asks how much wants a number, who asks when a time. Pure.

Only what can be told from the form of a text alone, and only values that the question does not hold itself: "4 May"
is no answer to what happened on 4 May.
"""

from __future__ import annotations

import re
from typing import AbstractSet, Callable, FrozenSet, Iterable, Iterator, List, NamedTuple, Pattern, Tuple

from ..text.capitals import DAYS_AND_MONTHS
from ..text.entities import KIN, is_plain_start
from ..text.terms import terms
from ..text.words import words


class Form(NamedTuple):
    """One form of answers."""

    asks: Pattern[str]
    #: Finds the values of this form in a text.
    values: Callable[[str], Iterable[str]]
    #: Whether a text without any answers nothing, whatever else it holds. Reasons and places are often told without
    #: the words that show them, and when something was may be when it was said.
    needed: bool = False
    #: Index terms of what a value tells without saying it: "It is green." tells the colour.
    tells: FrozenSet[str] = frozenset()
    #: Whether the date at the head of a text is a value, too.
    is_time: bool = False


_NUMBER = re.compile(
    r"\d+(?:[.,]\d+)*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|(?:twen|thir|four|for|fif|six|seven|eigh|nine)(?:ty|teen)|hundred|thousand|dozen|once|twice|double|half|both"
    r"|couple|pair|twins?|triplets?|single|every|each|all|none|several|few|many)\b",
    re.I,
)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|ust|ember|tember|ober)?\b"
# What makes digits part of a date or a clock, or the name of something: "Ticket 41, ", "room 7", "in 2019".
_DATED_AFTER = re.compile(rf":\d\d|-\d|\s?[ap]m\b|(?:st|nd|rd|th)?,?\s(?:of )?{_MONTH}", re.I)
_DATED_BEFORE = re.compile(rf"(?:\d-|:|\b(?:in|since|from|until|by|of) (?=(?:1[89]|20)\d\d$)|\b{_MONTH}\.? )\d+$", re.I)
_NUMBERED = re.compile(r"\b(?:number|order|room|version|port|page|code|size|gate|chapter|release|line|no\.) \S+$", re.I)
_MARKED = re.compile(r"(?:#|[A-Za-z]-)\d\S*$")
_NAMED = re.compile(r"\b[A-Z][a-z]+ \d\S*$")
_HEADING = re.compile(r"\s?[,:;)\]]")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
# Longer than any of these.
_BEFORE_CHARS, _AFTER_CHARS = 30, 20

_TIME = (
    r"\b(?:yesterday|today|tonight|tomorrow|ago|(?:last|next|this|every) \w+|(?:1[89]|20)\d\d|\d{1,2}(?::\d\d| ?[ap]m)"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:in|on|since|until|by) (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct"
    r"|nov|dec)\w*|january|february|april|june|july|august|september|october|november|december|\d{1,2} may|spring"
    r"|summer|autumn|winter|christmas|easter|morning|noon|afternoon|evening|night|midnight|week(?:end|day)?s?|months?"
    r"|years?|hours?|days?|now|then|soon|before|after|during|while|when|since|until|o'clock|mid|q[1-4]"
    r"|at \w+|\d{1,2}[./]\d{1,2})\b"
)
_OFTEN = (
    r"\b(?:every|each|once|twice|times|always|never|seldom|rarely|often|usually|hourly|daily|weekly|monthly|yearly"
    r"|annually|per|an? (?:hour|day|week|month|year)|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b"
)
_COLOR = (
    r"\b(?:red|blue|green|yellow|black|white|gr[ae]y|brown|orange|purple|pink|violet|silver|golden|gold|beige|turquoise"
    r"|cream|crimson|scarlet|maroon|navy|teal|lilac|ivory|bronze|copper|khaki|olive|magenta|indigo|blond|dark|light"
    r"|transparent)(?:ish)?\b"
)
# Short enough a reach for a question of any length.
_MONEY_ASKED = r"^\W*what\b(?=[^?\n]{0,80}\b(?:costs?|price|worth|fee|paid for|pay for|salary|rent|age|earn)\b)"

# But for what a number tells from others of its kind: "Ticket 41: ...". Names are shorter.
_CAPITALISED = re.compile(r"[A-Z][^\W\d_]{1,40}\b(?! #?\d{1,9}[,:;)\]])")
_KIN = "|".join(map(re.escape, sorted(KIN)))
_PEOPLE = re.compile(
    rf"\b(?:I|we|my|our|s?he|they|couple|{_KIN}|(?:an?|the) [a-z]{{2,20}}(?:er|or|ist|ent|man|woman)s?"
    r"|[a-z]{2,20}(?:er|or|our|ist)s|[a-z]{0,20}men)\b",
    re.I,
)


def _numbers(text: str) -> Iterator[str]:
    """Find the numbers that count or measure something."""
    for match in _NUMBER.finditer(text):
        before = text[max(0, match.start() - _BEFORE_CHARS) : match.end()]
        after = text[match.end() : match.end() + _AFTER_CHARS]
        if match.group()[0].isalpha() or not _only_names(before, after):
            yield match.group()


def _only_names(before: str, after: str) -> bool:
    """Say whether digits, at the end of `before`, tell a date or which one of several things is meant."""
    names = any(pattern.search(before) for pattern in (_DATED_BEFORE, _NUMBERED, _MARKED))
    return names or bool(_DATED_AFTER.match(after) or (_NAMED.search(before) and _HEADING.match(after)))


def _ages(text: str) -> List[str]:
    return [*_numbers(text), *_YEAR.findall(text)]


def _names(text: str) -> List[str]:
    found = _CAPITALISED.findall(text)
    return [name for name in found if not is_plain_start(name) and name.lower() not in DAYS_AND_MONTHS]


def _people(text: str) -> List[str]:
    return _names(text) + _PEOPLE.findall(text)


_FORMS: Tuple[Form, ...] = (
    Form(
        re.compile(r"\bwhen\b|\b(?:what|which) (?:date|day|month|year|time)\b", re.I),
        re.compile(_TIME, re.I).findall,
        is_time=True,
    ),
    Form(re.compile(r"\bwho(?:m|se)?\b", re.I), _people, needed=True),
    Form(
        re.compile(
            r"(?:\b(?:what|which|the|first|last|his|her|its|their|my|our)|'s|s') names?(?: of\b|\W*$)"
            r"|\b(?:called|named)\W*$",
            re.I,
        ),
        _names,
        needed=True,
    ),
    Form(
        re.compile(rf"\bhow (?:many|much|tall|big|far|high|heavy|expensive)\b|{_MONEY_ASKED}", re.I),
        _numbers,
        needed=True,
        tells=frozenset(terms("cost price worth fee expensive amount sum money")),
    ),
    Form(re.compile(r"\bhow old\b", re.I), _ages, needed=True),
    Form(re.compile(r"\bhow often\b", re.I), re.compile(_OFTEN, re.I).findall, needed=True),
    Form(
        re.compile(r"\bhow long\b", re.I),
        re.compile(rf"{_NUMBER.pattern}|\b(?:until|till|since|for)\b", re.I).findall,
    ),
    Form(
        re.compile(r"\b(?:where|address)\b", re.I),
        re.compile(r"\b(?:in|at|from|to|near|around|on) (?:the |my |an? )?\w+", re.I).findall,
    ),
    Form(re.compile(r"\bwhy\b", re.I), re.compile(r"\b(?:because|since|so that|due to|thanks to)\b", re.I).findall),
    Form(
        re.compile(r"\b(?:what|which) (?:\w+ )?(?:colou?r|shade)\b", re.I),
        re.compile(_COLOR, re.I).findall,
        needed=True,
        tells=frozenset(terms("color shade")),
    ),
    Form(
        re.compile(r"\b(?:what|which) (?:brand|make)\b", re.I),
        _names,
        needed=True,
        tells=frozenset(terms("brand make")),
    ),
)


def asked_forms(question: str) -> Tuple[Form, ...]:
    """Return the forms that an answer to a question has."""
    return tuple(form for form in _FORMS if form.asks.search(question))


def asking_terms(question: str) -> FrozenSet[str]:
    """Return the index terms of the words that ask for a form and say no more: of "how old" and "how long"."""
    asking = (match.group() for form in _FORMS for match in [form.asks.search(question)] if match)
    return frozenset(term for asked in asking if asked[:3].lower() == "how" for term in terms(asked))


def shows(form: Form, text: str, asked: AbstractSet[str]) -> bool:
    """Say whether a text holds a value of a form in other words than those of the question."""
    return any(not asked >= set(words(value)) for value in form.values(text))

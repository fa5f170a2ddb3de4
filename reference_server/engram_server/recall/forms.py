"""The form that an answer has: who asks how much wants a number, who asks when a time. Pure.

Only what can be told from the form of a text alone, and only values that the question does not hold itself: "4 May"
is no answer to what happened on 4 May.
"""

from __future__ import annotations

import re
from typing import AbstractSet, Callable, FrozenSet, Iterable, List, NamedTuple, Pattern, Tuple

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


_NUMBER = (
    r"\d[\d.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]{3,5}teen|[a-z]{3,5}ty|hundred"
    r"|thousand|once|twice|half|every|each|all|both|several|few|many)\b"
)
_TIME = (
    r"\b(?:yesterday|today|tonight|tomorrow|ago|(?:last|next|this|every) \w+|(?:1[89]|20)\d\d|\d{1,2}(?::\d\d| ?[ap]m)"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:in|on|since|until|by) (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct"
    r"|nov|dec)\w*|january|february|april|june|july|august|september|october|november|december)\b"
)
# Short enough a reach for a question of any length.
_MONEY_ASKED = r"^\W*what\b(?=[^?\n]{0,80}\b(?:costs?|price|paid for|pay for|salary|rent|age|earn)\b)"

_CAPITALISED = re.compile(r"[A-Z][^\W\d_]+")
_KIN = "|".join(map(re.escape, sorted(KIN)))
_PEOPLE = re.compile(rf"\b(?:I|we|my|our|{_KIN}|(?:an?|the) [a-z]{{2,20}}(?:er|or|ist|ent|man|woman)s?)\b", re.I)


def _names(text: str) -> List[str]:
    found = _CAPITALISED.findall(text)
    return [name for name in found if not is_plain_start(name) and name.lower() not in DAYS_AND_MONTHS]


def _people(text: str) -> List[str]:
    return _names(text) + _PEOPLE.findall(text)


_FORMS: Tuple[Form, ...] = (
    Form(
        re.compile(r"\bwhen\b|\b(?:what|which) (?:date|day|month|year|time)\b", re.I),
        re.compile(_TIME, re.I).findall,
    ),
    Form(re.compile(r"\bwho(?:m|se)?\b", re.I), _people, needed=True),
    Form(re.compile(r"\b(?:names?|called|named)\b", re.I), _names, needed=True),
    Form(
        re.compile(rf"\bhow (?:many|much|old|tall|big|far|heavy|often|expensive)\b|{_MONEY_ASKED}", re.I),
        re.compile(_NUMBER, re.I).findall,
        needed=True,
    ),
    Form(re.compile(r"\bhow long\b", re.I), re.compile(rf"{_NUMBER}|\b(?:until|till|since|for)\b", re.I).findall),
    Form(
        re.compile(r"\b(?:where|address)\b", re.I),
        re.compile(r"\b(?:in|at|from|to|near|around|on) (?:the |my |an? )?\w+", re.I).findall,
    ),
    Form(re.compile(r"\bwhy\b", re.I), re.compile(r"\b(?:because|since|so that|due to|thanks to)\b", re.I).findall),
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

"""Rows of templates, each of which says something of its own, and copies that say nothing new. Invented."""

from __future__ import annotations

import random
import re
import string
from typing import Callable, Dict, List, Set

_CLOSED = {
    "name": "Ana Anna Bruno Carla Carlo Daniel Daniela Eva Eve Philip Phillip Jon John Jonas Robert Roberto Louis "
    "Louise Christina Christine Marina Martina Li Lee Noor Nora Ximena Zoë Zoe Søren Jürgen Олег 美咲",
    "family": "Alvarez Baker Bakers Chen Dietrich Dietrichs Evans Fischer Fisher Garcia Hansen Hanson Johnson Johnston",
    "company": "Acme|Acmé|Globex|Initech|Umbrella Ltd|Umbrella Inc|Stone Foods|Stone Goods|Northwind|Southwind",
    "city": "Paris|Parma|Oslo|Berlin|Bern|New York|York|Austin|Boston|Vienna|Geneva|Genova|Porto|Lima|Lomé",
    "country": "Austria|Australia|Slovakia|Slovenia|Niger|Nigeria|Iran|Iraq|Mali|Malawi",
    "month": "January February March April May June July August September October November December",
    "day": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "when": "yesterday|today|tomorrow|tonight|last week|next week|this morning|this evening|two days ago|ten days ago",
    "half": "AM PM",
    "verdict": "approved rejected postponed withdrawn",
    "trend": "increased decreased stagnated",
    "switch": "enabled disabled",
    "side": "left right",
    "direction": "inbound outbound",
    "state": "open closed reopened resolved unresolved shipped skipped active inactive locked unlocked",
    "not": "is|is not|is never|was|was not|will be|won't be",
    "colour": "red blue green teal violet #ff0000 #ff0001 #00ff00 #abc",
    "size": "S M L XL XXL",
    "unit": "kg g mg km m cm mm °C °F % kWh MWh",
    "hobby": "hiking biking cooking hooking painting printing sailing mailing rowing sewing",
    "food": "lemons melons peaches beaches cherries berries carrots parrots dessert desert",
    "who": "her his their our my your",
    "number_word": "one two three four five six seven eight nine ten thirteen thirty",
    "ordinal": "first second third fourth fifth sixth",
    "where": "before|after|above|below|with|without|inside|outside",
    "level": "INFO DEBUG WARNING ERROR",
    "code": "A B C AB AC ABC",
    "currency": "$ € £ ¥",
    "sign": "+|-|",
    "method": "GET PUT POST PATCH DELETE",
    "mark": ". _ -",
    "sense": "north south east west",
}

_MADE: Dict[str, Callable[[random.Random], str]] = {
    "n": lambda rng: str(rng.randint(1, 99)),
    "big": lambda rng: f"{rng.randint(1, 999)},{rng.randint(0, 999):03}",
    "money": lambda rng: f"{rng.randint(1, 900)}.{rng.randint(0, 99):02}",
    "date": lambda rng: f"{rng.randint(1990, 2030)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
    "clock": lambda rng: f"{rng.randint(1, 12)}:{rng.randint(0, 59):02}",
    "version": lambda rng: f"{rng.randint(0, 9)}.{rng.randint(0, 20)}.{rng.randint(0, 20)}",
    "hex": lambda rng: f"{rng.randrange(16**6):06x}",
    "letters": lambda rng: "".join(rng.choices(string.ascii_lowercase, k=6)),
    "path": lambda rng: "/".join(rng.choices("srv var log data tmp home".split(), k=3)),
}

_SHORT = """
{company} Q{n} revenue: ${n}M
{name} likes {food}
{name} {family} prefers {hobby} to {food}
{name} lives in {city}
{name}'s birthday is {month} {n}
{colour} shirt, size {size}, {n} left
sensor {letters}: {sign}{n} {unit}
{level} {method} /{path} {n} ms
ticket {hex} {state} by {name}
{city}: {n}{unit} on {day}
turn {side} at the {ordinal} light
user {letters}@mail.example {verdict}
write to {name}{mark}{family}@mail.example
door {code} {state}
{name} {not} coming {when}
the {ordinal} of {month}
{currency}{money} for {food}
{n} {food}
release {version} {verdict}
notifications {switch} for {name}
{name} beat {family} {n}:{n}
flight {code}{n} {direction} at {clock} {half}
"""

_LONG = """
{company} reported that its revenue for the quarter ending in {month} {trend} to {currency}{money} million, which the \
board described as in line with what had been expected by most of the analysts who follow the company closely.
The order of {name} {family} with the number {hex} for {number_word} boxes of {food} was {verdict} {when} and will be \
sent to the address in {city} as soon as the warehouse has checked that all of them are there.
On {day} at {clock} {half} the {ordinal} sensor in the {sense} hall measured {sign}{n} {unit}, and the alarm that \
belongs to it {not} raised because the limit which is set in the configuration had been changed {where} the test.
Please remember that {name} {not} allergic to {food} and that {who} sister, who lives in {city}, would rather go \
{hobby} on a {day} than spend another long afternoon at home in front of the television with the children.
The appointment with doctor {family} in {city} has been moved to the {ordinal} {day} of {month} at {clock} in the \
same room on the {side} of the corridor, and the form has to be filled in {where} the talk.
[{date} {clock}] {level} worker-{n} request {hex} {method} https://api.{letters}.example/{path}?page={n} took {n} ms \
and was {state} by the gateway after it had waited for a free connection to the database behind the service
Forecast for {city} in {country}: wind from the {sense}, {n} {unit} in the afternoon, the chance of rain has {trend} \
since the last report was written and the warning for the coast stays as it was until the evening of {day}.
In the {ordinal} half of the match in {city} {name} {family} scored from the {side} and the team of {country} won by \
{number_word} goals in front of a crowd that had come from all over the region to see them play.
the feature called {letters} is {switch} for all of the users in {country} since version {version} and can be turned \
on or off with the switch on the {side} of the settings page {where} the next sign in of the user
stock of article {code}-{n} in {colour} and size {size} has {trend} to {n} pieces in the store in {city}, while the \
other stores in the region are waiting for the delivery that was {verdict} at the end of the week
the account of {letters} {not} {state}, the {direction} transfer of {big} to the bank in {country} was {verdict} by \
the {ordinal} reviewer, and the customer has been told about it by a short message on the same day
my neighbour told me that {who} friend from {city} goes {hobby} every {day} and that he would like to come with us \
{when} if the weather is as good as it was when we went to the lake with the whole family
"""

_WORDS = (
    "harbour lantern velvet orchard thunder meadow copper whistle marble saffron glacier compass ribbon walnut anchor "
    "violet ember canyon feather mirror window garden kitchen yellow silver bottle candle basket hammer ladder needle "
    "pepper pillow rocket saddle shovel tunnel turnip wagon zipper and of in to with on by at from into over under"
).split()

_SLOT = re.compile(r"\{(\w+)\}")


def _options(slot: str) -> List[str]:
    written = _CLOSED[slot]
    return written.split("|") if "|" in written else written.split()


def _filled(rng: random.Random, slot: str) -> str:
    return _MADE[slot](rng) if slot in _MADE else rng.choice(_options(slot))


def templated_rows(rng: random.Random, count: int) -> List[str]:
    """Return rows of which none says what another does, most of them one slot away from an earlier one."""
    templates = [line for line in (_SHORT + _LONG).split("\n") if line] + [_word_template(rng) for _ in range(10)]
    seen: Set[str] = set()
    rows: List[str] = []
    filled: List["tuple[str, List[str]]"] = []
    while len(rows) < count:
        if filled and rng.random() < 0.7:
            template, values = rng.choice(filled)
            slots = _SLOT.findall(template)
            at = rng.randrange(len(slots))
            values = [*values[:at], _filled(rng, slots[at]), *values[at + 1 :]]
        else:
            template = rng.choice(templates)
            values = [_filled(rng, slot) for slot in _SLOT.findall(template)]
        row = _row(template, values)
        if row.casefold() not in seen:
            seen.add(row.casefold())
            rows.append(row)
            filled.append((template, values))
    return rows


def _row(template: str, values: List[str]) -> str:
    left = iter(values)
    return _SLOT.sub(lambda _: next(left), template)


def _word_template(rng: random.Random) -> str:
    """Return 40 ordinary words of which two are left open."""
    words = rng.choices(_WORDS, k=40)
    words[rng.randrange(20)] = "{word}"
    words[rng.randrange(20, 40)] = "{word}"
    return " ".join(words)


_CLOSED["word"] = " ".join(dict.fromkeys(_WORDS))

COPIES: Dict[str, Callable[[random.Random, str], str]] = {
    "exact": lambda rng, text: text,
    "upper": lambda rng, text: text.upper(),
    "lower": lambda rng, text: text.lower(),
    "title": lambda rng, text: " ".join(word[:1].upper() + word[1:] for word in text.split(" ")),
    "spaces": lambda rng, text: re.sub(" ", lambda _: rng.choice([" ", "  ", "\t", "\n", "\u00a0", "\u3000"]), text),
    "edges": lambda rng, text: f"  {text} \r\n",
    "end": lambda rng, text: text.rstrip(".") + rng.choice(["", ".", "!", "...", "…", " ;", "?!"]),
    "commas": lambda rng, text: re.sub(", ", lambda _: rng.choice([" ", "; ", " — ", " (", ": "]), text),
    "more_commas": lambda rng, text: re.sub(r"(?<=[a-z]) (?=[a-z])", lambda _: rng.choice([" ", ", "]), text),
    "quoted": lambda rng, text: rng.choice(["“{}”", "'{}'", "«{}»", "*{}*", "- {}", "({})"]).format(text),
    "curly": lambda rng, text: text.replace("'", "’").replace('"', "”"),
    "no_apostrophes": lambda rng, text: text.replace("'", ""),
    "wide": lambda rng, text: "".join(chr(ord(c) + 0xFEE0) if c.isalnum() and c.isascii() else c for c in text),
    "bold": lambda rng, text: "".join(chr(0x1D41A + ord(c) - 97) if "a" <= c <= "z" else c for c in text),
    "ligature": lambda rng, text: text.replace("fi", "ﬁ").replace("fl", "ﬂ"),
    "decomposed": lambda rng, text: text.replace("é", "e\u0301").replace("ü", "u\u0308"),
    "invisible": lambda rng, text: text.replace(" ", " \u200b").replace("e", "e\u00ad", 2) + "\ufeff",
    "emoji": lambda rng, text: text.replace("❤", "❤\ufe0f"),
}
"""Ways to write a text again that say nothing new. "exact" is the only one that may leave the bytes as they are."""

_NOTES = """
{name} {family} said: "I'm happy with {company}", and she'll move to {city} in {month} ❤
The café near {who} office in {city}, the first of its kind, wasn't open on {day} because of the flood.
don't forget: {name}'s flight to {city} leaves at {clock} from gate {n}, not from the old terminal
{company} fixed the office wifi; the password is {letters}-{hex}, ask {letters}@mail.example for help
Our {hobby} group meets every {day}, weather permitting, at {name}'s place in {city} ❤
"""


def notes(rng: random.Random, count: int) -> List[str]:
    """Return memories of which none says what another does, with marks of punctuation that can be written otherwise."""
    templates = [line for line in _NOTES.split("\n") if line]
    chosen = rng.choices(templates, k=2 * count)
    made = (_row(line, [_filled(rng, slot) for slot in _SLOT.findall(line)]) for line in chosen)
    return list({note.casefold(): note for note in made}.values())[:count]

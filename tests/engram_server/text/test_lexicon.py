"""The concept lexicon: what its data must keep to, and how words relate through it."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from typing import Dict, List, Set

import pytest

from engram_server.text.concepts import FIELDS
from engram_server.text.lexicon import FRAME_TERMS, HEAD, KIND, RELATED, SYNONYM, read_groups
from engram_server.text.terms import index_term

# A word that relates to more says nothing of its own.
MOST_RELATED = 60

ONE_TERM = """
account accountable; accountant accounting; act acting; activism activity; admire admirer; advertise
advertising; age aged; amazed amazing; annoy annoyed; artist artistic; aspiration aspire; assist assistant;
athlete athletic; backpack backpacking; bake baking; begin beginning; blind blinds; blue blues; bore bored; bowl
bowling; break broke broken; bought buy; build building; call called; camp camping; challenge challenging; cheer
cheerful cheers; child kid; clean cleaning; climb climbing; cloth clothes; code coding; collect collecting;
compose composer; construct construction; cook cooking; courage courageous; craft crafts; custom customs; cycle
cycling; dad father; dance dancing; date dating; demonstrate demonstration; depressed depression; design
designer; dish dishes; divorce divorced; donate donation; draw drawing; dress dressing; drink drunk; earn
earnings; education educator; egg eggs; electric electricity; employer employment; engaged engagement; engine
engineer engineering; exhibit exhibition; expense expensive; eye eyes; faith faithful; farm farming; farmer
farmers; fast fasting; final finals; fire fired; fish fishing; freezing frozen; friend friends; fries fry; game
gaming; garden gardener gardening; get got; gift gifted; gave give giving; glass glasses; go went; graduate
graduation; grew grow; heat heating; hidden hide; hike hiking; hope hopeful; hour hours; house houses; humor
humorous; influence influencer; injure injured; inspiration inspire; intelligence intelligent; interest
interesting; invent inventive; iron ironing; kill killed; kind kindness; knit knitting; landscape landscaper;
learn learned learning; leave left; lift lifting; leg leggings; letter lettering; locate location; lose lost; love lovely;
manage manager; married marry; maternal maternity; mechanic mechanical; medical medication; meet meeting;
memorial memory; mind mindfulness; mom mother; move moved; film movie; music musical; nation nationality; nut
nuts; order ordered; organization organize; origin original; pack packing; paid pay; paint painting; parent
parenting; park parking; passion passionate; peace peaceful; perform performance; photo photograph; preschool
preschooler; prison prisoner; product production; program programmer programming; promote promotion; proposal
propose; psychological psychology; publication publicity; raise raised; read reading; recommend recommendation;
relieve relieved; research researcher; reside residence; response responsibility responsible; rang ring; run
running; say saying; sale sales; save saving; screen screening; saw see; select selection; sew sewing; ship
shipped; shoe shoes; shop shopping; short shorts; sick sickness; sightsee sightseeing; sing singing; skate
skating; ski skiing; skill skilled; sleep sleeping; snowboard snowboarding; soothe soothing; subscribe
subscriber; suggest suggestion; support supporter; surf surfing; sweet sweets; swim swimming; talent talented;
taught teach; think thought; thrill thrilled; teeth tooth; train training; trainer trainers; truth truthful;
understand understanding; warm warming; wash washing; weight weights; win won; woman women; wonder wonderful;
wrap wrapping; write writing; year years; youth youthful; youtube youtuber
"""

LINES: List[str] = [line for lines in FIELDS for line in lines.strip().splitlines()]


@pytest.mark.parametrize(
    ("word", "other", "strength"),
    [
        ("pets", "puppy", KIND),
        ("puppies", "pet", HEAD),
        ("bought", "purchases", SYNONYM),
        ("decision", "decided", SYNONYM),
        ("Swedish".lower(), "sweden", SYNONYM),
        ("wedding", "married", SYNONYM),
        ("died", "death", SYNONYM),
        ("sold", "sale", SYNONYM),
        ("flight", "flew", SYNONYM),
        ("job", "nurse", KIND),
    ],
)
def test_related_words(word: str, other: str, strength: float) -> None:
    assert RELATED[index_term(word)][index_term(other)] == strength


@pytest.mark.parametrize(
    ("word", "other"),
    [("hot", "cold"), ("buy", "sell"), ("love", "hate"), ("rich", "poor"), ("dog", "cat"), ("new", "news")],
)
def test_opposites_and_strangers_are_not_related(word: str, other: str) -> None:
    assert index_term(other) not in RELATED.get(index_term(word), {})


def test_an_unknown_word_is_related_to_nothing() -> None:
    assert "xyzzy" not in RELATED
    assert dict(RELATED.get("xyzzy", {})) == {}


def test_read_groups_gives_index_terms() -> None:
    (alike, kinds) = read_groups("buy purchase\npet | dogs cats\n")
    assert (alike.heads, alike.members) == (("bui", "purchas"), ())
    assert (kinds.heads, kinds.members) == (("pet",), ("dog", "cat"))


def test_the_largest_strength_of_a_pair_holds() -> None:
    assert RELATED["marri"]["wed"] == SYNONYM
    assert all(0 < strength <= SYNONYM for related in RELATED.values() for strength in related.values())


def test_a_group_says_each_thing_once() -> None:
    for line in LINES:
        found = [index_term(word) for word in line.replace("|", " ").split()]
        assert "" not in found, line
        assert len(found) == len(set(found)) > 1, line


def test_no_group_is_another() -> None:
    groups = [(frozenset(group.heads), frozenset(group.members)) for lines in FIELDS for group in read_groups(lines)]
    assert len(groups) == len(set(groups))


def test_synonyms_are_symmetric_and_nothing_relates_to_itself() -> None:
    for term, related in RELATED.items():
        assert term not in related
        for other, strength in related.items():
            back = RELATED[other][term]
            assert back >= HEAD
            assert strength < SYNONYM or back == SYNONYM


def test_no_word_relates_to_very_many() -> None:
    assert {term for term, related in RELATED.items() if len(related) > MOST_RELATED} == set()


def test_frame_words_are_index_terms() -> None:
    assert {index_term(word) for word in ("kinds", "names", "mentioned", "went", "times")} <= FRAME_TERMS
    assert "" not in FRAME_TERMS
    assert FRAME_TERMS.isdisjoint({"dog", "wed", "job"})


def test_the_groups_are_read_at_the_first_question() -> None:
    """A server that starts, and a client that only writes, do not pay for them."""
    code = (
        "import sys, engram_server.text.lexicon as lexicon\n"
        "early = [name for name in sys.modules if name.startswith('engram_server.text.concepts')]\n"
        "assert not early, early\n"
        "assert lexicon.RELATED['pet']\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_words_that_share_a_term_have_been_looked_at() -> None:
    """Two words with one term lend each other their groups. A new pair is added here where that does no harm, and to
    `irregular` where it would tie strangers together."""
    found: Dict[str, Set[str]] = defaultdict(set)
    for line in LINES:
        for word in line.replace("|", " ").split():
            found[index_term(word)].add(word)
    shared = {" ".join(sorted(words)) for words in found.values() if len(words) > 1}
    assert shared == set(" ".join(ONE_TERM.split()).split("; "))

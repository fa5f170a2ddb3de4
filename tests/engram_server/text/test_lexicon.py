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

# A head that relates to more says nothing of its own; feelings and jobs are the widest.
MOST_RELATED = 60

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


@pytest.mark.parametrize("line", LINES)
def test_a_group_says_each_thing_once(line: str) -> None:
    found = [index_term(word) for word in line.replace("|", " ").split()]
    assert "" not in found
    assert len(found) == len(set(found)) > 1


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


def _words_by_term() -> Dict[str, Set[str]]:
    found: Dict[str, Set[str]] = defaultdict(set)
    for line in LINES:
        for word in line.replace("|", " ").split():
            found[index_term(word)].add(word)
    return found

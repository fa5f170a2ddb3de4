"""Names found in a memory's text."""

from __future__ import annotations

import random
from typing import List, Tuple

import pytest

from engram_server.text.entities import MAX_ENTITIES, entities, name_key

from .samples import random_text


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("I saw Ana Lopez in town.", [("ana lopez", "Ana Lopez", "person")]),
        ("We flew to New York.", [("new york", "New York", "place")]),
        ("He sued Acme Corp. Then he won.", [("acme corp", "Acme Corp.", "organisation")]),
        ("She left the University of Porto.", [("university of porto", "University of Porto", "organisation")]),
        ("I called Dr. Kim again.", [("kim", "Dr. Kim", "person")]),
        ("Uncle Zoltan waved.", [("zoltan", "Uncle Zoltan", "person")]),
        ("It was O'Brien who won.", [("o brien", "O'Brien", "name")]),
        ("A van Gogh hung there.", [("van gogh", "van Gogh", "name")]),
        ("NASA launched it.", [("nasa", "NASA", "organisation")]),
        ("the iPhone rang", [("iphone", "iPhone", "name")]),
        ("Bruno's brother waved.", [("bruno", "Bruno", "person")]),
        ("I lay in St. Mary's Hospital.", [("st mary hospital", "St. Mary's Hospital", "organisation")]),
        ("my sister Zelda sang", [("zelda", "Zelda", "person")]),
        ("we moved to Quixoville", [("quixoville", "Quixoville", "place")]),
        ("we visited Quixoville", [("quixoville", "Quixoville", "place")]),
        ("she works at Zorbia", [("zorbia", "Zorbia", "organisation")]),
        ("Visited Paris on Monday.", [("paris", "Paris", "place")]),
        ("Lisbon is lovely.", [("lisbon", "Lisbon", "place")]),
        ("I told Will and Mark.", [("will", "Will", "person"), ("mark", "Mark", "person")]),
        ("the US and the U.K. agreed", [("us", "US", "place"), ("uk", "U.K.", "place")]),
        ("Zorbia is fun, says the man from Zorbia.", [("zorbia", "Zorbia", "name")]),
        ("I met Jordan in Jordan.", [("jordan", "Jordan", "person")]),
        ("we live in Jordan", [("jordan", "Jordan", "place")]),
        ("it was the Lord of the Rings", [("lord of the rings", "Lord of the Rings", "name")]),
        ("a book of J. K. Rowling", [("j k rowling", "J. K. Rowling", "name")]),
        ("a walk in Hyde Park", [("hyde park", "Hyde Park", "place")]),
        ("swimming in Lake Garda", [("lake garda", "Lake Garda", "place")]),
        ("we asked Johnson & Johnson", [("johnson johnson", "Johnson & Johnson", "name")]),
        ("Tom Baker sang. Tom was happy.", [("tom baker", "Tom Baker", "person")]),
        ("to see Köln with João", [("koln", "Köln", "name"), ("joao", "João", "name")]),
        ("Москва и Анна, где Борис", [("анна", "Анна", "name"), ("борис", "Борис", "name")]),
        ("i met john in paris", [("john", "john", "person"), ("paris", "paris", "place")]),
        ("i was in new york", [("new york", "new york", "place")]),
        ("I MET JOHN TODAY", [("john", "john", "person")]),
        ("Trip to: Rome\nMaria", [("rome", "Rome", "place"), ("maria", "Maria", "person")]),
    ],
)
def test_names_are_found(body: str, expected: List[Tuple[str, str, str]]) -> None:
    assert [tuple(entity) for entity in entities(body, "")] == expected


@pytest.mark.parametrize(
    "body",
    [
        *("", " ", "nothing to see here", "I think I am fine.", "I'm OK. I've got a TV.", "Will you come?"),
        *("Mark my words.", "Hello! Thanks! Congrats!"),
        *("Good morning, how are you?", "Great to see you.", "It's late."),
        *("on Monday in May", "See you on 8 May, 2023.", "Yesterday was Sunday.", "What's up? Don't go. They're here."),
        *("How To Make Bread", "Shopping List\nmilk", "Meeting Notes: all went well", "# Things To Do", "OMG LOL BTW"),
        *("Loved it. Running late. Really.", "Painted a wall.", "my Mom and my Dad", "- Milk\n- Eggs\n* Bread"),
        *("1. Buy milk\n2. Eat", '"What a day", she said'),
        *("(Maybe later.)", "mark my words, turkey is nice", "a T-shirt"),
        *("猫が好きです。", "ฉันชอบแมว", "שלום", "مرحبا", "🎉🎉 Wow", "see http://Example.test/Foo", "mail Ana@Example.test"),
    ],
)
def test_other_capitals_are_no_names(body: str) -> None:
    assert entities(body, "") == []


def test_the_speaker_is_a_person_and_comes_first() -> None:
    assert [tuple(entity) for entity in entities("I met Zed there.", "Ana")] == [
        ("ana", "Ana", "person"),
        ("zed", "Zed", "name"),
    ]


@pytest.mark.parametrize("role", ["user", "assistant", "System"])
def test_roles_are_no_entities(role: str) -> None:
    assert entities("nothing", role) == []


def test_mentions_of_one_name_are_one_entity() -> None:
    found = entities("I saw Zed. Then Zed's mother, then my friend Zed, then Ana Ruiz and Ana.", "Ana Ruiz")
    assert [(entity.key, entity.kind) for entity in found] == [("ana ruiz", "person"), ("zed", "person")]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Dr. Kim", "kim"),
        ("Ana's", "ana"),
        ("U.S.", "us"),
        ("JOSÉ  Díaz", "jose diaz"),
        ("King of Spain", "king of spain"),
    ],
)
def test_keys_are_folded(name: str, key: str) -> None:
    assert name_key(name) == key


def test_names_are_bounded() -> None:
    assert len(entities(", ".join(f"the Name{number}x" for number in range(1_000)), "Ana")) == MAX_ENTITIES


def test_only_the_first_thousands_of_capitals_are_looked_at() -> None:
    """A memory of nothing else must not cost more than one of ordinary talk."""
    assert [found.key for found in entities("and Nothing, " * 1_900 + "and Lisbon", "")] == ["lisbon"]
    assert entities("and Nothing, " * 2_000 + "and Lisbon", "") == []


def test_any_text_is_taken(rng: random.Random) -> None:
    for _ in range(2_000):
        body = random_text(rng)
        found = entities(body, "Ana")
        assert len({entity.key for entity in found}) == len(found)
        for entity in found[1:]:
            assert entity.key and entity.name.split()[0].lower() in body.lower()

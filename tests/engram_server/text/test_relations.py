"""Facts that a memory states."""

from __future__ import annotations

import random
from typing import List, Tuple

import pytest

from engram_server.text.relations import MAX_RELATIONS, relations

from .samples import random_text

_WORDS = (
    "I We My The Ana Maria's Acme sister dog live lives moved work is was 've 'm have has a the my to in at from of "
    "and not if called named is, Porto . ? : = , favourite name"
).split()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("I moved to Lisbon from Sweden.", [("Ana", "moved to", "Lisbon"), ("Ana", "moved from", "Sweden")]),
        ("My sister Maria lives in Porto.", [("Ana", "sister", "Maria"), ("Maria", "lives in", "Porto")]),
        ("my brother works at Acme", [("Ana's brother", "works at", "Acme")]),
        ("I work as a nurse at St. Mary's.", [("Ana", "works as", "nurse"), ("Ana", "works at", "St. Mary's")]),
        ("I have a dog called Miso.", [("Ana", "has dog", "Miso")]),
        ("My dog Miso loves carrots.", [("Ana", "has dog", "Miso"), ("Miso", "loves", "carrots")]),
        ("I've got two cats.", [("Ana", "got", "two cats")]),
        ("Maria works at Acme, I hear.", [("Maria", "works at", "Acme")]),
        ("Bruno is Zed's brother.", [("Zed", "brother", "Bruno")]),
        ("Zed's brother is Bruno.", [("Zed", "brother", "Bruno")]),
        ("Acme was founded by Lena Roth in 1999.", [("Acme", "was founded by", "Lena Roth")]),
        ("Lena Roth is CEO of Acme.", [("Lena Roth", "is", "CEO of Acme")]),
        ("Lena Roth is the CEO of Acme.", [("Lena Roth", "is", "CEO of Acme")]),
        ("Acme acquired Initech in 2019.", [("Acme", "acquired", "Initech")]),
        ("Dr. Kim is my dentist.", [("Ana", "dentist", "Dr. Kim")]),
        ("The capital of Portugal is Lisbon.", [("capital of Portugal", "is", "Lisbon")]),
        ("wifi password: heron42", [("wifi password", "is", "heron42")]),
        ("- door code = 4417", [("door code", "is", "4417")]),
        ("I'm allergic to peanuts.", [("Ana", "is allergic to", "peanuts")]),
        ("I really love hiking in the Alps.", [("Ana", "loves", "hiking")]),
        ("I was born in Ghent.", [("Ana", "was born in", "Ghent")]),
        ("My favourite food is pad thai!", [("Ana", "favourite food", "pad thai")]),
        ("My wife's name is Ines.", [("Ana", "wife", "Ines")]),
        ("My email is ana@mail.test.", [("Ana", "email", "ana@mail.test")]),
        ("I grew up in Leeds.", [("Ana", "grew up in", "Leeds")]),
        ("I've been learning Japanese.", [("Ana", "learns", "Japanese")]),
        ("I got married to Tom.", [("Ana", "got married to", "Tom")]),
        ("I'm a big fan of Benfica.", [("Ana", "is fan of", "Benfica")]),
        ("I'm vegan.", [("Ana", "is", "vegan")]),
        ("Maria's a nurse.", [("Maria", "is", "nurse")]),
        ("I'm from Sweden.", [("Ana", "is from", "Sweden")]),
        ("I sold books to Zed.", [("Ana", "sold", "books"), ("Ana", "sold to", "Zed")]),
        ("I like to swim.", [("Ana", "likes to", "swim")]),
        ("I prefer tea.", [("Ana", "prefers", "tea")]),
        ("I speak Portuguese.", [("Ana", "speaks", "Portuguese")]),
        ("We adopted a kitten last week.", [("Ana", "adopted", "kitten")]),
        ("Last year I joined the Rovers.", [("Ana", "joined", "Rovers")]),
        ("Zed studied at the University of Porto.", [("Zed", "studied at", "University of Porto")]),
        ("Vincent van Gogh was born in Zundert.", [("Vincent van Gogh", "was born in", "Zundert")]),
        ("i live in porto and i love jazz", [("Ana", "lives in", "porto"), ("Ana", "loves", "jazz")]),
        ("Do you? I moved to Rome.", [("Ana", "moved to", "Rome")]),
        ("I quit smoking", [("Ana", "quit", "smoking")]),
    ],
)
def test_statements_are_found(body: str, expected: List[Tuple[str, str, str]]) -> None:
    assert [tuple(relation) for relation in relations(body, "Ana")] == expected


@pytest.mark.parametrize(
    "body",
    [
        *("", "nothing", "Nice weather today."),
        *("I don't live in Porto.", "I do not live in Porto.", "I never liked tea."),
        *("If I moved to Rome I'd cook.", "When would I move to Rome", "Do you like jazz?", "Does Maria work at Acme?"),
        *("Maria works at Acme?", "I live in Rome, right?", "I wish I lived in Rome.", "Tom thinks I live in Rome."),
        *("I want to move to Rome.", "I might move to Rome."),
        *("Maybe I moved to Rome.", "I will join Acme.", "I'd love tea."),
        *("I love it!", "I love your dress.", "I love you.", "I like that", "I have a question.", "I have no dog."),
        *("I have to go.", "I'm a bit tired.", "I'm so happy."),
        *("Tom is the best.", "My boss is American.", "My day is long."),
        *("I went to the store.", "I left early.", "Call me: now"),
        *("Zed: hi there", "Note: buy milk", "ana: ok", "at 5:30"),
        *("She lives in Porto.", "It works at night."),
        *("the man I work with", "Everyone loves tea.", "The dog is hungry."),
        *("http://example.test", "私は東京に住んでいます。", "Я живу в Москве.", "I moved to 🎉"),
        *("not that I lived in Rome", "I found a coin.", "Running is a joy.", "I was a kid."),
    ],
)
def test_nothing_is_made_up(body: str) -> None:
    assert relations(body, "Ana") == []


def test_without_a_speaker_the_user_speaks() -> None:
    assert [tuple(relation) for relation in relations("I live in Porto.", "")] == [("user", "lives in", "Porto")]


def test_relations_are_bounded_and_each_is_told_once() -> None:
    assert len(relations(" ".join(f"I live in Town{number}." for number in range(100)), "Ana")) == MAX_RELATIONS
    assert len(relations("I live in Porto. I live in Porto.", "Ana")) == 1


def test_only_the_beginning_of_a_document_is_read() -> None:
    assert relations("so it went. " * 1_000 + "I live in Porto.", "Ana") == []


def test_objects_are_short_and_any_text_is_taken(rng: random.Random) -> None:
    for turn in range(2_000):
        sample = " ".join(rng.choices(_WORDS, k=rng.randint(1, 25))) if turn % 2 else random_text(rng)
        for relation in relations(sample, "Ana"):
            assert all(relation)
            assert len(relation.object.split()) <= 6

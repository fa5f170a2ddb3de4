"""Ranking over a real store, of memories drafted as the server drafts them."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import List, Sequence, Tuple

import pytest

from engram_server.recall.question import MAX_CONCEPTS, read_question
from engram_server.recall.rank import Asked, Recalled, fuse, rank
from engram_server.recall.weights import WEIGHTS, Weights

from .reference import Reference
from .support import NOW, Memory, Told, ask, ids, moment, random_question, random_talk, recalled, stored

PETS = (
    Told("Caroline has a cat called Tom.", session="1"),
    Told("Melanie walks her dog every day.", session="2"),
    Told("The children painted a cat and another cat.", session="3"),
    Told("Nothing to see here.", session="4"),
)
"""Each in a session of its own: none borrows from another."""

DAYS = (None, None, "2026-05-08T12:00", "2026-05-12T11:00")


# -- the formula


@pytest.mark.parametrize("weights", [WEIGHTS, replace(WEIGHTS, coherence=2.0)], ids=["as set", "half coherent"])
def test_the_scores_are_those_of_the_formula(weights: Weights, rng: random.Random) -> None:
    for _ in range(15):
        with stored(random_talk(rng, 30)) as (reader, (space,)):
            for _ in range(6):
                top_k, as_of = rng.choice((3, 40)), rng.choice(DAYS)
                question = read_question(random_question(rng), weights)
                asked = Asked(question, NOW, top_k, as_of=None if as_of is None else moment(as_of))
                expected = Reference(reader, space, asked, weights).scores()
                found = rank(reader, space, asked, weights).ranked
                # Of up to twenty parts, each is rounded to a multiple of 2**-30.
                best = sorted(expected.values(), reverse=True)[:top_k]
                assert [one.raw_score for one in found] == pytest.approx(best, abs=2e-8), question.text
                of_each = [expected[one.memory.id] for one in found]
                assert [one.raw_score for one in found] == pytest.approx(of_each, abs=2e-8), question.text


# -- what always holds


def reckoning(recalled: Recalled) -> List[Tuple[object, ...]]:
    """Return all that a list tells but the row ids."""
    rows = recalled.ranked
    return [(one.memory.public_id, one.raw_score, list(one.parts.items()), one.own, one.why) for one in rows]


def test_whatever_is_stored_and_asked(rng: random.Random) -> None:
    for _ in range(15):
        talk, noise = random_talk(rng, 40), random_talk(rng, 40)
        questions = [random_question(rng) for _ in range(5)]
        with stored(talk) as (reader, (space,)):
            alone = [ask(reader, space, question, top_k=200) for question in questions]
            for question, recalled in zip(questions, alone):
                check(recalled)
                ranked = recalled.ranked
                assert reckoning(ask(reader, space, question, top_k=200)) == reckoning(recalled)
                least = rng.choice([one.raw_score for one in ranked] or [0.5])
                above = [one for one in ranked if one.raw_score >= least]
                assert ask(reader, space, question, top_k=200, min_similarity=least).ranked == above
                as_of = rng.choice(DAYS[2:])
                known = ask(reader, space, question, top_k=200, as_of=as_of).ranked
                assert all(one.turn.said_at <= moment(as_of or "") for one in known)
        with stored(noise, talk, noise) as (reader, (_, space, _)):
            beside = [ask(reader, space, question, top_k=200) for question in questions]
        assert [reckoning(recalled) for recalled in beside] == [reckoning(recalled) for recalled in alone]


def check(recalled: Recalled) -> None:
    rows = recalled.ranked
    for one in rows:
        assert sum(one.parts.values()) == one.raw_score
        assert 0 < one.raw_score <= 1
        assert one.weighted_score == one.raw_score * one.weight
        assert one.why.startswith("It ") and one.why.endswith(".")
    assert rows == sorted(rows, key=lambda one: (-one.weighted_score, -one.memory.id))
    assert sum(recalled.shares.values()) == pytest.approx(1.0) or not recalled.shares
    assert recalled.shares.keys() == recalled.known.keys()


def test_what_was_said_later_is_not_known_and_all_else_is() -> None:
    days = [f"2026-05-{day:02}T12:00" for day in range(1, 9)]
    talk = [Told("The boat leaks.", at=day) for day in days]
    with stored(talk) as (reader, (space,)):
        for number, day in enumerate(days, 1):
            assert len(ask(reader, space, "Which boat?", as_of=day).ranked) == number
        assert ask(reader, space, "Which boat?", as_of="2026-04-30T12:00").ranked == []
        assert len(ask(reader, space, "Which boat?", as_of="9999-01-01T00:00").ranked) == len(days)


# -- what is found


def test_the_best_comes_first_and_strangers_not_at_all() -> None:
    found = recalled("Does Caroline's cat have a name?", *PETS)
    assert ids(found) == ["mem_1", "mem_3"]
    assert found[0].why.startswith('It shares "Caroline" and "cat" with the question, most telling first')
    assert found[1].why == 'It shares "cat" with the question; it lacks "Caroline" and "name".'


@pytest.mark.parametrize(
    ("question", "memory", "way"),
    [
        ("Does Ana have any pets?", "I gave my kitten a bath.", "related:pet"),
        ("Who paints?", "The children painted.", "word:paint"),
        ("Which child went?", "She goes there.", "word:go"),
        ("养猫的人是谁？", "我的猫很可爱", "word:猫"),
        ("私の猫の名前は何ですか", "猫はタマといいます", "word:猫"),
        ("แมวชื่ออะไร", "ฉันมีแมวสองตัว", "word:แม"),
        ("Как зовут кошку?", "Мою кошку зовут Мурка", "word:кошку"),
        ("ما اسم القطة؟", "القطة اسمها لولو", "word:القطة"),
        ("Wie heißt die Straße?", "Er wohnt in der Hauptstrasse, STRASSE 5", "word:strass"),
        ("¿Cuándo llegó Begoña?", "BEGONA llego ayer", "word:begona"),
    ],
    ids=str,
)
def test_a_question_finds_its_memory(question: str, memory: str, way: str) -> None:
    rains = ("It rained.", "雨が降った。", "Шёл дождь.", "ฝนตก", "أمطرت", "Llovió.")
    strangers = [Told(text, session=text) for text in rains]
    found = recalled(question, Told(memory, session="1"), *strangers)
    assert ids(found) == ["mem_1"]
    assert way in found[0].parts


def test_an_english_lexicon_leaves_other_languages_alone() -> None:
    """Spelled like an English word that others are related to, and related to nothing in a language without them."""
    assert {len(one.members) for one in read_question("кошка 猫 قطة แมว").concepts} == {1}


@pytest.mark.parametrize("question", ["", "   ", "?!", "flurb", "\U0001f642", "\U0001f642" * 5_000])
def test_nothing_matches_nothing(question: str) -> None:
    assert recalled(question, *PETS) == []
    assert recalled(question) == []


def test_memories_without_a_word_are_no_trouble() -> None:
    assert recalled("Which cat?", "?!", "\u0301", "...") == []
    assert ids(recalled("What do you know?", "?!")) == ["mem_1"]


def test_equals_come_newest_first() -> None:
    assert ids(recalled("cat", *["a cat"] * 5, top_k=3)) == ["mem_5", "mem_4", "mem_3"]


@pytest.mark.parametrize("question", ["Which cat is Caroline's?", "What do you know about me?", "Summarize this week."])
def test_fewer_asked_for_are_the_first_of_more(question: str) -> None:
    with stored(PETS) as (reader, (space,)):
        every = reckoning(ask(reader, space, question, top_k=50))
        assert every
        for count in range(1, len(every)):
            assert reckoning(ask(reader, space, question, top_k=count)) == every[:count]


# -- who and when


@pytest.mark.parametrize("question", ["What do I like?", "Tell me what I like.", "Is it what I like myself?"])
@pytest.mark.parametrize("voice", ["user", "User", "human"])
def test_who_says_i_is_the_user(question: str, voice: str) -> None:
    said = [Told("I like tea.", speaker, session=speaker) for speaker in ("Ana", voice, "Bo")]
    found = recalled(question, *said)
    assert ids(found)[0] == "mem_2"
    assert "factor:speaker" in found[0].parts and "factor:speaker" not in found[1].parts


def test_a_stop_word_names_no_speaker() -> None:
    for speaker, has_factor in (("Will", False), ("Wilma", True)):
        (found,) = recalled(f"{speaker}, does it rain?", Told("It rained.", speaker))
        assert ("factor:speaker" in found.parts) is has_factor


@pytest.mark.parametrize(
    ("question", "told", "other"),
    [
        (
            "What did Ana do last week?",
            Told("I was sailing.", "Ana", at="2026-05-13T12:00"),
            Told("I was sailing.", "Ana", at="2026-04-13T12:00"),
        ),
        (
            "What did Ana do last week?",
            Told("I was sailing on 12 May.", "Ana", at="2026-05-19T12:00"),
            Told("I was sailing on 12 March.", "Ana", at="2026-05-19T12:00"),
        ),
        (
            "Where was Ana in the first week of May 2023?",
            Told("I was sailing last week.", "Ana", at="2023-05-08T13:56"),
            Told("I was sailing last week.", "Ana", at="2023-06-19T13:56"),
        ),
    ],
    ids=["said then", "tells of then", "tells of then in its own words"],
)
def test_what_is_of_the_time_asked_for_comes_first(question: str, told: Told, other: Told) -> None:
    for memories in ((told, other), (other, told)):
        first, second = recalled(question, *memories)
        assert first.memory.content == told.content and memories[int(first.memory.public_id[-1]) - 1] == told
        assert "factor:time" in first.parts and "factor:time" not in second.parts
        assert "is of the time asked for" in first.why


# -- questions that tell nothing of what they are about

WORK = [Told(f"Part {day} is done.", "user", f"2026-05-{day:02}T10:00") for day in range(9, 20)]


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("What do you know about me?", [19, 18, 17, 16]),
        ("Summarize what I worked on this week.", [19, 18]),
        ("Give me a recap of last week.", [17, 16, 15, 14]),
        ("What happened yesterday?", [19]),
    ],
)
def test_a_vague_question_has_the_newest_of_its_time(question: str, days: Sequence[int]) -> None:
    for order in (WORK, WORK[::-1]):
        found = [one for one in recalled(question, *order, top_k=4) if "newest" in one.parts]
        assert [one.memory.content for one in found] == [f"Part {day} is done." for day in days]
        assert all("belongs to all that was asked for" in one.why for one in found)


def test_a_vague_word_that_a_memory_holds_goes_before_the_newest() -> None:
    told: List[Memory] = [Told("My work is in Oslo.", session="1"), *WORK]
    assert ids(recalled("Where is my work?", *told))[0] == "mem_1"


# -- questions that nobody asks

PATHOLOGICAL = {
    "as long as can be": "why does the boat leak " * 712,
    "one long word": "boat" * 4_096,
    "five thousand words": "boat " + " ".join(f"w{number}" for number in range(5_000)),
    "emoji": "boat " + "".join(chr(0x1F600 + number) + " " for number in range(70)),
    "SQL": "boat'; DROP TABLE memories; -- \" OR 1=1 %_\\",
    "FTS": 'boat* AND "NEAR(" NOT ^boat OR {content}: -boat + (',
    "JSON": '{"boat": [null, 1e999, "\\u0000"]}',
    "combining": "boat" + "\u0301" * 5_000,
    "right to left": "\u202eboat\u202c \u200fboat\u200e",
    "stop words": "the of and " * 1_000,
}


@pytest.mark.parametrize("question", PATHOLOGICAL.values(), ids=PATHOLOGICAL.keys())
def test_no_question_breaks_anything(question: str) -> None:
    with stored(["The boat leaks.", "It rained.", "\u0000", "{[(*"]) as (reader, (space,)):
        recalled = ask(reader, space, question)
        check(recalled)
        assert len(recalled.shares) <= MAX_CONCEPTS
        assert max((len(one.why) for one in recalled.ranked), default=0) < 1_000
        assert bool(recalled.ranked) == ("boat" in question and "boatboat" not in question )


def test_a_long_list_is_as_long_as_asked_for() -> None:
    talk = [Told(f"boat {number}", session=str(number)) for number in range(5_000)]
    with stored(talk) as (reader, (space,)):
        found = ask(reader, space, "Which boat?", top_k=200)
    check(found)
    assert len(found.ranked) == 200


def test_who_shares_each_name_with_a_thousand_is_found_by_both() -> None:
    """A name that is too common to be read whole counts all the same for those whom the other name finds."""
    others = [f"Kofi {number}" for number in range(1_300)] + [f"{number} Mensah" for number in range(1_200)]
    with stored([Told(f"{name} sails", session=name) for name in ["Kofi Mensah", *others]]) as (reader, (space,)):
        found = ask(reader, space, "Does Kofi Mensah sail?", weights=replace(WEIGHTS, feedback=0.0))
    check(found)
    assert ids(found.ranked)[:1] == ["mem_1"]


# -- several spaces


def test_fusing_buckets_each_with_its_own_k() -> None:
    with stored(PETS, ["A cat.", "Caroline."], []) as (reader, (one, other, empty)):
        counts = ((one, 1), (other, 2), (empty, 9))
        lists = [ask(reader, space, "Caroline's cat", top_k=count).ranked for space, count in counts]
        assert [len(ranked) for ranked in lists] == [1, 2, 0]
    fused = fuse(lists)
    assert sorted(fused) == sorted(one for ranked in lists for one in ranked)
    assert fused == sorted(fused, key=lambda one: (-one.weighted_score, -one.memory.id))
    assert fuse(lists, min_weighted=fused[0].weighted_score) == fused[:1]
    assert fuse([]) == []

"""What is known is answered, and of what is not it is said so."""

from __future__ import annotations

import random
from typing import Callable, List

import pytest

from engram_server.recall.synthesis import NOTHING_KNOWN, synthesise

from .asking import Ask, bucket, material
from .inventing import Exam, facts, talk

QUESTIONS = 200
LEAST_UNKNOWN_TOLD = 0.95
MOST_KNOWN_REFUSED = 0.03


def refused(ask: Ask, question: str) -> bool:
    return synthesise(ask(question), max_tokens=200).text == NOTHING_KNOWN


@pytest.mark.parametrize("invent", [facts, talk])
def test_of_what_was_never_stored_nothing_is_told_and_what_was_is_told(invent: Callable[[random.Random], Exam]) -> None:
    chance = random.Random(11)
    unknown_told: List[bool] = []
    known_refused: List[bool] = []
    while min(len(unknown_told), len(known_refused)) < QUESTIONS:
        exam = invent(chance)
        with bucket(exam.contents) as ask:
            unknown_told += [refused(ask, question) for question in exam.unknown]
            known_refused += [refused(ask, question) for question in exam.answerable]
    assert sum(unknown_told) >= LEAST_UNKNOWN_TOLD * len(unknown_told)
    assert sum(known_refused) <= MOST_KNOWN_REFUSED * len(known_refused)


NOTES = (
    "Mara has a boat called Pelican.",
    "Mara speaks fluent Danish.",
    "Jonas's dentist is Dr. Brandt.",
    "The orchard gate was painted green in spring.",
)


@pytest.mark.parametrize(
    ("question", "cited"),
    [
        ("Who is Jonas's dentist?", ["mem_3"]),
        ("Who is Mara's dentist?", []),
        ("Who is Tilda's dentist?", []),
        ("What is Jonas's blood type?", []),
        # What kind of thing is asked for goes without saying.
        ("Which language does Mara speak?", ["mem_2"]),
        ("Which language does Jonas speak?", []),
        # Misspelt.
        ("When was the orchrad gate painted?", ["mem_4"]),
        # A request may name several things.
        ("Tell me about Mara's boat and the orchard gate", ["mem_1", "mem_4"]),
        ("Tell me about Tilda's boat", []),
    ],
)
def test_loose_notes_must_hold_what_is_asked(question: str, cited: List[str]) -> None:
    assert sorted(synthesise(material(question, *NOTES), max_tokens=200).cited_ids) == cited


PARAPHRASED = (
    "Project Kestrel will use MariaDB instead of Redis because we need transactions.",
    "Bug KES-231: the export drops the last row.",
    "The forklift cost us 7,990 euros.",
    "The manual of the bandsaw is in the red folder.",
    "The plumber comes to the cellar on Thursday at nine.",
    "The freeze for Kestrel starts on 8 May.",
    "Torsten looks after the northern customers.",
    "Torsten has the spare key to the paint store.",
)


@pytest.mark.parametrize(
    ("question", "cited"),
    [
        # A kind that nobody named, and one word in the asker's own.
        ("Which database does Kestrel use?", ["mem_1"]),
        ("How expensive was the forklift?", ["mem_3"]),
        ("Who holds the spare key of the paint store?", ["mem_8"]),
        ("When does the freeze for Kestrel begin?", ["mem_6"]),
        # A time that the question names need not have been said.
        ("What begins for Kestrel on 8 May 2026?", ["mem_6"]),
        ("KES-231", ["mem_2"]),
        # The neighbour of what is asked for is not it.
        ("KES-232", []),
        ("What is KES-232?", []),
        ("Who broke the bandsaw?", []),
        ("How much did the bandsaw cost?", []),
        ("What is the plumber's name?", []),
        ("Who is Torsten responsible for?", []),
    ],
)
def test_a_note_may_be_asked_for_in_other_words(question: str, cited: List[str]) -> None:
    assert synthesise(material(question, *PARAPHRASED), max_tokens=200).cited_ids == cited


SHOWN = (
    "User's kayak is bright yellow.",
    "User's blender makes a noise.",
    "Ticket 4168, Mrs. Orr: wants her vouchers sent to Leeds.",
    "Wanda runs a repair shop in Derby.",
    "The rowing club meets behind the boathouse.",
    "User's passport needs a stamp.",
)


@pytest.mark.parametrize(
    ("question", "cited"),
    [
        ("What colour is the user's kayak?", ["mem_1"]),
        ("What colour is the user's blender?", []),
        ("Which brand is the user's blender?", []),
        # The number of a ticket counts nothing.
        ("How many vouchers does Mrs. Orr want?", []),
        ("Where should Mrs. Orr's vouchers be sent?", ["mem_3"]),
        # What is nowhere but in the note's head, or what everybody has, tells nothing.
        ("How heavy is the user?", []),
        ("Which tattoo does the user have?", []),
        # Half of the question is no paraphrase.
        ("Who founded the rowing club?", []),
        # A close word says it, too; a verb that says little need not be said.
        ("Which city does Wanda come to for mending?", []),
        ("What workshop does Wanda hold?", ["mem_4"]),
    ],
)
def test_a_note_shows_what_is_asked_for_and_most_of_it(question: str, cited: List[str]) -> None:
    assert synthesise(material(question, *SHOWN), max_tokens=200).cited_ids == cited


def test_a_turn_about_somebody_else_answers_nothing() -> None:
    turns = (
        "[2 May 2024] Mara: I broke my wrist at the climbing hall.",
        "[2 May 2024] Jonas: Oh no! I adopted a kitten yesterday.",
        "[2 May 2024] Mara: How sweet, what is she called?",
        "[2 May 2024] Jonas: Pepper.",
    )
    with bucket(turns) as ask:
        assert refused(ask, "When did Jonas break his wrist?")
        assert not refused(ask, "When did Mara break her wrist?")


TALK = (
    "[2 May 2024] Mara: Guess what, I bought a canoe!",
    "[2 May 2024] Jonas: Great, which colour?",
    "[2 May 2024] Mara: Red, and it cost me 400 euros.",
    "[2 May 2024] Jonas: I would love a ride on the lake.",
)


@pytest.mark.parametrize(
    ("question", "known"),
    [
        ("How much did Mara's canoe cost?", True),
        ("What colour is Mara's canoe?", True),
        ("What did Mara tell Jonas?", True),
        # What is supposed need not have been said.
        ("Would Jonas enjoy kayaking?", True),
        ("When did Mara sell the tractor?", False),
        ("Which accordion does Jonas play?", False),
    ],
)
def test_a_turn_may_leave_to_its_neighbours_what_it_is_about(question: str, known: bool) -> None:
    with bucket(TALK) as ask:
        assert refused(ask, question) != known


@pytest.mark.parametrize(
    ("question", "memory"),
    [
        ("Wie heißt der Hund von Ana?", "Anas Hund heißt Rex."),
        ("¿Cómo se llama el perro de Ana?", "El perro de Ana se llama Rex."),
        ("アナの犬の名前は?", "アナの犬はレックスという名前です。"),
    ],
)
def test_other_languages_are_answered_by_plain_words(question: str, memory: str) -> None:
    assert synthesise(material(question, memory, *NOTES), max_tokens=200).cited_ids[:1] == ["mem_1"]


DATED = ("[2026-05-04] The ferry to Oslo was booked.", "[2026-05-07] Ana painted the fence green.")


@pytest.mark.parametrize(
    ("question", "cited"),
    [
        ("What happened between 5 May and 10 May 2026?", ["mem_2"]),
        ("What happened before 7 May 2026?", ["mem_1"]),
        ("What happened before June 2026?", ["mem_1", "mem_2"]),
        ("What happened after 5 May 2026?", ["mem_2"]),
        ("What did I do on 7 May 2026?", ["mem_2"]),
        ("What was painted before June 2026?", ["mem_2"]),
        ("What happened in 2020?", []),
    ],
)
def test_a_time_is_answered_by_what_was_then(question: str, cited: List[str]) -> None:
    assert sorted(synthesise(material(question, *DATED), max_tokens=200).cited_ids) == cited


def test_a_question_of_stop_words_alone_asks_nothing() -> None:
    with bucket(NOTES) as ask:
        assert refused(ask, "the of and")
        assert not refused(ask, "What do you know?")


def test_however_much_was_said_little_of_it_is_looked_through() -> None:
    long = "orchard " + " ".join(f"orchart{number}" for number in range(20_000))
    with bucket([long] * 8) as ask:
        assert refused(ask, "When was the " + " ".join(f"orchare{number}" for number in range(60)) + " sold?")

"""Reading when a memory was said and by whom."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from typing import Optional

import pytest

from engram_server.text.turn import Turn, read_turn

from .samples import random_text

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def _ms(moment: str) -> int:
    return (datetime.fromisoformat(moment).replace(tzinfo=timezone.utc) - _EPOCH) // timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("head", "speaker", "said_at"),
    [
        ("[1:56 pm on 8 May, 2023] Ana: ", "Ana", "2023-05-08T13:56"),
        ("[2023-05-08 14:00] Ana: ", "Ana", "2023-05-08T14:00"),
        ("2023-05-08T14:00:00Z user: ", "user", "2023-05-08T14:00"),
        ("2023-05-08T14:00:00+02:00 user: ", "user", "2023-05-08T12:00"),
        ("2023-05-08 14:00 ", "", "2023-05-08T14:00"),
        ("Ana (8 May 2023): ", "Ana", "2023-05-08"),
        ("08.05.2023, 14:00:12 - Ana: ", "Ana", "2023-05-08T14:00:12"),
        ("5/8/23, 2:05 PM - ana_k: ", "ana_k", "2023-05-08T14:05"),
        ("[2023/05/20 (Sat) 02:21] user: ", "user", "2023-05-20T02:21"),
        ("[08/05/2023] ", "", "2023-08-05"),
        ("[18/05/2023] ", "", "2023-05-18"),
        ("[8 May 2023] ", "", "2023-05-08"),
        ("[8 May 1923] ", "", "1923-05-08"),
        ("Monday, 8 May 2023\n", "", "2023-05-08"),
        ("8 May 2023: ", "", "2023-05-08"),
        ("[14:00] ana_k: ", "ana_k", None),
        ("[2023-05-08 14:00] 小明：", "小明", "2023-05-08T14:00"),
        ("user: ", "user", None),
        ("Assistant:\n", "Assistant", None),
        ("Speaker 2: ", "Speaker 2", None),
        ("Dr. Ana Lopez: ", "Dr. Ana Lopez", None),
        ("Ludwig van Dyke: ", "Ludwig van Dyke", None),
        ("Tom Reed, Ana: ", "Tom Reed, Ana", None),
        ("Анна: ", "Анна", None),
    ],
)
def test_a_head_is_read(head: str, speaker: str, said_at: Optional[str]) -> None:
    assert read_turn(head + "hello there") == Turn(speaker, _ms(said_at) if said_at else None, len(head))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello there",
        "Note: buy milk",
        "Decision: we paint it",
        "Bug FAL-231: it crashes",
        "FAL-231: it crashes",
        "Reminder: call home",
        "TODO: paint",
        "Shopping List: eggs",
        "https://example.org/a: b",
        "14:30: meeting",
        "wifi: heron42",
        "He said: no",
        "8 May 2023 was good",
        "[shared a photo] nice",
        "[30.02.2023] hi",
        "[25:00] hi",
        "Monday: gym",
    ],
)
def test_prose_is_no_head(text: str) -> None:
    assert read_turn(text) == Turn("", None, 0)


def test_a_head_without_words_behind_it_is_the_body() -> None:
    assert read_turn("[8 May 2023] Ana: ...") == Turn("Ana", _ms("2023-05-08"), 0)
    assert read_turn("Ana: ") == Turn("Ana", None, 0)


def test_any_text_can_be_read(rng: random.Random) -> None:
    for _ in range(1_000):
        text = rng.choice(["", "[", "[8 May 2023] ", "Ana ("]) + random_text(rng)
        turn = read_turn(text)
        assert turn.speaker in text
        assert 0 <= turn.body_start <= len(text)

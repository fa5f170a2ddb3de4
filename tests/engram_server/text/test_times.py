"""Expressions of time in text."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from typing import List

import pytest

from engram_server.text.calendar_words import ALL_TIME
from engram_server.text.times import date_words, read_times, times_asked, times_in

from .samples import random_text

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_DAY_MS = 24 * 3_600_000
_NOW = "2023-05-17T14:20"  # a Wednesday


def _ms(moment: str) -> int:
    return (datetime.fromisoformat(moment).replace(tzinfo=timezone.utc) - _EPOCH) // timedelta(milliseconds=1)


def _random_moment(rng: random.Random) -> int:
    return rng.randrange(_ms("1600-01-01"), _ms("9990-01-01"))


@pytest.mark.parametrize(
    ("text", "expression", "start", "end"),
    [
        ("on 8 May 2023 to", "8 May 2023", "2023-05-08", "2023-05-09"),
        ("May 8th, 2023 was", "May 8th, 2023", "2023-05-08", "2023-05-09"),
        ("Monday, 8 May 2023", "Monday, 8 May 2023", "2023-05-08", "2023-05-09"),
        ("see 2023-05-08.", "2023-05-08", "2023-05-08", "2023-05-09"),
        ("2023-05-08T14:00:00+02:00", "2023-05-08T14:00:00+02:00", "2023-05-08T12:00", "2023-05-08T12:01"),
        ("08.05.2023", "08.05.2023", "2023-05-08", "2023-05-09"),
        ("08/05/2023", "08/05/2023", "2023-08-05", "2023-08-06"),
        ("May 2023", "May 2023", "2023-05-01", "2023-06-01"),
        ("in 2016 we", "2016", "2016-01-01", "2017-01-01"),
        ("the 90s were", "90s", "1990-01-01", "2000-01-01"),
        ("8 June was", "8 June", "2022-06-08", "2022-06-09"),
        ("We will go on 8 June", "8 June", "2023-06-08", "2023-06-09"),
        ("in may we", "may", "2023-05-01", "2023-06-01"),
        ("on 29 February", "29 February", "2020-02-29", "2020-03-01"),
        ("on the 5th we", "5th", "2023-05-05", "2023-05-06"),
        ("I swam yesterday.", "yesterday", "2023-05-16", "2023-05-17"),
        ("yesterday morning", "yesterday morning", "2023-05-16T05:00", "2023-05-16T12:00"),
        ("the day before yesterday", "day before yesterday", "2023-05-15", "2023-05-16"),
        ("tonight", "tonight", "2023-05-17T18:00", "2023-05-18T06:00"),
        ("tomorrow at 5 pm", "tomorrow at 5 pm", "2023-05-18T17:00", "2023-05-18T18:00"),
        ("last week", "last week", "2023-05-08", "2023-05-15"),
        ("next month", "next month", "2023-06-01", "2023-07-01"),
        ("last weekend", "last weekend", "2023-05-13", "2023-05-15"),
        ("last night", "last night", "2023-05-16T18:00", "2023-05-17T06:00"),
        ("last Wednesday", "last Wednesday", "2023-05-10", "2023-05-11"),
        ("on Wednesday", "Wednesday", "2023-05-17", "2023-05-18"),
        ("on Friday we met", "Friday", "2023-05-12", "2023-05-13"),
        ("on Friday we will meet", "Friday", "2023-05-19", "2023-05-20"),
        ("next Friday", "next Friday", "2023-05-26", "2023-05-27"),
        ("last summer", "last summer", "2022-06-01", "2022-09-01"),
        ("3 days ago", "3 days ago", "2023-05-14", "2023-05-15"),
        ("a few days ago", "a few days ago", "2023-05-12", "2023-05-16"),
        ("in two weeks", "two weeks", "2023-05-29", "2023-06-05"),
        ("the week before last", "week before last", "2023-05-01", "2023-05-08"),
        ("two weekends ago", "two weekends ago", "2023-05-06", "2023-05-08"),
        ("two Fridays ago", "two Fridays ago", "2023-05-05", "2023-05-06"),
        ("at 5 pm we", "5 pm", "2023-05-17T17:00", "2023-05-17T18:00"),
        ("the 17:30 train", "17:30", "2023-05-17T17:30", "2023-05-17T17:31"),
        ("1:56 pm on 8 May, 2023", "1:56 pm on 8 May, 2023", "2023-05-08T13:56", "2023-05-08T13:57"),
        ("from 3 to 5 May", "3 to 5 May", "2023-05-03", "2023-05-06"),
        ("from May 3-5, 2022", "May 3-5, 2022", "2022-05-03", "2022-05-06"),
        ("between March and June 2022", "March and June 2022", "2022-03-01", "2022-07-01"),
        ("5 pm to 6 pm yesterday", "5 pm to 6 pm yesterday", "2023-05-16T17:00", "2023-05-16T19:00"),
        ("since 2016", "since 2016", "2016-01-01", "2023-05-18"),
        ("the week of 8 May", "week of 8 May", "2023-05-08", "2023-05-15"),
        ("in the first week of June 2023?", "first week of June 2023", "2023-06-01", "2023-06-08"),
        ("the second Sunday of May", "second Sunday of May", "2023-05-14", "2023-05-15"),
        ("the last Friday of 2022", "last Friday of 2022", "2022-12-30", "2022-12-31"),
        ("late June 2022", "late June 2022", "2022-06-21", "2022-07-01"),
        ("the Friday before 15 July 2023", "Friday before 15 July 2023", "2023-07-14", "2023-07-15"),
        ("the weekend before 3 June 2023", "weekend before 3 June 2023", "2023-05-27", "2023-05-29"),
        ("two days before 5 May", "two days before 5 May", "2023-05-03", "2023-05-04"),
        ("the last three months", "last three months", "2023-02-01", "2023-05-17T14:20:00.001"),
        ("İİ yesterday", "yesterday", "2023-05-16", "2023-05-17"),
        ("Treffen: 08.05.2023, ja", "08.05.2023", "2023-05-08", "2023-05-09"),
        ("31 December 9999", "31 December 9999", "9999-12-31", "9999-12-31T24"),
    ],
)
def test_an_expression_is_resolved(text: str, expression: str, start: str, end: str) -> None:
    ends = _ms("9999-12-31") + _DAY_MS if end.endswith("T24") else _ms(end)
    found = times_in(text, _ms(_NOW))
    assert [(text[one.at : one.stop], one.start, one.end) for one in found] == [(expression, _ms(start), ends)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "You may go; March on; a second; spring water; fall down; the sun; he sat",
        "I may 8 times; 5 may fail",
        "April told June about May",
        "the 5th floor, every Friday, in his 30s",
        "for three years",
        "year 99999, 900000 years ago, 8 May 99999",
        "2000 dollars, v3.11.23, 25:61, 2.5, $1999",
        "Hola, vamos al mar mañana. Wir gehen morgen.",
    ],
)
def test_nothing_is_taken_for_a_time(text: str) -> None:
    assert times_in(text, _ms(_NOW)) == []


def test_several_expressions_stand_in_order() -> None:
    text = "Yesterday I ran, on 8 May I swam and in 2016 I slept."
    assert [text[one.at : one.stop] for one in times_in(text, _ms(_NOW))] == ["Yesterday", "8 May", "2016"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Friday, " * 300, 200),
        ("2500 " * 999 + "in 2016", 1),
        ("2500 " * 1_000 + "in 2016", 0),
    ],
)
def test_of_a_table_the_beginning_is_read(text: str, found: int) -> None:
    """A memory of nothing else must not cost more than one of ordinary talk."""
    assert len(times_in(text, _ms(_NOW))) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[(text, True) for text in ("recently", "just now", "long ago", "ever since", "three years", "in May", "9:30")],
        *[(text, False) for text in ("", "I may", "a good cat", "5 cats", "猫")],
    ],
)
def test_vague_times_and_lengths_are_told_as_well(text: str, expected: bool) -> None:
    assert read_times(text, _ms(_NOW)).tells is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2023-05-08T23:59", ["8", "may", "2023", "monday"]),
        ("1969-12-31", ["31", "december", "1969", "wednesday"]),
        ("9999-12-31", ["31", "december", "9999", "friday"]),
    ],
)
def test_date_words(moment: str, expected: List[str]) -> None:
    assert date_words(_ms(moment)) == expected


def test_a_moment_outside_of_the_calendar_has_no_words() -> None:
    assert date_words(10**18) == [] == times_in("yesterday at 5 pm, in May and last week", 10**18)


def test_a_written_day_is_read_as_that_day(rng: random.Random) -> None:
    for _ in range(300):
        moment, anchor = _random_moment(rng), _random_moment(rng)
        day, month, year, weekday = date_words(moment)
        start = moment - moment % _DAY_MS
        for text in (
            f"{day} {month} {year}",
            f"{month.title()} {day}, {year}",
            f"{weekday.title()}, {day} {month[:3].title()} {year}",
            (_EPOCH + timedelta(milliseconds=moment)).date().isoformat(),
        ):
            assert [(one.start, one.end) for one in times_in(text, anchor)] == [(start, start + _DAY_MS)], text


def test_what_is_relative_lies_where_it_says(rng: random.Random) -> None:
    for _ in range(300):
        anchor, count = _random_moment(rng), rng.randint(1, 50)

        def only(text: str) -> "tuple[int, int]":
            (one,) = times_in(text, anchor)
            assert one.start < one.end
            return one.start, one.end

        for text, moment in (
            ("yesterday", anchor - _DAY_MS),
            ("this week", anchor),
            (f"{count} days ago", anchor - count * _DAY_MS),
            (f"{count} weeks ago", anchor - count * 7 * _DAY_MS),
            (f"in {count} hours", anchor + count * 3_600_000),
        ):
            start, end = only(text)
            assert start <= moment < end, text
        for text in ("on Friday", "in May", "on 8 June", "on the 5th", "in the summer"):
            assert only(text)[0] <= anchor, text
        for text in ("last Friday", "last June", "last month", "last winter", "two weekends ago"):
            assert only(text)[1] <= anchor, text
        for text in ("next Friday", "next June", "next year", "next summer"):
            assert only(text)[0] > anchor, text


def test_any_text_can_be_read(rng: random.Random) -> None:
    pieces = "the week of before first Friday May 5 31 29 2023 99999 to between and since last two days ago - , 5:30 pm"
    pieces_of_time = pieces.split()
    for _ in range(1_000):
        text = " ".join(rng.choices(pieces_of_time, k=12)) + random_text(rng)
        stop = 0
        for one in times_in(text, rng.randrange(-(10**14), 10**15)):
            assert one.start < one.end
            assert stop <= one.at < one.stop <= len(text)
            stop = one.stop


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("What happened between 5 May and 10 May 2023?", "2023-05-05", "2023-05-11"),
        ("What happened between 5 May 2023 and 10 May 2023?", "2023-05-05", "2023-05-11"),
        ("What did Ana do before June 2023?", "0001-01-01", "2023-06-01"),
        ("Where did we live prior to 2010?", "0001-01-01", "2010-01-01"),
        ("What has Ana done after the 5th of May 2023?", "2023-05-06", ""),
        ("What was bought in June 2022?", "2022-06-01", "2022-07-01"),
        ("What was it the day before yesterday?", "2023-05-15", "2023-05-16"),
        ("What did we do the week before 9 June 2022?", "2022-05-30", "2022-06-06"),
    ],
)
def test_what_a_question_sets_a_bound_to_is_open_at_the_other_side(question: str, start: str, end: str) -> None:
    (when,) = times_asked(question, _ms(_NOW))
    assert (when.start, when.end) == (_ms(start), _ms(end) if end else ALL_TIME.end)

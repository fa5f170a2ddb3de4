"""Ids: they sort by creation, never repeat, and tell nothing but when they were made."""

from __future__ import annotations

import random
import re
import threading
from typing import List

import pytest

from engram_server.ids import Ids

NOW = 1_767_225_600.0


class Steps:
    """A clock that shows these moments, then the last for ever."""

    def __init__(self, *moments: float) -> None:
        self._moments = list(moments)

    def __call__(self) -> float:
        return self._moments.pop(0) if len(self._moments) > 1 else self._moments[0]


@pytest.mark.parametrize("prefix", ["mem", "bkt", "ses", "req"])
def test_an_id_is_a_prefix_and_26_characters(prefix: str) -> None:
    assert re.fullmatch(prefix + "_[0-9A-HJKMNP-TV-Z]{26}", Ids(Steps(NOW)).new(prefix))


@pytest.mark.parametrize(
    "moments",
    [
        [NOW],
        [NOW + step / 1000 for step in range(200)],
        [NOW, NOW - 3600, NOW - 7200, NOW + 1],
        [NOW - step for step in range(200)],
        [0.0],
        [2**40 / 1000.0],
    ],
    ids=["one moment", "each ms", "set back", "backwards", "1970", "2004"],
)
def test_ids_sort_by_creation_whatever_the_clock_does(moments: List[float]) -> None:
    ids = Ids(Steps(*moments))
    made = [ids.new("mem") for _ in range(300)]
    assert made == sorted(made)
    assert len(set(made)) == 300


def test_more_ids_in_a_moment_than_the_counter_holds_still_sort() -> None:
    """The counter runs over into the next milliseconds, and time catches up with it."""
    moment = [NOW]
    ids = Ids(lambda: moment[0], lambda bits: 0)
    made = [ids.new("mem") for _ in range(2**16 + 10)]
    moment[0] += 0.001
    made.append(ids.new("mem"))
    moment[0] += 10
    made.append(ids.new("mem"))
    assert made == sorted(made) and len(set(made)) == len(made)


def test_the_same_clock_and_bits_make_the_same_ids() -> None:
    first, second = (Ids(Steps(NOW), random.Random(7).getrandbits) for _ in range(2))
    assert [first.new("mem") for _ in range(5)] == [second.new("mem") for _ in range(5)]


def test_ids_of_two_servers_of_one_moment_differ() -> None:
    assert Ids(Steps(NOW)).new("mem") != Ids(Steps(NOW)).new("mem")


def test_the_bits_fill_the_end_and_the_time_the_beginning() -> None:
    low, high = Ids(Steps(NOW), lambda bits: 0).new("m"), Ids(Steps(NOW), lambda bits: 2**bits - 1).new("m")
    assert low[:14] == high[:14] and low[-12:] == "0" * 12 and high[-12:] == "Z" * 12
    assert Ids(Steps(NOW + 1), lambda bits: 0).new("m")[:12] > low[:12]


def test_threads_make_no_id_twice_and_each_sees_them_grow() -> None:
    ids = Ids(Steps(NOW))
    made: List[List[str]] = [[] for _ in range(8)]

    def work(mine: List[str]) -> None:
        mine.extend(ids.new("mem") for _ in range(500))

    threads = [threading.Thread(target=work, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(mine == sorted(mine) for mine in made)
    assert len({one for mine in made for one in mine}) == 8 * 500

"""Who follows whom, where a stretch of talk ends, and how much what was said there hangs together."""

from __future__ import annotations

import math
import random
from itertools import accumulate
from pathlib import Path
from typing import Dict, List, Optional, Sequence

import pytest

from engram_server.storage import ASKS, DATED, TELLS_TIME, MemoryRow, NewMemory, Space, Store, TurnRow, open_store
from engram_server.storage.talk import FAR, MAX_PAUSE_MS, Last, Placed, far_overlaps, overlap, same_stretch

from .derived import MINUTE, derived, drafted, made_again, stretches, sums
from .samples import NOW, add_space

HOUR = 60 * MINUTE


def said(number: int, *, at: Optional[int] = None, session: Optional[str] = None) -> NewMemory:
    return drafted(f"turn {number}", f"mem_{number}", occurred_at=at, session=session)


def tell(store: Store, space: Space, new: Sequence[NewMemory], now: int = NOW) -> List[int]:
    return store.write(lambda writer: writer.add_memories(space.id, new, now))


def row_of(store: Store, space: Space, public_id: str) -> MemoryRow:
    with store.read() as reader:
        row = reader.memory(space.id, public_id)
    assert row is not None
    return row


def remove(store: Store, space: Space, public_id: str) -> None:
    row = row_of(store, space, public_id)
    store.write(lambda writer: writer.remove_memory(row))


def neighbours(store: Store, ids: Sequence[int]) -> Dict[int, "tuple[Optional[int], Optional[int]]"]:
    with store.read() as reader:
        return {turn.id: (turn.before_id, turn.after_id) for turn in reader.turns_near(ids, 0)}


@pytest.mark.parametrize("dated", [0, DATED])
@pytest.mark.parametrize(("gap", "together"), [(0, True), (MAX_PAUSE_MS, True), (MAX_PAUSE_MS + 1, False)])
@pytest.mark.parametrize("backwards", [False, True])
def test_a_pause_ends_a_stretch(dated: int, gap: int, together: bool, backwards: bool) -> None:
    at = NOW - gap if backwards else NOW + gap
    later = Placed(2, at, said(2, at=at if dated else None))
    assert same_stretch(Last(1, NOW, dated | ASKS, frozenset()), later) is together


@pytest.mark.parametrize("dated", [0, DATED])
def test_what_is_dated_and_what_is_not_never_belong_together(dated: int) -> None:
    later = Placed(2, NOW, said(2, at=None if dated else NOW))
    assert same_stretch(Last(1, NOW, dated, frozenset()), later) is False


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("", "a", 0),
        ("", "", 0),
        ("a", "b", 0),
        ("a b", "a b", 1),
        ("a b c d", "a", 0.5),
        ("a b", "b c d", 1 / math.sqrt(6)),
    ],
)
def test_overlap_is_what_is_common_in_the_mean_of_both(one: str, other: str, share: float) -> None:
    assert overlap(set(one.split()), set(other.split())) == pytest.approx(share)
    assert overlap(set(other.split()), set(one.split())) == pytest.approx(share)


@pytest.mark.parametrize("count", [1, 2, FAR - 1, FAR, FAR + 1, 3 * FAR])
@pytest.mark.parametrize("known", [0, 1, FAR - 1, FAR, FAR + 1])
def test_each_memory_is_compared_with_the_one_so_far_before_it(count: int, known: int) -> None:
    """The words of a memory are its number and that of its partner, if it has one: they share one of two."""
    batch = [Placed(at, NOW, drafted(f"{at} {at - FAR}", "")) for at in range(known, known + count)]
    wanted = range(max(0, known - FAR), max(0, min(known, known + count - FAR)))
    found = far_overlaps(batch, [{str(at)} for at in wanted])
    partners = [at - FAR for at in range(known, known + count) if at >= FAR]
    assert found == pytest.approx([1 / math.sqrt(2) if at < known else 0.5 for at in partners])


def test_turns_follow_each_other_over_writes_and_pauses(store: Store, space: Space) -> None:
    a, b = tell(store, space, [said(1), said(2)])
    (c,) = tell(store, space, [said(3)], NOW + HOUR)
    (d,) = tell(store, space, [said(4)], NOW + 3 * HOUR)
    assert neighbours(store, [a, b, c, d]) == {a: (None, b), b: (a, c), c: (b, None), d: (None, None)}


def test_each_session_has_its_own_turns(store: Store, space: Space) -> None:
    other = add_space(store, "other")
    a, b, c, d = tell(store, space, [said(1, session="x"), said(2), said(3, session="x"), said(4)])
    tell(store, other, [said(5, session="x")])
    (e,) = tell(store, space, [said(6, session="x")])
    assert neighbours(store, [a, b, c, d, e]) == {a: (None, c), c: (a, e), e: (c, None), b: (None, d), d: (b, None)}


def test_a_dated_talk_goes_by_its_own_clock(store: Store, space: Space) -> None:
    times = [NOW, NOW + 30 * MINUTE, NOW + 3 * HOUR, None, NOW + 3 * HOUR]
    a, b, c, d, e = tell(store, space, [said(number, at=at) for number, at in enumerate(times)])
    assert neighbours(store, [a, b, c, d, e]) == {
        a: (None, b), b: (a, None), c: (None, None), d: (None, None), e: (None, None),
    }  # fmt: skip


@pytest.mark.parametrize("gone", [0, 1, 2, 3, 4])
def test_the_neighbours_of_a_deleted_memory_find_each_other(gone: int, store: Store, space: Space) -> None:
    """Five turns, of which the last two come after a pause; then one more goes on where the talk stands."""
    ids = tell(store, space, [said(at) for at in range(3)]) + tell(store, space, [said(3), said(4)], NOW + 2 * HOUR)
    remove(store, space, f"mem_{gone}")
    ids += tell(store, space, [said(5)], NOW + 2 * HOUR)
    expected: List[List[int]] = [
        [turn for turn in stretch if turn != ids[gone]] for stretch in (ids[:3], ids[3:])
    ]
    found = neighbours(store, ids)
    assert found == {
        turn: (stretch[at - 1] if at else None, stretch[at + 1] if at + 1 < len(stretch) else None)
        for stretch in expected
        for at, turn in enumerate(stretch)
    }


def test_a_stretch_ends_where_its_only_turn_was_deleted(store: Store, space: Space) -> None:
    a, _ = tell(store, space, [said(1)]) + tell(store, space, [said(2)], NOW + 2 * HOUR)
    (c,) = tell(store, space, [said(3)], NOW + 4 * HOUR)
    remove(store, space, "mem_2")
    assert neighbours(store, [a, c]) == {a: (None, None), c: (None, None)}
    remove(store, space, "mem_3")
    (d,) = tell(store, space, [said(4)], NOW + HOUR)
    assert neighbours(store, [a, d]) == {a: (None, d), d: (a, None)}


def test_a_session_that_lost_all_its_turns_begins_anew(store: Store, space: Space) -> None:
    tell(store, space, [said(1, session="x")])
    remove(store, space, "mem_1")
    ids = tell(store, space, [said(2, session="x"), said(3, session="x")])
    assert neighbours(store, ids) == {ids[0]: (None, ids[1]), ids[1]: (ids[0], None)}


def test_an_edit_changes_a_turn_and_leaves_its_place(store: Store, space: Space) -> None:
    a, b, c = tell(store, space, [said(1), said(2), said(3)])
    row = row_of(store, space, "mem_2")
    at = NOW - 9 * HOUR
    new = drafted("Ana is here today ?", "", speaker="Bo", occurred_at=at)
    store.write(lambda writer: writer.replace_memory(row, new, NOW + 1))
    flags = ASKS | TELLS_TIME | DATED
    with store.read() as reader:
        assert reader.turns_near([b], 0) == [TurnRow(b, a, c, at, "bo", flags, at, at + MINUTE, 5)]
        assert reader.voice_count(space.id, 9) == 1


def test_turns_near_reach_as_far_as_they_are_told_and_no_further(store: Store, space: Space) -> None:
    first = tell(store, space, [said(at) for at in range(6)])
    second = tell(store, space, [said(at) for at in range(6, 9)], NOW + 2 * HOUR)
    with store.read() as reader:

        def near(ids: Sequence[int], reach: int) -> List[int]:
            return [turn.id for turn in reader.turns_near(ids, reach)]

        assert near([first[2]], 0) == [first[2]]
        assert near([first[2]], 2) == first[:5]
        assert near([first[5]], 2) == first[3:]
        assert near([first[1], first[5]], 1) == [first[0], first[1], first[2], first[4], first[5]]
        assert near([second[1], first[5]], 9) == first + second
        assert near([second[2], second[2], 10**9], 1) == second[1:]
        assert near([], 3) == []


def test_the_newest_are_those_said_last(store: Store, space: Space) -> None:
    days = [NOW + day * 24 * HOUR for day in (5, 1, 3)]
    ids = tell(store, space, [said(number, at=at) for number, at in enumerate(days)])
    (today,) = tell(store, space, [drafted("rain today", "mem_x", occurred_at=days[0] + HOUR)])
    told = store.write(
        lambda writer: writer.add_memories(
            space.id, [said(9, at=days[0] + 2 * HOUR)._replace(since=days[1], until=days[1] + HOUR)], NOW
        )
    )[0]
    with store.read() as reader:
        assert reader.newest(space.id, 9) == [told, today, ids[0], ids[2], ids[1]]
        assert reader.newest(space.id, 2) == [told, today]
        assert reader.newest(space.id, 9, as_of=days[2]) == [ids[2], ids[1]]
        assert reader.newest(space.id, 9, as_of=days[2] - 1) == [ids[1]]
        assert reader.newest(space.id, 9, since=days[1], until=days[1] + 1) == [told, ids[1]]
        assert reader.newest(space.id, 9, since=days[2]) == [told, today, ids[0], ids[2]]
        assert reader.newest(space.id, 9, until=days[2]) == [told, ids[1]]
        assert reader.newest(space.id + 1, 9) == []


def test_as_of_bounds_what_is_best(store: Store, space: Space) -> None:
    ids = tell(store, space, [said(number, at=NOW + number) for number in range(4)])
    with store.read() as reader:
        for as_of, known in ((None, 4), (NOW + 3, 4), (NOW + 2, 3), (NOW - 1, 0)):
            best = reader.best(space.id, {"turn": 1.0}, saturation=1, length_slope=0, limit=9, as_of=as_of)
            assert sorted(memory for memory, _ in best) == ids[:known]


def test_voices_are_counted_as_they_come_and_go(store: Store, space: Space) -> None:
    speakers = ["Ana Lopez", "Bo", "Ana Lopez", None, "Ana Ruiz"]
    tell(store, space, [drafted(f"turn {at}", f"mem_{at}", speaker=who) for at, who in enumerate(speakers)])
    with store.read() as reader:
        assert reader.voice_count(space.id, 9) == 3
        assert reader.voice_count(space.id, 2) == 2
        assert reader.voices(space.id, ["ana", "bo", "lopez", "turn", "carl"]) == {"ana", "bo", "lopez"}
        assert reader.voices(space.id + 1, ["ana"]) == set()
    remove(store, space, "mem_1")
    remove(store, space, "mem_0")
    with store.read() as reader:
        assert reader.voice_count(space.id, 9) == 2
        assert reader.voices(space.id, ["ana", "bo", "lopez"]) == {"ana", "lopez"}


def test_the_sums_are_those_of_the_formulae(path: Path, rng: random.Random) -> None:
    texts = [" ".join(rng.choices("abcdefgh", k=rng.randint(1, 6))) for _ in range(3 * FAR)]
    store = open_store(path)
    space = add_space(store)
    cuts = [*accumulate(rng.choice([1, 2, 30, 50]) for _ in range(9))]
    new = [drafted(text, f"mem_{at}", speaker="Ana") for at, text in enumerate(texts)]
    for start, stop in zip([0, *cuts], [*cuts, len(new)]):
        tell(store, space, new[start:stop])
    store.close()
    words = [set(text.split()) for text in texts]
    near = [overlap(one, other) for one, other in zip(words, words[1:])]
    far = [overlap(one, other) for one, other in zip(words, words[FAR:])]
    ((_, *found),) = sums(path)
    assert found[:2] == pytest.approx((space.near_sum + sum(near), space.near_count + len(near)))
    assert found[2:] == pytest.approx((space.far_sum + sum(far), space.far_count + len(far)))


@pytest.mark.parametrize("batches", [1, 2])
def test_what_stands_in_a_head_only_is_no_overlap(batches: int, path: Path) -> None:
    """Every head has its date in common with the one before: that tells nothing of the talk."""
    new = [
        drafted(f"{word} monday", f"mem_{at}")._replace(terms={word: 1, "monday": 1}, body_terms=1)
        for at, word in enumerate(["tea", "milk"])
    ]
    store = open_store(path)
    space = add_space(store)
    for at in range(0, 2, 2 // batches):
        tell(store, space, new[at : at + 2 // batches])
    store.close()
    ((_, *found),) = sums(path)
    assert found[:2] == [space.near_sum, space.near_count + 1]


def test_how_memories_are_cut_into_writes_makes_no_difference(tmp_path: Path, rng: random.Random) -> None:
    """The links too are those of one memory at a time, whatever came together."""
    files = []
    for size in (1, 7, 1_000):
        path = tmp_path / f"{size}.db"
        store = open_store(path)
        space = add_space(store)
        chance = random.Random(5)
        new = [
            said(
                number,
                at=chance.choice([None, NOW, NOW + chance.randint(0, 9) * 20 * MINUTE]),
                session=chance.choice([None, "x", "y"]),
            )
            for number in range(120)
        ]
        for at in range(0, len(new), size):
            tell(store, space, new[at : at + size])
        store.close()
        files.append(path)
    assert stretches(files[0]) == stretches(files[1]) == stretches(files[2])
    assert sums(files[0]) == sums(files[1]) == sums(files[2])
    again = made_again(files[2], tmp_path / "again.db")
    assert (derived(again), stretches(again), sums(again)) == (derived(files[0]), stretches(files[0]), sums(files[0]))

"""Locks: advisory ones warn, exclusive ones exclude; tokens only grow."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Any, Callable, List, Optional

import pytest

from engram.coordination import Engram, Lease, LeaseOver, ResourceLocked, SessionId, StaleFence
from engram.errors import ValidationError

from .conftest import HOUR, MINUTE, Place


def test_an_advisory_lock_is_granted_and_warns(engram: Engram, caplog: pytest.LogCaptureFixture) -> None:
    first, second = engram.register("cli", "one"), engram.register("bot", "two")
    with caplog.at_level(logging.WARNING, "engram.coordination"):
        mine, theirs = engram.lock_resource(first, "/r"), engram.lock_resource(second, "/r", "for a while")
    assert mine is not None and theirs is not None
    assert (mine.holders, theirs.holders) == ((), (first,))
    (record,) = caplog.records
    assert record.levelname == "WARNING" and first in record.getMessage()
    rows = engram.check_locks("/r")
    assert [list(row) for row in rows] == [
        ["resource", "session_id", "locked_at", "note", "summary", "session_type"]
    ] * 2
    assert [(row["session_id"], row["note"], row["session_type"]) for row in rows] == [
        (first, None, "cli"),
        (second, "for a while", "bot"),
    ]


def test_eight_threads_hold_one_resource_and_seven_are_warned(
    engram: Engram, caplog: pytest.LogCaptureFixture
) -> None:
    ids = [engram.register("cli", str(number)) for number in range(8)]
    barrier = threading.Barrier(8)

    def lock(session_id: str) -> None:
        barrier.wait()
        engram.lock_resource(session_id, "/r")

    with caplog.at_level(logging.WARNING, "engram.coordination"):
        _at_once(lock, ids)
    assert len(engram.check_locks("/r")) == 8
    assert len(caplog.records) == 7


def test_eight_threads_race_for_one_exclusive_lock(engram: Engram) -> None:
    rounds = 100
    ids = [engram.register("cli", str(number)) for number in range(8)]
    won: List[List[str]] = [[] for _ in range(rounds)]
    refused: List[List[str]] = [[] for _ in range(rounds)]
    barrier = threading.Barrier(8)

    def race(session_id: str) -> None:
        for number in range(rounds):
            barrier.wait()
            try:
                engram.lock_resource(session_id, f"/r{number}", mode="exclusive")
                won[number].append(session_id)
            except ResourceLocked:
                refused[number].append(session_id)

    _at_once(race, ids)
    assert [(len(w), len(r)) for w, r in zip(won, refused)] == [(1, 7)] * rounds


def _at_once(call: Callable[[str], object], ids: List[SessionId]) -> None:
    threads = [threading.Thread(target=call, args=(session_id,)) for session_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _granted(lease: Optional[Lease]) -> Lease:
    assert lease is not None
    return lease


def test_an_exclusive_lock_is_refused_by_name_until_its_lease_ends(place: Place) -> None:
    engram = place.engram
    first, second = engram.register("cli", "one"), engram.register("cli", "two")
    mine = _granted(engram.lock_resource(first, "/r", mode="exclusive", ttl_s=60))
    with pytest.raises(ResourceLocked, match=first) as caught:
        engram.lock_resource(second, "/r", mode="exclusive")
    error = caught.value
    assert (error.holder, error.expires_at, error.resource) == (first, mine.expires_at, "/r")
    assert (error.expires_in_s, error.holders, error.status) == (60.0, [first], 409)
    assert engram.try_lock(second, "/r") is None
    place.clock.now += 60
    assert engram.check_locks("/r") == []
    theirs = _granted(engram.try_lock(second, "/r"))
    assert theirs.token > mine.token
    assert (engram.validate("/r", mine.token), engram.validate("/r", theirs.token)) == (False, True)
    with pytest.raises(LeaseOver):
        engram.renew(mine)


def test_an_exclusive_lock_sees_advisory_ones_and_is_seen(engram: Engram) -> None:
    first, second = engram.register("cli", "one"), engram.register("cli", "two")
    engram.lock_resource(first, "/r")
    assert engram.try_lock(second, "/r") is None
    engram.release_resource(first, "/r")
    mine = _granted(engram.try_lock(second, "/r"))
    theirs = _granted(engram.lock_resource(first, "/r"))
    assert theirs.holders == (second,)
    # Whoever locks without excluding takes nothing from whom excludes, and has nothing before that ends.
    assert (engram.validate("/r", mine.token), engram.validate("/r", theirs.token)) == (True, False)
    with pytest.raises(StaleFence):
        engram.set_world_state("by the other", fence=theirs)
    engram.release_resource(second, "/r")
    assert (engram.validate("/r", mine.token), engram.validate("/r", theirs.token)) == (False, True)


def test_a_token_within_a_folder_that_another_has_alone_does_not_hold(engram: Engram) -> None:
    first, second = engram.register("cli", "one"), engram.register("cli", "two")
    folder = _granted(engram.try_lock(first, "a", path=True))
    own = _granted(engram.lock_resource(first, "a/mine", path=True))
    inside = _granted(engram.lock_resource(second, "a/x", path=True))
    assert [engram.validate(lease.resource, lease.token) for lease in (folder, own, inside)] == [True, True, False]
    engram.release_resource(first, "a", path=True)
    assert engram.validate("a/x", inside.token)


def test_tokens_only_grow(place: Place) -> None:
    engram = place.engram
    me, other = engram.register("cli", "one"), engram.register("cli", "two")
    tokens = []
    for turn in range(3):
        tokens.append(_granted(engram.lock_resource(me, "/r", ttl_s=10)).token)
        engram.release_resource(me, "/r")
        tokens.append(_granted(engram.lock_resource(other, "/r", ttl_s=10)).token)
        place.clock.now += 10
        if place.name != "memory":
            engram = place.another()
            engram._tokens.update(place.engram._tokens)
    assert tokens == sorted(set(tokens)) and len(tokens) == 6
    assert _granted(engram.lock_resource(me, "/other")).token == 1


def test_a_write_under_a_lease_that_was_taken_over_is_refused(place: Place) -> None:
    engram = place.engram
    first, second = engram.register("cli", "one"), engram.register("cli", "two")
    old = _granted(engram.try_lock(first, "world", ttl_s=10))
    assert engram.set_world_state("by one", first, fence=old) == 1
    new = _granted(place.after(10).try_lock(second, "world"))
    with pytest.raises(StaleFence):
        engram.set_world_state("by one again", first, fence=old.fence)
    with pytest.raises(StaleFence):
        engram.revert(1, fence=old)
    assert engram.get_world_state() == "by one"
    assert engram.set_world_state("by two", second, fence=new) == 2


@pytest.mark.parametrize("fence", [0, 7, (), [], "", "world", ("world",), ("world", 1, 2), (None, 1), ("world", "1")])
def test_what_is_no_fence_is_no_write_without_one(engram: Engram, fence: Any) -> None:
    with pytest.raises(ValidationError, match="fence"):
        engram.set_world_state("unprotected", fence=fence)
    with pytest.raises(ValidationError, match="fence"):
        engram.append_section("Plan", "unprotected", fence=fence)
    assert engram.get_world_state() == ""


def test_locking_again_renews(place: Place) -> None:
    engram = place.engram
    me = engram.register("cli", "one")
    first = _granted(engram.lock_resource(me, "/r", "why", mode="exclusive", ttl_s=60))
    again = _granted(place.after(30).lock_resource(me, "/r"))
    assert (again.token, again.note, again.mode, again.ttl_s) == (first.token, "why", "exclusive", 60.0)
    assert again.expires_at > first.expires_at
    assert _granted(engram.lock_resource(me, "/r", "else")).note == "else"
    assert len(engram.check_locks("/r")) == 1


def test_what_comes_to_exclude_after_another_was_granted_is_granted_anew(engram: Engram) -> None:
    first, second = engram.register("cli", "one"), engram.register("cli", "two")
    mine = _granted(engram.lock_resource(first, "/r", "why", ttl_s=60))
    theirs = _granted(engram.lock_resource(second, "/r"))
    engram.release_resource(second, "/r")
    assert _granted(engram.lock_resource(first, "/r")).token == mine.token
    alone = _granted(engram.lock_resource(first, "/r", mode="exclusive"))
    assert alone.token > theirs.token > mine.token
    assert (alone.note, alone.ttl_s) == ("why", 60.0)
    assert [engram.validate("/r", lease.token) for lease in (mine, theirs, alone)] == [False, False, True]
    with pytest.raises(LeaseOver):
        engram.renew(mine)
    assert engram.audit(1)[0]["detail"] == f"exclusive; token {alone.token}"
    assert _granted(engram.lock_resource(first, "/r", mode="exclusive")).token == alone.token
    assert engram.audit(2)[1]["action"] == "release"


def test_a_lease_lasts_as_long_as_its_session_is_heard_of(place: Place) -> None:
    engram = place.engram
    me = engram.register("cli", "one")
    lease = _granted(engram.lock_resource(me, "/r"))
    assert lease.ttl_s == 30 * MINUTE
    for _ in range(4):
        place.clock.now += 29 * MINUTE
        assert engram.heartbeat(me)
        assert len(engram.check_locks("/r")) == 1
    place.clock.now += 29 * MINUTE
    renewed = engram.renew(lease, ttl_s=2 * HOUR)
    assert (renewed.token, renewed.ttl_s) == (lease.token, 2 * HOUR)
    place.clock.now += HOUR
    assert len(engram.check_locks("/r")) == 1
    place.clock.now += HOUR
    assert engram.check_locks("/r") == []


def test_only_who_holds_a_lock_or_uses_force_releases_it(engram: Engram) -> None:
    first, second = engram.register("cli", "one"), engram.register("cli", "two")
    engram.lock_resource(first, "/r")
    assert engram.release_resource(second, "/r") is False
    assert [row["session_id"] for row in engram.check_locks("/r")] == [first]
    assert engram.release_resource(second, "/r", force=True) is True
    assert engram.check_locks("/r") == []
    done = engram.audit(1)[0]
    assert (done["actor"], done["action"], done["subject"], done["detail"]) == (
        second,
        "force_release",
        "/r",
        f"of {first}",
    )
    assert engram.release_resource(first, "/r") is False


def test_a_lock_on_a_folder_covers_what_lies_in_it(engram: Engram) -> None:
    first, second = engram.register("cli", "one"), engram.register("cli", "two")
    engram.lock_resource(first, "a/", mode="exclusive", path=True)
    assert [lock["resource"] for lock in engram.list_locks()] == ["a"]
    for inside in ("a", "a/x.py", "a/../a/x.py", "./a//b/../c"):
        assert engram.try_lock(second, inside, path=True) is None
    for outside in ("ab", "a.py", "b/a", "../a", "/a"):
        assert engram.try_lock(second, outside, path=True) is not None
    assert engram.try_lock(first, "a/x.py", path=True) is not None
    # What lies in a folder keeps others from locking the folder, too.
    assert engram.try_lock(second, ".", path=True) is None
    assert engram.try_lock(second, "a/x.py") is None  # The very name is held, whatever it is taken for.
    assert engram.try_lock(second, "a/y.py") is not None
    assert engram.release_resource(first, "a/b/..", path=True) is True


@pytest.mark.parametrize(
    ("path", "held"),
    [
        ("a/b", ["a/b", "a", "a/b/x"]),
        ("./a//b/", ["a/b", "a", "a/b/x"]),
        ("a/b/x/y", ["a", "a/b", "a/b/x"]),
        ("a/c", ["a"]),
        (".", ["a", "a/b", "a/b/x"]),
        ("ab", []),
        ("/a/b", []),
    ],
)
def test_who_is_in_the_way_of_a_path_is_told(engram: Engram, path: str, held: List[str]) -> None:
    me = engram.register("cli", "one")
    engram.lock_many(me, ["a", "a/b", "a/b/x"], path=True)
    engram.lock_resource(me, "a/c/no path")
    assert sorted(str(row["resource"]) for row in engram.check_locks(path, path=True)) == sorted(held)
    assert [row["resource"] for row in engram.check_locks("a/b")] == ["a/b"]


@pytest.mark.parametrize("resource", [None, 5, Path("/r")])
def test_what_is_no_name_is_not_asked_for(engram: Engram, resource: str) -> None:
    engram.lock_resource(engram.register("cli", "one"), "/r")
    with pytest.raises(ValidationError, match="resource: must be a string"):
        engram.check_locks(resource)


def test_several_resources_are_locked_in_order_all_or_none(engram: Engram) -> None:
    first, second = engram.register("cli", "one"), engram.register("cli", "two")
    leases = engram.lock_many(first, ["/c", "/a", "/a"], mode="exclusive")
    assert [lease.resource for lease in leases] == ["/a", "/c"]
    with pytest.raises(ResourceLocked) as caught:
        engram.lock_many(second, ["/d", "/c", "/b"], mode="exclusive")
    assert caught.value.resource == "/c"
    assert engram.list_locks(second) == []
    with pytest.raises(ValidationError):
        engram.lock_many(second, "/x")


def test_whoever_waits_gets_the_lock_when_it_is_free(place: Place) -> None:
    engram = place.engram
    first, second = engram.register("cli", "one"), engram.register("cli", "two")
    engram.lock_resource(first, "/r", mode="exclusive", ttl_s=60)
    naps: List[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 5:
            engram.release_resource(first, "/r")

    engram._sleep = sleep
    assert engram.lock_resource(second, "/r", mode="exclusive", wait_s=10) is not None
    assert naps == [0.005, 0.01, 0.02, 0.04, 0.08]
    engram._sleep = naps.append
    naps.clear()
    with pytest.raises(ResourceLocked):
        engram.lock_resource(first, "/r", mode="exclusive", wait_s=1.0)
    assert sum(naps) == pytest.approx(1.0)


@pytest.mark.parametrize("wait", [None, "1", float("nan")])
def test_how_long_is_waited_is_a_number_whether_or_not_anybody_is_in_the_way(engram: Engram, wait: Any) -> None:
    me = engram.register("cli", "one")
    with pytest.raises(ValidationError, match="wait_s"):
        engram.lock_resource(me, "/r", mode="exclusive", wait_s=wait)
    assert engram.list_locks() == []


@pytest.mark.parametrize("ttl", [0, -1, 1e12])
def test_a_lease_has_a_length(engram: Engram, ttl: float) -> None:
    me = engram.register("cli", "one")
    with pytest.raises(ValidationError, match="ttl_s"):
        engram.lock_resource(me, "/r", ttl_s=ttl)


def test_any_name_may_be_locked_but_a_path_has_bounds(engram: Engram) -> None:
    me = engram.register("cli", "one")
    for name in ("", " ", "a" * 5_000, "é\n`", "../.."):
        assert engram.lock_resource(me, name) is not None
        assert [row["resource"] for row in engram.check_locks(name)] == [name]
    # An empty path would be the whole working folder.
    for path in ("", "a" * 4_097):
        with pytest.raises(ValidationError, match="resources: .*1 to 4096"):
            engram.lock_resource(me, path, path=True)
        with pytest.raises(ValidationError, match="resource: .*1 to 4096"):
            engram.release_resource(me, path, path=True)
        with pytest.raises(ValidationError, match="path: .*1 to 4096"):
            engram.check_locks(path, path=True)


def test_more_threads_than_a_server_would_serve_at_once_are_served(tmp_path: Path) -> None:
    with Engram(tmp_path / "e.db") as engram:
        ids = [engram.register("cli", str(number)) for number in range(48)]
        _at_once(lambda session_id: engram.lock_resource(session_id, "/r"), ids)
        assert len(engram.check_locks("/r")) == 48

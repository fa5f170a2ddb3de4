"""When a profile is made anew, and by whom."""

from __future__ import annotations

from typing import List, Optional

import pytest

from engram_server.domains.hosted import memories, profiles
from engram_server.domains.hosted.drafting import draft
from engram_server.domains.scope import ProfileRow, Scope

from .support import NOW, new_scope


def made_from(count: int, text: str = "Ana leads it.") -> ProfileRow:
    return ProfileRow(text, 0, count, profiles.SOURCE)


@pytest.mark.parametrize(
    ("count", "newest", "left"),
    [
        (0, None, 128),
        (127, None, 1),
        (128, None, 0),
        (130, made_from(3), 1),
        (131, made_from(3), 0),
        (1_499, made_from(1_000), 1),
        (1_500, made_from(1_000), 0),
        (1_600, made_from(1_000), 0),
        (501, made_from(1_000), 1),
        (500, made_from(1_000), 0),
        (1, made_from(2), 127),
        (0, made_from(2), 0),
        (0, made_from(2, text=""), 126),
    ],
)
def test_a_profile_is_due_after_enough_came_or_went(count: int, newest: Optional[ProfileRow], left: int) -> None:
    assert profiles.changes_left(count, newest) == left


def fill(scope: Scope, count: int) -> None:
    drafts = [draft(f"Ana owns boat number {number}.", scope.ids.new("mem"), scope.now()) for number in range(count)]
    scope.store.write(lambda writer: memories.store(writer, scope, "b", drafts, "off"))


def newest(scope: Scope) -> Optional[ProfileRow]:
    with scope.read() as reader:
        return profiles.get(reader, scope, "b")[1]


def test_the_write_that_makes_it_due_makes_it() -> None:
    upkeep = profiles.Upkeep()
    with new_scope() as scope:
        upkeep.after_write(scope, "b")
        fill(scope, 127)
        upkeep.after_write(scope, "b")
        assert newest(scope) is None
        fill(scope, 1)
        upkeep.after_write(scope, "b")
        made = newest(scope)
        assert made is not None
        assert (made.memory_count, made.updated_at) == (128, int(NOW * 1000))
        assert made.text == profiles.compose(scope, "b")
        fill(scope, 127)
        upkeep.after_write(scope, "b")
        assert newest(scope) == made


def test_one_request_at_a_time_makes_the_profile_of_a_bucket() -> None:
    upkeep = profiles.Upkeep()
    with new_scope() as plain:
        asked: List[str] = []

        def clock() -> float:
            """Come back, as another request would, while the profile is being saved."""
            asked.append("again")
            upkeep.after_write(plain, "b")
            return NOW

        fill(plain, 128)
        upkeep.after_write(plain._replace(clock=clock), "b")
        assert asked == ["again"]
        assert newest(plain) is not None
        fill(plain, 128)
        upkeep.after_write(plain, "b")
        again = newest(plain)
        assert again is not None and again.memory_count == 256


def test_writes_that_cannot_make_it_due_look_up_nothing() -> None:
    upkeep = profiles.Upkeep()
    with new_scope() as scope:
        fill(scope, 88)
        upkeep.after_write(scope, "b", 88)
        fill(scope, 1_000)
        upkeep.after_write(scope, "b", 39)
        assert newest(scope) is None
        upkeep.after_write(scope, "b", 1)
        assert newest(scope) is not None
        scope.store.write(lambda writer: memories.clear(writer, scope, "b"))
        upkeep.after_write(scope, "b")
        cleared = newest(scope)
        assert cleared is not None and cleared.text == ""
        fill(scope, 128)
        upkeep.after_write(scope, "b", 128)
        again = newest(scope)
        assert again is not None and again.memory_count == 128


def test_a_storage_that_fails_is_logged_and_the_write_stands(caplog: pytest.LogCaptureFixture) -> None:
    with new_scope() as scope:
        scope.store.close()
        profiles.Upkeep().after_write(scope, "b")
    assert "a profile that was due could not be made" in caplog.text

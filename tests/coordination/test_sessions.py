"""Sessions: what the page of before says of them, and what is better since."""

from __future__ import annotations

import logging
import pickle
import re
from datetime import datetime, timedelta, timezone

import pytest

from engram.coordination import Engram, SessionId, SessionOver, SessionRegistry, UnknownSession
from engram.errors import ValidationError

from .conftest import HOUR, MINUTE, Place

COLUMNS = (
    "id session_type summary status started_at last_heartbeat completed_at completion_summary metadata".split()
)


def test_the_documented_use_in_its_order(engram: Engram) -> None:
    me = engram.register("cli", "documenting", metadata="{opaque")
    assert re.fullmatch(r"\d{8}-\d{6}-[0-9a-f]{8}", me) and len(me) == 24
    assert engram.heartbeat(me, "still documenting")
    assert engram.log(me, "half of it is done")
    engram.lock_resource(me, "README.md", "mine for now")
    assert [row["note"] for row in engram.check_locks("README.md")] == ["mine for now"]
    assert engram.release_resource(me, "README.md")
    engram.set_world_state("# World", me)
    assert engram.get_world_state() == "# World"
    assert me in engram.get_situation_report()
    assert engram.complete(me, "documented")
    (row,) = engram.get_recent_sessions()
    assert list(row) == COLUMNS
    assert (row["id"], row["summary"], row["status"]) == (me, "still documenting", "completed")
    assert (row["completion_summary"], row["metadata"]) == ("documented", "{opaque")
    assert SessionRegistry is Engram


def test_rows_have_the_columns_and_local_times_of_before(place: Place, engram: Engram) -> None:
    me = engram.register("cli", "s" * 150)
    (row,) = engram.get_active_sessions()
    assert list(row) == COLUMNS
    local = datetime.fromtimestamp(place.clock.now).isoformat(timespec="microseconds")
    assert row == {
        **dict.fromkeys(COLUMNS),
        "id": me,
        "session_type": "cli",
        "summary": "s" * 150,
        "status": "active",
        "started_at": local,
        "last_heartbeat": local,
    }


@pytest.mark.parametrize(
    ("seconds", "mark"), [(0, "●"), (29 * MINUTE + 59, "●"), (30 * MINUTE, "●"), (30 * MINUTE + 1, "⚠ stale")]
)
def test_a_session_that_is_not_heard_of_is_shown_stale(place: Place, seconds: float, mark: str) -> None:
    me = place.engram.register("cli", "work")
    assert f"- {mark} `{me}` (cli): work\n" in place.after(seconds).get_situation_report()
    assert [row["status"] for row in place.engram.get_active_sessions()] == ["active"]
    assert place.engram.get_session(me)["status"] == ("active" if mark == "●" else "stale")
    assert place.engram.heartbeat(me)
    assert f"- ● `{me}`" in place.engram.get_situation_report()


@pytest.mark.parametrize(("given", "kept"), [(None, "old"), ("", "old"), ("new", "new")])
def test_a_heartbeat_replaces_the_summary_by_one_that_is_not_empty(
    engram: Engram, given: "str | None", kept: str
) -> None:
    me = engram.register("cli", "old")
    assert engram.heartbeat(me, given)
    assert [row["summary"] for row in engram.get_active_sessions()] == [kept]


def test_the_newest_heartbeat_comes_first(place: Place) -> None:
    first, second, third = (place.after(1).register("cli", name) for name in "abc")
    place.after(1).heartbeat(second)
    assert [row["id"] for row in place.engram.get_active_sessions()] == [second, third, first]


def test_completing_frees_the_locks_of_that_session_alone(engram: Engram) -> None:
    me, other = engram.register("cli", "mine"), engram.register("cli", "other")
    for resource in ("/a", "/b"):
        engram.lock_resource(me, resource)
    engram.lock_resource(other, "/c")
    assert engram.complete(me, "done")
    assert [row["id"] for row in engram.get_active_sessions()] == [other]
    assert [(row["id"], row["completion_summary"]) for row in engram.get_recent_sessions()] == [(me, "done")]
    assert [lock["resource"] for lock in engram.list_locks()] == ["/c"]


@pytest.mark.parametrize(("hours", "found"), [(0, 0), (-1, 0), (0.5, 1), (1, 2), (24, 2), (float("inf"), 2)])
def test_recent_sessions_are_those_of_the_last_hours(place: Place, hours: float, found: int) -> None:
    for _ in range(2):
        place.engram.complete(place.engram.register("cli", "x"), None)
        place.clock.now += 30 * MINUTE
    place.clock.now -= 20 * MINUTE
    assert len(place.engram.get_recent_sessions(hours=hours)) == found
    assert len(place.engram.get_recent_sessions(hours)) == found


def test_logs_come_newest_first_a_page_at_a_time(engram: Engram) -> None:
    me = engram.register("cli", "x")
    for number in range(25):
        assert engram.log(me, f"note {number}", level="warning" if number % 10 == 0 else None)
    assert [row["entry"] for row in engram.get_session_logs(me)] == [f"note {n}" for n in range(24, 4, -1)]
    assert list(engram.get_session_logs(me)[0]) == ["id", "session_id", "timestamp", "entry"]
    assert engram.get_session_logs(me, limit=0) == []
    everything = engram.get_session_logs(me, limit=-1)
    assert len(everything) == 25
    ids = [int(str(row["id"])) for row in everything]
    paged: "list[int]" = []
    while True:
        page = engram.get_session_logs(me, limit=7, before_id=paged[-1] if paged else None)
        if not page:
            break
        paged += [int(str(row["id"])) for row in page]
    assert paged == ids == sorted(set(ids), reverse=True)
    later = engram.get_session_logs(me, limit=2, after_id=ids[3])
    assert [row["entry"] for row in later] == ["note 22", "note 23"]
    assert [row["entry"] for row in engram.get_session_logs(me, level="warning")] == ["note 20", "note 10", "note 0"]
    assert [row["entry"] for row in engram.get_session_logs(me, search="NOTE 7")] == ["note 7"]
    assert engram.get_session_logs("nobody") == []


@pytest.mark.parametrize("place", ["memory"], indirect=True)
def test_more_logs_than_one_request_returns_are_all_there(engram: Engram) -> None:
    me = engram.register("cli", "x")
    for number in range(501):
        engram.log(me, str(number))
    assert [row["entry"] for row in engram.get_session_logs(me, limit=-1)] == [str(n) for n in range(500, -1, -1)]
    assert len(engram.get_session_logs(me, limit=-1, after_id=1)) == 500


def test_a_session_that_is_silent_for_a_day_expires(place: Place) -> None:
    me, other = (place.engram.register("cli", name) for name in "ab")
    place.engram.lock_resource(me, "/a", ttl_s=100 * HOUR)
    place.after(23 * HOUR).heartbeat(other)
    place.clock.now += 2 * HOUR
    assert me not in place.engram.get_situation_report()
    assert [row["id"] for row in place.engram.get_active_sessions()] == [other]
    found = place.engram.get_session(me)
    assert (found["status"], found["expired_because"]) == ("expired", "no heartbeat for 86400 s")
    assert place.engram.check_locks("/a") == []
    assert place.engram.audit(1)[0]["detail"] == "no heartbeat for 86400 s; 1 locks freed"
    assert place.engram.heartbeat(me) is False
    assert place.engram.lock_resource(me, "/a") is None
    with pytest.raises(SessionOver):
        place.engram.heartbeat(me, strict=True)
    assert place.engram.resume(me)
    assert place.engram.get_session(me)["status"] == "active"
    assert place.engram.heartbeat(me)


def test_whenever_it_is_noticed_a_session_expired_when_it_was_due(place: Place) -> None:
    first, second = (place.engram.register("cli", name) for name in "ab")
    place.after(HOUR).heartbeat(first)
    place.engram.lock_resource(first, "/short")
    place.engram.lock_resource(first, "/long", ttl_s=24.5 * HOUR)
    place.engram.lock_resource(second, "/day", ttl_s=23.5 * HOUR)
    place.clock.now += 100 * HOUR
    # The newest first: the locks that had ended before were not freed by the end of their session.
    assert [(row["subject"], row["at"], row["detail"]) for row in place.engram.audit(2)] == [
        (first, "2026-01-02T01:00:00.000Z", "no heartbeat for 86400 s; 1 locks freed"),
        (second, "2026-01-02T00:00:00.000Z", "no heartbeat for 86400 s; 1 locks freed"),
    ]


def test_an_expired_session_may_still_be_completed(place: Place) -> None:
    me = place.engram.register("cli", "x")
    assert place.after(25 * HOUR).complete(me, "late")
    assert [row["id"] for row in place.engram.get_recent_sessions()] == [me]


def test_a_heartbeat_does_not_revive_what_was_completed(
    place: Place, engram: Engram, caplog: pytest.LogCaptureFixture
) -> None:
    me = engram.register("cli", "x")
    engram.complete(me, "done")
    before = engram.get_recent_sessions()
    with caplog.at_level(logging.WARNING, "engram.coordination"):
        assert place.after(1).heartbeat(me, "again") is False
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert engram.get_recent_sessions() == before
    assert engram.get_active_sessions() == []
    assert engram.resume(me)
    (row,) = engram.get_active_sessions()
    assert (row["completed_at"], row["completion_summary"]) == (None, None)
    assert engram.get_recent_sessions() == []


def test_completing_twice_keeps_the_first_and_adds_an_amendment(place: Place) -> None:
    me = place.engram.register("cli", "x")
    assert place.engram.complete(me, "first")
    before = place.engram.get_recent_sessions()
    assert place.after(60).complete(me, "second")
    assert place.engram.get_recent_sessions() == before
    assert [row["entry"] for row in place.engram.get_session_logs(me, level="amendment")] == ["second"]


def test_nothing_is_kept_for_a_session_that_is_not_there(engram: Engram, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "engram.coordination"):
        assert engram.heartbeat("nobody") is False
        assert engram.log("nobody", "x") is False
        assert engram.complete("nobody", "x") is False
        assert engram.resume("nobody") is False
        assert engram.lock_resource("nobody", "/a") is None
        assert engram.lock_many("nobody", ["/a"]) == []
        assert engram.release_resource("nobody", "/a") is False
    assert len(caplog.records) == 7
    assert engram.get_session_logs("nobody") == [] and engram.list_locks() == [] and engram.audit() == []
    with pytest.raises(UnknownSession):
        engram.log("nobody", "x", strict=True)
    with pytest.raises(UnknownSession):
        engram.lock_resource("nobody", "/a", strict=True)
    with pytest.raises(UnknownSession):
        engram.get_session("nobody")


@pytest.mark.parametrize("session_id", ["", ".", "..", "a\nb", "\ud800", None])
def test_what_can_be_no_id_is_unknown_as_well(engram: Engram, session_id: str) -> None:
    assert engram.heartbeat(session_id) is engram.log(session_id, "x") is engram.complete(session_id, "x") is False
    assert engram.lock_resource(session_id, "/r") is None
    assert engram.release_resource(session_id, "/r") is False
    assert engram.get_session_logs(session_id) == []
    with pytest.raises(UnknownSession):
        engram.heartbeat(session_id, strict=True)


def test_what_is_no_text_is_refused(engram: Engram) -> None:
    with pytest.raises(ValidationError):
        engram.register("cli", None)  # type: ignore[arg-type]  # what is tested
    assert engram.complete(engram.register("cli", "x"), None)


def test_sessions_are_listed_by_status_type_and_time(place: Place) -> None:
    engram = place.engram
    ids = {}
    for name, kind in (("old", "cli"), ("stale", "bot"), ("live", "cli"), ("done", "bot")):
        ids[name] = engram.register(kind, name)
    engram.complete(ids["done"], "x")
    place.clock.now += 20 * HOUR
    for name in ("stale", "live"):
        engram.heartbeat(ids[name])
    place.after(4 * HOUR + 20 * MINUTE).heartbeat(ids["live"])
    place.clock.now += 20 * MINUTE

    def listed(**asked: object) -> "list[str]":
        page = engram.list_sessions(**asked)  # type: ignore[arg-type]  # as each test says
        return [row["summary"] for row in page["sessions"]]

    assert listed() == ["done", "live", "stale", "old"]
    assert (listed(status="active"), listed(status="completed")) == (["live"], ["done"])
    assert (listed(status="stale"), listed(status="expired")) == (["stale"], ["old"])
    place.clock.now += 20 * MINUTE
    assert (listed(status="active"), listed(status="stale")) == ([], ["live", "stale"])
    assert listed(type="bot") == ["done", "stale"]
    since = datetime.fromtimestamp(place.clock.now, timezone.utc) - timedelta(hours=2)
    assert listed(since=since) == ["live"]
    first = engram.list_sessions(limit=3)
    rest = engram.list_sessions(limit=3, cursor=first["next_cursor"])
    assert [row["summary"] for row in rest["sessions"]] == ["old"] and rest["next_cursor"] is None
    with pytest.raises(ValidationError, match="status"):
        engram.list_sessions(status="asleep")


def test_an_id_hides_its_token() -> None:
    made = SessionId("20260101-000000-0123abcd", "secret")
    assert made == "20260101-000000-0123abcd" and "secret" not in repr(made) + str(made)
    copy = pickle.loads(pickle.dumps(made))
    assert (type(copy), copy, copy.token) == (SessionId, made, "secret")

"""On a server: tokens, tenants, and what only HTTP has."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Optional

import pytest

from engram import AuthenticationError, EngramClient, PermissionDeniedError
from engram.coordination import Engram, SessionId
from tests.contract.doors import KEY, OTHER_KEY, Door, open_door

from .conftest import HOUR


@pytest.fixture(params=["http", "wsgi", "memory", "file"])
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Door]:
    """An empty server behind one of the doors."""
    with open_door(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
def engram(door: Door) -> Engram:
    """An Engram over a client of the server."""
    return Engram(client=door.client())


def test_a_session_is_changed_with_its_token_only(door: Door, engram: Engram) -> None:
    mine, other = engram.register("cli", "mine"), engram.register("cli", "other")
    lease = engram.lock_resource(mine, "/r")
    stranger = Engram(client=door.client())
    assert mine.token is not None and other.token is not None and lease is not None

    def attempts(session_id: str) -> "List[Callable[[], object]]":
        return [
            lambda: stranger.heartbeat(session_id, "hijacked"),
            lambda: stranger.log(session_id, "x"),
            lambda: stranger.complete(session_id, "x"),
            lambda: stranger.resume(session_id),
            lambda: stranger.lock_resource(session_id, "/s"),
            lambda: stranger.release_resource(session_id, "/r"),
            lambda: stranger.release_resource(session_id, "/r", force=True),
            lambda: stranger.renew(replace(lease, session_id=session_id)),
        ]

    before = engram.get_situation_report(), engram.list_locks(), engram.audit()
    for attempt in attempts(str(mine)):
        with pytest.raises(AuthenticationError):
            attempt()
    for attempt in attempts(SessionId(mine, other.token)):
        with pytest.raises(PermissionDeniedError):
            attempt()
    assert (engram.get_situation_report(), engram.list_locks(), engram.audit()) == before
    assert stranger.heartbeat(SessionId(mine, mine.token))
    assert engram.heartbeat(str(mine))


def test_a_token_is_nowhere_to_be_read(
    door: Door, engram: Engram, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    mine = engram.register("cli", "mine")
    made = door.request("POST", "/v1/sessions", {"session_type": "cli", "summary": "raw"}).json()
    tokens = [str(mine.token), made["token"]]
    assert all(len(token) >= 32 for token in tokens)
    engram.lock_resource(mine, "/r")
    for path in ("/v1/sessions", "/v1/sessions/active", f"/v1/sessions/{mine}", "/v1/locks", "/v1/sitrep", "/v1/audit"):
        text = door.request("GET", path).body.decode()
        assert not [token for token in tokens if token in text]
    assert not [token for token in tokens if token in caplog.text + repr(engram) + repr(mine)]
    for file in tmp_path.iterdir():
        assert not [token for token in tokens if token.encode() in file.read_bytes()]
    again = door.request("POST", f"/v1/sessions/{made['session']['id']}/heartbeat", {"token": made["token"]})
    assert again.status == 200


def test_an_answer_that_is_kept_holds_no_token(door: Door) -> None:
    body = {"session_type": "cli", "summary": "x"}
    key = {"Idempotency-Key": "once"}
    refused = door.request("POST", "/v1/sessions", body, key)
    assert (refused.status, refused.json()["details"]) == (422, {"field": "token"})
    mine = {**body, "token": "t" * 32}
    first, second = (door.request("POST", "/v1/sessions", mine, key).json() for _ in range(2))
    assert first == second and first["token"] is None
    assert door.request("POST", "/v1/sessions", {**body, "owned": False}, key).status == 422
    free = door.request("POST", "/v1/sessions", {**body, "owned": False}).json()
    assert free["token"] is None
    assert door.request("POST", f"/v1/sessions/{free['session']['id']}/heartbeat", {}).status == 200
    assert door.request("POST", "/v1/sessions", {**body, "token": "short"}).status == 422


def test_statuses_tell_what_is_wrong(door: Door, engram: Engram) -> None:
    mine, other = engram.register("cli", "mine"), engram.register("cli", "other")

    def post(path: str, **body: object) -> "tuple[int, Optional[str]]":
        answer = door.request("POST", path, body)
        return answer.status, answer.json().get("code")

    assert post("/v1/sessions/nobody/heartbeat") == (404, "session_not_found")
    assert post(f"/v1/sessions/{mine}/heartbeat") == (401, "session_token_required")
    assert post(f"/v1/sessions/{mine}/heartbeat", token=other.token) == (403, "not_your_session")
    engram.try_lock(mine, "/r")
    taken = {"session_id": other, "token": other.token, "resources": ["/r"], "mode": "exclusive"}
    assert post("/v1/locks", **taken) == (409, "locked")
    door.clock.now += 25 * HOUR
    assert post(f"/v1/sessions/{mine}/heartbeat", token=mine.token) == (410, "session_expired")
    assert post(f"/v1/sessions/{mine}/complete", token=mine.token) == (200, None)
    assert post(f"/v1/sessions/{mine}/heartbeat", token=mine.token) == (410, "session_completed")


def test_the_world_state_is_replaced_under_its_etag(door: Door) -> None:
    first = door.request("GET", "/v1/world")
    assert (first.headers["etag"], first.json()["content"]) == ('"0"', "")
    put = door.request("PUT", "/v1/world", {"content": "one"}, {"If-Match": first.headers["etag"]})
    assert (put.status, put.headers["etag"]) == (200, '"1"')
    stale = door.request("PUT", "/v1/world", {"content": "two"}, {"If-Match": first.headers["etag"]})
    assert (stale.status, stale.headers["etag"], stale.json()["code"]) == (412, '"1"', "version_conflict")
    assert stale.json()["details"]["content"] == "one"
    again = door.request("PUT", "/v1/world", {"content": "two"}, {"If-Match": stale.headers["etag"]})
    assert (again.status, again.headers["etag"], again.json()["version"]) == (200, '"2"', 2)
    for wrong in ("2", 'W/"2"', '"2", "3"', "*"):
        assert door.request("PUT", "/v1/world", {"content": "x"}, {"If-Match": wrong}).status == 422
    both = door.request("PUT", "/v1/world", {"content": "x", "if_version": 1}, {"If-Match": '"2"'})
    assert both.status == 422
    assert door.request("GET", "/v1/world").json()["content"] == "two"


CHANGES = [
    ("PUT", "/v1/world", {"content": "x"}),
    ("POST", "/v1/world/revert", {"version": 1}),
    ("PUT", "/v1/world/section", {"heading": "Plan", "body": "x"}),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_every_change_is_of_the_document_and_the_version_that_the_request_names(
    door: Door, method: str, path: str, body: "Dict[str, object]"
) -> None:
    door.request("PUT", "/v1/world", {"content": "the world"})
    for number in (1, 2):
        put = door.request("PUT", "/v1/world?document=plan", {"content": f"plan {number}"})
        assert (put.status, put.headers["etag"], put.json()["document"]) == (200, f'"{number}"', "plan")
    stale = door.request(method, f"{path}?document=plan", body, {"If-Match": '"1"'})
    assert (stale.status, stale.headers["etag"], stale.json()["code"]) == (412, '"2"', "version_conflict")
    both = door.request(method, f"{path}?document=plan", {**body, "document": "other"})
    assert (both.status, both.json()["details"]) == (422, {"field": "document"})
    long = door.request(method, f"{path}?document={'x' * 257}", body)
    assert (long.status, long.json()["details"]) == (422, {"field": "document"})
    same = {**body, "document": "plan", "if_version": None}
    done = door.request(method, f"{path}?document=plan", same, {"If-Match": '"2"'})
    assert (done.status, done.headers["etag"], done.json()["version"]) == (200, '"3"', 3)
    assert door.request("GET", "/v1/world").json()["content"] == "the world"
    section = door.request("GET", "/v1/world/section?document=plan&heading=Plan")
    assert section.headers["etag"] == '"3"'


def test_tenants_see_nothing_of_each_other(door: Door, engram: Engram) -> None:
    theirs = Engram(client=door.client(OTHER_KEY))
    mine = engram.register("cli", "mine")
    engram.lock_resource(mine, "/r", mode="exclusive")
    engram.set_world_state("mine")
    engram.log(mine, "x")
    assert theirs.get_situation_report().startswith("No world state set yet")
    assert (theirs.get_session_logs(mine), theirs.list_locks(), theirs.audit()) == ([], [], [])
    assert theirs.heartbeat(SessionId(mine, mine.token)) is False
    other = theirs.register("cli", "theirs")
    lease = theirs.try_lock(other, "/r")
    assert lease is not None and lease.token == 1
    assert theirs.set_world_state("theirs", if_version=0) == 1
    assert engram.get_world_state() == "mine"


def test_the_tenant_default_shares_the_world_state_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "engram.db"
    with EngramClient.local(path) as client:
        Engram(client=client).set_world_state("shared")
        client.store_memory("Ana has a cat.")
    with Engram(path) as engram:
        assert engram.get_world_state() == "shared"


@pytest.mark.parametrize(
    "target",
    [
        "/v1/sessions?limit=0",
        "/v1/sessions?offset=1",
        "/v1/sessions?cursor=zzz",
        "/v1/sessions?since=yesterday",
        "/v1/sessions/recent?hours=many",
        "/v1/sessions/x/log?before_id=-1",
        "/v1/sessions/x/log?level=loud",
        "/v1/locks/validate?resource=r",
        "/v1/world?version=first",
        "/v1/world/section",
        "/v1/sitrep?max_sessions=-1",
        "/v1/audit?limit=0",
    ],
)
def test_what_is_asked_wrongly_is_refused_by_name(door: Door, target: str) -> None:
    answer = door.request("GET", target)
    assert answer.status == 422, answer
    assert answer.json()["details"]["field"] in answer.json()["error"]


def test_recent_sessions_of_no_number_of_hours_are_none(engram: Engram, door: Door) -> None:
    engram.complete(engram.register("cli", "x"), None)
    assert engram.get_recent_sessions(float("nan")) == []
    assert len(json.loads(door.request("GET", "/v1/sessions/recent").body)["sessions"]) == 1


def test_a_key_is_needed(door: Door) -> None:
    assert {door.request("GET", path, key=None).status for path in ("/v1/sessions", "/v1/world", "/v1/sitrep")} == {401}
    assert Engram(client=door.client(KEY)).get_world_state() == ""

"""Where an Engram is kept, and what becomes of it when it is closed."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Callable, Dict

import pytest

import engram.coordination as coordination
from engram import ConfigurationError, EngramClient, EngramError
from engram.coordination import DB_PATH, ClosedError, Engram, sitrep, update_world_state
from engram.coordination import place as places


@pytest.mark.parametrize("kind", [str, Path, os.fsencode])
def test_a_path_is_of_any_kind_that_the_system_knows_and_its_folders_are_made(tmp_path: Path, kind: Callable[[Path], Any]) -> None:
    path = tmp_path / "some" / "where" / "e.db"
    with Engram(kind(path)) as engram:
        engram.set_world_state("here")
    with Engram(kind(path)) as engram:
        assert engram.get_world_state() == "here"


def test_what_is_closed_says_so(tmp_path: Path) -> None:
    with Engram(tmp_path / "e.db") as engram:
        pass
    engram.close()
    for call in (engram.get_situation_report, engram.get_active_sessions, lambda: engram.register("a", "b")):
        with pytest.raises(ClosedError, match="was closed"):
            call()
    assert issubclass(ClosedError, EngramError)


def test_a_client_that_was_given_is_not_closed() -> None:
    with EngramClient.local() as client:
        with Engram(client=client) as engram:
            engram.set_world_state("x")
        assert client.list_buckets() == []


def test_the_module_functions_use_the_file_that_nobody_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert DB_PATH.is_absolute() and DB_PATH.suffix == ".db"
    monkeypatch.setattr(places, "DB_PATH", tmp_path / "home" / "e.db")
    assert sitrep().startswith("No world state set yet")
    update_world_state("# World", "20260101-000000-0123abcd")
    assert sitrep() == "# World\n"
    with Engram(tmp_path / "home" / "e.db") as engram:
        assert engram.get_world_state_record()["updated_by"] == "20260101-000000-0123abcd"
    monkeypatch.setenv("ENGRAM_DB", str(tmp_path / "named.db"))
    assert sitrep().startswith("No world state set yet")
    assert (tmp_path / "named.db").exists()


def test_two_places_or_half_of_one_are_refused(tmp_path: Path) -> None:
    with EngramClient.local() as client:
        for arguments in (
            {"db_path": "x.db", "client": client},
            {"base_url": "http://127.0.0.1:1", "client": client},
            {"api_key": "k"},
            {"client": client, "stale_after_s": 1},
            {"client": client, "clock": lambda: 0.0},
        ):
            with pytest.raises(ConfigurationError):
                Engram(**arguments)


def test_a_file_of_another_application_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE notes (id)")
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="another application"):
        Engram(path)
    assert path.read_bytes() == before


def test_how_long_a_session_lives_may_be_set(tmp_path: Path) -> None:
    now = 1_000_000.0
    with Engram(tmp_path / "e.db", stale_after_s=10, expire_after_s=20, clock=lambda: now) as engram:
        me = engram.register("cli", "x")
        now += 11
        assert engram.get_session(me)["status"] == "stale"
        now += 10
        assert engram.get_session(me)["status"] == "expired"


@pytest.mark.parametrize("name", ["stale_after_s", "expire_after_s", "keep_versions"])
@pytest.mark.parametrize("value", [-1, 10**9, 0.5, "5", True])
def test_what_can_be_no_setting_is_refused_by_name(name: str, value: object) -> None:
    given: Dict[str, Any] = {name: value}
    with pytest.raises(ConfigurationError, match=f"^{name}: must be a whole number from"):
        Engram(":memory:", **given)


def test_public_names_are_all_there() -> None:
    assert sorted(coordination.__all__) == sorted(set(coordination.__all__))
    for name in coordination.__all__:
        assert getattr(coordination, name) is not None


def test_a_session_on_a_file_may_be_owned(tmp_path: Path) -> None:
    path = tmp_path / "e.db"
    with Engram(path, owned=True) as mine, Engram(path) as theirs:
        me = mine.register("cli", "x")
        assert me.token is not None and mine.register("cli", "y").token != me.token
        with pytest.raises(EngramError) as caught:
            theirs.heartbeat(str(me))
        assert caught.value.status == 401
        assert mine.heartbeat(str(me)) and theirs.heartbeat(me)

"""The commands on a database file: what they print, and what they refuse."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from engram.cli import main
from engram.coordination import Engram

ADD = (
    "INSERT INTO coordination_audit (owner, at, actor, action, subject, detail) VALUES (1, 1, 'a', 'b', 'c', 'd')"
)

Printed = pytest.CaptureFixture[str]


def _failed(capsys: Printed, *arguments: str) -> str:
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    return err


def test_a_file_in_use_is_copied_and_the_copy_is_sound(tmp_path: Path, capsys: Printed) -> None:
    file, copy = str(tmp_path / "engram.db"), str(tmp_path / "copy.db")
    with Engram(file) as engram:
        me = engram.register("cli", "x")
        engram.set_world_state("first")
        # Not by this process, which has the file open.
        for arguments in (["backup", file, copy], ["check", file]):
            subprocess.run([sys.executable, "-W", "error", "-m", "engram", *arguments], check=True)
        assert engram.set_world_state("second") == 2
    assert main(["check", copy]) == 0
    assert capsys.readouterr().out == f"{copy}  sound\n"
    assert sorted(os.listdir(tmp_path)) == ["copy.db", "engram.db"]
    if os.name == "posix":
        assert stat.S_IMODE(os.stat(copy).st_mode) == 0o600
    with Engram(copy) as engram:
        assert engram.get_world_state() == "first"
        assert engram.heartbeat(str(me)) and engram.set_world_state("of the copy") == 2


def test_nothing_is_written_over(tmp_path: Path, capsys: Printed) -> None:
    file = tmp_path / "engram.db"
    Engram(file).close()
    before = file.read_bytes()
    assert "File exists" in _failed(capsys, "backup", str(file), str(file))
    assert "No such file" in _failed(capsys, "backup", str(file), str(tmp_path / "nowhere" / "copy.db"))
    assert file.read_bytes() == before


def test_what_is_no_database_of_ours_is_refused(tmp_path: Path, capsys: Printed) -> None:
    file, copy = str(tmp_path / "other.db"), tmp_path / "copy.db"
    assert "No such file" in _failed(capsys, "check", file)
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE notes (id)")
    assert "of another application" in _failed(capsys, "check", file)
    assert "of another application" in _failed(capsys, "backup", file, str(copy))
    assert not copy.exists()


def test_damage_is_told(tmp_path: Path, capsys: Printed) -> None:
    file = tmp_path / "engram.db"
    Engram(file).close()
    # A row that its index does not know: only reading the whole finds that.
    where = " WHERE owner = 7"
    for change, text, insert in (("sql || ?", where, ADD), ("replace(sql, ?, '')", where, "SELECT 1")):
        with closing(sqlite3.connect(file)) as db, db:
            db.execute("PRAGMA writable_schema = ON")
            db.execute(f"UPDATE sqlite_master SET sql = {change} WHERE name = 'coordination_audit_in_order'", (text,))
        with closing(sqlite3.connect(file)) as db, db:
            db.execute(insert)
    assert "row 1 missing from index coordination_audit_in_order" in _failed(capsys, "check", str(file))

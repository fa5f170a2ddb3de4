"""The main job: `engram demo` on its own conversation, on a user's text, in a pipe and on a terminal."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Iterator, Tuple, Union

import pytest

from engram import EngramClient
from engram.cli import main

# Far longer than ending takes, so that what is ending is not interrupted again.
PATIENCE_SECONDS = 15.0
TRIES = 3
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
NOTES = "Ana: The launch is on the 17th of June.\nBen: Carla brings the projector.\n"

pty = pytest.importorskip("pty", reason="terminals are tested where there are pseudo-terminals")


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "notes.txt"
    file.write_text(NOTES, encoding="utf-8")
    return str(file)


def _demo(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-W", "error", "-m", "engram", "demo", *arguments]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def _on_a_terminal(typed: Union[bytes, signal.Signals], *arguments: str) -> Tuple[int, str]:
    """Run the demo on a pseudo-terminal, type or send a signal; return the exit code and what was shown."""
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    command = [sys.executable, "-m", "engram", "demo", *arguments]
    with _signals_as_usual():
        started = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    with started as process:
        os.close(theirs)
        shown = b""
        while b"ask (" not in shown:
            shown += os.read(ours, 1024)
        if isinstance(typed, signal.Signals):
            _press(process, typed)
        else:
            os.write(ours, typed)
        try:
            while piece := os.read(ours, 1024):
                shown += piece
        except OSError:  # Linux says EIO where the other side has gone.
            pass
    os.close(ours)
    return process.returncode, shown.decode()


@contextmanager
def _signals_as_usual() -> Iterator[None]:
    """Ignore no signal: children inherit it, and what a shell runs in the background ignores some."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _press(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """Send a signal, and again while nothing happens; in the end, kill what does not end.

    Between showing a prompt and waiting for input, CPython takes note of a signal and then waits all the same.
    """
    for _ in range(TRIES):
        process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_SECONDS)
            return
    process.kill()


def test_it_ends_by_itself_and_shows_everything() -> None:
    run = _demo()
    assert (run.returncode, run.stderr) == (0, "")
    assert re.search(r"a server at http://127\.0\.0\.1:\d+", run.stdout)
    assert "memories stored: 95," in run.stdout
    assert run.stdout.count("why these memories") == 3
    # The party was moved: the answer must be the new day and the new place.
    answer = run.stdout.split("surprise party for Ines?")[1].split("answered in")[0]
    assert "20" in answer or "Blok 7" in answer
    assert "\x1b" not in run.stdout


def test_every_memory_shows_parts_that_add_up() -> None:
    shown = re.findall(r"  \d\. (\d+\.\d{3})  .*?\n     = (.*?)\n     \w", _demo().stdout, re.DOTALL)
    assert len(shown) >= 6
    for score, parts in shown:
        numbers = [float(number) for number in re.findall(r"-?\d+\.\d{3}", parts)]
        # Each number is rounded to three places.
        assert sum(numbers) == pytest.approx(float(score), abs=0.0005 * (len(numbers) + 1))


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert _demo("--ask", "Biscuit?").returncode == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left_behind_by_a_signal(
    notes: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    assert _on_a_terminal(number, "--file", notes)[0] == 128 + number
    assert list(folder.iterdir()) == []


def test_a_signal_that_is_ignored_stays_ignored(notes: str) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert main(["demo", "--file", notes, "--ask", "launch?"]) == 0
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_standard_input_is_a_file_too() -> None:
    command = [sys.executable, "-m", "engram", "demo", "--file", "-", "--ask", "When is the launch?"]
    run = subprocess.run(command, input=NOTES, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert "memories stored: 2," in run.stdout
    assert "17th of June" in run.stdout


def test_a_long_memory_is_cut_and_parts_that_are_nothing_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "long.jsonl"
    file.write_text('"The launch ' + "was discussed at length " * 200 + 'and ended late."', encoding="utf-8")
    shown = _demo("--file", str(file), "--ask", "launch?").stdout.split("why these memories")[1]
    assert len(shown) < 1_000
    assert " ..." in shown
    assert "0.000" not in shown


def test_the_users_own_text(notes: str) -> None:
    run = _demo("--file", notes, "--ask", "When is the launch?", "--ask", "Who brings the projector?")
    assert (run.returncode, run.stderr) == (0, "")
    assert "memories stored: 2," in run.stdout
    assert "17th of June" in run.stdout
    assert "Carla" in run.stdout


def test_without_a_question_it_says_how_to_ask(notes: str) -> None:
    run = _demo("--file", notes)
    assert (run.returncode, run.stderr) == (0, "")
    assert "--ask" in run.stdout


def test_a_kept_database_can_be_used_again(notes: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept.db"
    assert _demo("--file", notes, "--ask", "launch?", "--keep", str(kept)).returncode == 0
    with EngramClient.local(str(kept)) as client:
        contents = [memory["content"] for memory in client.iter_memories("conversation")]
    assert contents == NOTES.splitlines()[::-1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--file", "missing.txt"], "cannot read missing.txt"),
        (["--keep", "notes.txt"], "notes.txt exists"),
        (["--keep", "no/such/folder.db"], "no/such/folder.db"),
        (["--file", "/dev/null"], "is empty"),
    ],
)
@pytest.mark.usefixtures("notes")
def test_what_cannot_be_done_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: "list[str]", message: str
) -> None:
    assert main(["demo", *arguments]) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith("engram: ")
    assert (printed.err.count("\n"), message in printed.err) == (1, True)


def test_on_a_terminal_it_asks_and_shows_colours(notes: str) -> None:
    code, shown = _on_a_terminal(b"Who brings the projector?\n\n", "--file", notes)
    assert code == 0
    assert "Carla" in shown
    assert shown.count("ask (an empty line ends)") == 2
    assert "\x1b[33m" in shown


def test_the_end_of_input_ends_it(notes: str) -> None:
    assert _on_a_terminal(b"\x04", "--file", notes)[0] == 0


def test_an_interrupt_ends_it_without_a_traceback(notes: str) -> None:
    code, shown = _on_a_terminal(signal.SIGINT, "--file", notes)
    assert code == 128 + signal.SIGINT
    assert "Traceback" not in shown

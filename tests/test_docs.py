"""The README cannot rot: its code runs, and every name, flag and variable that there is stands in it."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Iterator, List, NamedTuple, Set

import pytest

import engram
from engram import EngramClient, errors
from engram.testing import LiveServer

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
# A mark before a block says what it is; a Python block without one is a program of its own.
_BLOCK = re.compile(r"^(?:<!-- (?P<mark>[a-z:-]+ ?[a-z]*) -->\n)?```(?P<language>\w+)\n(?P<code>.*?)^```$", re.M | re.S)


class Block(NamedTuple):
    """One block of code, and where it stands."""

    mark: str
    language: str
    code: str
    line: int

    def __str__(self) -> str:
        return f"{self.language}-{self.line}"


def _blocks() -> Iterator[Block]:
    for match in _BLOCK.finditer(TEXT):
        line = TEXT.count("\n", 0, match.start("code"))
        yield Block(match["mark"] or "", match["language"], match["code"], line)


BLOCKS = list(_blocks())
PYTHON = [block for block in BLOCKS if block.language == "python" and not block.mark]
SHELL = [block for block in BLOCKS if block.mark == "run: sh"]
PYTEST = [block for block in BLOCKS if block.mark == "run: pytest"]


@pytest.fixture
def reader(engram_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a reader of the README has: a running server, its two variables, commands on the path, an own folder."""
    monkeypatch.setenv("ENGRAM_BASE_URL", engram_server.url)
    monkeypatch.setenv("ENGRAM_API_KEY", engram_server.api_key)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("block", PYTHON, ids=str)
def test_python_blocks_run(block: Block, capsys: pytest.CaptureFixture[str]) -> None:
    code = compile("\n" * block.line + block.code, str(README), "exec")
    exec(code, {"__name__": "__main__"})
    # An example whose question finds nothing shows nothing.
    assert "Nothing is known" not in capsys.readouterr().out


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("block", SHELL, ids=str)
@pytest.mark.skipif(os.name != "posix", reason="the commands are those of a POSIX shell")
def test_shell_blocks_run(block: Block) -> None:
    run = subprocess.run(["sh", "-eu", "-c", block.code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, ""), run.stdout
    assert run.stdout


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("block", PYTEST, ids=str)
def test_test_blocks_pass(block: Block, tmp_path: Path) -> None:
    (tmp_path / "test_block.py").write_text(block.code, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "test_block.py"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_blocks_were_found() -> None:
    """Nothing above may pass because a marker is misspelt."""
    assert len(BLOCKS) == len(re.findall(r"^```\w+$", TEXT, re.MULTILINE))
    assert {block.mark for block in BLOCKS} == {"", "setup:main-job", "setup:tests", "run: sh", "run: pytest"}
    assert (len(PYTHON) >= 8, len(SHELL) >= 2, len(PYTEST)) == (True, True, 1)


@pytest.mark.parametrize("mark", ["setup:main-job", "setup:tests"])
def test_each_set_up_is_one_command(mark: str) -> None:
    (block,) = [block for block in BLOCKS if block.mark == mark]
    assert block.code.count("\n") == 1
    assert block.code.startswith("python3 -m venv .venv && ")


# -- nothing is left out


def _unmentioned(names: Set[str]) -> List[str]:
    return sorted(name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", TEXT))


def test_every_public_name_is_mentioned() -> None:
    assert _unmentioned(set(engram.__all__)) == []


def test_every_verb_and_parameter_is_mentioned() -> None:
    verbs = {name for name in dir(EngramClient) if not name.startswith("_")}
    parameters = set(inspect.signature(EngramClient.__init__).parameters) - {"self"}
    options = set(inspect.signature(EngramClient.query).parameters) - {"self"}
    assert _unmentioned(verbs | parameters | options) == []


def test_every_flag_of_the_server_is_mentioned() -> None:
    flags = set(re.findall(r"--[a-z][a-z-]+", _help("engram_server")))
    assert {"--port", "--durability"} <= flags
    assert _unmentioned(flags) == []


def test_every_command_is_mentioned() -> None:
    commands = set(re.findall(r"^    (\w+) ", _help("engram"), re.MULTILINE))
    assert {"demo", "query"} <= commands
    assert _unmentioned({f"engram {command}" for command in commands}) == []


def test_every_variable_is_mentioned() -> None:
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "reference_server").rglob("*.py")]
    found = {name for path in sources for name in re.findall(r"ENGRAM_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8"))}
    found |= set(re.findall(r"ENGRAM_[A-Z_]*[A-Z]", _help("engram_server")))
    assert {"ENGRAM_BASE_URL", "ENGRAM_PORT"} <= found
    assert _unmentioned(found) == []


def test_the_tree_of_errors_is_that_of_the_module() -> None:
    assert errors.__doc__ is not None
    drawn = re.compile(r"^ +\|- (\w+)|^ +`- (\w+)", re.MULTILINE)
    assert drawn.findall(TEXT) == drawn.findall(errors.__doc__)


def _help(module: str) -> str:
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
    command = [sys.executable, "-m", module, "--help"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
